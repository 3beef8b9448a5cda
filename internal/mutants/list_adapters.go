package main

// ofAdapters are about which rule a request meets.
func ofAdapters() []mutant {
	return []mutant{
		{
			name: "adapters: echo, another handler than the router's",
			file: "adapters/echoguard/route.go",
			old:  "if again.Path() != c.Path() || !sameHandler(again, c) {",
			new:  "if again.Path() != c.Path() {",
		},
		{
			name: "adapters: gRPC, unlisted methods are open to good tokens",
			file: "adapters/grpcguard/table.go",
			old:  "var unlisted = new(entry)",
			new:  "var unlisted = &entry{rule: scopes.Authenticated()}",
		},
		{
			name:     "adapters: gRPC, messages pass after the end",
			file:     "adapters/grpcguard/pump.go",
			old:      "if p.life.isOver() {",
			new:      "if p.life.isOver() && message == nil {",
			survives: "the select below ends the transfer as well, though not always: it chooses among what is ready",
		},
	}
}
