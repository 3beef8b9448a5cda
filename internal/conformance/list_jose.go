package main

var jws = pack{"Signed tokens: JWS",
	"The form of a JWT and of its header: RFC 7515 and RFC 7797. Verified is what was received, octet by octet.",
	[]requirement{
		{"R7515-1", must, "RFC 7515 §5.2", "A compact JWS has exactly two periods", tested},
		{"R7515-2", must, "RFC 7515 §2, §5.2", "Each part is base64url without padding, white space, other characters or unused bits", tested},
		{"R7515-3", must, "RFC 7515 §5.2", "The header is one valid JSON object in UTF-8", tested},
		{"R7515-4", must, "RFC 7515 §10.12", "Nothing follows the JSON value", tested},
		{"R7515-5", must, "RFC 7515 §4, §10.12", "A header parameter that occurs twice is refused, and never read as the first of the two", tested},
		{"R7515-6", must, "RFC 7515 §5.2", "alg is there, is a string, and the signature verifies by that algorithm and no other", tested},
		{"R7515-7", must, "RFC 7515 §5.3, §10.13", "Names and values are compared after unescaping, code point by code point", tested},
		{"R7515-8", must, "RFC 7515 §4.1.11", "An extension named in crit that is not understood makes the token invalid", tested},
		{"R7515-9", must, "RFC 7515 §4.1.11", "crit is a list of parameters that are there: not empty, none twice, none of the standard's own", testedWith("any crit is refused, since no extension is supported")},
		{"R7515-10", must, "RFC 7515 §4", "Unknown header parameters outside crit are ignored", tested},
		{"R7515-11", must, "RFC 7515 §5.2", "The signature must hold: one bit changed anywhere makes the token invalid", tested},
		{"R7515-12", should, "RFC 7515 §5.2", "A good signature by an algorithm that the application does not allow is refused", tested},
		{"R7515-13", must, "RFC 7515 §10.9, RFC 7518 §3.2", "Comparing a MAC takes the same time whatever the key", metByAbsence("there is no HMAC; public keys hold nothing that timing could reveal")},
		{"R7797-1", must, "RFC 7797 §7", "b64 is refused in a JWT", tested},
	}}

var jwk = pack{"Published keys: JWK Sets",
	"What an issuer publishes, and which of its keys may check a token: RFC 7517.",
	[]requirement{
		{"R7517-1", must, "RFC 7517 §5", "A document whose keys is no array is no key set, and takes no good one's place", tested},
		{"R7517-2", must, "RFC 7517 §4, §5", "Unknown members of a key or a set are ignored", tested},
		{"R7517-3", should, "RFC 7517 §5", "A key that cannot be used is skipped, and the others count", tested},
		{"R7517-4", must, "RFC 7517 §4, §5", "A member that occurs twice has one outcome, the same at every load", testedWith("the document is refused")},
		{"R7517-5", must, "RFC 7517 §4.2", "A key for encryption verifies nothing", tested},
		{"R7517-6", must, "RFC 7517 §4.3", "A key whose key_ops lack verify verifies nothing, and use and key_ops agree", tested},
		{"R7517-7", must, "RFC 7517 §4.5", "kid is compared by case", tested},
		{"R7517-8", should, "RFC 7517 §4.5", "Keys that share a kid are told apart by what else they say", tested},
		{"R7517-9", must, "RFC 7517 §9", "Private and symmetric keys in a published set are never used", tested},
		{"R7517-10", must, "RFC 7515 §4.1.2, RFC 8414 §6.1", "Keys are fetched by TLS from the server that the URL names", tested},
		{"R7517-11", may, "RFC 7517 §8.5.2", "Both media types of key sets are asked for and accepted", tested},
		{"R7517-12", should, "RFC 7515 §6, RFC 7517 §4.5", "A token without kid is tried with keys that fit, and only with a few", tested},
		{"R7517-13", may, "RFC 7517 §4.4", "A key without alg is usable, for what its type and the issuer's list allow", tested},
	}}

var jwa = pack{"Algorithms and keys",
	"RFC 7518, RFC 8037 and RFC 7638.",
	[]requirement{
		{"R7518-1", must, "RFC 7518 §3.3, §3.5", "RSA keys have 2048 bits at least, and 8192 at most", tested},
		{"R7518-2", must, "RFC 7518 §3.2", "An HMAC key is no shorter than the hash", metByAbsence("there is no HMAC, and no configuration allows one")},
		{"R7518-3", must, "RFC 7518 §3.4", "An ECDSA signature is R and S, each of full length and in range", tested},
		{"R7518-4", must, "RFC 7518 §3.4", "ES256, ES384 and ES512 each go with one curve", tested},
		{"R7518-5", must, "RFC 7518 §6.2.1.2", "Coordinates of EC keys have their full length, leading zeros included", tested},
		{"R7518-6", must, "RFC 7518 §3.6", "An unsecured JWS is not accepted, and no switch makes it so", tested},
		{"R7518-7", must, "RFC 7518 §3.5", "The salt of RSASSA-PSS is as long as the hash", tested},
		{"R8037-1", should, "RFC 8037 §3.1, RFC 9864", "Ed25519 signatures verify under both names of the algorithm", tested},
		{"R7638-1", must, "RFC 7638 §3", "A thumbprint is SHA-256 of the required members alone, in order, without white space", tested},
	}}
