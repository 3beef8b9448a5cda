// Package claims maps the claims of a JWT, or the members of an introspection
// answer, to what middleware.NewToken takes. Both say the same things under the
// same names (RFC 7519 §4.1, RFC 7662 §2.2, RFC 9068 §2.2), so both go through
// here.
//
// It knows types and shapes. Whether a claim must be there, and which issuer or
// audience is the right one, is the caller's business.
package claims
