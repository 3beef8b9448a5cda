// Package jose reads JSON Web Signatures in the compact serialization (RFC 7515) and JSON Web Keys (RFC 7517), and
// verifies the one with the other (RFC 7518, RFC 8037). It knows nothing of claims, issuers or HTTP.
//
// It verifies with asymmetric algorithms only. HMAC, "none", encryption (JWE), the JSON serialization, detached or
// unencoded payloads and header extensions (crit) do not exist here: what cannot be expressed cannot be confused.
// Keys come from the caller alone; the header parameters jku, jwk, x5u and x5c are never looked at (RFC 8725 §3.10).
//
// This is the only package that imports github.com/lestrrat-go/jwx. It uses that library to turn the octets of a public
// key into a key of the standard library, checks before and after what the library lets through, and verifies
// with the standard library.
//
// Errors wrap one of the sentinels of this package and never hold text of a token or of a key document.
package jose
