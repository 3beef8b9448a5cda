package claims_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// members lists every member with a field of its own.
var members = []struct {
	name  string
	field func(*claims.Members) strictjson.Value
}{
	{"iss", func(m *claims.Members) strictjson.Value { return m.Issuer }},
	{"sub", func(m *claims.Members) strictjson.Value { return m.Subject }},
	{"aud", func(m *claims.Members) strictjson.Value { return m.Audience }},
	{"exp", func(m *claims.Members) strictjson.Value { return m.Expiry }},
	{"nbf", func(m *claims.Members) strictjson.Value { return m.NotBefore }},
	{"iat", func(m *claims.Members) strictjson.Value { return m.IssuedAt }},
	{"jti", func(m *claims.Members) strictjson.Value { return m.ID }},
	{"client_id", func(m *claims.Members) strictjson.Value { return m.ClientID }},
	{"scope", func(m *claims.Members) strictjson.Value { return m.Scope }},
	{"scp", func(m *claims.Members) strictjson.Value { return m.SCP }},
	{"cnf", func(m *claims.Members) strictjson.Value { return m.Confirmation }},
	{"acr", func(m *claims.Members) strictjson.Value { return m.ACR }},
	{"auth_time", func(m *claims.Members) strictjson.Value { return m.AuthTime }},
	{"nonce", func(m *claims.Members) strictjson.Value { return m.Nonce }},
	{"at_hash", func(m *claims.Members) strictjson.Value { return m.AccessTokenHash }},
	{"c_hash", func(m *claims.Members) strictjson.Value { return m.CodeHash }},
	{"typ", func(m *claims.Members) strictjson.Value { return m.Type }},
	{"token_use", func(m *claims.Members) strictjson.Value { return m.TokenUse }},
	{"events", func(m *claims.Members) strictjson.Value { return m.Events }},
}

// only checks that m has exactly one member with a field, or none for "".
func only(t *testing.T, m *claims.Members, name, text string) {
	t.Helper()
	for _, member := range members {
		want := ""
		if member.name == name {
			want = text
		}
		if got := member.field(m).Text(); got != want {
			t.Errorf("%s is %q, want %q", member.name, got, want)
		}
	}
}

func TestReadFindsEveryMember(t *testing.T) {
	t.Parallel()
	for _, member := range members {
		for _, text := range []string{`"x"`, `1`, `null`, `true`, `[]`, `{}`} {
			t.Run(member.name+" "+text, func(t *testing.T) {
				object := fmt.Sprintf(`{"first":0, %q : %s , "last":{%q:"inner"}}`, member.name, text, member.name)
				m := read(t, object)
				only(t, &m, member.name, text)
				if m.All.Text() != object {
					t.Errorf("All is %q, want %q", m.All.Text(), object)
				}
			})
		}
	}
}

