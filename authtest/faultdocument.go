package authtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// HalfWritten answers 200 with the first half of the document, as a whole
// answer: a server that is just writing the file it serves. A resource server
// should keep the keys it has.
func HalfWritten(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answerOf(good, r)
		half := a.Body.Bytes()[:a.Body.Len()/2]
		send(w, a, half, len(half))
	})
}

// EmptySet publishes a key set without keys. It is a JWK Set (RFC 7517 §5), yet
// a resource server should keep the keys it has: no issuer signs with none.
// Metadata stays good.
func EmptySet(good http.Handler) http.Handler {
	return edit("keys", func(json.RawMessage) json.RawMessage { return json.RawMessage("[]") })(good)
}

// ManyKeys publishes n keys more, before the good ones. They are well-formed,
// have a kid each and sign nothing. A resource server should refuse a set that
// is larger than any honest one, and try few keys for one token. Metadata stays
// good.
func ManyKeys(n int) Fault {
	jwk := NewKey("", "ES256").JWK()
	var more []byte
	for i := range n {
		jwk["kid"] = fmt.Sprintf("more-%d", i)
		more = append(append(more, ','), mustJSON(jwk)...)
	}
	return edit("keys", func(old json.RawMessage) json.RawMessage {
		keys := bytes.Clone(more)
		if good := bytes.Trim(old, "[] "); len(good) > 0 {
			keys = append(append(keys, ','), good...)
		}
		if len(keys) == 0 {
			return old
		}
		keys[0] = '['
		return append(keys, ']')
	})
}

// WrongIssuer puts another issuer into the metadata. A resource server should
// not use such a document (RFC 8414 §3.3): otherwise one tenant of a host could
// pass for another. Keys stay good.
func WrongIssuer(url string) Fault {
	return edit("issuer", func(json.RawMessage) json.RawMessage { return mustJSON(url) })
}
