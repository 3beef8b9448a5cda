package guardtest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"testing"
)

// OverTheWire puts testdata/challenges.json to an API over real sockets, as
// HTTP/1.1 and HTTP/2: header, body and their sizes are what a client can use.
// wordless is the body of an answer that says nothing, empty for none.
func OverTheWire(t *testing.T, api API, wordless string) {
	file, handler := readChallenges(t), new(Counter)
	var apis []http.Handler
	for _, tc := range file.Cases {
		apis = append(apis, api(file.call(t, tc), handler))
	}
	choose := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i, _ := strconv.Atoi(r.Header.Get("X-Case"))
		apis[i].ServeHTTP(w, r)
	})
	for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		server := StartServer(t, choose, http2)
		for i, tc := range file.Cases {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				t.Run(protocol+" "+method+" "+tc.Name, func(t *testing.T) {
					r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/read", nil)
					if err != nil {
						t.Fatal(err)
					}
					r.Header.Set("X-Case", strconv.Itoa(i))
					r.Header["Authorization"] = tc.Authorization
					if tc.Proof != "" {
						r.Header.Set("DPoP", tc.Proof)
					}
					answer, err := server.Client().Do(r)
					if err != nil {
						t.Fatal(err)
					}
					defer answer.Body.Close()
					if answer.Proto != protocol {
						t.Fatalf("this was %s", answer.Proto)
					}
					tc.checkWire(t, answer, wordless)
				})
			}
		}
	}
	if n := handler.Calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

func (tc challengeCase) checkWire(t *testing.T, answer *http.Response, wordless string) {
	t.Helper()
	if got := answer.Header.Values("WWW-Authenticate"); answer.StatusCode != tc.Expect.Status || !slices.Equal(got, tc.Expect.Challenges) {
		t.Errorf("%d with %q, want %d with %q", answer.StatusCode, got, tc.Expect.Status, tc.Expect.Challenges)
	}
	for name, want := range map[string]string{"Retry-After": tc.Expect.RetryAfter, "Cache-Control": "no-store", "DPoP-Nonce": tc.Expect.Nonce} {
		if got := answer.Header.Values(name); len(got) > 1 || answer.Header.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Request.Method == "HEAD" {
		if len(body) > 0 {
			t.Errorf("HEAD is answered with %d bytes", len(body))
		}
		return
	}
	tc.checkBody(t, answer, string(body), wordless)
}

func (tc challengeCase) checkBody(t *testing.T, answer *http.Response, body, wordless string) {
	t.Helper()
	kind := "application/json"
	if tc.Expect.Body == nil && wordless == "" {
		kind = ""
	}
	if got := answer.Header.Get("Content-Type"); got != kind || answer.ContentLength != int64(len(body)) {
		t.Errorf("Content-Type %q, want %q; Content-Length %d of %d bytes", got, kind, answer.ContentLength, len(body))
	}
	if tc.Expect.Body == nil {
		if body != wordless {
			t.Errorf("body %q, want %q", body, wordless)
		}
		return
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(body), &got); err != nil || !maps.Equal(got, tc.Expect.Body) {
		t.Errorf("body %s: %v, want %v", body, err, tc.Expect.Body)
	}
}
