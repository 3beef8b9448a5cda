package httpguard_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/scopes"
)

// What Audit reads out of a ServeMux is what was registered, to the letter.
func TestAudit(t *testing.T) {
	t.Parallel()
	mux, _ := newMux()
	report := httpguard.Audit(mux, guardtest.Listed(table))
	var want []string
	for pattern, rule := range table {
		if rule.IsZero() {
			want = append(want, pattern)
		}
	}
	slices.Sort(want)
	if !slices.Equal(report.WithoutRule, want) || len(report.WithoutRoute) > 0 {
		t.Errorf("without a rule %q, want %q; without a route %q", report.WithoutRule, want, report.WithoutRoute)
	}
}

// Nothing is lost where net/http goes over to another kind of container.
func TestAuditManyPatterns(t *testing.T) {
	t.Parallel()
	mux, want := http.NewServeMux(), map[string]bool{}
	for i := range 100 {
		n := strconv.Itoa(i)
		for _, pattern := range []string{"/a/" + n, "GET /b/{x}/" + n + "/", "h" + n + ".example/{$}", "M" + n + " /c/{x}", "/d/" + n + "/{rest...}"} {
			mux.Handle(pattern, http.NotFoundHandler())
			want[pattern] = true
		}
	}
	if got := httpguard.Audit(mux, nil).WithoutRule; !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Errorf("%d patterns, want %d", len(got), len(want))
	}
	if report := httpguard.Audit(http.NewServeMux(), nil); report.Err() != nil || report.String() != "" {
		t.Errorf("an empty mux: %v", report)
	}
}

func TestAuditByName(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	for _, pattern := range []string{"GET /healthz", "GET /orders", "POST /orders", "GET\t/spaced"} {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	routes := scopes.Routes{
		"GET /healthz": scopes.Public(),
		"GET /orders":  scopes.All("orders:read"),
		"POST /orders": {}, // closed on purpose
		"GET\t/spaced": scopes.Authenticated(),
	}
	httpguard.Audit(mux, routes).MustCover()

	for name, tc := range map[string]struct {
		change func(scopes.Routes)
		says   string
	}{
		"a route without a rule":   {func(r scopes.Routes) { delete(r, "GET /orders") }, `the route "GET /orders" is not in the table`},
		"a rule without a route":   {func(r scopes.Routes) { r["GET /ordres"] = scopes.Public() }, `the key "GET /ordres"`},
		"one that only looks like": {func(r scopes.Routes) { r["GET /spaced"] = scopes.Public() }, `the key "GET /spaced"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := maps.Clone(routes)
			tc.change(changed)
			defer func() {
				if err, _ := recover().(error); err == nil || !strings.Contains(err.Error(), tc.says) {
					t.Errorf("panic %v, want one that says %s", err, tc.says)
				}
			}()
			httpguard.Audit(mux, changed).MustCover()
		})
	}
}
