package httpguard_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// The end of a request is no end of its token for the next one.
func TestEndWithTokenFreesItsTimer(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(time.Hour)})
	var served context.Context
	h := httpguard.Require(g, scopes.Authenticated(), httpguard.EndWithToken())(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { served = r.Context() }))
	get(h, "/", "Authorization", "Bearer t")
	if cause := context.Cause(served); cause != context.Canceled {
		t.Errorf("after the request: %v, want canceled", cause)
	}
}
