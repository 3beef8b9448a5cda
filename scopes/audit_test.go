package scopes_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

// byService names the keys of a gRPC method as an adapter might.
func byService(route string) []string {
	return []string{route, route[:strings.LastIndexByte(route, '/')+1] + "*"}
}

func TestAudit(t *testing.T) {
	t.Parallel()
	services := scopes.Routes{"/a.S/*": all("a"), "/a.S/Open": scopes.Public(), "/b.S/*": all("b")}
	for _, tc := range []struct {
		name   string
		served []string
		table  scopes.Routes
		keysOf func(string) []string
		rule   []string // routes without a rule
		route  []string // keys without a route
		shadow []string
		text   string
	}{
		{"nothing at all", nil, nil, nil, nil, nil, nil, ""},
		{"nothing served", nil, scopes.Routes{"/a": all("a")}, nil, nil, []string{"/a"}, nil, "/a  a  (no such route)\n"},
		{"no table", []string{"/a"}, nil, nil, []string{"/a"}, nil, nil, "/a  deny  (not in the table)\n"},
		{"all is well", []string{"/b", "/a"}, scopes.Routes{"/a": all("a"), "/b": scopes.Public()}, nil, nil, nil, nil, "/a  a\n/b  public\n"},
		{"a route named twice", []string{"/a", "/a"}, scopes.Routes{"/a": all("a")}, nil, nil, nil, nil, "/a  a\n"},
		{"closed on purpose", []string{"/a"}, scopes.Routes{"/a": {}}, nil, nil, nil, nil, "/a  deny\n"},
		{"another case", []string{"/A"}, scopes.Routes{"/a": all("a")}, nil, []string{"/A"}, []string{"/a"}, nil,
			"/A  deny  (not in the table)\n/a  a     (no such route)\n"},
		{"the empty key is a key", []string{"/a"}, scopes.Routes{"": all("a")}, nil, []string{"/a"}, []string{""}, nil,
			"    a     (no such route)\n/a  deny  (not in the table)\n"},
		{"a key for several routes", []string{"/a.S/X", "/a.S/Open", "/a.S/Y"}, services, byService, nil, []string{"/b.S/*"}, nil,
			"/a.S/Open  public\n/a.S/X     a       (by /a.S/*)\n/a.S/Y     a       (by /a.S/*)\n/b.S/*     b       (no such route)\n"},
		{"a key that is left for no route", []string{"/a.S/Open"}, services, byService, nil, []string{"/b.S/*"}, []string{"/a.S/*"},
			"/a.S/*     a       (every route under it has its own rule)\n/a.S/Open  public\n/b.S/*     b       (no such route)\n"},
		{"a key that is left for one route of two", []string{"/a.S/Open", "/b.S/X", "/a.S/X"}, services, byService, nil, nil, nil,
			"/a.S/Open  public\n/a.S/X     a       (by /a.S/*)\n/b.S/X     b       (by /b.S/*)\n"},
		{"no keys at all", []string{"/a"}, scopes.Routes{"/a": all("a")}, func(string) []string { return nil }, []string{"/a"}, []string{"/a"}, nil,
			"/a  deny  (not in the table)\n/a  a     (no such route)\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			report := scopes.Audit(tc.served, tc.table, tc.keysOf)
			if !slices.Equal(report.WithoutRule, tc.rule) || !slices.Equal(report.WithoutRoute, tc.route) {
				t.Errorf("without a rule %q, want %q; without a route %q, want %q", report.WithoutRule, tc.rule, report.WithoutRoute, tc.route)
			}
			if !slices.Equal(report.Shadowed, tc.shadow) {
				t.Errorf("shadowed %q, want %q", report.Shadowed, tc.shadow)
			}
			if got := report.String(); got != tc.text {
				t.Errorf("String() = %q, want %q", got, tc.text)
			}
			faults := len(tc.rule) + len(tc.route)
			if err := report.Err(); (err != nil) != (faults > 0) || err != nil && strings.Count(err.Error(), "\n") != faults-1 {
				t.Errorf("Err() = %v, want %d faults", err, faults)
			}
			defer func() {
				if panicked := recover() != nil; panicked != (faults > 0) {
					t.Errorf("MustCover panics: %t", panicked)
				}
			}()
			report.MustCover()
		})
	}
}
