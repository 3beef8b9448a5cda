package echoguard

import (
	"unsafe"

	"github.com/labstack/echo/v4"
)

// matched is the route that Echo's router chose, zero where none matched, where
// the router was not asked yet, or where it cannot be told.
//
// Echo names a matched route by its path, the same for all hosts and methods,
// and what stands in front of us may have changed the method since, as Echo's own
// MethodOverride does in Use. So the router is asked again, with the request as it
// is now: where it chooses the same handler, method and host are those of the
// route. Anything else would be the rule of one handler for another.
func matched(c echo.Context) route {
	e, r := c.Echo(), c.Request()
	if c.Path() == "" {
		return route{}
	}
	at, router := route{method: r.Method, path: c.Path()}, e.Router()
	if own, found := e.Routers()[r.Host]; found { // as Echo finds it
		at.host, router = r.Host, own
	}
	again := e.AcquireContext()
	defer e.ReleaseContext(again)
	again.Reset(r, nil)
	router.Find(r.Method, echo.GetPath(r), again)
	if again.Path() != c.Path() || !sameHandler(again, c) {
		return route{}
	}
	return at
}

// sameHandler tells whether the router chose the same handler for both. Where the
// path has no handler for the method, Echo answers 405 or OPTIONS itself, with a
// function that may be a new one each time, and notes the methods that there are.
func sameHandler(a, b echo.Context) bool {
	return same(a.Handler(), b.Handler()) ||
		a.Get(echo.ContextKeyHeaderAllow) != nil && b.Get(echo.ContextKeyHeaderAllow) != nil
}

// same tells whether two functions are one. Go does not compare functions, but
// one is a pointer to its closure, and Echo makes a closure for each route.
func same(a, b echo.HandlerFunc) bool {
	return *(*unsafe.Pointer)(unsafe.Pointer(&a)) == *(*unsafe.Pointer)(unsafe.Pointer(&b))
}

// mustTellApart panics where functions are represented in another way than same
// takes for granted.
func mustTellApart() {
	closure := func(err error) echo.HandlerFunc { return func(echo.Context) error { return err } }
	a, b := closure(echo.ErrNotFound), closure(echo.ErrForbidden)
	if again := a; !same(a, again) || same(a, b) {
		panic("echoguard: handlers cannot be told apart with this version of Go")
	}
}
