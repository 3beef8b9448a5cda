package claims_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// Two thumbprints: the example of RFC 9449 §6.1 and that of RFC 8705 §3.1.
const (
	jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	x5t = "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"
)

func TestConfirmation(t *testing.T) {
	t.Parallel()
	unknown := middleware.Confirmation{Unknown: true}
	for _, tt := range []struct {
		name, text string
		want       middleware.Confirmation
	}{
		{"absent", `{}`, middleware.Confirmation{}},
		{"nested is none", `{"a":{"cnf":{"jkt":"` + jkt + `"}}}`, middleware.Confirmation{}},
		{"jkt", `{"cnf":{"jkt":"` + jkt + `"}}`, middleware.Confirmation{JKT: jkt}},
		{"escaped jkt", `{"cnf":{"\u006akt":"\u0030` + jkt[1:] + `"}}`, middleware.Confirmation{JKT: jkt}},
		{"x5t#S256", `{"cnf":{"x5t#S256":"` + x5t + `"}}`, middleware.Confirmation{X5TS256: x5t}},
		{"both", `{"cnf":{"x5t#S256":"` + x5t + `","jkt":"` + jkt + `"}}`, middleware.Confirmation{JKT: jkt, X5TS256: x5t}},
		{"R7800-1 unknown beside known", `{"cnf":{"kid":"x","jkt":"` + jkt + `"}}`, middleware.Confirmation{JKT: jkt}},
		{"R7800-1 kid", `{"cnf":{"kid":"x"}}`, unknown},
		{"R7800-1 jwk", `{"cnf":{"jwk":{"kty":"EC"}}}`, unknown},
		{"R7800-1 foo", `{"cnf":{"foo":1}}`, unknown},
		{"R7800-1 empty", `{"cnf":{}}`, unknown},
		{"R7800-1 null", `{"cnf":null}`, unknown},
		{"R7800-1 string", `{"cnf":"` + jkt + `"}`, unknown},
		{"R7800-1 number", `{"cnf":0}`, unknown},
		{"R7800-1 false", `{"cnf":false}`, unknown},
		{"R7800-1 array", `{"cnf":[]}`, unknown},
		{"R7800-1 array of confirmations", `{"cnf":[{"jkt":"` + jkt + `"}]}`, unknown},
		{"R7800-1 JKT", `{"cnf":{"JKT":"` + jkt + `"}}`, unknown},
		{"R7800-1 x5t#s256", `{"cnf":{"x5t#s256":"` + x5t + `"}}`, unknown},
		{"R7800-1 x5t", `{"cnf":{"x5t":"` + x5t + `"}}`, unknown},
		{"R7800-1 one level too deep", `{"cnf":{"a":{"jkt":"` + jkt + `"}}}`, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mapped(t, tt.text, strict).Confirmation; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A thumbprint that is none must never make a bound token look unbound.
func TestConfirmationOfWrongForm(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"jkt", "x5t#S256"} {
		for form, text := range map[string]string{
			"empty":          `""`,
			"one short":      `"` + jkt[1:] + `"`,
			"one long":       `"` + jkt + `A"`,
			"padded":         `"` + jkt + `="`,
			"hex":            `"` + strings.Repeat("0f", 32) + `"`,
			"SHA-1":          `"` + strings.Repeat("A", 27) + `"`,
			"null":           `null`,
			"number":         `1`,
			"true":           `true`,
			"array":          `["` + jkt + `"]`,
			"object":         `{"jkt":"` + jkt + `"}`,
			"43 escapes":     `"` + strings.Repeat(`\u00e4`, 43) + `"`, // 86 bytes
			"escaped to 44":  `"\n` + jkt + `"`,
			"only a space":   `" "`,
			"42 and a NUL":   `"` + jkt[1:] + `\u0000"`,
			"42 and a quote": `"` + jkt[1:] + `\""`,
			"42 and a slash": `"` + jkt[1:] + `/"`,
			"42 and a plus":  `"` + jkt[1:] + `+"`,
		} {
			t.Run("R7800-1 "+name+" "+form, func(t *testing.T) {
				refused(t, `{"cnf":{"`+name+`":`+text+`}}`, lenient, "cnf."+name)
			})
			t.Run("R7800-1 "+name+" "+form+" beside a good one", func(t *testing.T) {
				other := map[string]string{"jkt": "x5t#S256", "x5t#S256": "jkt"}[name]
				refused(t, `{"cnf":{"`+other+`":"`+x5t+`","`+name+`":`+text+`}}`, lenient, "cnf."+name)
			})
		}
	}
}
