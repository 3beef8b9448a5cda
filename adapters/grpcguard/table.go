package grpcguard

import (
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/scopes"
)

// table is scopes.Routes, made ready for finding a rule without allocating.
type table struct {
	methods  map[string]*entry // by "/pkg.Service/Method"
	services map[string]*entry // by "/pkg.Service/"
}

// entry is a key of scopes.Routes and its rule.
type entry struct {
	key  string
	rule scopes.Rule
}

func newTable(routes scopes.Routes) table {
	t := table{methods: map[string]*entry{}, services: map[string]*entry{}}
	for key, rule := range routes {
		service, method := cut(key)
		switch {
		case !isService(service) || !isName(method) && method != "*":
			panic(fmt.Sprintf(`grpcguard: routes has the key %q, which is neither "/pkg.Service/Method" nor "/pkg.Service/*"`, key))
		case method == "*":
			t.services[service] = &entry{key, rule}
		default:
			t.methods[key] = &entry{key, rule}
		}
	}
	return t
}

// unlisted decides about methods without an entry: the zero rule refuses.
var unlisted = new(entry)

// find returns what decides about a method: its own entry, else that of its
// service, else unlisted.
func (t table) find(method string) *entry {
	if e := t.methods[method]; e != nil {
		return e
	}
	service, _ := cut(method)
	if e := t.services[service]; e != nil {
		return e
	}
	return unlisted
}

// cut splits at the last slash, as grpc.Server does to find the handler. The
// slash stays with the service.
func cut(method string) (service, name string) {
	i := strings.LastIndexByte(method, '/') + 1
	return method[:i], method[i:]
}

// isService checks "/pkg.Service/".
func isService(s string) bool {
	return len(s) > 2 && s[0] == '/' && isName(s[1:len(s)-1])
}

// isName takes what no one would write by mistake: any name without slashes,
// asterisks, spaces and control characters.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r == '/' || r == '*' || r <= ' ' || r == 0x7F })
}
