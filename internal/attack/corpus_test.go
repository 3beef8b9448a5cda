package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestCounts(t *testing.T) {
	t.Parallel()
	files := readCorpus(t)
	const most = 1_500_000 // octets of all files
	names := map[string]bool{}
	cases, accepted, size := 0, 0, 0
	elsewhere := map[string]int{} // cases that cannot be sent by a protocol
	for i, f := range files {
		text, err := f.encode()
		if err != nil {
			t.Fatal(err)
		}
		size += len(text)
		good := 0
		for _, c := range f.Cases {
			if names[c.Name] {
				t.Errorf("two cases have the name %q", c.Name)
			}
			names[c.Name] = true
			if c.Expect.Verdict == "allow" {
				good++
			}
			for protocol := range c.NotIn {
				elsewhere[protocol]++
			}
			checkForm(t, f, c)
		}
		if f.Area != areas[i].name || good == 0 || good == len(f.Cases) {
			t.Errorf("%s: %d cases, %d of them to be accepted: an area needs attacks and what only looks like them", f.Area, len(f.Cases), good)
		}
		t.Logf("%-13s %4d cases, %3d accepted", f.Area, len(f.Cases), good)
		cases, accepted = cases+len(f.Cases), accepted+good
	}
	t.Logf("%-13s %4d cases, %3d accepted, %d octets; not in HTTP %d, not in gRPC %d", "all", cases, accepted, size, elsewhere["http"], elsewhere["grpc"])
	if cases < 400 || accepted < 60 || size > most {
		t.Errorf("%d cases, %d of them accepted, %d octets; want 400, 60 and at most %d", cases, accepted, size, most)
	}
}

// checkForm looks for what a case must have.
func checkForm(t *testing.T, f *File, c *Case) {
	t.Helper()
	if c.Source == "" || f.Configurations[c.Configuration] == nil {
		t.Errorf("%s: no source, or the configuration %q is not in the file", c.Name, c.Configuration)
	}
	if c.NotIn["http"] != "" && c.NotIn["grpc"] != "" {
		t.Errorf("%s: no protocol can send it", c.Name)
	}
	for protocol, why := range c.NotIn {
		if protocol != "http" && protocol != "grpc" || why == "" {
			t.Errorf("%s: not in %q because of %q", c.Name, protocol, why)
		}
	}
	for _, s := range append(c.Before, c.Step) {
		f.route(s.Request.To) // panics where there is none
		for _, e := range append([]Expect{s.Expect}, values(s.In)...) {
			allow := e.Verdict == "allow" && e.Status == 204 && e.GRPC == "OK" && e.Error == "" && e.Reason == ""
			refuse := e.Verdict == "refuse" && e.Status >= 400 && e.GRPC != "OK" && e.Runs == ""
			if !allow && !refuse {
				t.Errorf("%s: contradictory expectation %+v", c.Name, e)
			}
		}
	}
}

func values[K comparable, V any](m map[K]V) (all []V) {
	for _, v := range m {
		all = append(all, v)
	}
	return all
}

// TestUpToDate compares what is checked in with the recipes, keys and what depends on them aside.
func TestUpToDate(t *testing.T) {
	t.Parallel()
	const again = "out of date; from the root of the repository: go run ./internal/attack"
	kept := readCorpus(t)
	for i, f := range fresh() {
		if len(f.Cases) != len(kept[i].Cases) {
			t.Errorf("%s: %d cases, and recipes for %d: %s", f.Area, len(kept[i].Cases), len(f.Cases), again)
			continue
		}
		if !reflect.DeepEqual(f.Configurations, kept[i].Configurations) || !reflect.DeepEqual(f.Routes, kept[i].Routes) {
			t.Errorf("%s: configurations or routes: %s", f.Area, again)
		}
		for j, c := range f.Cases {
			if got, want := gist(t, kept[i].Cases[j]), gist(t, c); got != want {
				t.Errorf("%s\n got %s\nwant %s", again, got, want)
			}
		}
	}
}

// gist is a case without what is sent and answered, which is never the same twice.
func gist(t *testing.T, c *Case) string {
	t.Helper()
	g := *c
	g.Before = nil
	for _, s := range append(c.Before, c.Step) {
		if s.Answer != nil {
			s.Answer = &Answer{Status: s.Answer.Status}
		}
		for name := range s.Publish {
			s.Publish = map[string]Text{name: ""}
		}
		s.Forget, s.Request = "", Request{To: s.Request.To, GRPC: s.Request.GRPC}
		g.Before = append(g.Before, s)
	}
	g.Step = Step{}
	text, err := plain(g)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestNoPrivateKeys: what is checked in verifies and does not sign.
func TestNoPrivateKeys(t *testing.T) {
	t.Parallel()
	for _, f := range readCorpus(t) {
		for name, i := range f.Issuers {
			for _, member := range []string{`"d":`, `"p":`, `"q":`, `"k":`} {
				if strings.Contains(string(i.JWKS), member) {
					t.Errorf("%s: the key set of %s has %s", f.Area, name, member)
				}
			}
		}
	}
}
