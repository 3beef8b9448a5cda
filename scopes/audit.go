package scopes

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Report compares the routes of a server with a table of rules. The adapters make one: httpguard.Audit and so on.
//
// Both lists are sorted. What they name is closed, never open; each is a mistake all the same.
type Report struct {
	WithoutRule  []string // routes that are served and not in the table: every request to them is refused
	WithoutRoute []string // keys of the table that no served route is under: a typing error, or the route is gone

	rows []row
}

type row struct{ route, rule, remark string }

// Audit compares the routes that a server serves with its table. The function keyOf tells under which key of the table
// a route falls and whether there is one, exactly as the adapter decides for a request; nil: under the route itself.
//
// A route that is listed with the zero Rule is closed on purpose, and no mistake. Audit knows tables only, not rules
// that are wrapped around single handlers.
func Audit(served []string, table Routes, keyOf func(route string) (key string, listed bool)) Report {
	if keyOf == nil {
		keyOf = func(route string) (string, bool) { _, listed := table[route]; return route, listed }
	}
	var report Report
	used := map[string]bool{}
	for _, route := range slices.Compact(slices.Sorted(slices.Values(served))) {
		key, listed := keyOf(route)
		if !listed {
			report.WithoutRule = append(report.WithoutRule, route)
			report.rows = append(report.rows, row{route, Rule{}.String(), "not in the table"})
			continue
		}
		used[key] = true
		remark := ""
		if key != route {
			remark = "by " + key
		}
		report.rows = append(report.rows, row{route, table[key].String(), remark})
	}
	for key, rule := range table {
		if !used[key] {
			report.WithoutRoute = append(report.WithoutRoute, key)
			report.rows = append(report.rows, row{key, rule.String(), "no such route"})
		}
	}
	slices.Sort(report.WithoutRoute)
	slices.SortFunc(report.rows, func(a, b row) int { return strings.Compare(a.route, b.route) })
	return report
}

// Err returns what the report found wrong, as one error for each route and key, joined; nil if nothing is.
func (r Report) Err() error {
	var faults []error
	for _, route := range r.WithoutRule {
		faults = append(faults, fmt.Errorf("scopes: the route %q is not in the table, so every request to it is refused", route))
	}
	for _, key := range r.WithoutRoute {
		faults = append(faults, fmt.Errorf("scopes: the table has the key %q, and no such route is served", key))
	}
	return errors.Join(faults...)
}

// MustCover panics with [Report.Err] unless every route has its rule and every rule its route. It is for the start of a
// program: httpguard.Audit(mux, routes).MustCover().
func (r Report) MustCover() {
	if err := r.Err(); err != nil {
		panic(err)
	}
}

// String returns the whole table for a review: one line for each route with its rule, in the order of the routes.
func (r Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range r.rows {
		line := row.route + "\t" + row.rule
		if row.remark != "" {
			line += "\t(" + row.remark + ")"
		}
		_, _ = fmt.Fprintln(w, line) // a strings.Builder never fails
	}
	_ = w.Flush()
	return b.String()
}
