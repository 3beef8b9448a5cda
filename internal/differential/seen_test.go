package differential

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// What the rows look for. Each of these looks at the token alone, and none at what bearerguard said of it.

func seesLineBreak(a *anatomy) bool { return strings.ContainsAny(a.raw, "\r\n") }

func seesUnusedBits(a *anatomy) bool {
	return slices.ContainsFunc(a.parts, func(part string) bool {
		octets, err := base64.RawURLEncoding.DecodeString(part)
		return err == nil && encode(octets) != strings.NewReplacer("\r", "", "\n", "").Replace(part)
	})
}

func isUTF8(s string) bool { return utf8.ValidString(s) }

// loneSurrogate looks for \uD800 to \uDFFF without a partner, in the text of valid JSON.
func loneSurrogate(text string) bool {
	var high rune // the one before, if it waits for its partner
	for i := 0; i < len(text); {
		var unit rune
		size := 1
		if text[i] == '\\' && i+1 < len(text) {
			size = 2
			if text[i+1] == 'u' && i+6 <= len(text) {
				n, _ := strconv.ParseUint(text[i+2:i+6], 16, 16)
				unit, size = rune(n), 6
			}
		}
		switch paired := high != 0 && utf16.DecodeRune(high, unit) != utf8.RuneError; {
		case paired:
			high = 0
		case high != 0 || 0xDC00 <= unit && unit <= 0xDFFF:
			return true
		case utf16.IsSurrogate(unit):
			high = unit
		}
		i += size
	}
	return high != 0
}

func seesManyMembers(a *anatomy) bool {
	return a.header.inside.members > 64 || a.payload.inside.members > 512
}

func seesOtherType(a *anatomy) bool {
	typ, ok := a.header.str("typ")
	return ok && !slices.Contains([]string{"jwt", "at+jwt", "application/jwt", "application/at+jwt"}, lower(typ))
}

// lower changes ASCII letters alone.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

func seesReplicated(a *anatomy) bool {
	for _, name := range []string{"iss", "sub", "aud"} {
		if a.header.has(name) && a.header.get(name) != a.payload.get(name) {
			return true
		}
	}
	return false
}

// seesCrossedAlgorithm verifies: the signature holds under an RSA key that is not for the token's alg.
func seesCrossedAlgorithm(a *anatomy) bool {
	alg, _ := a.header.str("alg")
	return slices.ContainsFunc(keys, func(k *key) bool {
		return k.alg != alg && a.holds(k, alg, rsa.PSSSaltLengthAuto)
	})
}

// seesOtherSalt verifies: the signature holds under a PSS key, but not with a salt of the hash's length.
func seesOtherSalt(a *anatomy) bool {
	return slices.ContainsFunc(keys, func(k *key) bool {
		return a.holds(k, "PS256", rsa.PSSSaltLengthAuto) && !a.holds(k, "PS256", rsa.PSSSaltLengthEqualsHash)
	})
}

// holds verifies with the standard library, and RSA alone. The payload may be signed as it is (RFC 7797).
func (a *anatomy) holds(k *key, alg string, salt int) bool {
	public, ok := k.private.Public().(*rsa.PublicKey)
	if !ok {
		return false
	}
	signature := []byte(octets(a.parts[2]))
	sum := sha256.Sum256([]byte(a.parts[0] + "." + a.parts[1]))
	switch alg {
	case "RS256":
		return rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature) == nil
	case "PS256":
		return rsa.VerifyPSS(public, crypto.SHA256, sum[:], signature, &rsa.PSSOptions{SaltLength: salt}) == nil
	}
	return false
}

// seesWrongType looks at the claims that bearerguard gives a meaning to, by the types that their specifications say.
func seesWrongType(a *anatomy) bool {
	wrong := func(fits func(string) bool, names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			value := a.payload.get(name)
			return value != "" && !fits(value)
		})
	}
	isString := func(value string) bool { _, ok := asString(value); return ok }
	isNumber := func(value string) bool { return strings.Trim(value[:1], "-0123456789") == "" }
	isStringOrNull := func(value string) bool { return value == "null" || isString(value) }
	isList := func(value string) bool { return isString(value) || isArrayOfStrings(value) }
	isListOrNull := func(value string) bool { return value == "null" || isList(value) }
	return wrong(isString, "iss", "acr") || wrong(isStringOrNull, "sub", "client_id", "jti") ||
		wrong(isNumber, "exp", "nbf", "iat", "auth_time") || wrong(isList, "aud", "scp") || wrong(isListOrNull, "scope") || wrong(isConfirmation, "cnf")
}

func isArrayOfStrings(value string) bool {
	var list []*string // with nil for a null
	return isArray(value) && json.Unmarshal([]byte(value), &list) == nil && !slices.Contains(list, nil)
}

// isConfirmation checks the members of cnf that are thumbprints.
func isConfirmation(value string) bool {
	cnf := readObject(value)
	for _, name := range []string{"jkt", "x5t#S256"} {
		s, ok := cnf.str(name)
		if cnf.has(name) && (!ok || len(s) != 43 || strings.Trim(s, alphabet) != "") {
			return false
		}
	}
	return true
}

func seesFarDate(a *anatomy) bool {
	return slices.ContainsFunc([]string{"exp", "nbf", "iat", "auth_time"}, func(name string) bool {
		value := a.payload.get(name)
		if value == "" || strings.Trim(value[:1], "-0123456789") != "" {
			return false
		}
		f, err := strconv.ParseFloat(value, 64) // infinite where it is too large
		return err != nil || f < 0 || f > 253402300799
	})
}

func seesFractionOfNBF(a *anatomy) bool {
	nbf, ok := a.payload.number("nbf")
	return ok && nbf != math.Floor(nbf) && math.Floor(nbf) == now+leeway.Seconds()
}

func seesLastSecond(a *anatomy) bool {
	exp, ok := a.payload.number("exp")
	return ok && math.Floor(exp) == now-leeway.Seconds()
}

func seesFutureIAT(a *anatomy) bool {
	iat, ok := a.payload.number("iat")
	return ok && iat > now+leeway.Seconds()
}

func seesOtherKind(a *anatomy) bool {
	p := &a.payload
	says := func(name string) bool { return p.has(name) && p.get(name) != "null" }
	if p.has("at_hash", "c_hash") || isObject(p.get("events")) || p.has("nonce") && !says("scope") && !says("scp") && !says("client_id") {
		return true
	}
	return slices.ContainsFunc([]string{"typ", "token_use", "token_type"}, func(name string) bool {
		word, _ := p.str(name)
		word = strings.NewReplacer("-", "", "_", "", " ", "").Replace(lower(word))
		word = strings.TrimSuffix(strings.TrimSuffix(word, "+jwt"), "token")
		return slices.Contains([]string{"id", "refresh", "offline", "logout"}, word)
	})
}

// seesFoldedName looks for a claim whose name the struct of a peer would take for one of its own.
func seesFoldedName(a *anatomy) bool {
	return slices.ContainsFunc(a.payload.members, func(m field) bool {
		return slices.ContainsFunc([]string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "scp"}, func(known string) bool {
			return m.name != known && strings.EqualFold(m.name, known)
		})
	})
}
