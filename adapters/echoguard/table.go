package echoguard

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/scopes"
)

// A route is a key of the table, taken apart. It is comparable, so that looking
// one up allocates nothing.
type route struct {
	method string // empty: every method without a key of its own
	host   string // as given to Echo.Host; empty: the default router
	path   string // as registered: /users/:id
}

type entry struct {
	key  string
	rule scopes.Rule
}

// table is scopes.Routes by route.
type table struct {
	entries map[route]entry
	paths   map[route]bool // the same without methods
}

// newTable panics on a key that is no route, so that a typing error shows at
// start-up and not as a refused route.
func newTable(routes scopes.Routes) table {
	t := table{map[route]entry{}, map[route]bool{}}
	for key, rule := range routes {
		at, err := parseKey(key)
		if err != nil {
			panic(fmt.Sprintf("echoguard: routes has the key %q: %v", key, err))
		}
		t.entries[at] = entry{key, rule}
		t.paths[route{host: at.host, path: at.path}] = true
	}
	return t
}

// parseKey reads [METHOD SP] [host] path. The path begins at the first slash,
// and a method has none.
func parseKey(key string) (route, error) {
	method, rest, found := strings.Cut(key, " ")
	if !found || strings.Contains(method, "/") {
		method, rest = "", key
	} else if strings.Trim(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" || method == "" {
		return route{}, errors.New("write one method in capitals, one space and a path, or a path alone")
	}
	slash := strings.IndexByte(rest, '/')
	if slash < 0 || strings.ContainsAny(rest[:slash], " \t") {
		return route{}, errors.New("the path must begin with a slash: write GET /users/:id")
	}
	return route{method, rest[:slash], rest[slash:]}, nil
}

// find looks for the key of exactly this method, then for that of every method.
func (t table) find(at route) (entry, bool) {
	if found, listed := t.entries[at]; listed {
		return found, true
	}
	at.method = ""
	found, listed := t.entries[at]
	return found, listed
}
