package middleware_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	var none *middleware.Error
	for _, tc := range []struct {
		name string
		err  *middleware.Error
		want string
	}{
		{"code, reason and cause", &middleware.Error{Code: middleware.InvalidToken, Reason: middleware.ReasonExpired, Err: cause}, "invalid_token: expired: cause"},
		{"code and reason", &middleware.Error{Code: middleware.InvalidToken, Reason: middleware.ReasonExpired}, "invalid_token: expired"},
		{"a reason that repeats the code", &middleware.Error{Code: middleware.NoToken, Reason: middleware.ReasonNoToken}, "no_token"},
		{"the description is the client's", &middleware.Error{Code: middleware.InvalidToken, Description: "text"}, "invalid_token"},
		{"a cause that is a nil *Error", &middleware.Error{Code: middleware.Unavailable, Err: none}, "unavailable: nil *middleware.Error"},
		{"nil", none, "nil *middleware.Error"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := tc.err.Error(); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
			if tc.err != nil && errors.Is(tc.err, cause) != (tc.err.Err == cause) {
				t.Error("the cause is not found")
			}
		})
	}
	if none.Unwrap() != nil || errors.Is(fmt.Errorf("x: %w", none), cause) {
		t.Error("a nil *Error has a cause")
	}
}

func TestInvalid(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	e := middleware.Invalid(middleware.ReasonAudience, "", cause)
	if e.Code != middleware.InvalidToken || e.Reason != middleware.ReasonAudience || !errors.Is(e, cause) || e.Description == "" {
		t.Errorf("%#v", e)
	}
	if e := middleware.Invalid("", "text", nil); e.Description != "text" || e.Unwrap() != nil {
		t.Errorf("%#v", e)
	}
}
