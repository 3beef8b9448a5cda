package interop

import "testing"

// feature is one row of the matrix: something that a resource server needs to work with an authorization server.
type feature struct {
	name  string
	check func(t *testing.T, s *server) // nil where no server has it
}

// The features that not every server has, or not in the same way.
const (
	secretBasic     = "asking with client_secret_basic"
	metadataRFC8414 = "metadata at the place of RFC 8414 alone"
	jweTokens       = "JWE access token: not read, and 503 where the server is asked"
	otherCallers    = "opaque token of another resource, which the server calls inactive"
	refreshNoType   = "refresh token: active without audience or type, refused by `RequireAudience`"
	refreshByType   = "refresh token: refused by the token_type in the answer"
	jwtAndAsk       = "JWT access token: read, and introspected for its revocation"
	jwtRefused      = "JWT access token that the server does not introspect: 503"
	bearerCaller    = "asking with an access token of our own, `BearerToken`"
	signedAsToken   = "signed answer sent as an access token: refused"
	plainInstead    = "plain answer where a signed one is demanded: 503"
)

func jwtSigned(alg string) string    { return "JWT access token (RFC 9068), " + alg }
func assertionBy(alg string) string  { return "asking with private_key_jwt, " + alg }
func signedAnswer(alg string) string { return "signed answers (RFC 9701), " + alg }

// features are the rows, in the order of the matrix and of the run.
func features() []feature {
	var list []feature
	add := func(name string, check func(*testing.T, *server)) { list = append(list, feature{name, check}) }
	each := func(name func(alg string) string, check func(*testing.T, *server, string)) {
		for _, alg := range algorithms {
			add(name(alg), func(t *testing.T, s *server) { check(t, s, alg) })
		}
	}
	each(jwtSigned, checkJWT)
	add(metadataRFC8414, checkRFC8414)
	add("rotation of keys, old ones still published", checkRotationOverlap)
	add("rotation of keys, old ones gone at once", checkRotationAtOnce)
	add("token bound to a DPoP key: refused as a bearer token", checkDPoP)
	add("token bound to a certificate: refused as a bearer token", checkCertificateBound)
	add(jweTokens, checkJWE)

	add("opaque token", checkOpaque)
	add(otherCallers, checkOtherCaller)
	add("revocation of an opaque token", checkRevocation)
	add(refreshByType, checkRefreshType)
	add(refreshNoType, checkRefreshAudience)
	add("JWT beside opaque tokens: never sent out", checkFirst)
	add(jwtAndAsk, checkEvery)
	add(jwtRefused, checkJWTRefused)

	add(secretBasic, checkBasic)
	add("asking with client_secret_post", checkPost)
	each(assertionBy, checkPrivateKeyJWT)
	add("asking with private_key_jwt: a new assertion after a lost answer", checkLostAnswer)
	add("asking with tls_client_auth", checkTLS)
	add("asking with self_signed_tls_client_auth", checkSelfSigned)
	add(bearerCaller, nil)
	add("our credentials are missing or wrong: 503", checkWrongCredentials)

	each(signedAnswer, checkSigned)
	add(signedAsToken, checkSignedAsToken)
	add(plainInstead, checkPlainInstead)
	return list
}
