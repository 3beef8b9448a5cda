package main

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/bearerguard/bearerguard/scopes"
)

// A File holds the cases of one area, with everything that is needed to run them.
type File struct {
	About          string                    `json:"about"`
	Area           string                    `json:"area"`
	Now            time.Time                 `json:"now"` // the clock when a case begins
	Issuers        map[string]Issuer         `json:"issuers"`
	Routes         []Route                   `json:"routes"`
	Configurations map[string]*Configuration `json:"configurations"`
	Cases          []*Case                   `json:"cases"`
}

// An Issuer is an authorization server. Its metadata is good (RFC 8414 and OpenID Connect Discovery).
type Issuer struct {
	URL  string `json:"url"`
	JWKS Text   `json:"jwks"` // published when a case begins
}

// A Route of the protected resource, as a pattern of net/http and as a gRPC method.
type Route struct {
	Name string `json:"name"`
	HTTP string `json:"http"`
	GRPC string `json:"grpc"`
	Rule string `json:"rule"` // in the text form of package scopes; empty: the route has no rule
}

// A Configuration is what the resource server accepts. Without Compose it has either JWT and Tenants or Introspection.
type Configuration struct {
	About         string               `json:"about"`
	JWT           []Accepted           `json:"jwt,omitempty"`
	Tenants       *Tenants             `json:"tenants,omitempty"`
	Introspection *Introspection       `json:"introspection,omitempty"`
	Compose       string               `json:"compose,omitempty"` // "first": JWTs of a known issuer are not introspected; "every": both have to agree
	Policy        *scopes.PolicyConfig `json:"policy,omitempty"`
}

// Accepted is one issuer of JWTs; fields left out mean the defaults of jwks.Issuer.
type Accepted struct {
	Issuer        string   `json:"issuer"` // its name in File.Issuers
	Audience      []string `json:"audience"`
	AudienceClaim string   `json:"audience_claim,omitempty"`
	ScopeClaims   []string `json:"scope_claims,omitempty"`
	Algorithms    []string `json:"algorithms,omitempty"`
	Strict        bool     `json:"rfc9068,omitempty"`
}

// Tenants are issuers whose URL follows a pattern.
type Tenants struct {
	Pattern  string   `json:"pattern"`
	Allowed  []string `json:"allowed"`
	Audience []string `json:"audience"`
}

// Introspection is one server that is asked about tokens.
type Introspection struct {
	Issuer      string   `json:"issuer"`
	Audience    []string `json:"audience"`
	Client      string   `json:"client"`           // our client_id there
	Required    bool     `json:"required"`         // aud, iss and exp have to be in an answer
	Signed      bool     `json:"signed,omitempty"` // RFC 9701, with aud = Client
	ScopeArrays bool     `json:"scope_arrays"`     // scope may be an array
}

// A Case is an attack, or something that only looks like one. It is decided by its last step.
type Case struct {
	Name          string            `json:"name"`
	Source        string            `json:"source"` // the section or the CVE that justifies the expectation
	Configuration string            `json:"configuration"`
	NotIn         map[string]string `json:"not_in,omitempty"` // "http" or "grpc", and why it cannot be sent there
	Before        []Step            `json:"before,omitempty"`
	Step
}

// A Step changes the surroundings and then sends one request.
type Step struct {
	After   int             `json:"after,omitempty"`         // seconds the clock moves on first
	Publish map[string]Text `json:"publish,omitempty"`       // by issuer: its JWK Set from now on; empty: connections break
	Answer  *Answer         `json:"introspection,omitempty"` // to every question from now on; none yet: {"active":false}
	Forget  Text            `json:"forget,omitempty"`        // a token whose revocation the resource server is told of
	Request Request         `json:"request"`
	Expect  Expect          `json:"expect"`

	// Where routers differ, what to expect instead: "echo", which has no subtree redirects and matches raw paths.
	In map[string]Expect `json:"in,omitempty"`
}

// A Request is what the client sends, octet by octet.
type Request struct {
	To     string    `json:"to"`               // the name of the route
	HTTP   Text      `json:"http,omitempty"`   // method and target, where they are not the route's own
	GRPC   string    `json:"grpc,omitempty"`   // full method, where it is not the route's own
	Fields [][2]Text `json:"fields,omitempty"` // header fields or metadata, in this order
	Body   Text      `json:"body,omitempty"`
}

// An Answer is what the introspection endpoint sends. With a field Content-Encoding: gzip the body is to be compressed
// first. Status 0: the connection breaks.
type Answer struct {
	Status int       `json:"status"`
	Fields [][2]Text `json:"fields,omitempty"`
	Body   Text      `json:"body,omitempty"`
}

// Expect is what has to become of a request.
type Expect struct {
	Verdict string `json:"verdict"`          // allow or refuse
	Runs    string `json:"runs,omitempty"`   // the route whose handler answers, where it is not the one of the request
	Status  int    `json:"status"`           // of HTTP; the handlers answer 204
	GRPC    string `json:"grpc"`             // the code
	Error   string `json:"error,omitempty"`  // the error code of the challenge; empty: it has none
	Reason  string `json:"reason,omitempty"` // this library's word for logs
	Asked   *int   `json:"asked,omitempty"`  // how many questions the introspection endpoint gets

	// Fresh tells that the decision must not be kept: what comes a second time is decided a second time.
	Fresh bool `json:"fresh,omitempty"`

	// ByServer tells that an HTTP server may refuse the request by itself, without a challenge.
	ByServer bool `json:"by_server,omitempty"`
}

// encode writes the file as it is checked in: one line for each case.
func (f *File) encode() ([]byte, error) {
	head := *f
	head.Cases = []*Case{}
	text, err := plain(head)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", " "); err != nil {
		return nil, err
	}
	b.Truncate(b.Len() - len("[]\n}"))
	for i, c := range f.Cases {
		line, err := plain(c)
		if err != nil {
			return nil, err
		}
		b.WriteString([]string{"[\n    ", ",\n    "}[min(i, 1)])
		b.Write(line)
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes(), nil
}
