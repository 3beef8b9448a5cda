package claims_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

func TestMap(t *testing.T) {
	t.Parallel()
	const jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	text := `{"iss":"https://login.example.com","sub":"ada","client_id":"shop","jti":"1f","acr":"gold",` +
		`"aud":["https://api.example.com","account"],"exp":1767225600,"nbf":1767222000,"iat":1767222001,` +
		`"auth_time":1767221990,"scope":"read write","cnf":{"jkt":"` + jkt + `"},"tenant":7}`
	got := mapped(t, text, strict)

	if want := []string{"https://api.example.com", "account"}; !slices.Equal(got.Audience, want) {
		t.Errorf("Audience is %q, want %q", got.Audience, want)
	}
	if want := (middleware.Confirmation{JKT: jkt}); got.Confirmation != want {
		t.Errorf("Confirmation is %+v, want %+v", got.Confirmation, want)
	}
	for _, field := range []struct{ name, got, want string }{
		{"Issuer", got.Issuer, "https://login.example.com"},
		{"Subject", got.Subject, "ada"},
		{"ClientID", got.ClientID, "shop"},
		{"ID", got.ID, "1f"},
		{"ACR", got.ACR, "gold"},
		{"Scope", got.Scope, "read write"},
		{"JSON", got.JSON, text}, // R7662-16: what is not understood stays readable
	} {
		if field.got != field.want {
			t.Errorf("%s is %q, want %q", field.name, field.got, field.want)
		}
	}
	for _, date := range []struct {
		name string
		got  time.Time
		want int64
	}{
		{"Expiry", got.Expiry, 1767225600},
		{"NotBefore", got.NotBefore, 1767222000},
		{"IssuedAt", got.IssuedAt, 1767222001},
		{"AuthTime", got.AuthTime, 1767221990}, // R9470-4
	} {
		if !date.got.Equal(time.Unix(date.want, 0)) {
			t.Errorf("%s is %v, want %v", date.name, date.got.UTC(), time.Unix(date.want, 0).UTC())
		}
	}
	if !got.Until.IsZero() {
		t.Errorf("Until is %v, and should be the caller's to set", got.Until)
	}
}

func TestMapOfNothing(t *testing.T) {
	t.Parallel()
	got := mapped(t, `{}`, lenient)
	if got.Audience != nil || !got.Expiry.IsZero() || !got.NotBefore.IsZero() || !got.Confirmation.IsZero() ||
		got.Issuer+got.Subject+got.ClientID+got.ID+got.ACR+got.Scope != "" {
		t.Errorf("claims out of nothing: %+v", got)
	}
}

func TestTextClaims(t *testing.T) {
	t.Parallel()
	texts := []struct {
		name     string
		nullable bool // R7519-9 and real servers: null counts as absent for sub, client_id and jti
		field    func(middleware.Claims) string
	}{
		{"iss", false, func(c middleware.Claims) string { return c.Issuer }},
		{"sub", true, func(c middleware.Claims) string { return c.Subject }},
		{"client_id", true, func(c middleware.Claims) string { return c.ClientID }},
		{"jti", true, func(c middleware.Claims) string { return c.ID }},
		{"acr", false, func(c middleware.Claims) string { return c.ACR }},
	}
	for _, tt := range texts {
		for text, want := range map[string]string{
			`"x"`: "x", `""`: "", `"X"`: "X", `" x "`: " x ", `"\u0069\n\""`: "i\n\"", `"null"`: "null",
			`"` + strings.Repeat("a", 9000) + `"`: strings.Repeat("a", 9000),
		} {
			t.Run(fmt.Sprintf("R7519-9 %s %.20s", tt.name, text), func(t *testing.T) {
				if got := tt.field(mapped(t, `{"`+tt.name+`":`+text+`}`, strict)); got != want {
					t.Errorf("got %.40q, want %.40q", got, want)
				}
			})
		}
		for _, text := range []string{`0`, `1`, `true`, `false`, `[]`, `["x"]`, `{}`, `{"x":"x"}`} {
			t.Run("R7519-9 "+tt.name+" "+text, func(t *testing.T) {
				refused(t, `{"`+tt.name+`":`+text+`}`, lenient, tt.name)
			})
		}
		t.Run("R7519-9 "+tt.name+" null", func(t *testing.T) {
			text := `{"` + tt.name + `":null}`
			if !tt.nullable {
				refused(t, text, lenient, tt.name)
				return
			}
			if got := tt.field(mapped(t, text, lenient)); got != "" {
				t.Errorf("got %q of null", got)
			}
		})
	}
}

func TestNullIsAWrongType(t *testing.T) {
	t.Parallel()
	for _, claim := range []string{"aud", "exp", "nbf", "iat", "auth_time", "scp"} {
		t.Run(claim, func(t *testing.T) {
			refused(t, `{"`+claim+`":null}`, lenient, claim)
		})
	}
}

