package guardtest

import (
	"context"
	"errors"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// DPoP is the Binding that testdata/challenges.json describes. The DPoP field
// stands for the verdict about the proof; with "renew" a good one asks for the
// nonce n-2 from now on.
type DPoP struct{}

// Challenge offers the scheme DPoP.
func (DPoP) Challenge() (scheme, params string) { return "DPoP", `algs="ES256 PS256"` }

// Covers takes tokens that are bound to a DPoP key.
func (DPoP) Covers(c middleware.Confirmation) bool { return c.JKT != "" }

// Check reads the verdict.
func (DPoP) Check(_ context.Context, r middleware.Request, _ string, _ *middleware.Token) error {
	bad := &middleware.Error{Code: middleware.InvalidProof, Reason: middleware.ReasonProof, Description: "The DPoP proof is not valid"}
	switch strings.Join(r.Header.Values("DPoP"), ",") {
	case "ok":
		return nil
	case "nonce":
		bad.Reason = middleware.ReasonNonce
		r.Reply.Set("DPoP-Nonce", "n-1")
	case "renew":
		r.Reply.Set("DPoP-Nonce", "n-1")
		r.Reply.Set("DPoP-Nonce", "n-2") // the last one counts
		return nil
	case "down":
		return errors.New("the replay store is out of reach")
	}
	return bad
}
