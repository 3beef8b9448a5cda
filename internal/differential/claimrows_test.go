package differential

// claimRows are about claims that make bearerguard refuse.
var claimRows = []row{
	{
		name: "claim of the wrong type", // R7519-8, R7519-9
		why: "RFC 7519 §4.1, RFC 9068 §2.2, RFC 6749 §3.3: whoever reads the claim later would get nothing or something " +
			"else. The peers check the types of what they read, which for a map is iss, aud, exp and nbf; null is no value " +
			"to a struct, and a quoted number a number",
		ours: []verdict{"claims"}, seen: seesWrongType,
		examples: []example{
			{"nbf null", with("nbf:null"), []string{registeredClaims, goJOSE}},
			{"exp quoted", with("exp:" + quote(at(300))), []string{registeredClaims}},
			{"iat a string", with(`iat:"x"`), []string{mapClaims}},
			{"sub a number", with("sub:1"), []string{mapClaims}},
			{"jti a number", with("jti:1"), []string{mapClaims}},
			{"client_id a list", with(`client_id:["client"]`), allPeers},
			{"scope an object", with("scope:{}"), allPeers},
			{"scp with a number", with("scp:[1]"), allPeers},
			{"scp null", with("scp:null"), allPeers},
			{"acr null", with("acr:null"), allPeers},
			{"auth_time a string", with(`auth_time:"1"`), allPeers},
			{"jkt of cnf empty", with(`cnf:{"jkt":""}`), allPeers},
		},
	},
	{
		name: "date before 1970 or after 9999",
		why: "RFC 7519 §2 counts POSIX seconds, which have no meaning before 1970; far dates overflow, and then lie on the " +
			"other side of now",
		ours: []verdict{"claims"}, seen: seesFarDate,
		examples: []example{
			{"exp after 9999", with("exp:253402300800"), allPeers},
			{"nbf before 1970", with("nbf:-1"), allPeers},
			{"nbf beyond int64", with("nbf:1e19"), golangJWTs},
			{"iat before 1970", with("iat:-1"), allPeers},
			{"auth_time beyond float64", with("auth_time:1e400"), []string{registeredClaims, goJOSE}},
		},
	},
	{
		name: "nbf within the second that is running", // R7519-7
		why: "RFC 7519 §4.1.5: not before nbf. Of a fraction the peers drop what is after the point, we round up: less than a " +
			"second either way",
		ours: []verdict{"not_yet_valid"}, seen: seesFractionOfNBF,
		examples: []example{{"half a second ahead of the leeway", with("nbf:" + at(30) + ".5"), allPeers}},
	},
	{
		name: "at exp", // R7519-5
		why:  "RFC 7519 §4.1.4: on or after exp is too late. go-jose accepts during one second more",
		ours: []verdict{"expired"}, seen: seesLastSecond,
		examples: []example{
			{"to the second", with("exp:" + at(-30)), []string{goJOSE}},
			{"and a fraction", with("exp:" + at(-30) + ".5"), []string{goJOSE}},
		},
	},
	{
		name: "ID, refresh or logout token", // R8725-17
		why: "RFC 8725 §3.12, RFC 9068 §4, OpenID Connect Back-Channel Logout §2.4: signed by the same key, for another purpose. " +
			"The peers leave that to their user",
		ours: []verdict{"type"}, seen: seesOtherKind,
		examples: []example{
			{"at_hash", with(`at_hash:"x"`), allPeers},
			{"c_hash", with(`c_hash:"x"`), allPeers},
			{"nonce without scope and client", with(`nonce:"x"`, "scope:", "client_id:"), allPeers},
			{"events", with(`events:{"http://schemas.openid.net/event/backchannel-logout":{}}`), allPeers},
			{"typ in the payload", with(`typ:"Refresh"`), allPeers},
			{"token_use", with(`token_use:"id"`), allPeers},
			{"token_type", with(`token_type:"refresh_token"`), allPeers},
		},
	},
	{
		name: "token bound to a key",
		why: "RFC 9449 §7.2, RFC 8705 §3, RFC 7800 §3.1: as a bearer token it would be good in the hands of a thief. The guard " +
			"refuses, as none of its Bindings covers cnf; the peers do not read it",
		ours: []verdict{"confirmation"}, seen: func(a *anatomy) bool { return a.payload.has("cnf") },
		examples: []example{
			{"jkt", with(`cnf:{"jkt":"` + thumbprint + `"}`), allPeers},
			{"x5t#S256", with(`cnf:{"x5t#S256":"` + thumbprint + `"}`), allPeers},
			{"nothing that is known", with(`cnf:{"x":1}`), allPeers},
			{"null", with("cnf:null"), allPeers},
		},
	},
}

// strangerRows are about what bearerguard accepts and somebody else refuses, or reads otherwise.
var strangerRows = []row{
	{
		name: "name in another case", // R7515-7
		why: "RFC 7515 §5.3, RFC 7519 §4: names are compared code point by code point, so this is a claim that nobody knows. A Go " +
			"struct takes it for its own, the long s (U+017F) for an s too, and of two spellings the last",
		seen: seesFoldedName,
		examples: []example{
			{"ISS instead of iss", with("iss:", "ISS:"+quote(issuer)), []string{registeredClaims}},
			{"Exp instead of exp", with("exp:", "Exp:"+at(300)), []string{registeredClaims}},
			{"a number under the long s besides a good sub", with(`ſub:1`), []string{ours, mapClaims, goJOSE}},
			{"an expired EXP besides a good exp", with("EXP:" + at(-300)), []string{ours, mapClaims, goJOSE}},
			{"another SUB besides sub: read otherwise", with(`SUB:"root"`), append([]string{ours}, allPeers...)},
		},
	},
	{
		name: "iat in the future",
		why: "RFC 7519 §4.1.6 gives a rule for the age of tokens, not for accepting them, and nbf says what is not valid yet. " +
			"go-jose is stricter; we and golang-jwt are not, as issuers' clocks run ahead",
		ours: []verdict{accepted}, seen: seesFutureIAT,
		examples: []example{{"beyond the leeway", with("iat:" + at(31)), append([]string{ours}, golangJWTs...)}},
	},
	{
		name: "malformed jwk, x5c or nonce in the header",
		why: "RFC 8725 §3.10: what the header offers as a key is not even read here. go-jose parses it, and refuses what it cannot " +
			"parse; that is nothing a forger would send",
		ours: []verdict{accepted}, seen: func(a *anatomy) bool { return a.header.has("jwk", "x5c", "nonce") },
		examples: []example{
			{"jwk a number", with("jwk=1"), append([]string{ours}, golangJWTs...)},
			{"x5c of no certificate", with(`x5c=["x"]`), append([]string{ours}, golangJWTs...)},
			{"nonce a number", with("nonce=1"), append([]string{ours}, golangJWTs...)},
		},
	},
	{
		name: "number that no float64 holds", // R7519-10, R7515-10
		why: "RFC 7519 §4, RFC 7515 §4: what is not understood is ignored, and RFC 8259 §6 sets no bounds to a number. Who reads everything into " +
			"Go's any fails on it",
		ours: []verdict{accepted}, seen: func(a *anatomy) bool { return a.header.inside.hugeNumber || a.payload.inside.hugeNumber },
		examples: []example{
			{"in a claim", with("x:1e400"), []string{ours, registeredClaims, goJOSE}},
			{"in the header", with("x=1e400"), []string{ours}},
		},
	},
}
