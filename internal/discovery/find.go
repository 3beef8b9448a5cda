package discovery

import (
	"context"
	"errors"
	"fmt"

	"github.com/bearerguard/bearerguard/internal/fetch"
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Find asks both well-known places of an issuer for its metadata and returns
// the URL that it names under the first of these members that it has, once it
// is known to be one that may be asked. An issuer that cannot be reached is not
// asked a second time; any answer that is not its metadata sends us on.
func Find(ctx context.Context, get fetch.Getter, issuer string, members ...Member) (string, error) {
	var faults []error
	for _, place := range wellKnown(issuer) {
		a, err := get.Get(ctx, place, "application/json", "")
		var answered *fetch.AnswerError
		if err != nil && !errors.As(err, &answered) {
			return "", err
		}
		var uri string
		if err == nil {
			uri, err = read(a.Body, issuer, get.Policy, members)
		}
		if err == nil {
			return uri, nil
		}
		faults = append(faults, fmt.Errorf("metadata at %s: %w", place, err))
	}
	return "", errors.Join(faults...)
}

// Member is where metadata names a URL: a member, or one of an object in it.
type Member struct {
	In   string // the object; "": the document itself
	Name string
}

// The members that this library asks for.
var (
	JWKSURI               = Member{Name: "jwks_uri"}
	IntrospectionEndpoint = Member{Name: "introspection_endpoint"}                    // RFC 8414 §2
	IntrospectionByMTLS   = Member{"mtls_endpoint_aliases", "introspection_endpoint"} // RFC 8705 §5
)

// read takes a URL out of a metadata document of exactly this issuer (RFC 8414
// §3.3): otherwise one tenant could pass for another. Other members, of any
// type, do not matter.
func read(text, issuer string, policy fetch.Policy, members []Member) (string, error) {
	doc, err := strictjson.ParseObject(text, strictjson.Limits{}, nil)
	if err != nil {
		return "", fmt.Errorf("not a metadata document: %w", err)
	}
	if named, ok := doc.Member("issuer").Str(); !ok || named != issuer {
		return "", errors.New("the document names another issuer; the two are compared to the letter, a slash at the end included")
	}
	for _, m := range members {
		v := m.of(doc)
		if v.Kind() == strictjson.Absent {
			continue
		}
		uri, ok := v.Str()
		if !ok {
			return "", fmt.Errorf("%s is not a string", m.Name)
		}
		if err := policy.Check(uri); err != nil {
			return "", fmt.Errorf("%s: %w", m.Name, err)
		}
		return uri, nil
	}
	return "", fmt.Errorf("the document has no %s", members[len(members)-1].Name)
}

func (m Member) of(doc strictjson.Value) strictjson.Value {
	if m.In != "" {
		doc = doc.Member(m.In)
	}
	return doc.Member(m.Name)
}
