package main

import (
	"net/http"
	"testing"
)

func TestAsking(t *testing.T) {
	t.Parallel()
	guard := func(field string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if w.Header().Get("Left") != "" {
				t.Error("the answer before this one was left in the way")
			}
			w.Header().Set("Left", "over")
			if r.Header.Get("Authorization") == field {
				bareHandler(w, r)
			} else {
				w.WriteHeader(http.StatusUnauthorized)
			}
		})
	}
	ask := asking(guard("Bearer good"))
	for _, raw := range []string{"good", "bad", "bad", "good", "good"} {
		if accepted := ask(raw) == nil; accepted != (raw == "good") {
			t.Errorf("%s: accepted %v", raw, accepted)
		}
	}
	if asking(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))("good") == nil {
		t.Error("a handler that answered nothing passes for one that let the request through")
	}
}
