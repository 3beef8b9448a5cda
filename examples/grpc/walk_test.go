package main

import (
	"bytes"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
)

// TestRun: the whole program, to the end of its walk.
func TestRun(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := run(t.Context(), &out, "127.0.0.1:0", true); err != nil {
		t.Errorf("%v\n%s", err, &out)
	}
	for _, sign := range []string{"not in the table", "state 3", "All 7 answers", "ErrorInfo: INSUFFICIENT_SCOPE, scope orders:write"} {
		if !strings.Contains(out.String(), sign) {
			t.Errorf("%q is missing from\n%s", sign, &out)
		}
	}
}

// TestWalkNotices: a wrong answer fails the walk.
func TestWalkNotices(t *testing.T) {
	t.Parallel()
	issuer, err := authserver.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	api, err := newAPI(issuer.Issuer, "https://another.example.com") // so that every token is for somebody else
	if err != nil {
		t.Fatal(err)
	}
	conn, err := serve(t.Context(), "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	list := steps(t.Context(), issuer)[:3]
	list = append(list, step{"Another challenge", list[1].method, nil, codes.Unauthenticated, `scope="orders:write"`})
	if err := walk(t.Context(), new(bytes.Buffer), conn, list); err == nil || !strings.Contains(err.Error(), "2 of 4 answers") {
		t.Errorf("error = %v, want two wrong answers of four", err)
	}
}

func TestAddressInUse(t *testing.T) {
	t.Parallel()
	issuer, err := authserver.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimPrefix(issuer.Issuer, "http://")
	if err := run(t.Context(), new(bytes.Buffer), addr, true); err == nil || !strings.Contains(err.Error(), "-addr") {
		t.Errorf("error = %v, want one that says -addr", err)
	}
}
