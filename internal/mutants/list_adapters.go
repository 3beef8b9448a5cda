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
			old:  "l.after(longestRecheck+time.Second, func() { in.stop(l, c, errNoAnswer) })",
			new:  "",
		},
		{
			name: "adapters: gRPC, a stream outlives its token",
			file: "adapters/grpcguard/stream.go",
			old:  "if token == nil || wait == forever {",
			new:  "if token == nil || wait > 0 {",
		},
		{
			name: "adapters: net/http, every method is a preflight",
			file: "adapters/httpguard/options.go",
			old:  `r.Method == http.MethodOptions &&`,
			new:  "true &&",
		},
		{
			name: "adapters: net/http, a preflight without Origin",
			file: "adapters/httpguard/options.go",
			old:  `r.Header.Get("Origin") != "" &&`,
			new:  "true &&",
		},
		{
			name: "adapters: net/http, a preflight without Access-Control-Request-Method",
			file: "adapters/httpguard/options.go",
			old:  `r.Header.Get("Access-Control-Request-Method") != ""`,
			new:  "true",
		},
		{
			name: "adapters: echo, every method is a preflight",
			file: "adapters/echoguard/options.go",
			old:  `r.Method == http.MethodOptions &&`,
			new:  "true &&",
		},
		{
			name: "adapters: echo, a preflight without Origin",
			file: "adapters/echoguard/options.go",
			old:  `r.Header.Get("Origin") != "" &&`,
			new:  "true &&",
		},
		{
			name: "adapters: echo, a preflight without Access-Control-Request-Method",
			file: "adapters/echoguard/options.go",
			old:  `r.Header.Get("Access-Control-Request-Method") != ""`,
			new:  "true",
		},
		{
			name: "adapters: net/http, the certificate of the CA is the client's",
			file: "adapters/httpguard/require.go",
			old:  "r.TLS.PeerCertificates[0]",
			new:  "r.TLS.PeerCertificates[len(r.TLS.PeerCertificates)-1]",
		},
		{
			name: "adapters: echo, the certificate of the CA is the client's",
			file: "adapters/echoguard/require.go",
			old:  "r.TLS.PeerCertificates[0]",
			new:  "r.TLS.PeerCertificates[len(r.TLS.PeerCertificates)-1]",
		},
		{
			name: "adapters: gRPC, the certificate of the CA is the client's",
			file: "adapters/grpcguard/call.go",
			old:  "chain[0]",
			new:  "chain[len(chain)-1]",
		},
	}
}
