package authtest

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// A Fault builds, around the handler of a correct server, one that is broken in
// a certain way. Use it with [Issuer.Replace] for one endpoint and with
// [Issuer.Break] for all:
//
//	issuer.Replace(authtest.EndpointJWKS, authtest.Truncated)
//	issuer.Break(authtest.Delay(time.Hour))
//
// Faults can be put around each other; only what collects the whole answer
// first (Truncated, HalfWritten, ContentType, Oversized, Member, Resigned and
// what changes a document) cannot go around [Endless].
//
// None of them needs a socket but [GzipBomb], and all end with the request's
// context, so nothing is left behind in a testing/synctest bubble. What a
// resource server should do meanwhile is the same for all of them, and their
// comments only say what is special: requests whose keys are at hand notice
// nothing; requests that need an answer wait for a bounded time and are then
// refused as 503, not as 401, because nobody knows that their tokens are bad;
// and soon after the repair all is well without a restart.
type Fault func(good http.Handler) http.Handler

// Break puts a fault on every endpoint of the issuer, in place of what
// [Issuer.Replace] or an earlier Break put there. Faults of a document leave
// the endpoints of other documents good: EmptySet does not touch metadata.
func (i *Issuer) Break(f Fault) {
	for e := range i.endpoints {
		i.Replace(e, f)
	}
}

// Repair lets every endpoint answer correctly again. An answer that is under
// way keeps its fault.
func (i *Issuer) Repair() {
	for e := range i.endpoints {
		i.Restore(e)
	}
}

// answerOf is what a correct server answers to r.
func answerOf(good http.Handler, r *http.Request) *httptest.ResponseRecorder {
	a := httptest.NewRecorder()
	good.ServeHTTP(a, r)
	return a
}

// send answers as a does, with another body that is declared to be so long.
func send(w http.ResponseWriter, a *httptest.ResponseRecorder, body []byte, declared int) {
	maps.Copy(w.Header(), a.Header())
	w.Header().Set("Content-Length", strconv.Itoa(declared))
	w.WriteHeader(a.Code)
	w.Write(body)
}

// edit changes one member of a JSON document. What is no JSON object, or does
// not have the member, is answered as it is.
func edit(name string, change func(old json.RawMessage) json.RawMessage) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := answerOf(good, r)
			body := a.Body.Bytes()
			var members map[string]json.RawMessage
			if json.Unmarshal(body, &members) == nil && members[name] != nil {
				members[name] = change(members[name])
				body = object(members)
			}
			send(w, a, body, len(body))
		})
	}
}

// object writes a JSON object without another look at its values, which may be
// large.
func object(members map[string]json.RawMessage) []byte {
	var text []byte
	for name, value := range members {
		text = append(text, ',')
		text = append(text, mustJSON(name)...)
		text = append(text, ':')
		text = append(text, value...)
	}
	text[0] = '{'
	return append(text, '}')
}

// wait returns early, with an error, when ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
