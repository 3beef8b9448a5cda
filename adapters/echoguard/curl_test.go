package echoguard_test

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// What a person sees who tries an API with curl, as HTTP/1.1 and HTTP/2. Where
// BEARERGUARD_REQUIRE_CURL is 1, curl has to be there.
func TestCurl(t *testing.T) {
	t.Parallel()
	curl, err := exec.LookPath("curl")
	if err != nil {
		skipAloud(t, err)
	}
	c := guardtest.Call{Guard: guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), Rule: scopes.All("read", "write")}
	for version, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2": true} {
		server := guardtest.StartServer(t, protect()(c, new(guardtest.Counter)), http2)
		for name, tc := range map[string]struct {
			args  []string
			lines []string
		}{
			"no token": {nil, []string{version + " 401", `www-authenticate: Bearer realm="api", scope="read write"`, "{}"}},
			"a scope is missing": {[]string{"-H", "Authorization: Bearer read"}, []string{version + " 403",
				`www-authenticate: Bearer realm="api", error="insufficient_scope", error_description="The access token lacks a scope that is needed here", scope="read write"`,
				`{"error":"insufficient_scope","error_description":"The access token lacks a scope that is needed here"}`}},
			"R6750-7 two tokens":  {[]string{"-H", "Authorization: Bearer read.write", "-H", "Authorization: Bearer read.write"}, []string{version + " 400", `error="invalid_request"`}},
			"no decision":         {[]string{"-H", "Authorization: Bearer down"}, []string{version + " 503", "retry-after: 5", `{"error":"temporarily_unavailable"`}},
			"R6750-1 a good one":  {[]string{"--oauth2-bearer", "read.write"}, []string{version + " 204"}},
			"a path as it stands": {[]string{"--path-as-is", "--request-target", "/x/../read", "-H", "Authorization: Bearer read.write"}, []string{version + " 403"}},
		} {
			t.Run(version+" "+name, func(t *testing.T) {
				t.Parallel()
				args := append([]string{"-s", "-i", "-k", "--max-time", "20", "--noproxy", "*"}, tc.args...)
				text, err := exec.CommandContext(t.Context(), curl, append(args, server.URL+"/read")...).Output()
				if err != nil {
					t.Fatal(err)
				}
				got := strings.ReplaceAll(string(text), "Www-Authenticate", "www-authenticate")
				got = strings.ReplaceAll(got, "Retry-After", "retry-after")
				for _, line := range tc.lines {
					if !strings.Contains(got, line) {
						t.Errorf("%q is missing from\n%s", line, got)
					}
				}
			})
		}
	}
}

// skipAloud skips aloud or, where curl is required, fails.
func skipAloud(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("BEARERGUARD_REQUIRE_CURL") == "1" {
		t.Fatalf("curl did not run: %v", err)
	}
	fmt.Printf("SKIPPED: curl: %v\n", err)
	t.Skip(err)
}
