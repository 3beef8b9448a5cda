// Package grpcguard puts a middleware.Guard in front of gRPC methods.
//
//	routes := scopes.Routes{
//		"/orders.v1.Orders/List":       scopes.All("orders:read"),
//		"/orders.v1.Orders/*":          scopes.All("orders:write"),
//		"/grpc.health.v1.Health/Check": scopes.Public(),
//	}
//	s := grpc.NewServer(grpcguard.Options(g, routes)...)
//	…register the services…
//	grpcguard.Audit(s, routes).MustCover()
//
// [Options] guards unary and streaming methods alike. A method that is not in
// the table is refused; that includes health checks and reflection. [Token]
// gives the handler what the token says. A handler behind an interceptor runs
// only when the guard let the call pass, and a stream ends with its token; see
// [Stream] and [Recheck].
//
// # What a refused client sees
//
// The status code is Unauthenticated, PermissionDenied or, where no decision
// was possible, Unavailable. The status message is a sentence for people. Two
// details are for programs: errdetails.ErrorInfo, see [Domain], and with
// Unavailable errdetails.RetryInfo. The challenges (RFC 6750 §3) stand in the
// trailer under www-authenticate.
//
// net/http drops a trailer of that name (RFC 9110 §6.5.1), with a line in the
// server's ErrorLog, so it is missing where gRPC is served through
// grpc.Server.ServeHTTP. The ErrorInfo has the challenges too and arrives either
// way. Handlers of connectrpc.com/connect are
// http.Handlers and belong behind httpguard.
//
// # What is not done here
//
// gRPC reads and decodes the request of a unary method before it runs any
// interceptor, so a stranger can have one message decoded;
// grpc.MaxRecvMsgSize bounds it. A method that is not registered is answered
// with Unimplemented without asking an interceptor, so a stranger learns which
// methods exist, unless grpc.UnknownServiceHandler is set.
package grpcguard
