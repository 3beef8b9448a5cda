package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// faults returns what is wrong with the list itself, and where list and tests disagree.
func faults(packs []pack, found finding) []error {
	var all []error
	add := func(format string, args ...any) { all = append(all, fmt.Errorf(format, args...)) }

	known := map[string]bool{}
	for _, p := range packs {
		for _, r := range p.requirements {
			if known[r.id] {
				add("%s is listed twice", r.id)
			}
			known[r.id] = true
			for _, fault := range r.faults() {
				add("%s %s", r.id, fault)
			}
			if r.fate.status == covered && len(found.tests[r.id]) == 0 {
				add("%s is listed as covered, and no test names it", r.id)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(found.named)) {
		if !known[id] {
			add("%s names %s, which is not listed", found.named[id], id)
		}
	}
	for _, short := range found.short {
		add("%q leaves out a part of an id: a search for it would not find this place", short)
	}
	return all
}

// faults returns what is wrong with one line of the list.
func (r requirement) faults() []string {
	var all []string
	if idPattern.FindString(r.id) != r.id || r.id == "" {
		all = append(all, "is not an id")
	}
	if !slices.Contains(levels, r.level) {
		all = append(all, "has no level")
	}
	if r.source == "" || r.text == "" || strings.HasSuffix(r.text, ".") {
		all = append(all, "needs a source, and a text without a full stop")
	}
	switch r.fate.status {
	case covered:
	case absent, later:
		if r.fate.reason == "" {
			all = append(all, "is "+string(r.fate.status)+" without a reason")
		}
	default:
		all = append(all, "has no status")
	}
	return all
}
