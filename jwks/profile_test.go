package jwks_test

import (
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestRFC9068 checks the strict profile; TestHeader and TestClaimValues check
// what holds with and without it.
func TestRFC9068(t *testing.T) {
	t.Parallel()
	as := authtest.New() // RS256 signs
	strict := offline(t, as)
	strict.Profile = jwks.RFC9068
	v := newValidator(t, jwks.Config{}, strict)
	kind, audience, claims := refused(middleware.ReasonType), refused(middleware.ReasonAudience), refused(middleware.ReasonClaims)
	typ := func(value any) authtest.Mint { return authtest.Mint{Header: map[string]any{"typ": value}} }
	claim := func(name string, value any) authtest.Mint {
		return authtest.Mint{Claims: authtest.Claims{name: value}}
	}

	for name, test := range map[string]struct {
		mint authtest.Mint
		want verdict
	}{
		"R9068-2 RS256":                    {authtest.Mint{}, good},
		"R9068-1 application/at+jwt":       {typ("application/at+jwt"), good},
		"R9068-1 AT+JWT":                   {typ("AT+JWT"), good},
		"R9068-1 JWT":                      {typ("JWT"), kind},
		"R9068-1 jwt":                      {typ("jwt"), kind},
		"R9068-1 absent":                   {typ(authtest.Absent), kind},
		"R9068-1 empty":                    {typ(""), kind},
		"R9068-1 at":                       {typ("at"), kind},
		"R9068-1 at+jwt; q=1":              {typ("at+jwt; q=1"), kind},
		"R9068-3 iss with a slash more":    {claim("iss", as.URL()+"/"), notMine},
		"R9068-3 iss in another case":      {claim("iss", "HTTPS://ISSUER.TEST"), notMine},
		"R9068-3 iss with the port":        {claim("iss", as.URL()+":443"), notMine},
		"R9068-3 iss with a space":         {claim("iss", as.URL()+" "), notMine},
		"R9068-3 iss missing":              {claim("iss", authtest.Absent), notMine},
		"R9068-3 iss an array":             {claim("iss", []string{as.URL()}), notMine},
		"R9068-3 iss empty":                {claim("iss", ""), notMine},
		"R9068-4 aud a string":             {claim("aud", as.Audience()), good},
		"R9068-4 aud an array":             {claim("aud", []string{"https://other.test", as.Audience()}), good},
		"R9068-4 aud of another":           {claim("aud", []string{"https://other.test"}), audience},
		"R9068-4 aud missing":              {claim("aud", authtest.Absent), audience},
		"R9068-4 aud empty":                {claim("aud", []string{}), audience},
		"R9068-6 alg none":                 {authtest.Mint{Header: map[string]any{"alg": "none"}, Sign: func([]byte) []byte { return nil }}, refused(middleware.ReasonAlgorithm)},
		"R9068-6 a key outside the set":    {authtest.Mint{Key: authtest.NewKey("other", "RS256")}, refused(middleware.ReasonUnknownKey)},
		"R9068-7 expired":                  {claim("exp", time.Now().Add(-time.Hour)), refused(middleware.ReasonExpired)},
		"scope an array":                   {claim("scope", []string{"read"}), claims}, // RFC 9068 §2.2.3
		"R9701-5 an introspection answer":  {introspectionAnswer(as, "token-introspection+jwt"), kind},
		"R9701-5 one that lies about typ":  {introspectionAnswer(as, "at+jwt"), claims},
		"R8725-17 client assertion":        {clientAssertion(as), notMine},
		"R8725-17 ID token":                {idToken(as, "JWT"), kind},
		"R8725-17 ID token that says more": {idToken(as, "at+jwt"), kind},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, as.Mint(test.mint), test.want)
		})
	}
}