func TestAudience(t *testing.T) {
	t.Parallel()
	const rs = "https://rs"
	for _, tt := range []struct {
		name, text string
		want       []string // nil: refused
	}{
		{"R7519-4 string", `"https://rs"`, []string{rs}},
		{"R7519-4 array of one", `["https://rs"]`, []string{rs}},
		{"R7519-4 array of three, in order", `["b" , "https://rs",	"a"]`, []string{"b", rs, "a"}},
		{"R7519-4 escapes", `["https:\/\/rs"]`, []string{rs}},
		{"R7519-4 case is kept", `["RS","rs"]`, []string{"RS", "rs"}},
		{"R7519-4 empty array", `[]`, []string{}},
		{"R7519-4 empty string", `""`, []string{""}},
		{"R7519-4 a scope list is one audience", `"read write"`, []string{"read write"}},
		{"R7519-4 no split at commas", `"a,b"`, []string{"a,b"}},
		{"R7519-4 JSON inside a string", `"[\"https://rs\"]"`, []string{`["https://rs"]`}},
		{"R7519-4 number", `1`, nil},
		{"R7519-4 true", `true`, nil},
		{"R7519-4 null", `null`, nil},
		{"R7519-4 object", `{}`, nil},
		{"R7519-4 object of audiences", `{"https://rs":true}`, nil},
		{"R7519-4 string and number", `["https://rs",1]`, nil},
		{"R7519-4 string and null", `["https://rs",null]`, nil},
		{"R7519-4 array in an array", `[["https://rs"]]`, nil},
		{"R7519-4 object in an array", `["https://rs",{}]`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := `{"aud":` + tt.text + `}`
			if tt.want == nil {
				refused(t, text, lenient, "aud")
				return
			}
			for _, claim := range []string{"", "aud"} {
				if got := mapped(t, text, claims.Mapping{Audience: claim}).Audience; !slices.Equal(got, tt.want) {
					t.Errorf("Audience %q: got %q, want %q", claim, got, tt.want)
				}
			}
		})
	}
}

func TestAudienceOfAnotherClaim(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, claim, text string
		want              []string // nil: none
		refused           string   // or the claim that is refused
	}{
		{"client_id", "client_id", `{"client_id":"shop"}`, []string{"shop"}, ""},
		{"client_id goes in the place of aud", "client_id", `{"client_id":"shop","aud":"rs"}`, []string{"shop"}, ""},
		{"absent client_id never falls back to aud", "client_id", `{"aud":"rs"}`, nil, ""},
		{"an array", "resource", `{"resource":["a","b"]}`, []string{"a", "b"}, ""},
		{"absent", "resource", `{"aud":"rs","Resource":"a"}`, nil, ""},
		{"a path", "ext.aud", `{"ext":{"aud":"a"},"aud":"rs"}`, []string{"a"}, ""},
		{"a URL", "https://example.com/aud", `{"https://example.com/aud":"a"}`, []string{"a"}, ""},
		{"null client_id is no audience", "client_id", `{"client_id":null}`, nil, "client_id"},
		{"client_id array", "client_id", `{"client_id":["shop"]}`, nil, "client_id"},
		{"number", "resource", `{"resource":1}`, nil, "resource"},
		{"null", "resource", `{"resource":null}`, nil, "resource"},
		{"number in an array", "resource", `{"resource":["a",1]}`, nil, "resource"},
		{"R7519-4 aud of a wrong type stays one", "client_id", `{"client_id":"shop","aud":1}`, nil, "aud"},
		{"R7519-4 aud null stays wrong", "client_id", `{"client_id":"shop","aud":null}`, nil, "aud"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mp := claims.Mapping{Audience: tt.claim}
			if tt.refused != "" {
				refused(t, tt.text, mp, tt.refused)
				return
			}
			if got := mapped(t, tt.text, mp).Audience; !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheFirstFaultIsTold(t *testing.T) {
	t.Parallel()
	refused(t, `{"cnf":{"jkt":""},"scope":1,"exp":"1","iss":1}`, strict, "iss")
}

func TestUnknownClaims(t *testing.T) {
	t.Parallel()
	values := []string{`null`, `true`, `1e400`, `"\u0000"`, `[null,[{}]]`, `{"iss":"evil","cnf":{},"exp":"x"}`}
	text := `{"iss":"good"`
	for i := range 50 {
		text += fmt.Sprintf(`,"x%d":%s`, i, values[i%len(values)])
	}
	text += `}`
	t.Run("R7519-10 fifty of every type", func(t *testing.T) {
		c := mapped(t, text, lenient)
		if c.Issuer != "good" || !c.Confirmation.IsZero() || !c.Expiry.IsZero() || c.Scope != "" {
			t.Errorf("unknown claims got a meaning: %+v", c)
		}
	})
	// R7519-10: what only tells kinds of token apart may be of any type.
	for _, claim := range []string{"nonce", "at_hash", "c_hash", "typ", "token_use", "events"} {
		for _, v := range values {
			mapped(t, `{"`+claim+`":`+v+`}`, lenient)
		}
	}
}

func TestErrorsTellNothingOfTheToken(t *testing.T) {
	t.Parallel()
	const secret = `"s3cr3t"`
	for _, claim := range []string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "scp", "acr"} {
		refused(t, `{"`+claim+`":[[`+secret+`]]}`, strict, claim) // which compares the whole text
	}
	refused(t, `{"cnf":{"jkt":`+secret+`}}`, strict, "cnf.jkt")
	_, err := claims.Read(`{"s3cr3t":1,"s3cr3t":2}`)
	if err == nil || strings.Contains(err.Error(), "s3cr3t") {
		t.Errorf("the error of a duplicate tells its name, or there is none: %v", err)
	}
}
