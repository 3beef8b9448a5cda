package differential

import (
	"fmt"
	"slices"
	"strings"
)

// member is a member of a JSON object as it is written: both are JSON texts, the name with its quotes.
type member struct{ name, value string }

// draft is a token that is being made. It starts as one that everybody accepts; mutations change it. Nothing in it is
// decided before token is called, so that a change of the claims is signed and one of the signature is not undone.
type draft struct {
	key     *key
	signing signing

	header, claims         []member
	headerText, claimsText []func(string) string // on the JSON texts

	unencoded bool                   // the payload is signed as it is (RFC 7797), not as it is sent
	sent      []func(parts []string) // on header and payload in base64url, signed as they then are
	signature []func([]byte) []byte
	afterward []func(parts []string)      // on all three parts, after the signature was made
	whole     []func(token string) string // on the finished text
}

// good is a draft that every verifier accepts.
func good(k *key) *draft {
	return &draft{
		key:    k,
		header: []member{{`"alg"`, quote(k.alg)}, {`"kid"`, quote(k.kid)}, {`"typ"`, `"at+jwt"`}},
		claims: []member{
			{`"iss"`, quote(issuer)}, {`"sub"`, `"user"`}, {`"aud"`, `["https://other.test","` + audience + `"]`},
			{`"exp"`, fmt.Sprint(now + 300)}, {`"iat"`, fmt.Sprint(now)}, {`"client_id"`, `"client"`}, {`"scope"`, `"read write"`},
		},
	}
}

// quote is for texts without anything to escape.
func quote(s string) string { return `"` + s + `"` }

// token writes the draft as a JWS in compact serialization, or what is left of one.
func (d *draft) token() string {
	header, payload := write(d.header, d.headerText), write(d.claims, d.claimsText)
	parts := []string{encode([]byte(header)), encode([]byte(payload))}
	for _, edit := range d.sent {
		edit(parts)
	}
	input := parts[0] + "." + parts[1]
	if d.unencoded {
		input = parts[0] + "." + payload
	}
	signature := d.key.sign(d.signing, []byte(input))
	for _, edit := range d.signature {
		signature = edit(signature)
	}
	parts = append(parts, encode(signature))
	for _, edit := range d.afterward {
		edit(parts)
	}
	token := strings.Join(parts, ".")
	for _, edit := range d.whole {
		token = edit(token)
	}
	return token
}

func write(members []member, edits []func(string) string) string {
	var b strings.Builder
	for i, m := range members {
		b.WriteByte("{,"[min(i, 1)])
		b.WriteString(m.name + ":" + m.value)
	}
	text := b.String() + "}"
	if len(members) == 0 {
		text = "{}"
	}
	for _, edit := range edits {
		text = edit(text)
	}
	return text
}

// set gives the member of this name a value, or adds it. The value "" takes the member away.
func set(members []member, name, value string) []member {
	i := slices.IndexFunc(members, func(m member) bool { return m.name == quote(name) })
	switch {
	case i < 0 && value == "":
		return members
	case i < 0:
		return append(members, member{quote(name), value})
	case value == "":
		return slices.Delete(members, i, i+1)
	}
	members[i].value = value
	return members
}
