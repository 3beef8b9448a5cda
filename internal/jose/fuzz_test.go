package jose

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// isDecodeError tells whether err wraps one of the two sentinels of Decode.
func isDecodeError(err error) bool { return errors.Is(err, ErrNotJWS) || errors.Is(err, ErrHeader) }

// FuzzDecode: what is accepted has one spelling, is what encoding/base64 and encoding/json read too, and verifies only
// if it is the signed token.
func FuzzDecode(f *testing.F) {
	good := sign("EdDSA", ed25519Key(), headerOf("EdDSA"), claims)
	f.Add(good)
	f.Add(good + ".")
	f.Add(good + "\n")
	f.Add("." + good)
	f.Add(strings.Repeat(".", 64))
	f.Add("e30.e30.e30")
	f.Add(compact(`{"alg":"none"}`, "", nil))
	f.Add(compact(`{"alg":"EdDSA","crit":["b64"],"b64":false}`, "{}", make([]byte, 64)))
	f.Add(compact(`{"alg":"RS256","kid":1}`, "{}", make([]byte, 2000)))
	k := mustParseKey(f, jwkOf(ed25519Key().Public()))
	f.Fuzz(func(t *testing.T, raw string) {
		c, err := Decode(raw)
		if err != nil {
			if c != nil || !isDecodeError(err) {
				t.Fatalf("%v, %v", c, err)
			}
			return
		}
		parts := strings.Split(raw, ".")
		if len(parts) != 3 {
			t.Fatalf("%d parts", len(parts))
		}
		strict := base64.RawURLEncoding.Strict()
		var octets [3][]byte
		for i, part := range parts {
			if octets[i], err = strict.DecodeString(part); err != nil || b64(octets[i]) != part {
				t.Fatalf("part %d is not strict base64url", i)
			}
		}
		if c.Payload != string(octets[1]) || c.signatureSize != len(octets[2]) || c.signed != parts[0]+"."+parts[1] {
			t.Fatal("a part is not what was received")
		}
		if alg := readObject(t, string(octets[0]))["alg"]; alg != c.Header.Algorithm {
			t.Fatalf("alg %q is not %v", c.Header.Algorithm, alg)
		}
		if k.Verify(c.Header.Algorithm, c) == nil && raw != good {
			t.Fatal("verified, but was never signed")
		}
		var opened Compact
		if err := opened.Open(raw); err != nil {
			t.Fatalf("decoded, but not opened: %v", err)
		}
		if header, err := opened.AppendHeader([]byte("before ")); err != nil || string(header) != "before "+string(octets[0]) {
			t.Fatalf("header = %q, %v", header, err)
		}
		if opened.Header = c.Header; opened != *c {
			t.Fatal("with a header that is known, it is not what Decode returns")
		}
	})
}

// FuzzHeader: the header as text. Everything read is what encoding/json reads under exactly that name.
func FuzzHeader(f *testing.F) {
	for _, header := range []string{
		headerOf("RS256"),
		`{"alg":"RS256","kid":"a","kid":"b"}`,
		`{"alg":"\u0052S256","typ":"application/AT+JWT","kid":"\ud83d\ude00"}`,
		`{"alg":"ES256","crit":[],"b64":true,"cty":"JWT","enc":1,"iss":"i","sub":null,"aud":["a",{}]}`,
		`{"alg":"RS256","typ":1}`,
		`{"alg":null}`,
		`[]`,
		"{\"alg\":\"\xff\"}",
	} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		c, err := Decode(compact(header, "{}", nil))
		if err != nil {
			if c != nil || !isDecodeError(err) {
				t.Fatalf("%v, %v", c, err)
			}
			return
		}
		want := readObject(t, header)
		h := &c.Header
		if h.Algorithm != want["alg"] || len(h.KeyID) > maxKeyID {
			t.Fatalf("alg %q, kid of %d octets", h.Algorithm, len(h.KeyID))
		}
		has := func(name string) bool { _, ok := want[name]; return ok }
		if h.HasType != has("typ") || h.HasType && h.Type != want["typ"] ||
			h.HasKeyID != has("kid") || h.HasKeyID && h.KeyID != want["kid"] ||
			h.Critical != has("crit") || h.Unencoded != has("b64") || h.ContentType != has("cty") || h.Encrypted != has("enc") ||
			(h.Issuer.Kind() != strictjson.Absent) != has("iss") ||
			(h.Subject.Kind() != strictjson.Absent) != has("sub") ||
			(h.Audience.Kind() != strictjson.Absent) != has("aud") {
			t.Fatalf("%+v is not %v", h, want)
		}
		switch err := h.Check("", "JWT"); {
		case err == nil:
			if has("crit") || has("b64") || has("cty") || has("enc") {
				t.Fatal("an unsupported parameter passed")
			}
			if typ, ok := want["typ"].(string); ok && !strings.EqualFold(strings.TrimPrefix(strings.ToLower(typ), "application/"), "jwt") {
				t.Fatalf("typ %q passed", typ)
			}
		case !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrType):
			t.Fatal(err)
		}
	})
}

