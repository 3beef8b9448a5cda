package grpcguard

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

// FuzzFind compares with what the documentation says, for methods that a
// stranger chose.
func FuzzFind(f *testing.F) {
	routes := scopes.Routes{
		"/pkg.Service/Method": scopes.All("method"),
		"/pkg.Service/*":      scopes.All("service"),
		"/pkg.Other/Closed":   {},
		"/pkg.Other/*":        scopes.Public(),
		"/Bare/Method":        scopes.Authenticated(),
	}
	for key := range routes {
		f.Add(key)
	}
	for _, method := range []string{"", "/", "//", "/*", "*", "/pkg.Service/", "/pkg.Service//Method", "/pkg.Service/x/Method", "pkg.Service/Method", "/pkg.Service/method"} {
		f.Add(method)
	}
	rules := newTable(routes)
	f.Fuzz(func(t *testing.T, method string) {
		e := rules.find(method)
		listed := e != unlisted
		want, key := routes[method], method
		if _, named := routes[method]; !named {
			service := strings.Split(method, "/")
			if len(service) == 3 && service[0] == "" {
				key = "/" + service[1] + "/*"
			}
			want = routes[key]
		}
		if _, there := routes[key]; there != listed {
			t.Fatalf("%q: listed %t", method, listed)
		}
		if e.rule.String() != want.String() || listed && e.key != key {
			t.Errorf("%q: %v by %q, want %v by %q", method, e.rule, e.key, want, key)
		}
	})
}

// FuzzTable: a key is taken or refused in our words; where it is taken, it is
// found again.
func FuzzTable(f *testing.F) {
	for _, key := range []string{"/pkg.Service/Method", "/pkg.Service/*", "/", "//", "/*", "/*/*", "*", "", "/a/b/c", "/a b/c", "/a/\x00"} {
		f.Add(key)
	}
	f.Fuzz(func(t *testing.T, key string) {
		rules, why := build(scopes.Routes{key: scopes.Public()})
		if why != nil {
			if text, ours := why.(string); !ours || !strings.HasPrefix(text, "grpcguard: routes has the key ") {
				t.Fatal(why)
			}
			return
		}
		method := strings.Replace(key, "*", "Any", 1)
		if e := rules.find(method); e.key != key || !e.rule.IsPublic() {
			t.Errorf("the key %q is not found for %q", key, method)
		}
		for _, other := range []string{"/other.Service/Method", method + "/x", "/x" + method} {
			if rules.find(other) != unlisted && !strings.HasPrefix(key, "/other.Service/") {
				t.Errorf("the key %q is found for %q", key, other)
			}
		}
	})
}

func build(routes scopes.Routes) (rules table, why any) {
	defer func() { why = recover() }()
	return newTable(routes), nil
}

// The rule of a call is found without allocating.
func TestFindAllocations(t *testing.T) {
	rules := newTable(scopes.Routes{"/pkg.Service/*": scopes.Public()})
	if n := testing.AllocsPerRun(100, func() { rules.find("/pkg.Service/Method") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