// introspectionAnswer is a signed answer of RFC 9701 §5: same issuer, and this
// resource server as audience.
func introspectionAnswer(as *authtest.Issuer, typ string) authtest.Mint {
	return authtest.Mint{Header: map[string]any{"typ": typ}, Claims: authtest.Claims{
		"token_introspection": map[string]any{"active": true, "scope": "read", "sub": "user-1"},
		"exp":                 authtest.Absent, "sub": authtest.Absent, "client_id": authtest.Absent, "scope": authtest.Absent, "jti": authtest.Absent,
	}}
}

// clientAssertion is what a client signs for the token endpoint (RFC 7523 §3).
func clientAssertion(as *authtest.Issuer) authtest.Mint {
	return authtest.Mint{Header: map[string]any{"typ": "JWT"}, Claims: authtest.Claims{
		"iss": "client-1", "sub": "client-1", "aud": as.URL(), "scope": authtest.Absent, "client_id": authtest.Absent,
	}}
}

// idToken has the API among its audiences.
func idToken(as *authtest.Issuer, typ any) authtest.Mint {
	return authtest.Mint{Header: map[string]any{"typ": typ}, Claims: authtest.Claims{
		"aud": []string{"client-1", as.Audience()}, "azp": "client-1", "nonce": "n-0S6_WzA2Mj", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
		"scope": authtest.Absent, "client_id": authtest.Absent, "jti": authtest.Absent,
	}}
}

// TestOtherKinds: R8725-17 what an issuer signs besides access tokens, under
// the common profile.
func TestOtherKinds(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	kind, claims := refused(middleware.ReasonType), refused(middleware.ReasonClaims)
	noJTI := authtest.Claims{"scope": authtest.Absent, "client_id": authtest.Absent}
	change := func(m authtest.Mint, name string, value any) authtest.Mint {
		m.Claims[name] = value
		return m
	}
	untyped := map[string]any{"typ": authtest.Absent}

	for name, test := range map[string]struct {
		mint authtest.Mint
		want verdict
	}{
		"R8725-17 ID token":                        {idToken(as, "JWT"), kind},
		"R8725-17 ID token without typ":            {idToken(as, authtest.Absent), kind},
		"R8725-17 ID token with a nonce alone":     {change(idToken(as, authtest.Absent), "at_hash", authtest.Absent), kind},
		"R8725-17 ID token with at_hash alone":     {change(idToken(as, authtest.Absent), "nonce", authtest.Absent), kind},
		"R8725-17 ID token for its client alone":   {change(idToken(as, "JWT"), "aud", "client-1"), kind},
		"R8725-17 ID token, null scope":            {change(change(idToken(as, "JWT"), "at_hash", authtest.Absent), "scope", nil), kind},
		"R8725-17 refresh token of Keycloak":       {authtest.Mint{Header: map[string]any{"typ": "JWT"}, Claims: authtest.Claims{"typ": "Refresh"}}, kind},
		"R8725-17 refresh token of Hydra":          {authtest.Mint{Header: untyped, Claims: authtest.Claims{"token_use": "refresh_token"}}, kind},
		"R8725-17 logout token without typ":        {authtest.Mint{Header: untyped, Claims: authtest.Claims{"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}}}, kind},
		"R8725-17 client assertion":                {clientAssertion(as), notMine},
		"R9701-6 introspection answer without typ": {authtest.Mint{Header: untyped, Claims: introspectionAnswer(as, "").Claims}, claims},
		"R9701-5 introspection answer":             {introspectionAnswer(as, "token-introspection+jwt"), kind},
		"R9701-5 with an exp of its own":           {authtest.Mint{Header: map[string]any{"typ": "token-introspection+jwt"}, Claims: authtest.Claims{"token_introspection": map[string]any{"active": true}}}, kind},
		"a machine token without scope":            {authtest.Mint{Header: map[string]any{"typ": "JWT"}, Claims: noJTI}, good}, // as zitadel issues them
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, as.Mint(test.mint), test.want)
		})
	}
}