func TestReadComparesNamesExactly(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, lands string }{
		{"R7515-7 escaped iss is iss", `{"\u0069ss":"x"}`, "iss"},
		{"R7515-7 escaped scope is scope", `{"\u0073\u0063ope":"x"}`, "scope"},
		{"R7515-7 escaped cnf is cnf", `{"c\u006ef":"x"}`, "cnf"},
		{"R7515-7 escaped at_hash is at_hash", `{"at\u005Fhash":"x"}`, "at_hash"},
		{"R7515-7 ISS", `{"ISS":"x"}`, ""},
		{"R7515-7 Iss", `{"Iss":"x"}`, ""},
		{"R7515-7 long s in scope", `{"ſcope":"x"}`, ""},
		{"R7515-7 escaped long s in scope", `{"\u017fcope":"x"}`, ""},
		{"R7515-7 Kelvin sign in token_use", `{"to\u212aen_use":"x"}`, ""},
		{"R7515-7 EXP", `{"EXP":"x"}`, ""},
		{"R7515-7 Client_ID", `{"Client_ID":"x"}`, ""},
		{"R7515-7 ClientID", `{"ClientID":"x"}`, ""},
		{"R7515-7 trailing space", `{"iss ":"x"}`, ""},
		{"R7515-7 trailing NUL", `{"iss\u0000":"x"}`, ""},
		{"R7515-7 zero-width space", `{"iss\u200b":"x"}`, ""},
		{"R7515-7 prefix", `{"is":"x"}`, ""},
		{"R7515-7 empty name", `{"":"x"}`, ""},
		{"R7515-7 nested", `{"a":{"iss":"x"}}`, ""},
		{"R7515-7 a name inside a string", `{"a":"\",\"iss\":\"x"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := read(t, tt.text)
			only(t, &m, tt.lands, `"x"`)
		})
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       error
	}{
		{"R7519-2 nothing", ``, strictjson.ErrNotObject},
		{"R7519-2 a string", `"x"`, strictjson.ErrNotObject},
		{"R7519-2 an array", `[]`, strictjson.ErrNotObject},
		{"R7519-2 an array of claims", `[{"iss":"x"}]`, strictjson.ErrNotObject},
		{"R7519-2 null", `null`, strictjson.ErrNotObject},
		{"R7519-2 a number", `1`, strictjson.ErrNotObject},
		{"R7519-2 cut short", `{"iss":"x"`, strictjson.ErrSyntax},
		{"R7519-2 a comma too many", `{"iss":"x",}`, strictjson.ErrSyntax},
		{"R7519-2 binary", "\x00\xff\xfe\x80", strictjson.ErrUTF8},
		{"R7519-2 not UTF-8 in a string", "{\"iss\":\"\xff\"}", strictjson.ErrUTF8},
		{"R8725-9 UTF-16", "{\x00\"\x00a\x00\"\x00:\x001\x00}\x00", strictjson.ErrSyntax},
		{"R8725-9 byte order mark", "\ufeff{}", strictjson.ErrNotObject},
		{"R7515-4 trailing data", `{"iss":"x"}ABCD`, strictjson.ErrTrailing},
		{"R7515-4 two objects", `{"iss":"x"}{"iss":"y"}`, strictjson.ErrTrailing},
		{"lone surrogate", `{"sub":"\ud800"}`, strictjson.ErrSurrogate},
		{"R7519-3 two iss", `{"iss":"x","iss":"y"}`, strictjson.ErrDuplicate},
		{"R7519-3 two exp", `{"exp":1,"exp":9999999999}`, strictjson.ErrDuplicate},
		{"R7519-3 two equal exp", `{"exp":1,"exp":1}`, strictjson.ErrDuplicate},
		{"R7519-3 two aud", `{"aud":"a","x":0,"aud":"b"}`, strictjson.ErrDuplicate},
		{"R7519-3 two scope", `{"scope":"read","scope":"write"}`, strictjson.ErrDuplicate},
		{"R7519-3 two scope, one escaped", `{"scope":"read","\u0073cope":"write"}`, strictjson.ErrDuplicate},
		{"R7519-3 two cnf, one null", `{"cnf":{"jkt":"x"},"cnf":null}`, strictjson.ErrDuplicate},
		{"R7519-3 two unknown", `{"a":1,"a":1}`, strictjson.ErrDuplicate},
		{"R7519-3 in cnf", `{"cnf":{"jkt":"x","jkt":"y"}}`, strictjson.ErrDuplicate},
		{"R7519-3 in an unknown claim", `{"realm_access":{"roles":[],"roles":["admin"]}}`, strictjson.ErrDuplicate},
		{"R7519-3 in an array", `{"a":[[{"b":1,"\u0062":2}]]}`, strictjson.ErrDuplicate},
		{"nested too deep", `{"a":` + nested(strictjson.DefaultDepth) + `}`, strictjson.ErrDepth},
		{"too many members", object(strictjson.DefaultMembers + 1), strictjson.ErrMembers},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := claims.Read(tt.text)
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if m != (claims.Members{}) {
				t.Errorf("got members beside the error: %+v", m)
			}
		})
	}
}

// object returns an object with n members.
func object(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"m%d":0`, i)
	}
	return "{" + b.String()[1:] + "}"
}

func TestReadTakesBounds(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"depth":              `{"a":` + nested(strictjson.DefaultDepth-1) + `}`,
		"members":            object(strictjson.DefaultMembers),
		"no member":          `{}`,
		"whitespace outside": " \t\r\n{}\n",
	} {
		t.Run(name, func(t *testing.T) {
			m := read(t, text)
			only(t, &m, "", "")
			if want := strings.TrimSpace(text); m.All.Text() != want {
				t.Errorf("All is %q, want %q", m.All.Text(), want)
			}
		})
	}
}
