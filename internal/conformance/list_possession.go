package main

const (
	noCertificates = "comes with the Binding for certificates; until then "
	noProofs       = "comes with the Binding for DPoP"
)

var proofsLater = leftToLater(noProofs)

var certificates = pack{"Tokens bound to a certificate",
	"RFC 8705, and cnf of RFC 7800. Nothing here compares certificates yet, so a token bound to one is refused, unless the user brings a Binding, as the tests do.",
	[]requirement{
		{"R8705-1", must, "RFC 8705 §3", "The certificate comes from the TLS layer and matches the token's", leftToLater(noCertificates + "the adapters hand over the certificate of the connection, and a user's Binding can compare it")},
		{"R8705-2", must, "RFC 8705 §3", "Another certificate, or none, is invalid_token", leftToLater(noCertificates + "every token that is bound to one is, unless a user's Binding holds")},
		{"R8705-3", must, "RFC 8705 §3.1", "The thumbprint is SHA-256 of the certificate's DER, in base64url", leftToLater(noCertificates + "nothing is compared, and a thumbprint of another form is refused")},
		{"R8705-4", must, "RFC 8705 §3.2", "cnf in an introspection answer binds as cnf in a JWT does", tested},
		{"R8705-5", may, "RFC 8705 §6.2", "The binding needs no chain: self-signed certificates work", leftToLater(noCertificates + "the adapters hand over whatever certificate there is, and ask for no chain")},
		{"R8705-6", must, "RFC 8705 §6.5, RFC 9700 §4.13", "Fields in which a proxy would hand on a certificate count only from that proxy", testedWith("no such field is looked at")},
		{"R8705-7", must, "RFC 8705 §3", "A bound token never passes as a plain bearer token, also where nothing for it is configured", tested},
		{"R8705-8", must, "RFC 8705 §3", "A remembered decision does not skip the check of the certificate", testedWith("with a Binding of the tests: the guard asks it for each request")},
		{"R7800-1", policy, "RFC 7800 §3.1", "A cnf in which nothing is known is refused", tested},
	}}

var proofs = pack{"DPoP",
	"Tokens bound to a key that the client proves to have with each request: RFC 9449. Nothing here checks a proof yet, so a token bound to a key is refused, unless the user brings a Binding. What the guard does around one is there, and tested with one that the tests bring.",
	[]requirement{
		{"R9449-1", must, "RFC 9449 §4.3", "One DPoP field", proofsLater},
		{"R9449-2", must, "RFC 9449 §4.3", "It holds one well-formed JWT", proofsLater},
		{"R9449-3", must, "RFC 9449 §4.2, §4.3", "jti, htm, htu, iat and ath are there", proofsLater},
		{"R9449-4", must, "RFC 9449 §4.3, §11.5", "typ is dpop+jwt", proofsLater},
		{"R9449-5", must, "RFC 9449 §4.3, §11.6", "The algorithm is asymmetric and allowed", proofsLater},
		{"R9449-6", must, "RFC 9449 §4.3", "The key in the proof's header verifies it", proofsLater},
		{"R9449-7", must, "RFC 9449 §4.3", "That key is no private one", proofsLater},
		{"R9449-8", must, "RFC 9449 §4.3", "htm is the method, by case", proofsLater},
		{"R9449-9", must, "RFC 9449 §4.3", "htu is the URI, query and fragment left aside", proofsLater},
		{"R9449-10", should, "RFC 9449 §4.3, RFC 3986 §6.2", "URIs are normalized by syntax and scheme before they are compared", proofsLater},
		{"R9449-11", must, "RFC 9449 §4.3, §11.3", "Where a nonce was given, the proof has it", proofsLater},
		{"R9449-12", must, "RFC 9449 §4.3, §11.1", "iat is within a short window", proofsLater},
		{"R9449-13", must, "RFC 9449 §4.3, §7", "ath is the hash of this token", proofsLater},
		{"R9449-14", must, "RFC 9449 §6.1, §7.1", "The proof's key is the one that the token is bound to", leftToLater(noProofs + "; a token that is bound to nothing is refused under DPoP already")},
		{"R9449-15", must, "RFC 9449 §7.2", "A token bound to a key is refused under Bearer", tested},
		{"R9449-16", should, "RFC 9449 §7.1", "The challenge has the scheme DPoP and lists the algorithms", leftToLater(noProofs + "; the guard writes the challenge of a Binding that has one")},
		{"R9449-17", must, "RFC 9449 §7.1", "A bad proof is invalid_dpop_proof", leftToLater(noProofs + "; the guard words the verdict of a Binding that gives it")},
		{"R9449-18", should, "RFC 9449 §7.2", "With two schemes both are offered, and only the one that was used carries the error", testedWith("with a Binding of the tests")},
		{"R9449-19", must, "RFC 9449 §7.2", "Credentials of both schemes in one request are invalid_request", testedWith("with a Binding of the tests")},
		{"R9449-20", may, "RFC 9449 §9", "A nonce is asked for by use_dpop_nonce and the field DPoP-Nonce", leftToLater(noProofs + "; the guard words the verdict of a Binding that gives it")},
		{"R9449-21", must, "RFC 9449 §8, §8.1", "Nonces cannot be guessed", proofsLater},
		{"R9449-22", should, "RFC 9449 §8.2", "A new nonce may come with a good answer, which is then not to be cached", proofsLater},
		{"R9449-23", should, "RFC 9449 §11.1", "A proof that was used is refused", proofsLater},
		{"R9449-24", should, "RFC 9449 §11.1", "The memory for used proofs is bounded", proofsLater},
		{"R9449-25", should, "RFC 9449 §7.1, §8", "Clients in browsers may read WWW-Authenticate and DPoP-Nonce", proofsLater},
		{"R9449-26", may, "RFC 9449 §4.2", "Unknown members of a proof are allowed", proofsLater},
		{"R9449-27", must, "RFC 9449 §7.1", "A remembered decision does not skip the check of the proof", testedWith("with a Binding of the tests: the guard asks it for each request")},
	}}
