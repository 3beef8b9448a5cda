package authtest

import (
	"encoding/json"
	"strings"
	"time"
)

// Names that are nobody's, RFC 6761 §6.4.
const (
	attackerURL   = "https://attacker.invalid"
	otherAudience = "https://other.invalid"
)

// addTimes adds tokens that are not valid now.
func (b *badTokens) addTimes() {
	const number = "RFC 7519 §2: a NumericDate is a number"
	const past = "RFC 7519 §4.1.4, RFC 9068 §4: the token has expired"
	now := b.issuer.config.Now()
	b.claims("expired", past, Claims{"iat": now.Add(-2 * time.Hour), "exp": now.Add(-time.Hour)})
	b.claims("exp zero", past, Claims{"exp": 0})
	b.claims("exp negative", past, Claims{"exp": -1})
	b.claims("exp missing", "RFC 9068 §2.2: exp is required", Claims{"exp": Absent})
	b.claims("exp null", number, Claims{"exp": nil})
	b.claims("exp a string", number, Claims{"exp": "99999999999"})
	b.claims("exp a boolean", number, Claims{"exp": true})
	b.claims("exp out of range", "RFC 7519 §2, RFC 8259 §6: no time is that far away", Claims{"exp": json.RawMessage("1e400")})
	b.claims("not valid yet", "RFC 7519 §4.1.5: nbf is an hour ahead", Claims{"nbf": now.Add(time.Hour)})
	b.claims("nbf a string", number, Claims{"nbf": "0"})
	b.claims("iat a string", number, Claims{"iat": "0"})
}

// addIssuers adds tokens whose iss is nearly the issuer's, or nothing.
func (b *badTokens) addIssuers() {
	const exact = "RFC 9068 §4: iss must be exactly the issuer's identifier"
	url := b.issuer.url
	b.claims("iss of another server", exact, Claims{"iss": attackerURL})
	b.claims("iss of another tenant", exact, Claims{"iss": url + "/other"})
	b.claims("iss with one slash more", exact, Claims{"iss": url + "/"})
	b.claims("iss in capitals", exact, Claims{"iss": strings.ToUpper(url)})
	b.claims("iss missing", "RFC 9068 §2.2: iss is required", Claims{"iss": Absent})
	b.claims("iss null", "RFC 7519 §4.1.1: iss is a string", Claims{"iss": nil})
	b.claims("iss an array", "RFC 7519 §4.1.1: iss is a string", Claims{"iss": []string{url}})
	b.claims("sub a number", "RFC 7519 §4.1.2: sub is a string", Claims{"sub": 1})
}

// addAudiences adds tokens that are meant for somebody else, or nobody.
func (b *badTokens) addAudiences() {
	const other = "RFC 9068 §4, RFC 9700 §2.3: the token is not meant for this resource server"
	const shape = "RFC 7519 §4.1.3: aud is a string or an array of strings"
	aud := b.issuer.config.Audience
	b.claims("aud of another resource", other, Claims{"aud": otherAudience})
	b.claims("aud of other resources", other, Claims{"aud": []string{otherAudience, otherAudience + "/2"}})
	b.claims("aud that begins with ours", other, Claims{"aud": aud + ".attacker.test"})
	b.claims("aud that ours begins with", other, Claims{"aud": aud[:len(aud)-1]})
	b.claims("aud with ours among words", other, Claims{"aud": otherAudience + " " + aud})
	if swapped, ok := otherCase(aud); ok {
		b.claims("aud in the wrong case", "RFC 7519 §4.1.3: aud is case-sensitive", Claims{"aud": swapped})
	}
	b.claims("aud empty array", other, Claims{"aud": []string{}})
	b.claims("aud missing", "RFC 9068 §2.2: aud is required", Claims{"aud": Absent})
	b.claims("aud null", shape, Claims{"aud": nil})
	b.claims("aud a number", shape, Claims{"aud": 1})
	b.claims("aud an object", shape, Claims{"aud": map[string]any{aud: true}})
	b.claims("aud an array with a number", shape, Claims{"aud": []any{aud, 1}})
}

// addKinds adds JWTs of the same issuer, for the same audience, that are no
// access tokens or no bearer tokens.
func (b *badTokens) addKinds() {
	now := b.issuer.config.Now()
	jwt := map[string]any{"typ": "JWT"}
	b.mint("ID token", "RFC 8725 §3.12, RFC 9068 §4: an ID token is no access token", Mint{Header: jwt, Claims: Claims{
		"aud": []string{b.issuer.config.Audience, "client-1"}, "azp": "client-1", "auth_time": now,
		"nonce": "n-0S6_WzA2Mj", "at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng",
		"client_id": Absent, "scope": Absent, "jti": Absent,
	}})
	b.mint("refresh token", "RFC 8725 §3.12: a refresh token is no access token",
		Mint{Header: jwt, Claims: Claims{"typ": "Refresh"}})

	// A binding that is not checked protects nobody, so a bound token is
	// refused as a plain bearer token.
	thumbprint := strings.Repeat("A", 43)
	b.claims("bound to a DPoP key, as bearer token", "RFC 9449 §7.2: a DPoP-bound token needs a proof",
		Claims{"cnf": map[string]any{"jkt": thumbprint}})
	b.claims("bound to a certificate, without one", "RFC 8705 §3: a certificate-bound token needs that certificate",
		Claims{"cnf": map[string]any{"x5t#S256": thumbprint}})
}
