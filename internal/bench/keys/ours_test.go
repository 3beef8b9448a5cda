package keys

import (
	"context"
	"errors"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// ours is this library.
type ours struct{}

func (ours) name() string   { return "bearerguard" }
func (ours) module() string { return "github.com/bearerguard/bearerguard" }
func (ours) tells() bool    { return true }

func (ours) setUp(_ context.Context, as *authtest.Issuer) (validate, error) {
	v, err := jwks.Config{Client: as.Client()}.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw string) error {
		_, err := v.Validate(ctx, raw)
		return err
	}, nil
}

func (ours) judge(err error) verdict {
	var e *middleware.Error
	switch {
	case err == nil:
		return accepted
	case errors.As(err, &e) && e.Code == middleware.Unavailable:
		return unavailable
	}
	return refused
}
