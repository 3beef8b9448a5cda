package httpguard_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
)

// What every adapter is held to, by one table of cases.

func TestRules(t *testing.T) {
	t.Parallel()
	guardtest.Rules(t, guardtest.HTTP, guardtest.Sends(apis))
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	guardtest.Challenges(t, guardtest.Sends(apis))
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	guardtest.Authorization(t, guardtest.HTTP, guardtest.Sends(apis))
}

func TestOverTheWire(t *testing.T) {
	t.Parallel()
	guardtest.OverTheWire(t, protect(), "")
}

func TestPreflight(t *testing.T) {
	t.Parallel()
	t.Run("Require", func(t *testing.T) { guardtest.Preflight(t, require(httpguard.PassPreflight()), require()) })
	t.Run("Protect", func(t *testing.T) { guardtest.Preflight(t, protect(httpguard.PassPreflight()), protect()) })
}

func TestElsewhere(t *testing.T) {
	t.Parallel()
	for name, api := range apis {
		t.Run(name, func(t *testing.T) { guardtest.Elsewhere(t, api) })
	}
}

func TestEndWithToken(t *testing.T) {
	t.Parallel()
	t.Run("Require", func(t *testing.T) { guardtest.Ends(t, require(httpguard.EndWithToken()), require()) })
	t.Run("Protect", func(t *testing.T) { guardtest.Ends(t, protect(httpguard.EndWithToken()), protect()) })
}
