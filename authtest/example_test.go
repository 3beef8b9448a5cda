package authtest_test

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

func Example() {
	issuer := authtest.New()

	// What fetches keys in the service under test gets this client and this URL.
	answer, err := issuer.Client().Get(issuer.URL() + "/.well-known/openid-configuration")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()

	fmt.Println(answer.Status)
	fmt.Println(issuer.Fetches(authtest.EndpointOIDC), "fetch")
	// Output:
	// 200 OK
	// 1 fetch
}

func ExampleIssuer_Token() {
	issuer := authtest.New()

	good := issuer.Token()
	broader := issuer.Token(authtest.Claims{"scope": "orders:read orders:write"})
	anonymous := issuer.Token(authtest.Claims{"sub": authtest.Absent})

	fmt.Println(good != broader, broader != anonymous)
	// Output: true true
}

func ExampleIssuer_Mint() {
	issuer := authtest.New()

	// An ID token where an access token is expected, signed as it should be.
	idToken := issuer.Mint(authtest.Mint{
		Algorithm: "ES256",
		Header:    map[string]any{"typ": "JWT"},
		Claims: authtest.Claims{
			"aud":       "client-1",
			"nonce":     "n-0S6",
			"auth_time": time.Now().Add(-time.Minute),
			"scope":     authtest.Absent,
		},
	})

	// A token of somebody who knows the kid but not the key.
	forged := issuer.Mint(authtest.Mint{Key: authtest.NewKey(issuer.KeyID(), "RS256")})

	fmt.Println(len(idToken) > 0, len(forged) > 0)
	// Output: true true
}

func ExampleIssuer_Bad() {
	issuer := authtest.New()
	accept := func(token string) bool { return false } // the service under test

	for _, bad := range issuer.Bad() {
		if accept(bad.Token) {
			fmt.Printf("%s: accepted, but %s\n", bad.Name, bad.Why)
		}
	}
	// Output:
}

func ExampleIssuer_Replace() {
	issuer := authtest.New()

	// A fault of one's own: a good answer that nobody may keep.
	issuer.Replace(authtest.EndpointJWKS, func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			good.ServeHTTP(w, r)
		})
	})

	answer, err := issuer.Client().Get(issuer.URL() + "/jwks")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer answer.Body.Close()
	fmt.Println(answer.StatusCode, answer.Header.Get("Cache-Control"))
	// Output: 200 no-store
}

func ExampleIssuer_Break() {
	issuer := authtest.New()
	get := func() {
		answer, err := issuer.Client().Get(issuer.URL() + "/jwks")
		if err != nil {
			fmt.Println("unreachable")
			return
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		fmt.Println(answer.StatusCode, len(body) > 0, err)
	}

	issuer.Break(authtest.Down)
	get()

	issuer.Break(authtest.Status(http.StatusInternalServerError)) // a valid key set, and yet no answer to use
	get()

	issuer.Break(authtest.Flapping(authtest.Truncated, 1, 1)) // every other request
	get()
	get()

	issuer.Repair()
	get()
	// Output:
	// unreachable
	// 500 true <nil>
	// 200 true unexpected EOF
	// 200 true <nil>
	// 200 true <nil>
}

func ExampleIssuer_Rotate() {
	issuer := authtest.New()
	old := issuer.KeyID()

	issuer.Rotate() // both published: tokens of either key are good
	fmt.Println(old, "then", issuer.KeyID())

	issuer.Retire(old) // tokens of the old key are bad from now on
	// Output: rs256-1 then rs256-2
}
