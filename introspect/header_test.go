package introspect

import (
	"mime"
	"net/http"
	"strings"
	"testing"
	"time"
)

// FuzzAnswerHeader: a type that is taken is the one that was asked for, as the mime package reads it too where it can,
// and no field makes a pause that is negative or longer than 16 bits of seconds.
func FuzzAnswerHeader(f *testing.F) {
	for _, kind := range []string{plainType, signedType, "Application/JSON; charset=UTF-8", "application/problem+json", "text/html", "", ";", "application/json, text/html", "application/token-introspection+jwt;x", "+json"} {
		f.Add(kind, "5")
	}
	f.Add("", "-1")
	f.Add("", "99999999999999999999")
	f.Add("", "Mon, 23 Nov 2026 12:00:00 GMT")
	plain, signed := &Validator{config: Config{}}, &Validator{config: Config{Signed: &Signed{}}}
	f.Fuzz(func(t *testing.T, kind, pause string) {
		h := http.Header{"Content-Type": {kind}, "Retry-After": {pause}}
		asPlain, asSigned := plain.checkType(h) == nil, signed.checkType(h) == nil
		if asPlain && asSigned {
			t.Fatalf("%q is both", kind)
		}
		if read, _, err := mime.ParseMediaType(kind); err == nil {
			if asSigned != (read == signedType) || asPlain && read != plainType && !strings.HasSuffix(read, "+json") {
				t.Fatalf("%q is %q: plain %t, signed %t", kind, read, asPlain, asSigned)
			}
		}
		if d := retryAfter(h); d < 0 || d >= 1<<16*time.Second {
			t.Fatalf("Retry-After %q is %v", pause, d)
		}
		h.Add("Content-Type", signedType)
		if plain.checkType(h) == nil || signed.checkType(h) == nil {
			t.Fatal("two types pass")
		}
	})
}
