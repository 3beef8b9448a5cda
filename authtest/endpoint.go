package authtest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
)

// Endpoint names one of the URLs that an issuer answers.
type Endpoint string

// The endpoints of an issuer. Below, {path} is the path of its URL without a
// terminating slash.
const (
	// EndpointOIDC is {path}/.well-known/openid-configuration, OpenID Connect
	// Discovery §4.
	EndpointOIDC Endpoint = "openid-configuration"
	// EndpointRFC8414 is /.well-known/oauth-authorization-server{path}: the
	// path comes last, RFC 8414 §3.1.
	EndpointRFC8414 Endpoint = "oauth-authorization-server"
	// EndpointJWKS is {path}/jwks, named by jwks_uri in the metadata.
	EndpointJWKS Endpoint = "jwks"
	// EndpointIntrospection is {path}/introspect, RFC 7662 §2, named by
	// introspection_endpoint in the metadata. Who may call is in
	// Config.Clients.
	EndpointIntrospection Endpoint = "introspection"
	// EndpointRevocation is {path}/revoke, RFC 7009 §2, named by
	// revocation_endpoint in the metadata. Who may call is in Config.Clients.
	EndpointRevocation Endpoint = "revocation"
)

// endpoint is the one place where the answer of a URL is produced.
type endpoint struct {
	path    string       // escaped, compared exactly
	good    http.Handler // what a correct server answers
	now     atomic.Pointer[http.Handler]
	fetches atomic.Int64
	last    atomic.Pointer[Call] // for LastCall
}

func (e *endpoint) answer(h http.Handler) { e.now.Store(&h) }

func (i *Issuer) makeEndpoints(u *url.URL) map[Endpoint]*endpoint {
	const wellKnown = "/.well-known/"
	// Both documents say that a terminating slash of the issuer is dropped
	// before the well-known part is put in or on: OpenID Connect Discovery
	// §4.1, RFC 8414 §3.1.
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	origin := u.Scheme + "://" + u.Host
	metadata := i.metadataDocument(origin+path, origin+path+"/jwks")

	all := map[Endpoint]*endpoint{
		EndpointOIDC:    {path: path + wellKnown + string(EndpointOIDC), good: document(metadata, i.config.Metadata.hasOIDC())},
		EndpointRFC8414: {path: wellKnown + string(EndpointRFC8414) + path, good: document(metadata, i.config.Metadata.hasRFC8414())},
		EndpointJWKS:    {path: path + "/jwks", good: http.HandlerFunc(i.serveJWKS)},

		EndpointIntrospection: {path: path + "/introspect", good: i.forClients(EndpointIntrospection, i.introspection)},
		EndpointRevocation:    {path: path + "/revoke", good: i.forClients(EndpointRevocation, i.revocation)},
	}
	for _, e := range all {
		e.answer(e.good)
	}
	return all
}

func (i *Issuer) serve(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	for _, e := range i.endpoints {
		if e.path == path {
			e.fetches.Add(1)
			(*e.now.Load()).ServeHTTP(w, r)
			return
		}
	}
	http.NotFound(w, r)
}

// Replace changes what an endpoint answers from now on. The function receives
// the handler of a correct server, so that a fault can be built around the
// right answer: delay it, cut it, change its status or its headers; see [Fault]
// for those that are made already. A handler that panics with
// [http.ErrAbortHandler] breaks the connection.
//
// Replace starts from the correct handler every time: a second call takes the
// place of the first one. It panics on an endpoint that does not exist.
func (i *Issuer) Replace(e Endpoint, with func(good http.Handler) http.Handler) {
	at := i.endpoint(e)
	at.answer(with(at.good))
}

// Restore lets an endpoint answer correctly again.
func (i *Issuer) Restore(e Endpoint) {
	at := i.endpoint(e)
	at.answer(at.good)
}

// Fetches returns how many requests an endpoint has received, whatever their
// method and their answer.
func (i *Issuer) Fetches(e Endpoint) int { return int(i.endpoint(e).fetches.Load()) }

func (i *Issuer) endpoint(e Endpoint) *endpoint {
	at, ok := i.endpoints[e]
	if !ok {
		panic("authtest: no such endpoint: " + string(e))
	}
	return at
}

// writeBody answers GET and HEAD with a body whose length is declared, so that
// a fault that cuts it is seen as a truncated answer (RFC 9110 §8.6).
func writeBody(w http.ResponseWriter, r *http.Request, contentType string, body []byte) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	sendBody(w, contentType, body)
}

// sendBody answers 200, whatever the method.
func sendBody(w http.ResponseWriter, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
}
