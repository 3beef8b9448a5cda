package middleware_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

func TestUntilTokenEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		token := middleware.NewToken(middleware.Claims{Until: time.Now().Add(time.Minute)})
		ctx, free := middleware.UntilTokenEnds(t.Context(), token)
		defer free()
		time.Sleep(time.Minute - 1)
		if ctx.Err() != nil {
			t.Errorf("too early: %v", ctx.Err())
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) || context.Cause(ctx) != middleware.ErrTokenEnded {
			t.Errorf("%v by %v", ctx.Err(), context.Cause(ctx))
		}

		// An earlier end of the request is its own.
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ctx, free = middleware.UntilTokenEnds(short, middleware.NewToken(middleware.Claims{Until: time.Now().Add(time.Minute)}))
		defer free()
		time.Sleep(time.Second)
		synctest.Wait()
		if context.Cause(ctx) != context.DeadlineExceeded {
			t.Errorf("by %v", context.Cause(ctx))
		}

		// Nothing known of an end, and no token: the context as it is.
		for _, token := range []*middleware.Token{nil, middleware.NewToken(middleware.Claims{})} {
			ctx, free := middleware.UntilTokenEnds(t.Context(), token)
			free()
			if ctx != t.Context() {
				t.Errorf("%v: another context", token)
			}
		}
	})
}
