package authtest

// addTypes adds tokens whose typ names another kind of JWT.
func (b *badTokens) addTypes() {
	const why = "RFC 8725 §3.11, RFC 9068 §4: typ names another kind of JWT"
	for _, typ := range []string{
		"dpop+jwt",                // RFC 9449 §4.2
		"logout+jwt",              // OpenID Connect Back-Channel Logout §2.4
		"secevent+jwt",            // RFC 8417 §2.3
		"token-introspection+jwt", // RFC 9701 §5
		"statuslist+jwt",          // Token Status List §5.1
		"oauth-authz-req+jwt",     // RFC 9101 §10.8
	} {
		b.header("typ "+typ, why, map[string]any{"typ": typ})
	}
	b.header("typ a number", "RFC 7515 §4.1.9: typ is a string", map[string]any{"typ": 1})
	b.header("typ empty", "RFC 7515 §4.1.9: typ is a media type", map[string]any{"typ": ""})
	b.mint("nested JWT", "RFC 7519 §5.2, §7.2: cty JWT means that the payload is another JWT", Mint{
		Header:     map[string]any{"cty": "JWT"},
		RawPayload: []byte(b.issuer.Token()),
	})
}

// addCritical adds tokens with a crit that cannot be honoured.
func (b *badTokens) addCritical() {
	const malformed = "RFC 7515 §4.1.11: crit is a non-empty array of extension names that are present"
	b.header("crit with an unknown extension", "RFC 7515 §4.1.11: an extension that is not understood makes the token invalid",
		map[string]any{"crit": []string{"urn:example:ext"}, "urn:example:ext": true})
	b.header("crit with b64", "RFC 7797 §7: b64 false is not for JWTs",
		map[string]any{"crit": []string{"b64"}, "b64": false})
	b.header("crit empty", malformed, map[string]any{"crit": []string{}})
	b.header("crit a string", malformed, map[string]any{"crit": "exp", "exp": 1})
	b.header("crit null", malformed, map[string]any{"crit": nil})
	b.header("crit with an absent name", malformed, map[string]any{"crit": []string{"urn:example:ext"}})
	b.header("crit with a registered name", malformed, map[string]any{"crit": []string{"alg"}})
	b.header("crit with a number", malformed, map[string]any{"crit": []int{1}})
}
