package introspect

import (
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"

	"github.com/bearerguard/bearerguard/middleware"
)

func fuzzConfig() *Config {
	return &Config{
		Issuer: "https://issuer.test", Audience: []string{"api"}, Leeway: 30 * time.Second, MaxLife: time.Hour,
		Now: func() time.Time { return time.Unix(1_700_000_000, 0) },
	}
}

// FuzzAnswer: nothing is good without active true, as encoding/json reads it
// too, and nothing that is good is expired, another's or for others.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		`{"active":true}`, `{"active":false}`, `{"active":"true"}`, `{"Active":true}`, `{"active":false,"active":true}`,
		`{"active":true,"exp":1700000001,"nbf":1600000000,"iss":"https://issuer.test","aud":["api"],"scope":"a b","cnf":{"jkt":"x"}}`,
		`{"active":true,"exp":0}`, `{"active":true,"exp":1e9}`, `{"active":true,"token_type":"DPoP"}`, `{"active":true,"token_type":"DPoP "}`, `{"active":true,"token_type":["DPoP"]}`,
		`{"active":true,"exp":-0.0e9}`, `{"active":true,"exp":1e-400}`, `{"active":true,"exp":0.1}`, `{"\u0061ctive":true}`, `[true]`, ``,
		`{"active":true,"aud":"else"}`, `{"active":true,"iss":"else"}`, `{"active":true,"token_use":"refresh_token"}`,
	} {
		f.Add(text)
	}
	c := fuzzConfig()
	j := newJudge(c)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := j.decide(text, c.Now())
		if err != nil {
			if d != (decision{}) || len(err.Error()) > 400 {
				t.Fatalf("%+v beside %v", d, err)
			}
			return
		}
		var m struct {
			Active json.RawMessage `json:"active"`
			Exp    *float64        `json:"exp"`
			Issuer *string         `json:"iss"`
		}
		var exact map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &exact); err != nil {
			t.Fatalf("decided, but encoding/json says %v", err)
		}
		if (d.token == nil) == (d.refusal == nil) {
			t.Fatalf("neither or both: %+v", d)
		}
		if d.token == nil {
			if d.refusal.Code != middleware.InvalidToken {
				t.Fatalf("refusal = %v", d.refusal)
			}
			return
		}
		if string(exact["active"]) != "true" {
			t.Fatalf("good with active %s", exact["active"])
		}
		if raw, ok := exact["exp"]; ok {
			zero, _, _ := big.ParseFloat(string(raw), 10, 64, big.ToNearestEven) // underflows later than float64
			if err := json.Unmarshal(raw, &m.Exp); err != nil || m.Exp == nil || *m.Exp <= 1_700_000_000-30 && (zero == nil || zero.Sign() != 0) {
				t.Fatalf("good with exp %s", raw)
			}
		}
		if raw, ok := exact["token_type"]; ok {
			var word string
			if err := json.Unmarshal(raw, &word); err != nil || word == "" || strings.TrimSpace(word) != word {
				t.Fatalf("good with token_type %s", raw)
			}
			if strings.EqualFold(word, "dpop") && d.token.Confirmation().JKT == "" {
				t.Fatal("good with DPoP and no key")
			}
		}
		if raw, ok := exact["iss"]; ok {
			if err := json.Unmarshal(raw, &m.Issuer); err != nil || *m.Issuer != "" && *m.Issuer != c.Issuer {
				t.Fatalf("good with iss %s", raw)
			}
		}
		if until := d.token.Until().Sub(c.Now()); until <= 0 || until > time.Hour {
			t.Fatalf("good until now + %v", until)
		}
	})
}

// FuzzSigned: what is taken out of a signed payload is what encoding/json finds
// under token_introspection, and only where the envelope is ours.
func FuzzSigned(f *testing.F) {
	for _, text := range []string{
		`{"iss":"https://issuer.test","aud":"api","iat":1,"token_introspection":{"active":true}}`,
		`{"iss":"https://issuer.test","aud":["x","api"],"iat":1.5,"token_introspection":{"active":false},"active":true}`,
		`{"iss":"https://issuer.test","aud":"api","iat":1,"token_introspection":[{"active":true}]}`,
		`{"iss":"https://issuer.test","aud":"api","iat":1,"token_introspection":{},"token_introspection":{"active":true}}`,
		`{"iss":"https://issuer.test","aud":"api","iat":"1","token_introspection":{}}`, `{"active":true}`, ``,
	} {
		f.Add(text)
	}
	s := &Signed{Audience: "api"}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := claims.Read(text)
		if err != nil {
			return
		}
		got, issued, err := s.content(&read, "https://issuer.test")
		if err != nil {
			if got != "" || !issued.IsZero() {
				t.Fatalf("%q beside %v", got, err)
			}
			return
		}
		var m map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatalf("read, but encoding/json says %v", err)
		}
		if string(m["token_introspection"]) != got || got == "" || got[0] != '{' {
			t.Fatalf("content = %q, want %q", got, m["token_introspection"])
		}
		var iss string
		var iat float64
		if err := errors.Join(json.Unmarshal(m["iss"], &iss), json.Unmarshal(m["iat"], &iat)); err != nil || iss != "https://issuer.test" || issued.Unix() != int64(iat) {
			t.Fatalf("iss = %q, iat = %s, read as %v", iss, m["iat"], issued)
		}
		var one string
		var list []string
		if json.Unmarshal(m["aud"], &one) == nil && one == "api" {
			return
		}
		if err := json.Unmarshal(m["aud"], &list); err != nil || !slices.Contains(list, "api") {
			t.Fatalf("aud = %s", m["aud"])
		}
	})
}
