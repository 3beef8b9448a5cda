package claims_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
)

// typical is what a server of the mainstream sends.
const typical = `{"iss":"https://login.example.com/realms/main","sub":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6",` +
	`"aud":["https://api.example.com","account"],"exp":1767225600,"nbf":1767222000,"iat":1767222000,"auth_time":1767221990,` +
	`"jti":"5b0d6d0e-2a63-4a3b-9c52-3f8f2d1f9b7e","client_id":"orders-frontend","azp":"orders-frontend","acr":"1",` +
	`"typ":"Bearer","token_use":"access_token","cnf":{"jkt":"` + jkt + `"},` +
	`"scope":"openid profile orders:read orders:write","realm_access":{"roles":["user","auditor","offline_access"]}}`

// Reading a token costs one allocation, the audience: the Members stay on the
// stack and the rest are views of the text.
func TestAllocations(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		mp         claims.Mapping
		most       float64
	}{
		{"typical", typical, lenient, 1},
		{"no audience", `{"iss":"x","typ":"Refresh","scope":"a b","exp":1}`, lenient, 0},
		{"scope array", `{"scp":["read","write","admin"]}`, lenient, 1},
		{"roles", typical, claims.Mapping{Scopes: []string{"realm_access.roles"}, ScopeArray: true}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := testing.AllocsPerRun(100, func() {
				m, err := claims.Read(tt.text)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := m.Map(tt.mp); err != nil {
					t.Fatal(err)
				}
				_ = m.OtherKind()
			})
			if got > tt.most {
				t.Errorf("%v allocations, want at most %v", got, tt.most)
			}
		})
	}
}

func BenchmarkReadAndMap(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(typical)))
	for b.Loop() {
		m, err := claims.Read(typical)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := m.Map(lenient); err != nil {
			b.Fatal(err)
		}
		if kind := m.OtherKind(); kind != "" {
			b.Fatal(kind)
		}
	}
}
