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
			name: "adapters: gRPC, the rule of the name that a method was compiled with",
			file: "adapters/grpcguard/unary.go",
			old:  "if err == nil && c.method != info.FullMethod {",
			new:  "if false {",
		},
		{
			name: "adapters: gRPC, a stream goes on while a check does not come back",
			file: "adapters/grpcguard/recheck.go",
			old:  "l.after(max(longestRecheck, time.Until(token.Until())), func() { in.stop(l, c, errNoAnswer) })",
			new:  "",
		},
		{
			name: "adapters: gRPC, a stream outlives its token",
			file: "adapters/grpcguard/stream.go",
			old:  "if token == nil || wait == forever {",
			new:  "if token == nil || wait > 0 {",
		},
	}
}
