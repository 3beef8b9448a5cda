package introspect

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// Authentication is how we prove to the authorization server who asks. Make one
// with the functions below; the zero value is a fault. Safe for concurrent use.
// Printing it tells the method and the client, never the secret.
type Authentication struct {
	method string // as the IANA registry of token endpoint authentication methods names it
	client string
	mtls   bool

	apply func(ctx context.Context, a *attempt) error // secrets are only here: fmt cannot look into it
	fault error
}

// attempt is one request that is about to be sent.
type attempt struct {
	issuer string
	now    time.Time
	form   url.Values
	header http.Header
}

// identity is what answers may depend on (RFC 7662 §2.2). No secret is in it.
func (a Authentication) identity() string { return a.method + " " + a.client }

// ClientSecretBasic sends client id and secret by HTTP Basic authentication,
// both form-encoded first (RFC 6749 §2.3.1).
func ClientSecretBasic(clientID, secret string) Authentication {
	a := withSecret("client_secret_basic", clientID, secret)
	a.apply = basic(url.QueryEscape(clientID), url.QueryEscape(secret))
	return a
}

// ClientSecretBasicRaw is [ClientSecretBasic] without the form-encoding, for
// servers that do not decode. It makes a difference only where client id or
// secret have characters other than letters, digits, "-", "_" and ".".
func ClientSecretBasicRaw(clientID, secret string) Authentication {
	a := withSecret("client_secret_basic", clientID, secret)
	if strings.Contains(clientID, ":") { // RFC 7617 §2
		a.fault = errors.Join(a.fault, errors.New("a client id with a colon cannot be sent without encoding"))
	}
	a.apply = basic(clientID, secret)
	return a
}

func basic(user, password string) func(context.Context, *attempt) error {
	value := "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	return func(_ context.Context, a *attempt) error {
		a.header.Set("Authorization", value)
		return nil
	}
}

// ClientSecretPost sends client id and secret as form parameters (RFC 6749
// §2.3.1).
func ClientSecretPost(clientID, secret string) Authentication {
	a := withSecret("client_secret_post", clientID, secret)
	a.apply = func(_ context.Context, a *attempt) error {
		a.form.Set("client_id", clientID)
		a.form.Set("client_secret", secret)
		return nil
	}
	return a
}

// MutualTLS proves who we are by the client certificate of Config.Client:
// tls_client_auth or self_signed_tls_client_auth, as the server has us
// registered (RFC 8705 §2). Without Config.Client there is no certificate, which
// New does not notice. Where the certificate is self-signed, set
// tls.Config.GetClientCertificate: one from tls.Config.Certificates is not sent to
// a server that lists the authorities it accepts.
func MutualTLS(clientID string) Authentication {
	a := named("tls_client_auth", clientID)
	a.mtls = true
	a.apply = func(_ context.Context, a *attempt) error {
		a.form.Set("client_id", clientID)
		return nil
	}
	return a
}

// BearerToken sends an access token of our own (RFC 7662 §2.1). The function is
// called for every attempt, by many goroutines at a time, and caches as it likes.
// Its context ends with the call, after Config.Timeout at most, and not with the
// request that set the call off. Nobody waits for a function that goes on after
// that, but it keeps the call's place among Config.MaxCalls until it returns: one
// that asks for a token without this context, as the Token method of an
// oauth2.TokenSource does, needs a timeout of its own. The text of its errors is
// not repeated, since it may hold bodies; log it there.
func BearerToken(token func(ctx context.Context) (string, error)) Authentication {
	a := Authentication{method: "bearer"}
	if token == nil {
		a.fault = errors.New("BearerToken needs a function")
	}
	a.apply = func(ctx context.Context, a *attempt) error {
		text, err := token(ctx)
		if err != nil {
			return errors.New("the function given to BearerToken returned an error")
		}
		if !middleware.IsB64Token(text) {
			return errors.New("the function given to BearerToken returned no access token")
		}
		a.header.Set("Authorization", "Bearer "+text)
		return nil
	}
	return a
}

// InsecureNone sends no credentials: for an endpoint that only trusted hosts can
// reach. Anywhere else an endpoint without authentication lets anybody scan for
// tokens (RFC 7662 §4).
func InsecureNone() Authentication {
	return Authentication{method: "none", apply: func(context.Context, *attempt) error { return nil }}
}

func named(method, clientID string) Authentication {
	a := Authentication{method: method, client: clientID}
	if clientID == "" {
		a.fault = errors.New("a client id is required")
	}
	return a
}

func withSecret(method, clientID, secret string) Authentication {
	a := named(method, clientID)
	if secret == "" {
		a.fault = errors.Join(a.fault, errors.New("a client secret is required"))
	}
	return a
}
