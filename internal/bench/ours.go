package main

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Values of jwks.Config.MaxEntries.
const (
	noCache    = -1
	usualCache = 0
)

var (
	uncached = contender{
		name: "bearerguard, no token cache", setUp: oursWith(noCache),
		note: "the validator alone accepts tokens that are bound to a key; the guard does not",
	}
	cached            = contender{name: "bearerguard", setUp: oursWith(usualCache)}
	httpguardUncached = guarded{name: "bearerguard httpguard, no token cache", setUp: httpguardWith(noCache)}
	httpguardCached   = guarded{name: "bearerguard httpguard", setUp: httpguardWith(usualCache)}
	echoguardUncached = guarded{name: "bearerguard echoguard, no token cache", onEcho: true, setUp: echoguardWith(noCache)}
	echoguardCached   = guarded{name: "bearerguard echoguard", onEcho: true, setUp: echoguardWith(usualCache)}
)

// newValidator accepts all of the world's algorithms: so it does by default.
func newValidator(w *world, cache int) (*jwks.Validator, error) {
	return jwks.Config{Client: w.Client(), MaxEntries: cache}.New(w.issuer())
}

func (w *world) issuer() jwks.Issuer {
	return jwks.Issuer{URL: w.URL(), Audience: []string{w.Audience()}}
}

func oursWith(cache int) func(*world, string) (validate, error) {
	return func(w *world, _ string) (validate, error) {
		v, err := newValidator(w, cache)
		if err != nil {
			return nil, err
		}
		return func(raw string) error {
			_, err := v.Validate(w.ctx, raw)
			return err
		}, nil
	}
}

// rule is what guarded handlers ask for.
var rule = scopes.All(scope)

func newGuard(w *world, cache int) (*middleware.Guard, error) {
	v, err := newValidator(w, cache)
	if err != nil {
		return nil, err
	}
	return middleware.New(middleware.Config{Validator: v})
}

// fixedGuards have validators with one answer, which leave the guard and its adapter: one for raw alone, so the guard need
// not look at the characters of a token, as with the validators of jwks and introspect; and a plain one.
func fixedGuards(raw string) (forOne, plain *middleware.Guard, err error) {
	claims := middleware.Claims{Scope: scope}
	forOne, err1 := middleware.New(middleware.Config{Validator: guardtest.FixedFor(raw, claims)})
	plain, err2 := middleware.New(middleware.Config{Validator: guardtest.Fixed(claims)})
	return forOne, plain, errors.Join(err1, err2)
}

func httpguardWith(cache int) func(*world, string) (http.Handler, error) {
	return func(w *world, _ string) (http.Handler, error) {
		g, err := newGuard(w, cache)
		if err != nil {
			return nil, err
		}
		return underHTTPGuard(g), nil
	}
}

func echoguardWith(cache int) func(*world, string) (http.Handler, error) {
	return func(w *world, _ string) (http.Handler, error) {
		g, err := newGuard(w, cache)
		if err != nil {
			return nil, err
		}
		return underEchoGuard(g), nil
	}
}

func underHTTPGuard(g *middleware.Guard) http.Handler { return httpguard.Require(g, rule)(bareHandler) }

func underEchoGuard(g *middleware.Guard) *echo.Echo { return bareEcho(echoguard.Require(g, rule)) }
