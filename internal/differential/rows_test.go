package differential

import (
	"fmt"
	"slices"
	"strings"
)

// table is every kind of disagreement there is.
var table = slices.Concat(formRows, headerRows, keyRows, claimRows, strangerRows)

// formRows are about the octets of the token and the JSON in it. They are refused before anything in the
// token is believed.
var formRows = []row{
	{
		name: "line break in base64url", // R7515-2
		why: "RFC 7515 §2, §5.2: no line breaks. encoding/base64 skips them, so one signature holds for many texts; " +
			"go-jose moreover verifies what it encodes anew instead of what it received (§5.2(8))",
		ours: []verdict{"malformed"}, seen: seesLineBreak,
		examples: []example{
			{"in a signed header", spelled(0, true, broken), golangJWTs},
			{"in a signed payload", spelled(1, true, broken), golangJWTs},
			{"in a header afterwards", spelled(0, false, broken), []string{goJOSE}},
			{"in a payload afterwards", spelled(1, false, broken), []string{goJOSE}},
			{"in the signature", spelled(2, false, broken), allPeers},
		},
	},
	{
		name: "unused bits in base64url", // R7515-2
		why: "RFC 4648 §3.5, RFC 7515 §2: one text for one sequence of octets, or a token that is revoked, cached or " +
			"counted by its text has a second one. golang-jwt has an option for it, which is off by default and on here",
		ours: []verdict{"malformed"}, seen: seesUnusedBits,
		examples: []example{
			{"in the header", spelled(0, false, loose), []string{goJOSE}},
			{"in the payload", spelled(1, false, loose), []string{goJOSE}},
			{"in the signature", spelled(2, false, loose), []string{goJOSE}},
		},
	},
	{
		name: "duplicate member", // R7515-5, R7519-3
		why: "RFC 7515 §4, RFC 7519 §4: refuse, or take the last. Refused at every level: another reader may take the " +
			"first (RFC 8259 §4). go-jose refuses them too, except inside claims that nobody reads",
		ours: []verdict{"malformed"}, seen: func(a *anatomy) bool { return a.header.inside.duplicates || a.payload.inside.duplicates },
		examples: []example{
			{"alg", with(`+alg="EdDSA"`), golangJWTs},
			{"exp", with("+exp:" + at(300)), golangJWTs},
			{"spelled with an escape", with(`+\u0065xp:` + at(300)), golangJWTs},
			{"nested in the header", with(`x={"a":1,"a":2}`), golangJWTs},
			{"nested in a claim", with(`x:[{"a":1,"a":2}]`), allPeers},
		},
	},
	{
		name: "octets that are not UTF-8", // R7515-3, R8725-9
		why: "RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725 §3.7: JSON in UTF-8. encoding/json puts U+FFFD in their place, so that " +
			"two names or subjects become one",
		ours: []verdict{"malformed"}, seen: func(a *anatomy) bool { return !isUTF8(a.header.text) || !isUTF8(a.payload.text) },
		examples: []example{
			{"in the header", with("x=\"\xff\""), allPeers},
			{"in sub", with("sub:\"\xff\""), allPeers},
		},
	},
	{
		name: "lone surrogate", // R7515-3
		why:  "RFC 8259 §8.2: no character, and decoders differ about it. encoding/json puts U+FFFD in its place",
		ours: []verdict{"malformed"}, seen: func(a *anatomy) bool { return loneSurrogate(a.header.text) || loneSurrogate(a.payload.text) },
		examples: []example{
			{"in the header", with(`x="\ud800"`), allPeers},
			{"in sub", with(`sub:"\udc00"`), allPeers},
		},
	},
	{
		name: "nesting over 64",
		why:  "RFC 8259 §9: a reader may limit depth. No issuer nests so deep, and a stack is not the attacker's to size",
		ours: []verdict{"malformed"}, seen: func(a *anatomy) bool { return max(a.header.inside.depth, a.payload.inside.depth) > 64 },
		examples: []example{
			{"in the header", with("x=" + deep(64)), allPeers},
			{"in a claim", with("x:" + deep(64)), allPeers},
		},
	},
	{
		name: "object of over 64 members in the header, or 512 in the claims",
		why:  "RFC 8259 §9: a reader may set limits. What is looked at before the signature is verified has to be cheap",
		ours: []verdict{"malformed"}, seen: seesManyMembers,
		examples: []example{
			{"header parameters", with(splat("=", 62)...), allPeers},
			{"claims", with(splat(":", 506)...), allPeers},
			{"members of a claim", with("x:" + many(513)), allPeers},
		},
	},
	{
		name: "token over 16 KiB",
		why:  "RFC 7519 sets no limit. Ours can be raised, and what is over it costs nothing",
		ours: []verdict{"too_large"}, seen: func(a *anatomy) bool { return len(a.raw) > 16<<10 },
		examples: []example{{"a long claim", with("x:" + quote(strings.Repeat("x", 12500))), allPeers}},
	},
}

