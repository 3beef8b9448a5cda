package keys

import (
	"context"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/bearerguard/bearerguard/authtest"
)

// goOIDC is coreos/go-oidc, whose verifier for ID tokens is widely used for access tokens. Its documentation shows
// NewProvider, which discovers the keys at once, and the HTTP client in a context.
type goOIDC struct{}

func (goOIDC) name() string   { return "go-oidc" }
func (goOIDC) module() string { return "github.com/coreos/go-oidc/v3" }

// tells is false: the cause is formatted into the text of the error, without wrapping it.
func (goOIDC) tells() bool { return false }

func (goOIDC) setUp(ctx context.Context, as *authtest.Issuer) (validate, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, as.Client()), as.URL())
	if err != nil {
		return nil, err
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: as.Audience()})
	return func(ctx context.Context, raw string) error {
		_, err := verifier.Verify(ctx, raw)
		return err
	}, nil
}

func (goOIDC) judge(err error) verdict {
	if err == nil {
		return accepted
	}
	return refused
}
