package middleware

import "crypto/x509"

// Values gives the values of a field of the request, one for each time the
// field was sent. http.Header is one; names are written as in HTTP.
type Values interface{ Values(name string) []string }

// Setter sets a field of the answer. http.Header is one.
type Setter interface{ Set(name, value string) }

// Request is what a [Guard] looks at of a request. Adapters fill it; nothing in
// it is kept after [Guard.Check] returns.
type Request struct {
	Header Values // fields as received; nil means none
	Reply  Setter // fields of the answer, which a Binding may set on success too; may be nil

	Method string // as received, case-sensitive
	Host   string // the Host field or :authority
	Path   string // escaped, as received, without the query
	Peer   string // network address of the sender
	Route  string // the pattern that serves the request, for Observe

	TLS         bool              // the request came over TLS that ended here
	Certificate *x509.Certificate // the client's, from the TLS layer; nil: none
}
