package middleware_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// challenger is a Binding with any scheme and parameters.
type challenger struct {
	fakeDPoP
	scheme, params string
}

func (c challenger) Challenge() (scheme, params string) { return c.scheme, c.params }

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	good := accepts(middleware.Claims{})
	binding := func(scheme, params string) middleware.Config {
		return middleware.Config{Validator: good, Bindings: []middleware.Binding{challenger{scheme: scheme, params: params}}}
	}
	for _, tc := range []struct {
		name   string
		config middleware.Config
		fault  string // a part of the error
	}{
		{"no validator", middleware.Config{}, "Config.Validator is required"},
		{"a nil Binding", middleware.Config{Validator: good, Bindings: []middleware.Binding{fakeMTLS{}, nil}}, "Config.Bindings[1] is nil"},

		{"R6750-15 realm with a quote", middleware.Config{Validator: good, Realm: `a"b`}, "Config.Realm"},
		{"R6750-15 realm with a backslash", middleware.Config{Validator: good, Realm: `a\b`}, "Config.Realm"},
		{"R6750-15 realm with a line break", middleware.Config{Validator: good, Realm: "a\r\nb"}, "Config.Realm"},
		{"R6750-15 realm in UTF-8", middleware.Config{Validator: good, Realm: "ä"}, "Config.Realm"},
		{"R6750-15 realm in bad UTF-8", middleware.Config{Validator: good, Realm: "\xff"}, "Config.Realm"},

		{"R8707-1 relative", middleware.Config{Validator: good, Resource: "/orders"}, "Config.Resource"},
		{"R8707-1 without a scheme", middleware.Config{Validator: good, Resource: "api.example.com"}, "Config.Resource"},
		{"R8707-1 fragment", middleware.Config{Validator: good, Resource: "https://api.example.com/a#b"}, "fragment"},
		{"R8707-1 empty fragment", middleware.Config{Validator: good, Resource: "https://api.example.com/a#"}, "fragment"},
		{"R9728-5 http", middleware.Config{Validator: good, Resource: "http://api.example.com"}, "https"},
		{"R9728-5 http on a loopback address", middleware.Config{Validator: good, Resource: "http://127.0.0.1:8080"}, "https"},
		{"R9728-5 another scheme", middleware.Config{Validator: good, Resource: "urn:example:api"}, "https"},
		{"R9728-5 userinfo", middleware.Config{Validator: good, Resource: "https://u:p@api.example.com"}, "userinfo"},
		{"R9728-5 empty userinfo", middleware.Config{Validator: good, Resource: "https://@api.example.com"}, "userinfo"},
		{"R9728-5 no host", middleware.Config{Validator: good, Resource: "https:///orders"}, "absolute"},
		{"R9728-5 a port and no host", middleware.Config{Validator: good, Resource: "https://:443/orders"}, "absolute"},
		{"R9728-5 opaque", middleware.Config{Validator: good, Resource: "https:orders"}, "absolute"},
		{"R9728-5 the scheme alone", middleware.Config{Validator: good, Resource: "https://"}, "absolute"},
		{"R8707-1 a space", middleware.Config{Validator: good, Resource: "https://api.example.com/a b"}, "not a URI"},
		{"R8707-1 a quote", middleware.Config{Validator: good, Resource: `https://api.example.com/a"b`}, "not a URI"},
		{"R8707-1 a line break", middleware.Config{Validator: good, Resource: "https://api.example.com/a\r\nb"}, "not a URI"},
		{"R8707-1 a bad escape", middleware.Config{Validator: good, Resource: "https://api.example.com/%zz"}, "not a URI"},
		{"R8707-1 UTF-8", middleware.Config{Validator: good, Resource: "https://api.example.com/ä"}, "not a URI"},

		{"R6750-16 relative", middleware.Config{Validator: good, ErrorURI: "/errors"}, "Config.ErrorURI"},
		{"R6750-16 a space", middleware.Config{Validator: good, ErrorURI: "https://e.example/a b"}, "Config.ErrorURI"},
		{"R6750-16 a quote", middleware.Config{Validator: good, ErrorURI: `https://e.example/a"b`}, "Config.ErrorURI"},
		{"R6750-16 a backslash", middleware.Config{Validator: good, ErrorURI: `https://e.example/a\b`}, "Config.ErrorURI"},
		{"R6750-16 a line break", middleware.Config{Validator: good, ErrorURI: "https://e.example/\r\n"}, "Config.ErrorURI"},

		{"a scheme that is offered already", binding("bearer", `a="b"`), "offered already"},
		{"an empty scheme", binding("", `a="b"`), "Config.Bindings[0]"},
		{"a scheme of two words", binding("DPoP x", `a="b"`), "Config.Bindings[0]"},
		{"R6750-10 no parameters", binding("DPoP", ""), "Config.Bindings[0]"},
		{"R6750-10 a word for parameters", binding("DPoP", "abc"), "Config.Bindings[0]"},
		{"R6750-13 a parameter twice", binding("DPoP", `a="b", a="c"`), "Config.Bindings[0]"},
		{"R6750-13 a parameter twice in another case", binding("DPoP", `a="b", A="c"`), "Config.Bindings[0]"},
		{"R6750-13 realm", binding("DPoP", `algs="ES256", realm="a"`), "Config.Bindings[0]"},
		{"R6750-13 error", binding("DPoP", `ERROR="a"`), "Config.Bindings[0]"},
		{"R6750-15 a line break", binding("DPoP", "a=\"b\r\nc\""), "Config.Bindings[0]"},
		{"R6750-15 a line break behind", binding("DPoP", "a=\"b\"\n"), "Config.Bindings[0]"},
		{"R9110-1 an open quote", binding("DPoP", `a="b`), "Config.Bindings[0]"},
		{"R9110-1 a comma behind", binding("DPoP", `a="b",`), "Config.Bindings[0]"},
		{"R9110-1 a comma in front", binding("DPoP", `, a="b"`), "Config.Bindings[0]"},
		{"R9110-1 another challenge", binding("DPoP", `a="b", Basic realm="c"`), "Config.Bindings[0]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g, err := middleware.New(tc.config)
			if g != nil || err == nil || !strings.Contains(err.Error(), tc.fault) {
				t.Errorf("error %v, want one with %q", err, tc.fault)
			}
		})
	}
}

