package introspection

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/pkg/client/rs"
	"github.com/zitadel/oidc/v3/pkg/oidc"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
)

const (
	bearerguard   = "bearerguard"
	zitadelModule = "github.com/zitadel/oidc/v3"
)

// ask returns nil for a token that the server calls active.
type ask func(raw string) error

var errInactive = errors.New("the token is not active")

// A contender asks an authorization server about tokens. All of them are told the endpoint and show a client secret.
type contender struct {
	name  string
	setUp func(testing.TB, *authtest.Issuer) ask
}

var (
	zitadel   = contender{"zitadel/oidc rs.Introspect", setUpZitadel}
	plainLoop = contender{"plain loop: http.PostForm, json.Unmarshal", setUpPlainLoop}
)

// ours is this library, with a life of its answers; see introspect.Config.
func ours(ttl time.Duration) contender {
	name := bearerguard
	if ttl < 0 {
		name += " without its cache"
	}
	return contender{name, func(t testing.TB, as *authtest.Issuer) ask {
		v, err := introspect.New(introspect.Config{
			Issuer: as.URL(), Endpoint: endpoint(as), Audience: []string{as.Audience()}, Client: as.Client(), TTL: ttl,
			Authentication: introspect.ClientSecretBasic(authtest.DefaultClientID, authtest.DefaultClientSecret),
			Logger:         slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		return func(raw string) error {
			_, err := v.Validate(ctx, raw)
			return err
		}
	}}
}

func setUpZitadel(t testing.TB, as *authtest.Issuer) ask {
	ctx := t.Context()
	server, err := rs.NewResourceServerClientCredentials(ctx, as.URL(), authtest.DefaultClientID, authtest.DefaultClientSecret,
		rs.WithClient(as.Client()), rs.WithStaticEndpoints(as.URL()+"/token", endpoint(as)))
	if err != nil {
		t.Fatal(err)
	}
	return func(raw string) error {
		answer, err := rs.Introspect[*oidc.IntrospectionResponse](ctx, server, raw)
		if err == nil && !answer.Active {
			err = errInactive
		}
		return err
	}
}

// setUpPlainLoop is the least that works. It looks at nothing but active: no status, no audience, no issuer.
func setUpPlainLoop(_ testing.TB, as *authtest.Issuer) ask {
	client := as.Client()
	return func(raw string) error {
		response, err := client.PostForm(endpoint(as), form(raw))
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return err
		}
		var answer struct {
			Active   bool   `json:"active"`
			Scope    string `json:"scope"`
			ClientID string `json:"client_id"`
			Subject  string `json:"sub"`
			Expiry   int64  `json:"exp"`
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			return err
		}
		if !answer.Active {
			return errInactive
		}
		return nil
	}
}

// form is a question of RFC 7662 §2.1 with the client's secret in it (RFC 6749 §2.3.1).
func form(raw string) url.Values {
	return url.Values{"token": {raw}, "client_id": {authtest.DefaultClientID}, "client_secret": {authtest.DefaultClientSecret}}
}

func endpoint(as *authtest.Issuer) string { return as.URL() + "/introspect" }

func newIssuer() *authtest.Issuer { return authtest.Config{Algorithms: []string{"ES256"}}.New() }

// must makes a question one that has to be answered well.
func must(t testing.TB, f ask, raw string) func() {
	t.Helper()
	return func() {
		if err := f(raw); err != nil {
			t.Fatal(err)
		}
	}
}

// Everybody gets the same answers right, or what follows compares nothing.
func TestContenders(t *testing.T) {
	for _, c := range []contender{ours(0), ours(-1), zitadel, plainLoop} {
		t.Run(c.name, func(t *testing.T) {
			as := newIssuer()
			f, raw := c.setUp(t, as), as.Opaque()
			must(t, f, raw)()
			if f(as.Opaque(authtest.Claims{"active": false})) == nil {
				t.Error("a token that is not active was accepted")
			}
			if call := as.LastCall(authtest.EndpointIntrospection); call.Form.Get("token") == "" {
				t.Errorf("the server was not asked by POST: %v", call.Form)
			}
			as.Replace(authtest.EndpointIntrospection, func(http.Handler) http.Handler { return http.NotFoundHandler() })
			if f(as.Opaque()) == nil {
				t.Error("a token was accepted although the server did not answer")
			}
		})
	}
}
