package authtest

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// Member changes one member of the JSON objects that are answered: a value of
// [Absent] removes it, any other replaces it or is added. With
//
//	issuer.Replace(authtest.EndpointIntrospection, authtest.Member("active", "true"))
//
// no token is active, because only JSON's true is (RFC 7662 §2.2). What is no
// JSON object, a signed answer for instance, is answered as it is.
func Member(name string, value any) Fault {
	if when, ok := value.(time.Time); ok {
		value = when.Unix() // as in Claims
	}
	mustJSON(value) // now, rather than in a handler
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := answerOf(good, r)
			body := a.Body.Bytes()
			if m, err := decodeMembers(body); err == nil && m != nil {
				delete(m, name)
				if value != Absent {
					m[name] = mustJSON(value)
				}
				body = mustJSON(m)
			}
			send(w, a, body, len(body))
		})
	}
}

// Unsigned answers as to a request without Accept, in plain JSON, as a server
// does that does not know RFC 9701. A resource server that has asked for signed
// answers should not make do with less.
func Unsigned(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		plain := r.Clone(r.Context())
		plain.Header.Del("Accept")
		good.ServeHTTP(w, plain)
	})
}

// Resigned changes the signed answers of EndpointIntrospection, and leaves all
// others as they are. As in [Issuer.Mint], what m names differs from a right one,
// whose header is {alg, kid, typ} and whose claims are {iss, aud, iat,
// token_introspection}. A resource server should refuse every answer that is
// not meant for it, not of this server, or not about introspection (RFC 9701 §5):
//
//	issuer.Replace(authtest.EndpointIntrospection, issuer.Resigned(authtest.Mint{
//		Claims: authtest.Claims{"aud": "another-client"},
//	}))
func (i *Issuer) Resigned(m Mint) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := answerOf(good, r)
			body := a.Body.Bytes()
			if a.Header().Get("Content-Type") == signedAnswer {
				body = []byte(i.Mint(i.differing(a.Body.String(), m)))
			}
			send(w, a, body, len(body))
		})
	}
}

// differing is m with what a signed answer says where m says nothing.
func (i *Issuer) differing(answer string, m Mint) Mint {
	header := map[string]any{"typ": strings.TrimPrefix(signedAnswer, "application/")}
	maps.Copy(header, m.Header)
	m.Header = header
	if m.RawPayload == nil {
		payload := map[string]any{}
		for name, value := range must(decodeMembers(must(decode(strings.Split(answer, ".")[1])))) {
			payload[name] = value
		}
		m.RawPayload = mustJSON(with(payload, m.Claims))
	}
	return m
}