// FuzzSet: no document panics, every entry is a key or a reason, and every key keeps the promises of ParseKey.
func FuzzSet(f *testing.F) {
	const maxKeys = 16
	for _, text := range keyRefusals() {
		if len(text) < 4096 {
			f.Add(jwks(text, jwkOf(p256Key().Public(), `"kid":"good"`)))
		}
	}
	f.Add(jwks(jwkOf(rsaKey().Public(), `"kid":"1"`, `"alg":"PS512"`), jwkOf(p521Key().Public()), jwkOf(ed25519Key().Public(), `"use":"sig"`)))
	f.Add(`{"keys":{}}`)
	token := mustDecode(f, compact(headerOf("RS256"), "{}", make([]byte, 256)))
	f.Fuzz(func(t *testing.T, text string) {
		set, err := ParseSet(text, maxKeys)
		if err != nil {
			if set != nil || !errors.Is(err, ErrSet) {
				t.Fatalf("%v, %v", set, err)
			}
			return
		}
		var document map[string]json.RawMessage // a struct would take "KEYS" for "keys"
		var entries []json.RawMessage
		if err := errors.Join(json.Unmarshal([]byte(text), &document), json.Unmarshal(document["keys"], &entries)); err != nil {
			t.Fatalf("encoding/json refuses the set: %v", err)
		}
		if len(entries) > maxKeys || len(set.Keys)+len(set.Refused) != len(entries) {
			t.Fatalf("%d entries, %d keys, %d refused", len(entries), len(set.Keys), len(set.Refused))
		}
		for _, err := range set.Refused {
			if !errors.Is(err, ErrKey) {
				t.Fatal(err)
			}
		}
		for _, k := range set.Keys {
			checkParsedKey(t, k, token)
		}
	})
}

// checkParsedKey checks what must hold for every key that was accepted.
func checkParsedKey(t *testing.T, k *Key, token *Compact) {
	t.Helper()
	if len(k.Thumbprint()) != 43 || !k.Equal(k) || len(k.kid) > maxKeyID {
		t.Fatalf("thumbprint %q, kid of %d octets", k.Thumbprint(), len(k.kid))
	}
	allowed := 0
	for _, a := range algorithms {
		if k.Allows(a.name) {
			allowed++
		}
		if err := k.Verify(a.name, token); err == nil {
			t.Fatalf("a signature of zeros holds as %s", a.name)
		}
	}
	if allowed == 0 {
		t.Fatal("a key without any algorithm")
	}
	// Written again, the key is the same one.
	again, err := parseKey(t, jwkOf(k.public))
	if err != nil || again.Thumbprint() != k.Thumbprint() {
		t.Fatalf("read again: %v", err)
	}
	if public, ok := k.public.(*rsa.PublicKey); ok {
		if bits := public.N.BitLen(); bits < minModulusBits || bits > maxModulusBits {
			t.Fatalf("RSA of %d bits", bits)
		}
	}
}

// readObject reads with encoding/json, into a map: a struct would take "ALG" for "alg".
func readObject(t *testing.T, text string) map[string]any {
	t.Helper()
	var object map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // a float64 cannot hold every number of the grammar
	if err := d.Decode(&object); err != nil {
		t.Fatalf("encoding/json refuses it: %v", err)
	}
	return object
}
