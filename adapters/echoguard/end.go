package echoguard

import (
	"context"

	"github.com/labstack/echo/v4"
)

// unend gives the request of c the end of ctx, the context from before
// EndWithToken. Context.SetRequest is for what stands in front too: outer
// middlewares and the HTTPErrorHandler would work with a context that is over.
// Whatever request is there by then, it and the values of its context stay, since
// who set them may want them to be found. Only the end is that of ctx, which is
// how long those in front expect to have.
func unend(c echo.Context, ctx context.Context) {
	r := c.Request()
	c.SetRequest(r.WithContext(unended{ctx, context.WithoutCancel(r.Context())}))
}

// unended is a context with the values of another one, which has to be one
// without an end. What those do not have is asked of the context itself: its cause
// (context.Cause) is found among its values.
type unended struct {
	context.Context
	values context.Context
}

func (u unended) Value(key any) any {
	if v := u.values.Value(key); v != nil {
		return v
	}
	return u.Context.Value(key)
}
