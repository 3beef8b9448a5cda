package echoguard_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/labstack/echo/v4"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func newGuard(t testing.TB, c middleware.Config) *middleware.Guard {
	t.Helper()
	if c.Logger == nil {
		c.Logger = quiet
	}
	g, err := middleware.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// byScope finds every token good and reads its scopes out of it: "a.b" grants a
// and b. The token "bad" is refused, "down" cannot be checked.
var byScope = middleware.ValidatorFunc(func(_ context.Context, raw string) (*middleware.Token, error) {
	switch raw {
	case "bad":
		return nil, middleware.Invalid(middleware.ReasonExpired, "", nil)
	case "down":
		return nil, errors.New("down")
	}
	return middleware.NewToken(middleware.Claims{Subject: raw, Scope: strings.ReplaceAll(raw, ".", " ")}), nil
})

// counter has a handler that counts its calls.
type counter struct{ calls atomic.Int64 }

func (n *counter) handle(c echo.Context) error {
	n.calls.Add(1)
	return c.NoContent(http.StatusNoContent)
}

// serve serves a request with the header fields, given as name, value, ….
func serve(h http.Handler, method, target string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// readCases decodes a file of cases that the core and every adapter are tested
// with.
func readCases(t testing.TB, name string, v any) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

// challengeCases is testdata/challenges.json, and a Validator.
type challengeCases struct {
	Tokens map[string]struct {
		Scope, JKT                string
		X5TS256                   string `json:"x5t#S256"`
		UnknownCnf                bool   `json:"unknown_cnf"`
		Code, Reason, Description string
		RetryAfter                int `json:"retry_after"`
	}
	Guards map[string]struct {
		Realm, Resource string
		ErrorURI        string `json:"error_uri"`
		DPoP            bool
	}
	Cases []challengeCase
}

type challengeCase struct {
	Name, Guard, Rule string
	Authorization     []string
	Proof             string
	Expect            struct {
		Status     int
		Challenges []string
		Body       map[string]string
		RetryAfter string `json:"retry_after"`
		Nonce      string `json:"dpop_nonce"`
	}
}

func (c *challengeCases) config(guard string) middleware.Config {
	settings := c.Guards[guard]
	config := middleware.Config{Validator: c, Realm: settings.Realm, Resource: settings.Resource, ErrorURI: settings.ErrorURI}
	if settings.DPoP {
		config.Bindings = []middleware.Binding{fakeDPoP{}}
	}
	return config
}

func (c *challengeCases) Validate(_ context.Context, raw string) (*middleware.Token, error) {
	k, known := c.Tokens[raw]
	switch {
	case !known:
		return nil, middleware.ErrNotMine
	case k.Code == "failure":
		return nil, errors.New("the endpoint refused our credentials")
	case k.Code == "":
		return middleware.NewToken(middleware.Claims{Scope: k.Scope,
			Confirmation: middleware.Confirmation{JKT: k.JKT, X5TS256: k.X5TS256, Unknown: k.UnknownCnf}}), nil
	}
	e := middleware.Invalid(middleware.Reason(k.Reason), k.Description, errors.New("the cause, for our logs"))
	e.Code, e.RetryAfter = middleware.Code(k.Code), time.Duration(k.RetryAfter)*time.Second
	return nil, e
}

// fakeDPoP is the Binding that testdata/challenges.json describes.
type fakeDPoP struct{}

func (fakeDPoP) Challenge() (scheme, params string) { return "DPoP", `algs="ES256 PS256"` }

func (fakeDPoP) Covers(c middleware.Confirmation) bool { return c.JKT != "" }

func (fakeDPoP) Check(_ context.Context, r middleware.Request, _ string, _ *middleware.Token) error {
	bad := &middleware.Error{Code: middleware.InvalidProof, Reason: middleware.ReasonProof, Description: "The DPoP proof is not valid"}
	switch strings.Join(r.Header.Values("DPoP"), ",") {
	case "ok":
		return nil
	case "nonce":
		bad.Reason = middleware.ReasonNonce
		r.Reply.Set("DPoP-Nonce", "n-1")
	case "down":
		return errors.New("the replay store is out of reach")
	}
	return bad
}
