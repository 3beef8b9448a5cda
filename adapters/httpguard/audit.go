package httpguard

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/bearerguard/bearerguard/scopes"
)

// Audit compares the patterns of mux with a table for [Protect]. Call it when
// all patterns are registered:
//
//	httpguard.Audit(mux, routes).MustCover()
//
// It compares two lists, and no more: it cannot tell whether requests reach mux
// through Protect with this table or past it, and knows nothing of [Require]. A
// mux inside a mux is one pattern of the outer.
//
// net/http has no way to list the patterns of a ServeMux, so Audit reads an
// unexported field by reflection. It first makes sure of that on a mux of its
// own, and panics where a version of Go keeps patterns another way, or with
// GODEBUG=httpmuxgo121=1. No request is decided by what it reads. It panics,
// as Protect does, without a mux and on a key that is no pattern.
func Audit(mux *http.ServeMux, routes scopes.Routes) scopes.Report {
	if mux == nil {
		panic("httpguard: Audit needs a ServeMux")
	}
	checkPatterns(routes)
	if err := probePatterns(); err != nil {
		panic(fmt.Sprintf("httpguard: Audit cannot list the patterns of a ServeMux with this version of Go: %v", err))
	}
	served, err := patterns(mux)
	if err != nil {
		panic(fmt.Sprintf("httpguard: Audit: %v", err))
	}
	return scopes.Audit(served, routes, nil)
}

// probePatterns tries patterns on a mux whose patterns are known: one of every
// kind that a ServeMux keeps apart.
func probePatterns() error {
	want := []string{"/{$}", "/{all...}", "GET /a", "GET h.example/a/{id}/", "POST /a/{id}"}
	mux := http.NewServeMux()
	for _, pattern := range want {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	got, err := patterns(mux)
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("read %q instead of %q", got, want)
	}
	return err
}

// patterns reads every pattern of mux, sorted, out of the index in which mux
// looks for conflicts.
func patterns(mux *http.ServeMux) (list []string, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("reflection: %v", fault)
		}
	}()
	found := map[string]bool{}
	collectPatterns(reflect.ValueOf(mux).Elem().FieldByName("index"), found)
	return slices.Sorted(maps.Keys(found)), nil
}

// collectPatterns takes the text of every pattern below v. The index holds maps,
// slices and pointers to patterns, and nothing else that is a pointer.
func collectPatterns(v reflect.Value, found map[string]bool) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			collectPatterns(v.Field(i), found)
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			collectPatterns(entries.Value(), found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			collectPatterns(v.Index(i), found)
		}
	case reflect.Pointer:
		found[v.Elem().FieldByName("str").String()] = true
	}
}
