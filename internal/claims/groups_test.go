package claims_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
)

// TestGroups: R9068-10 what the deployer names as claims of authorization beside scope (RFC 9068 §2.2.3.1). Text counts.
// The objects of RFC 7643 §4.1.2 are refused: what is not read must not look as if it were not there.
func TestGroups(t *testing.T) {
	t.Parallel()
	m := claims.Mapping{Scopes: []string{"scope", "groups", "roles", "entitlements"}}
	for _, tt := range []struct{ name, text, want string }{
		{"R9068-10 none", `{"scope":"read"}`, "read"},
		{"R9068-10 a group", `{"scope":"read","groups":"staff"}`, "read staff"},
		{"R9068-10 several", `{"groups":["staff","audit"],"roles":["editor"],"entitlements":["beta"]}`, "staff audit editor beta"},
		{"R9068-10 empty", `{"scope":"read","groups":[]}`, "read"},
		{"R9068-10 a name that is no scope", `{"scope":"read","groups":["Billing Admin"]}`, "read"},
		{"R9068-10 not named by the deployer", `{"scope":"read","permissions":["write"]}`, "read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := mapped(t, tt.text, m).Scope; got != tt.want {
				t.Errorf("scope %q, want %q", got, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, text, fault string }{
		{"R9068-10 an object", `{"groups":{"value":"staff"}}`, "groups"},
		{"R9068-10 objects with value and display", `{"groups":[{"value":"1f","display":"Staff"}]}`, "groups"},
		{"R9068-10 a name and an object", `{"roles":["editor",{"value":"admin"}]}`, "roles"},
		{"R9068-10 a number", `{"entitlements":7}`, "entitlements"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refused(t, tt.text, m, tt.fault)
		})
	}
}
