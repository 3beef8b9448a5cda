package authtest

import (
	"net/http"
	"net/url"
	"strconv"
)

// A Call is a request that EndpointIntrospection or EndpointRevocation received,
// to check how the client presents itself and what it asks.
type Call struct {
	// Authentication is how the client showed who it is, in the words of the
	// IANA registry of token endpoint authentication methods:
	// client_secret_basic, client_secret_post or none; or bearer (RFC 6750
	// §2.1). Empty where the request has another way, or two.
	Authentication string

	// ClientID is who it said it is. Whether that was believed is in Status.
	ClientID string

	Form   url.Values  // the parameters of the body, a secret included
	Header http.Header // of the request
	Status int         // of the right answer, which a Fault may have changed
}

// LastCall returns the latest request that one of the two endpoints has
// received, or the zero Call. Its maps are not to be changed. A request does
// not count that a handler put there by Replace kept for itself.
func (i *Issuer) LastCall(e Endpoint) Call {
	if last := i.endpoint(e).last.Load(); last != nil {
		return *last
	}
	return Call{}
}

// forClients serves an endpoint whose callers are clients.
func (i *Issuer) forClients(e Endpoint, answer func(*http.Request, Call) reply) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		call := Call{Header: r.Header.Clone()}
		out, ok := readForm(w, r)
		if ok {
			call.Form = r.PostForm
			out, ok = i.authenticate(&call)
		}
		if ok && call.Form.Get("token") == "" {
			out, ok = failed(http.StatusBadRequest, "invalid_request"), false
		}
		if ok {
			out = answer(r, call)
		}
		call.Status = out.status
		i.endpoint(e).last.Store(&call)
		out.send(w)
	})
}

// readForm reads a body of RFC 7662 §2.1 or RFC 7009 §2.1 into r.PostForm, which
// stays empty for any other type of body. A parameter in the URL is a mistake:
// URLs are logged (RFC 6749 §2.3.1).
func readForm(w http.ResponseWriter, r *http.Request) (reply, bool) {
	if r.Method != http.MethodPost {
		refused := failed(http.StatusMethodNotAllowed, "invalid_request")
		refused.header.Set("Allow", http.MethodPost)
		return refused, false
	}
	const maxBody = 1 << 20
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if r.URL.RawQuery != "" || r.ParseForm() != nil {
		return failed(http.StatusBadRequest, "invalid_request"), false
	}
	for _, once := range []string{"token", "token_type_hint", "client_id", "client_secret"} { // RFC 6749 §3.2
		if len(r.PostForm[once]) > 1 {
			return failed(http.StatusBadRequest, "invalid_request"), false
		}
	}
	return reply{}, true
}

// reply is the answer of an endpoint for clients.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func replied(contentType string, body []byte) reply {
	return reply{http.StatusOK, http.Header{"Content-Type": {contentType}}, body}
}

// failed is an error of RFC 6749 §5.2.
func failed(status int, code string) reply {
	out := replied("application/json", mustJSON(map[string]string{"error": code}))
	out.status = status
	return out
}

func (a reply) send(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Cache-Control", "no-store") // RFC 6749 §5.1: it is about tokens
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	w.Write(a.body)
}
