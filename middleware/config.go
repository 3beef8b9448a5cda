package middleware

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/scopes"
)

// Config is what a [Guard] is made of. Only Validator is required.
type Config struct {
	// Validator judges access tokens. It may be shared between guards. One of your
	// own is given nothing but b64tokens, unless it asks for all; see [SyntaxChecker].
	Validator Validator

	// Bindings check proof of possession. With none, tokens that are bound to a
	// key are refused.
	Bindings []Binding

	// Scopes says which scopes of a token stand for others, for every rule that
	// this Guard decides. Nil: a scope grants itself alone.
	Scopes *scopes.Policy

	// Realm names the protection space in challenges (RFC 9110 §11.5): printable
	// ASCII without quotes and backslashes. Default: Resource, or else "api".
	Realm string

	// Resource is the identifier of what the Guard protects: an absolute https
	// URI without a fragment (RFC 8707 §2, RFC 9728 §1.2). Where it is set,
	// challenges name the place of its metadata document (resource_metadata, RFC
	// 9728 §5.1); serving the document there is up to the application.
	// It is not compared with the audience of tokens: a Validator does that.
	Resource string

	// ErrorURI is an absolute URI of a page that explains refusals, sent as
	// error_uri beside every error (RFC 6750 §3).
	ErrorURI string

	// Logger receives what an operator must act on, at most one line in ten
	// seconds. Of requests that ended before there was a decision only Observe is
	// told. Default: slog.Default().
	Logger *slog.Logger

	// Observe is called once for every check, and where a request outlived its
	// token: for logs, metrics and traces. That is on the goroutine of the request
	// or, for a stream that is checked again or ends, on another one. It must be safe for concurrent use. A ready one
	// for logs is [LogEvents].
	Observe func(context.Context, Event)
}

// faults returns everything that is wrong with the config, joined.
func (c *Config) faults() error {
	var faults []error
	add := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("middleware: "+format, args...))
	}
	if c.Validator == nil {
		add("Config.Validator is required: a jwks or introspect Validator, or your own")
	}
	if !allHeaderSafe(c.Realm) {
		add("Config.Realm %q: only printable ASCII without quotes and backslashes fits a challenge", c.Realm)
	}
	if err := checkResource(c.Resource); err != nil {
		add("Config.Resource %q: %w", c.Resource, err)
	}
	if err := checkErrorURI(c.ErrorURI); err != nil {
		add("Config.ErrorURI %q: %w", c.ErrorURI, err)
	}
	for i, b := range c.Bindings {
		if b == nil {
			add("Config.Bindings[%d] is nil", i)
		}
	}
	return errors.Join(faults...)
}

// checkResource: RFC 8707 §2 asks for an absolute URI without fragment, RFC
// 9728 §1.2 for https.
func checkResource(resource string) error {
	if resource == "" {
		return nil
	}
	u, err := url.Parse(resource)
	switch {
	case err != nil || !allHeaderSafe(resource) || strings.Contains(resource, " "):
		return errors.New("not a URI")
	case u.Scheme != "https" || u.Hostname() == "":
		return errors.New("must be an absolute https URI")
	case strings.Contains(resource, "#"):
		return errors.New("must not have a fragment")
	case u.User != nil:
		return errors.New("must not have userinfo")
	}
	return nil
}

func checkErrorURI(uri string) error {
	if uri == "" {
		return nil
	}
	if u, err := url.Parse(uri); err != nil || !u.IsAbs() || !allHeaderSafe(uri) || strings.Contains(uri, " ") {
		return errors.New("must be an absolute URI without spaces, quotes and backslashes")
	}
	return nil
}

// metadataURL inserts the well-known string between host and path of a checked
// resource identifier (RFC 9728 §3.1).
func metadataURL(resource string) string {
	if resource == "" {
		return ""
	}
	const wellKnown = "/.well-known/oauth-protected-resource"
	_, authority, _ := strings.Cut(resource, "://") // the scheme may be in upper case, RFC 3986 §3.1
	host, rest := authority, ""
	if i := strings.IndexAny(authority, "/?"); i >= 0 {
		host, rest = authority[:i], authority[i:]
	}
	if rest == "/" || strings.HasPrefix(rest, "/?") {
		rest = rest[1:]
	}
	return "https://" + host + wellKnown + rest
}
