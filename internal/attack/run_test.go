package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
	files = sample(files)
	sent := newTally(t, files)
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
							sent.add(p.name, cached, runCase(t, a, p.serve(t, f, a), p.router, c))
						})
					}
				}
			})
		}
	}
}

// sample returns the files with everyNth case of one step, and all of several.
func sample(files []*File) (sampled []*File) {
	for _, f := range files {
		left := *f
		left.Cases = nil
		for i, c := range f.Cases {
			if i%everyNth == 0 || len(c.Before) > 0 {
				left.Cases = append(left.Cases, c)
			}
		}
		sampled = append(sampled, &left)
	}
	return sampled
}

// runCase returns how many requests were sent and answered. A case of one step is sent twice where decisions are kept.
func runCase(t *testing.T, a *api, s server, router string, c *Case) (sent int) {
	t.Helper()
	steps := append(slices.Clone(c.Before), c.Step)
	twice := a.cached && len(steps) == 1
	if twice {
		steps = append(steps, again(c.Step))
	}
	for i, step := range steps {
		expect := step.Expect
		if other, ok := step.In[router]; ok {
			expect = other
		}
		a.prepare(&step)
		o := s.send(t, &step.Request)
		sent++
		ok := a.check(t, &step.Request, expect, o)
		if !a.checkCache(t, expect, i == 0, twice && i == 1) || !ok {
			t.Errorf("step %d of %d: %s", i+1, len(steps), c.Source)
			return sent
		}
	}
	return sent
}

// check compares what became of a request with what should have.
func (a *api) check(t *testing.T, r *Request, want Expect, got outcome) bool {
	t.Helper()
	a.mu.Lock()
	ran, reason := a.ran, string(a.event.Reason)
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
	byServer := want.ByServer && want.Verdict == "refuse" && got.byServer() // of what may pass, nothing is refused by net/http
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
		got.checkWords(want, fault)
		got.checkSilence(r, fault)
	}
	return ok
}