func TestConfigFaultsAreJoined(t *testing.T) {
	t.Parallel()
	_, err := middleware.New(middleware.Config{
		Realm: `"`, Resource: "x", ErrorURI: "y", Bindings: []middleware.Binding{nil, challenger{}, challenger{scheme: "Bearer", params: `a="b"`}},
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"Validator", "Realm", "Resource", "ErrorURI", "Bindings[0]", "Bindings[1]", "Bindings[2]"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
}

// The place of the metadata document follows from Config.Resource alone.
func TestMetadataURL(t *testing.T) {
	t.Parallel()
	const wellKnown = "/.well-known/oauth-protected-resource"
	for _, tc := range []struct{ name, resource, want string }{
		{"R9728-1 no path", "https://h.example", "https://h.example" + wellKnown},
		{"R9728-1 a slash alone", "https://h.example/", "https://h.example" + wellKnown},
		{"R9728-1 a path", "https://h.example/a/b", "https://h.example" + wellKnown + "/a/b"},
		{"R9728-1 a path that ends with a slash", "https://h.example/a/", "https://h.example" + wellKnown + "/a/"},
		{"R9728-1 a port", "https://h.example:8443/a", "https://h.example:8443" + wellKnown + "/a"},
		{"R9728-1 an IPv6 address", "https://[::1]:8443/a", "https://[::1]:8443" + wellKnown + "/a"},
		{"R9728-1 a query", "https://h.example?a=b", "https://h.example" + wellKnown + "?a=b"},
		{"R9728-1 a slash and a query", "https://h.example/?a=b", "https://h.example" + wellKnown + "?a=b"},
		{"R9728-1 a path and a query", "https://h.example/a?b=/c", "https://h.example" + wellKnown + "/a?b=/c"},
		{"R9728-1 an escaped path", "https://h.example/a%2Fb", "https://h.example" + wellKnown + "/a%2Fb"},
		{"R9728-1 a scheme in upper case", "HTTPS://h.example/a", "https://h.example" + wellKnown + "/a"},
		{"R9728-1 no resource", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), Resource: tc.resource, Bindings: []middleware.Binding{fakeDPoP{}}})
			for name, r := range map[string]middleware.Request{"R9728-6 401": authorization(), "R9728-6 403": bearer("abc")} {
				// R9700-5, R9728-3: what the request says of its host changes nothing.
				r.Host, r.Path = "evil.example", "/evil"
				_, refusal := check(t, g, r, scopes.All("read"))
				for scheme, c := range mustParse(t, refusal.Challenges) {
					if got := c.params["resource_metadata"]; got != tc.want {
						t.Errorf("%s %s: %q, want %q", name, scheme, got, tc.want)
					}
				}
			}
		})
	}
}

func TestRealm(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, realm, resource, want string
	}{
		{"R6750-10 default", "", "", "api"},
		{"R6750-10 the resource", "", "https://h.example/a", "https://h.example/a"},
		{"given", "orders, and more", "https://h.example/a", "orders, and more"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), Realm: tc.realm, Resource: tc.resource})
			_, refusal := check(t, g, authorization(), scopes.Authenticated())
			if got := mustParse(t, refusal.Challenges)["Bearer"].params["realm"]; got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

// R6750-16: an absolute URI is sent as it was given, beside errors only.
func TestErrorURI(t *testing.T) {
	t.Parallel()
	const uri = "https://docs.example.com/errors?a=b#c"
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), ErrorURI: uri})
	for want, r := range map[string]middleware.Request{"": authorization(), uri: bearer("abc")} {
		_, refusal := check(t, g, r, scopes.All("read"))
		if got := mustParse(t, refusal.Challenges)["Bearer"].params["error_uri"]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
