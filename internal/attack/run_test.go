package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// protocols are the ways to the api. A router of its own may take a request in another way: see Step.In.
var protocols = []struct {
	name, router, protocol string
	serve                  func(*testing.T, *File, *api) server
}{
	{"httpguard", "servemux", "http", serveMux},
	{"echoguard", "echo", "http", serveEcho},
	{"grpcguard unary", "grpc", "grpc", serveUnary},
	{"grpcguard stream", "grpc", "grpc", serveStreams},
}

const checkedIn = "../../" + folder

// readCorpus reads the files that are checked in.
func readCorpus(t testing.TB) []*File {
	t.Helper()
	var files []*File
	for _, area := range areas {
		text, err := os.ReadFile(filepath.Join(checkedIn, area.name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		file := new(File)
		if err := json.Unmarshal(text, file); err != nil {
			t.Fatalf("%s: %v", area.name, err)
		}
		files = append(files, file)
	}
	return files
}

// fresh is the corpus of the recipes, made once for all tests.
var fresh = sync.OnceValue(recipes)

// TestCheckedIn sends what is checked in: bad tokens are 401 with invalid_token (R6750-17, R9068-8), bad requests 400
// (R6750-17), missing scopes 403 (R6750-18), and no decision is 503 (R7662-7); no key is fetched from where a token says
// (R8725-14), and no challenge holds what a token says (R6750-15).
func TestCheckedIn(t *testing.T) {
	t.Parallel()
	runAll(t, readCorpus(t))
}

// TestFreshKeys is the same with keys and tokens that were made just now.
func TestFreshKeys(t *testing.T) {
	t.Parallel()
	runAll(t, fresh())
}

// runAll runs every case through every adapter, with and without caches of decisions.
func runAll(t *testing.T, files []*File) {
	for _, p := range protocols {
		for name, cached := range map[string]bool{"cached": true, "not cached": false} {
			t.Run(p.name+", "+name, func(t *testing.T) {
				t.Parallel()
				for _, f := range files {
					for _, c := range f.Cases {
						if c.NotIn[p.protocol] != "" {
							continue
						}
						t.Run(f.Area+"/"+c.Name, func(t *testing.T) {
							a := newAPI(t, f, c, cached)
							runCase(t, a, p.serve(t, f, a), p.router, c)
						})
					}
				}
			})
		}
	}
}

func runCase(t *testing.T, a *api, s server, router string, c *Case) {
	for i, step := range append(slices.Clone(c.Before), c.Step) {
		expect := step.Expect
		if other, ok := step.In[router]; ok {
			expect = other
		}
		a.prepare(&step)
		o := s.send(t, &step.Request)
		if !a.check(t, &step.Request, expect, o) {
			t.Errorf("step %d of %d: %s", i+1, len(c.Before)+1, c.Source)
			return
		}
	}
}

// check compares what became of a request with what should have.
func (a *api) check(t *testing.T, r *Request, want Expect, got outcome) bool {
	t.Helper()
	a.mu.Lock()
	ran, reason := a.ran, a.reason
	a.mu.Unlock()
	asked, strays := a.servers.seen()
	ok := true
	fault := func(format string, args ...any) {
		t.Helper()
		t.Errorf(format, args...)
		ok = false
	}
	if strays != nil {
		fault("requests went to %q", strays)
	}
	if want.Asked != nil && *want.Asked != asked {
		fault("%d questions to the introspection endpoint, want %d", asked, *want.Asked)
	}
	handlers := []string(nil)
	if want.Verdict == "allow" {
		handlers = []string{r.To}
		if want.Runs != "" {
			handlers[0] = want.Runs
		}
	}
	byServer := want.ByServer && got.byServer()
	if !slices.Equal(ran, handlers) && !(byServer && ran == nil) {
		fault("the handlers of %q ran, want %q", ran, handlers)
	}
	if byServer {
		return ok
	}
	if got.status != 0 && got.status != want.Status || got.code != "" && got.code != want.GRPC {
		fault("%d %s (%s), want %d %s", got.status, got.code, reason, want.Status, want.GRPC)
	}
	if want.Reason != "" && reason != want.Reason {
		fault("reason %q, want %q", reason, want.Reason)
	}
	if want.Verdict == "refuse" {
		got.checkRefusal(want, fault)
		got.checkSilence(r, fault)
	}
	return ok
}

// byServer tells that this may be the answer of the server and not ours: a redirect or a refusal without a challenge.
func (o *outcome) byServer() bool {
	switch o.status {
	case 0:
		return o.code == "Unimplemented"
	case 301, 307, 308, 400, 404, 405, 431, 501:
		return len(o.challenges) == 0
	}
	return false
}

var (
	errorParam = regexp.MustCompile(`[ ,]error="([^"]*)"`)
	// One challenge: Bearer and auth-params, each a quoted-string of what RFC 6750 §3 allows.
	challengeForm = regexp.MustCompile(`^Bearer [a-z_]+="[\x20-\x21\x23-\x5B\x5D-\x7E]*"(, [a-z_]+="[\x20-\x21\x23-\x5B\x5D-\x7E]*")*$`)
)

func (o *outcome) checkRefusal(want Expect, fault func(string, ...any)) {
	if want.Status == 503 {
		if len(o.challenges) > 0 || o.retry == "" {
			fault("503 with %q and Retry-After %q: a client must not throw its token away", o.challenges, o.retry)
		}
		return
	}
	if len(o.challenges) != 1 || !challengeForm.MatchString(o.challenges[0]) {
		fault("challenges %q", o.challenges)
		return
	}
	code := ""
	if m := errorParam.FindStringSubmatch(o.challenges[0]); m != nil {
		code = m[1]
	}
	if code != want.Error {
		fault("error %q, want %q", code, want.Error)
	}
}

// checkSilence looks for the token in what the client is told.
func (o *outcome) checkSilence(r *Request, fault func(string, ...any)) {
	for _, field := range r.Fields {
		for _, part := range strings.FieldsFunc(string(field[1]), func(c rune) bool { return strings.ContainsRune(" .,", c) }) {
			if len(part) >= 20 && strings.Contains(o.text, part) {
				fault("the answer repeats what was sent")
			}
		}
	}
}
