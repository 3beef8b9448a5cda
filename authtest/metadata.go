package authtest

import (
	"encoding/json"
	"net/http"
)

// Metadata says which metadata documents an issuer has. One that it does not
// have is answered 404, and the attempt is counted all the same.
type Metadata int

// The combinations of documents.
const (
	BothDocuments Metadata = iota // OpenID Connect Discovery and RFC 8414
	OnlyOIDC                      // as most servers do
	OnlyRFC8414
	NoMetadata // the keys' URL has to be configured
)

func (m Metadata) hasOIDC() bool    { return m == BothDocuments || m == OnlyOIDC }
func (m Metadata) hasRFC8414() bool { return m == BothDocuments || m == OnlyRFC8414 }

// metadataDocument holds the members that RFC 8414 §2 and OpenID Connect
// Discovery §3 require. The authorization and token endpoints have to be named,
// but nothing answers there.
func (i *Issuer) metadataDocument(base, jwksURI string) []byte {
	return mustJSON(map[string]any{
		"issuer":                                i.url,
		"authorization_endpoint":                base + "/authorize",
		"token_endpoint":                        base + "/token",
		"jwks_uri":                              jwksURI,
		"introspection_endpoint":                base + "/introspect",
		"revocation_endpoint":                   base + "/revoke",
		"response_types_supported":              []string{"code"},
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": i.config.Algorithms,
	})
}

func document(body []byte, exists bool) http.Handler {
	if !exists {
		return http.NotFoundHandler()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeBody(w, r, "application/json", body)
	})
}

// mustJSON encodes what a test author wrote; what JSON cannot say is their
// mistake, to be seen at once.
func mustJSON(v any) []byte {
	return must(json.Marshal(v))
}
