package claims_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
)

// token_type, by which some servers tell what was introspected (RFC 7662 §2.2).
func TestOtherKindByTokenType(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"token_type":"refresh_token"}`:                 refreshToken,
		`{"token_type":"Refresh"}`:                       refreshToken,
		`{"token_type":"id_token"}`:                      idToken,
		`{"token_type":"Bearer","token_use":"refresh"}`:  refreshToken,
		`{"token_type":"refresh_token","typ":"Bearer"}`:  refreshToken,
		`{"token_type":"Bearer"}`:                        "",
		`{"token_type":"access_token"}`:                  "",
		`{"token_type":"DPoP"}`:                          "",
		`{"token_type":"N_A"}`:                           "",
		`{"token_type":null}`:                            "",
		`{"token_type":["refresh_token"]}`:               "",
		`{"a":{"token_type":"refresh_token"},"scope":1}`: "",
	} {
		m, err := claims.Read(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.OtherKind(); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
