// Package authtest is an OAuth 2.0 authorization server for the tests of
// resource servers: it publishes keys, mints good access tokens and bad ones,
// answers introspection, and counts how often it is asked. It signs with the standard library only,
// so what it says about a token owes nothing to the code under test.
//
// An [Issuer] lives in memory. Give [Issuer.Client] and [Issuer.URL] to
// whatever fetches metadata and keys in your service, and no socket is opened:
// the test also works inside a testing/synctest bubble, where a day passes in
// a moment. [Config.Start] and [Config.StartTLS] listen on a loopback port
// instead.
//
// A test of a handler that is protected by tokens, whole:
//
//	func TestOrders(t *testing.T) {
//		issuer := authtest.New()
//		api := newAPI(issuer.URL(), issuer.Audience(), issuer.Client()) // yours
//
//		call := func(token string) int {
//			r := httptest.NewRequest("GET", "/orders", nil)
//			r.Header.Set("Authorization", "Bearer "+token)
//			w := httptest.NewRecorder()
//			api.ServeHTTP(w, r)
//			return w.Code
//		}
//
//		if got := call(issuer.Token(authtest.Claims{"scope": "orders:read"})); got != 200 {
//			t.Errorf("good token: %d", got)
//		}
//		if got := call(issuer.Token(authtest.Claims{"scope": "other"})); got != 403 {
//			t.Errorf("token without the scope: %d", got)
//		}
//		for _, bad := range issuer.Bad() {
//			if got := call(bad.Token); got != 401 {
//				t.Errorf("%s: %d, but %s", bad.Name, got, bad.Why)
//			}
//		}
//	}
//
// Here newAPI builds your service with its authorization server, its own
// audience and an HTTP client as parameters; with bearerguard, the client goes
// to the key source and the other two to the issuer's configuration.
//
// Faults of the server itself are values of type [Fault], switched on with
// [Issuer.Break] and off with [Issuer.Repair]: a connection that breaks, bytes
// that come slowly, an endless body, an empty key set and more. Any other is
// made with [Issuer.Replace], which puts any handler in the place of an
// endpoint, or around it. Rotation of keys is [Issuer.Rotate],
// [Issuer.RotateWithoutOverlap] and [Issuer.Retire].
//
// Opaque tokens are [Issuer.Opaque]; the issuer answers for them, and for its
// JWTs, where introspection_endpoint of its metadata says (RFC 7662), also in
// signed form (RFC 9701), and takes them back with [Issuer.Revoke] or a request
// to its revocation endpoint (RFC 7009). [Config.Clients] says who may call, and
// [Issuer.LastCall] what the last request was:
//
//	issuer := authtest.New()
//	token := issuer.Opaque(authtest.Claims{"scope": "orders:read"})
//	// … the service asks, as DefaultClientID with DefaultClientSecret
//	if got := issuer.LastCall(authtest.EndpointIntrospection).Authentication; got != "client_secret_basic" {
//		t.Errorf("authentication %q", got)
//	}
//	issuer.Revoke(token)
//
// What this package does not do: it grants nothing and has no token or
// authorization endpoint. Its keys and secrets protect nothing; never trust
// this issuer outside a test.
package authtest
