package walk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// api challenges whoever comes without the token "good", and is down for a while at /down.
var api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/down":
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.URL.Path == "/broken":
		panic(http.ErrAbortHandler)
	case r.Header.Get("Authorization") != "Bearer good":
		w.Header().Add("WWW-Authenticate", `Bearer realm="api"`)
		w.Header().Add("WWW-Authenticate", `DPoP algs="ES256"`)
		w.WriteHeader(http.StatusUnauthorized)
	default:
		io.WriteString(w, r.Method+" "+r.URL.Path+"\n")
	}
})

func token(text string) func() (string, error) {
	return func() (string, error) { return text, nil }
}

func TestStep(t *testing.T) {
	t.Parallel()
	url, err := Serve(t.Context(), "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	fails := func() error { return errors.New("it fails") }
	for name, test := range map[string]struct {
		step   Step
		prints string
		says   string // the error; empty: none
	}{
		"good token": {Step{Method: "POST", Path: "/x", Token: token("good"), Status: 200},
			"   > POST /x\n   > Authorization: Bearer good… (4 bytes)\n   < 200 OK\n   < POST /x\n", ""},
		"no token": {Step{Method: "GET", Path: "/x", Status: 401, Challenge: []string{"realm", "ES256"}},
			"   > GET /x\n   < 401 Unauthorized\n   < WWW-Authenticate: Bearer realm=\"api\"\n   < WWW-Authenticate: DPoP algs=\"ES256\"\n", ""},
		"outage":             {Step{Method: "GET", Path: "/down", Status: 503}, "   < Retry-After: 7\n", ""},
		"long token is cut":  {Step{Method: "GET", Token: token("0123456789abcdef"), Status: 401}, "Bearer 0123456789ab… (16 bytes)\n", ""},
		"another status":     {Step{Method: "GET", Status: 200}, "< 401", "announced was status 200"},
		"another challenge":  {Step{Method: "GET", Status: 401, Challenge: []string{"realm", "Basic"}}, "< 401", "a challenge with Basic"},
		"no answer":          {Step{Method: "GET", Path: "/broken", Status: 200}, "> GET /broken", "EOF"},
		"no such method":     {Step{Method: "G T", Status: 200}, "", "invalid method"},
		"no token to be had": {Step{Method: "GET", Token: func() (string, error) { return "", fails() }}, "", "no token: it fails"},
		"before":             {Step{Method: "GET", Status: 401, Before: fails}, "", "it fails"},
		"after":              {Step{Method: "GET", Status: 401, After: fails}, "< 401", "it fails"},
		"after, too late":    {Step{Method: "GET", Status: 200, After: fails}, "< 401", "announced"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			err := test.step.take(t.Context(), &out, url)
			if !strings.Contains(out.String(), test.prints) || test.prints == "" && out.Len() > 0 {
				t.Errorf("printed %q, want %q", &out, test.prints)
			}
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("error = %v, want one that says %q", err, test.says)
			}
		})
	}
}

func TestTake(t *testing.T) {
	t.Parallel()
	url, err := Serve(t.Context(), "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	right := Step{Title: "Right", Method: "GET", Token: token("good"), Status: 200}
	wrong := Step{Title: "Wrong", Method: "GET", Status: 200}

	var out bytes.Buffer
	if err := Take(t.Context(), &out, url, []Step{right, right}); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(out.String(), "\n1. Right\n") || !strings.HasSuffix(out.String(), "\nAll 2 answers are the ones announced.\n") {
		t.Errorf("printed %q", &out)
	}
	out.Reset()
	if err := Take(t.Context(), &out, url, []Step{wrong, right, wrong}); err == nil || !strings.Contains(err.Error(), "2 of 3 answers") {
		t.Errorf("error = %v, want two wrong answers of three", err)
	}
	if !strings.Contains(out.String(), "   ✗ announced was status 200\n\n2. Right\n") || strings.Contains(out.String(), "All 3") {
		t.Errorf("printed %q", &out)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Take(ended, io.Discard, url, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	url, err := Serve(ctx, "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Serve(ctx, strings.TrimPrefix(url, "http://"), api); err == nil || !strings.Contains(err.Error(), "-addr") {
		t.Errorf("address in use: error = %v", err)
	}
	stop()
	for deadline := time.Now().Add(10 * time.Second); ; { // the server is closed in a goroutine of its own
		response, err := http.Get(url)
		if err != nil {
			break
		}
		response.Body.Close()
		if time.Now().After(deadline) {
			t.Fatal("it still serves after its context's end")
		}
	}
}
