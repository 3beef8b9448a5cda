package main

// scope is what the route needs.
const scope = "orders:read"

// credential is a token, or what is sent in the place of one, and the truth about it.
type credential struct {
	truth
	text   string // empty: no Authorization field
	id     string // what the handler has to see as the token's jti
	scoped bool   // whether the token has the scope of the route
	about  string // for reports; never the token
}

// bad is a credential that can never pass.
func bad(about, text string, t truth) *credential {
	return &credential{truth: t, text: text, scoped: true, about: about}
}
