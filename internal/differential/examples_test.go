package differential

import (
	"fmt"
	"strings"
)

// How the examples of the table are written.

// with is a good token with another header or other claims, signed. An edit is "name=value" for the header and
// "name:value" for the claims; without a value the member goes, and with + in front it comes again.
func with(edits ...string) string { return edited(keyOf("EdDSA"), edits...).token() }

func edited(k *key, edits ...string) *draft {
	d := good(k)
	for _, edit := range edits {
		members := &d.claims
		i := strings.IndexAny(edit, "=:")
		if edit[i] == '=' {
			members = &d.header
		}
		if name, again := strings.CutPrefix(edit[:i], "+"); again {
			*members = append(*members, member{quote(name), edit[i+1:]})
		} else {
			*members = set(*members, name, edit[i+1:])
		}
	}
	return d
}

// spelled is a good token of which one part is sent in another spelling, signed as it is sent or as it was before.
func spelled(part int, signedAsSent bool, edit func(string) string) string {
	d := edited(keyOf("EdDSA"), "x:0") // a length whose last character has unused bits, in all parts
	change := func(parts []string) { parts[part] = edit(parts[part]) }
	if signedAsSent {
		d.sent = append(d.sent, change)
	} else {
		d.afterward = append(d.afterward, change)
	}
	return d.token()
}

func broken(s string) string { return s[:4] + "\r\n" + s[4:] }

// loose sets a bit that belongs to no octet.
func loose(s string) string { return s[:len(s)-1] + string(nextCharacter(s[len(s)-1])) }

// signedWith is a good token under another signature.
func signedWith(k *key, s signing, edits ...string) string {
	d := edited(k, edits...)
	d.signing = s
	return d.token()
}

func unencoded(edits ...string) string {
	d := edited(keyOf("EdDSA"), edits...)
	d.unencoded = true
	return d.token()
}

// object of n members, and value of some depth.
func many(n int) string {
	var inner []string
	for i := range n {
		inner = append(inner, fmt.Sprintf(`"m%d":0`, i))
	}
	return "{" + strings.Join(inner, ",") + "}"
}

func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func at(offset int) string { return fmt.Sprint(now + offset) }
