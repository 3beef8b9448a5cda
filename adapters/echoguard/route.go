package echoguard

import (
	"reflect"
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

// sameHandler tells whether the router, asked with the context again, chose the
// handler that c has. Where the path has no handler for OPTIONS, Echo answers it
// itself, with a new closure each time, and notes the methods that there are: then
// the code and the notes must be the same. The note in c alone says nothing, since
// an application can write it too.
func sameHandler(again, c echo.Context) bool {
	if same(again.Handler(), c.Handler()) {
		return true
	}
	allow := again.Get(echo.ContextKeyHeaderAllow)
	return allow != nil && allow == c.Get(echo.ContextKeyHeaderAllow) && code(again.Handler()) == code(c.Handler())
}

// code is where the code of a function begins, the same for all its closures.
func code(h echo.HandlerFunc) uintptr { return reflect.ValueOf(h).Pointer() }

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
