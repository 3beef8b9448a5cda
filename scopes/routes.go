package scopes

// Routes is a table of rules, one for each route. A key is what the serving router itself calls the route: a
// [net/http.ServeMux] pattern, an Echo route, a gRPC full method, or "/pkg.Service/*" for every method of a service.
//
// A route that is not listed gets the zero Rule and is refused. List open routes with [Public].
type Routes map[string]Rule