// TestInterop: access tokens as real servers issue them.
func TestInterop(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256", "EdDSA"}, KeysWithout: []string{"alg", "use"}}.New()
	with := func(change func(*jwks.Issuer)) jwks.Issuer {
		i := offline(t, as)
		change(&i)
		return i
	}
	plain := offline(t, as)
	roles := with(func(i *jwks.Issuer) { i.ScopeClaims = []string{"scope", "realm_access.roles"} })
	cognito := with(func(i *jwks.Issuer) { i.AudienceClaim, i.Audience = "client_id", []string{"client-1"} })
	audience := refused(middleware.ReasonAudience)
	none := authtest.Absent

	for name, test := range map[string]struct {
		issuer jwks.Issuer
		mint   authtest.Mint
		want   verdict
		scope  string // that the token must have
	}{
		"INTEROP 1 typ JWT":                 {plain, authtest.Mint{Header: map[string]any{"typ": "JWT"}}, good, "read"},
		"INTEROP 1 typ application/at+jwt":  {plain, authtest.Mint{Header: map[string]any{"typ": "application/at+jwt"}}, good, "read"},
		"INTEROP 1 no typ":                  {plain, authtest.Mint{Header: map[string]any{"typ": none}}, good, "read"},
		"INTEROP 2 scope an array":          {plain, authtest.Mint{Claims: authtest.Claims{"scope": []string{"read", "write"}}}, good, "write"},
		"INTEROP 2 scp an array":            {plain, authtest.Mint{Claims: authtest.Claims{"scope": none, "scp": []string{"read"}}}, good, "read"},
		"INTEROP 2 scp a string":            {plain, authtest.Mint{Claims: authtest.Claims{"scope": none, "scp": "read write"}}, good, "write"},
		"INTEROP 2 both":                    {plain, authtest.Mint{Claims: authtest.Claims{"scope": "a", "scp": []string{"b"}}}, good, "b"},
		"INTEROP 2 roles in an object":      {roles, authtest.Mint{Claims: authtest.Claims{"realm_access": map[string]any{"roles": []string{"auditor"}}}}, good, "auditor"},
		"INTEROP 3 aud a list of scopes":    {plain, authtest.Mint{Claims: authtest.Claims{"aud": "read write"}}, audience, ""},
		"INTEROP 4 no sub, no client_id":    {plain, authtest.Mint{Claims: authtest.Claims{"sub": none, "client_id": none}}, good, "read"},
		"INTEROP 4 Cognito":                 {cognito, authtest.Mint{Claims: authtest.Claims{"aud": none, "token_use": "access"}}, good, "read"},
		"INTEROP 4 Cognito, another client": {cognito, authtest.Mint{Claims: authtest.Claims{"aud": none, "client_id": "client-2"}}, audience, ""},
		"INTEROP 4 Cognito, aud another":    {cognito, authtest.Mint{Claims: authtest.Claims{"aud": "https://other.example"}}, audience, ""},
		"INTEROP 4 Cognito, aud empty":      {cognito, authtest.Mint{Claims: authtest.Claims{"aud": []string{}}}, audience, ""},
		"INTEROP 4 Cognito, aud names us":   {cognito, authtest.Mint{Claims: authtest.Claims{"aud": "client-1"}}, good, "read"},
		"INTEROP 4 Cognito's ID token":      {cognito, authtest.Mint{Claims: authtest.Claims{"aud": "client-1", "client_id": none, "token_use": "id"}}, refused(middleware.ReasonType), ""},
		"INTEROP 5 no kid":                  {plain, authtest.Mint{Header: map[string]any{"kid": none}}, good, "read"},
		"INTEROP 5 Ed25519 as alg":          {plain, authtest.Mint{Key: as.Key("EdDSA"), Algorithm: "Ed25519"}, good, "read"},
		"INTEROP 5 EdDSA as alg":            {plain, authtest.Mint{Algorithm: "EdDSA"}, good, "read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := expect(t, newValidator(t, jwks.Config{}, test.issuer), as.Mint(test.mint), test.want)
			if test.scope != "" && !token.HasScope(test.scope) {
				t.Errorf("the token lacks the scope %s", test.scope)
			}
		})
	}
}
