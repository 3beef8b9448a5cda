// Package interop tests this library against authorization servers that other people wrote. It holds tests alone:
//
//	go test -v ./internal/interop                  run them, and print the matrix
//	go test ./internal/interop -args -update       run them, and write docs/interop.md
//
// One server runs inside the test. The other one needs Node 20 or newer, and npm to install it the first time. Without
// them it is skipped, which is said with -v alone: of a package that passes, go test shows nothing that was printed. So
// .ci/run says it in its last line; and with BEARERGUARD_REQUIRE_NODE=1, which .ci/run sets where Node is, it is a failure.
package interop

import (
	"flag"
	"testing"
)

var update = flag.Bool("update", false, "write the matrix into docs/interop.md")

// contestant is a column of the matrix.
type contestant struct {
	name  string
	about string // in the document
	start func(*testing.T, *authority) *server

	lacks   map[string]string                    // features that the server does not have, and why
	instead map[string]func(*testing.T, *server) // what that comes to, where no other feature shows it
	remarks map[string]string                    // how a feature is had, where that is not plain
}

// clientsAlone is what both servers do with a resource server's access token.
const clientsAlone = "wants client authentication, which is our 503"

func contestants() []contestant {
	goServer := contestant{
		name: "go-oidc", about: "github.com/luikyv/go-oidc, a library for Go, inside the test's process",
		start: startGoServer,
		lacks: map[string]string{
			metadataRFC8414: "has OpenID Connect's only",
			jweTokens:       "makes none",
			otherCallers:    "answers 403, which is our 503",
			refreshNoType:   "its answer has both",
			jwtRefused:      "introspects JWTs",
			bearerCaller:    clientsAlone,
			signedAsToken:   "does not sign",

			jwtSigned(fullySpecified):   "go-jose, by which it signs, does not know the name",
			assertionBy(fullySpecified): "go-jose, by which it verifies, does not know the name",
		},
		instead: map[string]func(*testing.T, *server){
			bearerCaller:    checkBearerCaller,
			metadataRFC8414: checkNoRFC8414,
			otherCallers:    checkForbidden,
		},
		remarks: map[string]string{secretBasic: "with `ClientSecretBasicRaw`: it does not form-decode"},
	}
	for _, alg := range algorithms {
		goServer.lacks[signedAnswer(alg)] = "does not sign"
	}
	nodeServer := contestant{
		name: "oidc-provider", about: "npm oidc-provider, certified for OpenID Connect, in a process of its own",
		start: startNodeServer,
		lacks: map[string]string{
			refreshByType: "its answer has no token_type",
			jwtAndAsk:     "does not introspect JWTs",
			bearerCaller:  clientsAlone,
			plainInstead:  "signs for everybody who asks",
		},
		instead: map[string]func(*testing.T, *server){bearerCaller: checkBearerCaller},
	}
	return []contestant{goServer, nodeServer}
}

// check is what to run for a feature, or nil.
func (c contestant) check(f feature) func(*testing.T, *server) {
	if c.lacks[f.name] != "" {
		return c.instead[f.name]
	}
	return f.check
}

func TestInterop(t *testing.T) {
	m := newMatrix()
	for _, c := range contestants() {
		t.Run(c.name, func(t *testing.T) {
			s := c.start(t, newAuthority(t))
			for _, f := range features() {
				if check := c.check(f); check != nil {
					t.Run(f.name, func(t *testing.T) {
						t.Cleanup(func() { m.note(c, f, !t.Failed()) })
						check(t, s)
					})
				}
			}
		})
	}
	t.Logf("\n%s", m.seen())
	m.compare(t)
}
