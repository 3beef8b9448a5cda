package scopes

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Report compares the routes of a server with a table of rules. The adapters make one: httpguard.Audit and so on.
//
// The lists are sorted. What the first two name is closed, never open; each is a mistake all the same. Shadowed is
// none: such a key may be there for routes to come.
type Report struct {
	WithoutRule  []string // routes that are served and not in the table: every request to them is refused
	WithoutRoute []string // keys of the table that no served route is under: a typing error, or the route is gone
	Shadowed     []string // keys of the table under which every served route has a key of its own

	rows []row
}

type row struct{ route, rule, remark string }

// Audit compares the routes that a server serves with its table. The function keysOf names the keys that a route may
// fall under, in the order in which the adapter looks for them: the first that is in the table decides. Nil: the route
// itself.
//
// A route that is listed with the zero Rule is closed on purpose, and no mistake. Audit knows tables only, not rules
// that are wrapped around single handlers.
func Audit(served []string, table Routes, keysOf func(route string) []string) Report {
	if keysOf == nil {
		keysOf = func(route string) []string { return []string{route} }
	}
	var report Report
	used := map[string]bool{} // the keys that fit a route, and whether they decide about one
	for _, route := range slices.Compact(slices.Sorted(slices.Values(served))) {
		listed := slices.DeleteFunc(slices.Clone(keysOf(route)), func(key string) bool { _, is := table[key]; return !is })
		for i, key := range listed {
			used[key] = used[key] || i == 0
		}
		report.addRoute(route, table, listed)
	}
	for key, rule := range table {
		report.addKey(key, rule, used)
	}
	slices.Sort(report.WithoutRoute)
	slices.Sort(report.Shadowed)
	slices.SortFunc(report.rows, func(a, b row) int { return strings.Compare(a.route, b.route) })
	return report
}

// addRoute adds a route and the keys of the table that fit it.
func (r *Report) addRoute(route string, table Routes, keys []string) {
	switch {
	case len(keys) == 0:
		r.WithoutRule = append(r.WithoutRule, route)
		r.rows = append(r.rows, row{route, Rule{}.String(), "not in the table"})
	case keys[0] == route:
		r.rows = append(r.rows, row{route, table[route].String(), ""})
	default:
		r.rows = append(r.rows, row{route, table[keys[0]].String(), "by " + keys[0]})
	}
}

// addKey adds a key that decides about no route.
func (r *Report) addKey(key string, rule Rule, used map[string]bool) {
	switch decides, fits := used[key]; {
	case decides:
	case fits:
		r.Shadowed = append(r.Shadowed, key)
		r.rows = append(r.rows, row{key, rule.String(), "every route under it has its own rule"})
	default:
		r.WithoutRoute = append(r.WithoutRoute, key)
		r.rows = append(r.rows, row{key, rule.String(), "no such route"})
	}
}

// Err returns what the report found wrong, as one error for each route and key of WithoutRule and WithoutRoute, joined;
// nil if nothing is.
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

// String returns the whole table for a review: one line for each route and each key that decides about none, with its
// rule, in the order of the routes.
func (r Report) String() string {
	route, rule := 0, 0 // the widths of the columns
	for _, row := range r.rows {
		route, rule = max(route, utf8.RuneCountInString(row.route)), max(rule, utf8.RuneCountInString(row.rule))
	}
	var b strings.Builder
	for _, row := range r.rows {
		line := fmt.Sprintf("%-*s  %-*s", route, row.route, rule, row.rule)
		if row.remark != "" {
			line += "  (" + row.remark + ")"
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