// headerRows are about what the header asks for.
var headerRows = []row{
	{
		name: "crit", // R7515-8, R7515-9
		why: "RFC 7515 §4.1.11: what is not understood and is critical makes the token invalid, and an empty or malformed " +
			"crit is none. golang-jwt does not look at crit; go-jose knows b64, and takes an empty list and null for none",
		ours: []verdict{"header"}, seen: func(a *anatomy) bool { return a.header.has("crit") },
		examples: []example{
			{"an extension nobody knows", with(`crit=["x"]`, `x=1`), golangJWTs},
			{"an extension that is not there", with(`crit=["exp"]`), golangJWTs},
			{"no list", with(`crit="exp"`), golangJWTs},
			{"an empty list", with(`crit=[]`), allPeers},
			{"null", with(`crit=null`), allPeers},
			{"b64, which is true", with(`crit=["b64"]`, `b64=true`), allPeers},
		},
	},
	{
		name: "b64",
		why: "RFC 7797 §7: not for JWTs. golang-jwt does not look at it; go-jose obeys it, even where crit does not list it " +
			"(§6), and so takes a payload that is signed as it is",
		ours: []verdict{"header"}, seen: func(a *anatomy) bool { return a.header.has("b64") },
		examples: []example{
			{"true", with(`b64=true`), allPeers},
			{"false, and encoded nevertheless", with(`b64=false`), golangJWTs},
			{"false, and signed as it is", unencoded(`b64=false`), []string{goJOSE}},
		},
	},
	{
		name: "cty", // R7519-11
		why:  "RFC 7519 §5.2: cty announces that the payload is another JWT, which would have to be verified in turn (§7.2). We take none",
		ours: []verdict{"header"}, seen: func(a *anatomy) bool { return a.header.has("cty") },
		examples: []example{{"JWT", with(`cty="JWT"`), allPeers}},
	},
	{
		name: "enc", // R8725-6
		why:  "RFC 7516 §9: a header with enc is one of a JWE, and a token is either that or a JWS (RFC 8725bis §3.3)",
		ours: []verdict{"header"}, seen: func(a *anatomy) bool { return a.header.has("enc") },
		examples: []example{{"A256GCM", with(`enc="A256GCM"`), allPeers}},
	},
	{
		name: "typ is no string",
		why:  "RFC 7515 §4.1.9, RFC 8725 §3.11: typ is a media type and tells the kind of token. The peers leave typ to their user",
		ours: []verdict{"header"}, seen: func(a *anatomy) bool { _, ok := a.header.str("typ"); return a.header.has("typ") && !ok },
		examples: []example{
			{"null", with(`typ=null`), allPeers},
			{"a number", with(`typ=1`), allPeers},
		},
	},
	{
		name: "typ of another kind of token", // R8725-16
		why: "RFC 8725 §3.11, RFC 9068 §4: JWT, at+jwt or none; logout tokens, security events and DPoP proofs come from the " +
			"same issuers. The peers leave typ to their user",
		ours: []verdict{"type"}, seen: seesOtherType,
		examples: []example{
			{"a logout token", with(`typ="logout+jwt"`), allPeers},
			{"empty", with(`typ=""`), allPeers},
			{"a Kelvin sign, which folds to k", with(`typ="at+\u212Awt"`), allPeers},
		},
	},
	{
		name: "claim repeated in the header with another value", // R7519-12
		why:  "RFC 7519 §5.3: both have to be identical. We compare them as text; the peers do not",
		ours: []verdict{"header"}, seen: seesReplicated,
		examples: []example{
			{"iss", with(`iss="https://other.test"`), allPeers},
			{"aud", with(`aud=["https://other.test"]`), allPeers},
			{"sub that the claims do not have", with("sub:", `sub="user"`), allPeers},
		},
	},
}

// keyRows are about keys and signatures.
var keyRows = []row{
	{
		name: "key that is for another algorithm", // R8725-2
		why: "RFC 8725 §3.1, RFC 7517 §4.4: one key, one algorithm. go-jose does not compare the alg of a JWK, and golang-jwt " +
			"knows only bare keys, so that its user has to",
		ours: []verdict{"algorithm", "unknown_key"}, seen: seesCrossedAlgorithm,
		examples: []example{
			{"PS256 under the key for RS256", signedWith(keyOf("RS256"), signing{alg: "PS256"}, `alg="PS256"`), allPeers},
			{"RS256 under the key for PS256", signedWith(keyOf("PS256"), signing{alg: "RS256"}, `alg="RS256"`), allPeers},
			{"without a kid", signedWith(keyOf("PS256"), signing{alg: "RS256"}, `alg="RS256"`, "kid="), golangJWTs},
		},
	},
	{
		name: "PSS salt of another length than the hash", // R7518-7
		why:  "RFC 7518 §3.5: the salt is as long as the hash. Both peers find out the length from the signature",
		ours: []verdict{"signature", "unknown_key"}, seen: seesOtherSalt,
		examples: []example{
			{"20 octets", signedWith(keyOf("PS256"), signing{salt: 20}), allPeers},
			{"64 octets", signedWith(keyOf("PS256"), signing{salt: 64}), allPeers},
			{"without a kid", signedWith(keyOf("PS256"), signing{salt: 20}, "kid="), golangJWTs},
		},
	},
	{
		name: "no kid",
		why:  "RFC 7515 §4.1.4: kid is optional. We try the few keys that are for the token's alg; go-jose wants a kid where it is given a key set",
		ours: []verdict{accepted}, seen: func(a *anatomy) bool { return !a.header.has("kid") },
		examples: []example{{"absent", with("kid="), append([]string{ours}, golangJWTs...)}},
	},
}

func splat(separator string, n int) []string {
	var edits []string
	for i := range n {
		edits = append(edits, fmt.Sprintf("m%d%s0", i, separator))
	}
	return edits
}
