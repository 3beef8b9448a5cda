package scopes_test

import (
	"fmt"

	"github.com/bearerguard/bearerguard/scopes"
)

func ExampleAll() {
	rule := scopes.All("orders:read", "orders:write")

	fmt.Println(rule.Allows(grant("orders:write", "orders:read", "profile")))
	fmt.Println(rule.Allows(grant("orders:read")))
	fmt.Println(rule.Allows(grant("Orders:Read", "Orders:Write")))
	// Output:
	// true
	// false
	// false
}

func ExampleAny() {
	rule := scopes.Any("orders:read", "orders:admin")

	fmt.Println(rule.Allows(grant("orders:admin")))
	fmt.Println(rule.Allows(grant("profile")))
	// Output:
	// true
	// false
}

func ExampleAuthenticated() {
	rule := scopes.Authenticated()

	// A Grant is made for a valid token only; this one grants nothing.
	fmt.Println(rule.Allows(scopes.Grant{}))
	// Output: true
}

func ExampleOptional() {
	rule := scopes.Optional(scopes.All("catalog:prices"))

	fmt.Println("anonymous passes:", rule.IsOptional())
	fmt.Println("token without the scope passes:", rule.Allows(grant("profile")))
	// Output:
	// anonymous passes: true
	// token without the scope passes: false
}

func ExampleRule_And() {
	rule := scopes.All("orders:read").And(scopes.Any("region:eu", "region:us"))

	fmt.Println(rule)
	fmt.Println(rule.Allows(grant("orders:read", "region:eu")))
	fmt.Println(rule.Allows(grant("orders:read")))
	// Output:
	// orders:read and (region:eu or region:us)
	// true
	// false
}

func ExampleRule_Or() {
	rule := scopes.All("orders:read", "orders:write").Or(scopes.All("admin"))

	fmt.Println(rule)
	fmt.Println(rule.Allows(grant("admin")))
	// Output:
	// (orders:read and orders:write) or admin
	// true
}

func ExampleRule_Scope() {
	rule := scopes.All("orders:read").And(scopes.Any("region:eu", "region:us"))

	fmt.Printf("WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"%s\"\n", rule.Scope())
	// Output: WWW-Authenticate: Bearer error="insufficient_scope", scope="orders:read region:eu region:us"
}

func ExampleParse() {
	for _, text := range []string{
		"orders:read and (region:eu or region:us)",
		"optional(catalog:prices)",
		`"and"`, // the scope of this name
		"orders:read and region:eu or region:us",
		"",
	} {
		rule, err := scopes.Parse(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(rule)
	}
	// Output:
	// orders:read and (region:eu or region:us)
	// optional(catalog:prices)
	// "and"
	// scopes: offset 26: "and" and "or" are mixed: add parentheses around what belongs together
	// scopes: offset 0: a scope is missing at the end: add one, or write "deny" to refuse everything
}

func ExampleRoutes() {
	routes := scopes.Routes{
		"GET /healthz":        scopes.Public(),
		"GET /orders":         scopes.All("orders:read"),
		"DELETE /orders/{id}": scopes.All("orders:read", "orders:delete"),
	}
	token := grant("orders:read")

	fmt.Println(routes["GET /orders"].Allows(token))
	fmt.Println(routes["DELETE /orders/{id}"].Allows(token))
	// Output:
	// true
	// false
}

// The wrong way: the author forgot a route. It is closed, not open.
func ExampleRoutes_missing() {
	routes := scopes.Routes{
		"GET /orders": scopes.All("orders:read"),
	}
	rule := routes["GET /invoices"]

	fmt.Println(rule)
	fmt.Println(rule.Allows(grant("orders:read", "invoices:read", "admin")))
	fmt.Println(scopes.Optional(rule).IsOptional())
	// Output:
	// deny
	// false
	// false
}

func ExampleNewPolicy() {
	policy, err := scopes.NewPolicy(scopes.PolicyConfig{
		Implies:   map[string][]string{"admin": {"orders:*"}},
		Wildcards: true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	rule := scopes.All("orders:read")
	for _, name := range []string{"orders:read", "orders:*", "admin", "orders", "*"} {
		fmt.Println(name, rule.Allows(scopes.Grant{Scopes: granted{name}, Policy: policy}))
	}

	_, err = scopes.NewPolicy(scopes.PolicyConfig{Implies: map[string][]string{"owner": {"admin"}, "admin": {"owner"}}})
	fmt.Println(err)
	// Output:
	// orders:read true
	// orders:* true
	// admin true
	// orders false
	// * false
	// scopes: PolicyConfig.Implies goes in a circle: admin → owner → admin
}

func ExampleAudit() {
	served := []string{"GET /healthz", "GET /orders", "POST /orders"}
	report := scopes.Audit(served, scopes.Routes{
		"GET /healthz": scopes.Public(),
		"GET /orders":  scopes.All("orders:read").Or(scopes.All("admin")),
		"PUT /orders":  scopes.All("orders:write"),
	}, nil)

	fmt.Print(report)
	fmt.Println(report.Err())
	// Output:
	// GET /healthz  public
	// GET /orders   orders:read or admin
	// POST /orders  deny                  (not in the table)
	// PUT /orders   orders:write          (no such route)
	// scopes: the route "POST /orders" is not in the table, so every request to it is refused
	// scopes: the table has the key "PUT /orders", and no such route is served
}
