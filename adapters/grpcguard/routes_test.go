package grpcguard_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Which rule decides about a method. What it decides is in testdata/rules.json.
func TestRules(t *testing.T) {
	t.Parallel()
	both := func(rule scopes.Rule) scopes.Routes { return scopes.Routes{getMethod: rule, talkMethod: rule} }
	all := func(rule scopes.Rule) scopes.Routes { return scopes.Routes{"/test.v1.Tester/*": rule} }
	merge := func(tables ...scopes.Routes) scopes.Routes {
		merged := scopes.Routes{}
		for _, table := range tables {
			for key, rule := range table {
				merged[key] = rule
			}
		}
		return merged
	}
	read := scopes.All("read")
	for _, tc := range []struct {
		name   string
		routes scopes.Routes
		fields []string
		want   codes.Code
	}{
		{"by method", both(read), []string{"Bearer read"}, codes.OK},
		{"by service", all(read), []string{"Bearer read"}, codes.OK},
		{"R9700-2 the method counts before its service", merge(all(read), both(scopes.All("write"))), []string{"Bearer read"}, codes.PermissionDenied},
		{"the method opens what its service closes", merge(all(scopes.All("write")), both(read)), []string{"Bearer read"}, codes.OK},
		{"a method that is closed within an open service", merge(all(scopes.Public()), both(scopes.Rule{})), []string{"Bearer read"}, codes.PermissionDenied},
		{"not listed, no token", nil, nil, codes.Unauthenticated},
		{"not listed, bad token", nil, []string{"Bearer bad"}, codes.Unauthenticated},
		{"not listed, good token", nil, []string{"Bearer read"}, codes.PermissionDenied},
		{"not listed, and it cannot be told", nil, []string{"Bearer down"}, codes.Unavailable},
		{"another service is listed", scopes.Routes{"/test.v1.Teste/*": scopes.Public(), "/test.v1.Tester2/*": scopes.Public(), "/v1.Tester/*": scopes.Public()}, nil, codes.Unauthenticated},
		{"another method is listed", scopes.Routes{"/test.v1.Tester/Ge": scopes.Public(), "/test.v1.Tester/get": scopes.Public(), "/test.v1.Tester/talk": scopes.Public()}, nil, codes.Unauthenticated},
		{"the service in another case", scopes.Routes{"/test.v1.tester/*": scopes.Public()}, nil, codes.Unauthenticated},
	} {
		g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
		conn := startTester(t, tester{}, grpcguard.Options(g, tc.routes))
		for kind, call := range callers {
			t.Run(kind+" "+tc.name, func(t *testing.T) {
				wantCode(t, call(with(t.Context(), tc.fields...), conn, methods[kind]), tc.want)
			})
		}
	}
}

// A table that is changed after the start changes nothing.
func TestRoutesAreCopied(t *testing.T) {
	t.Parallel()
	routes := scopes.Routes{getMethod: scopes.All("read")}
	conn := startTester(t, tester{}, grpcguard.Options(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), routes))
	routes[getMethod], routes[talkMethod] = scopes.Public(), scopes.Public()
	for kind, call := range callers {
		wantCode(t, call(t.Context(), conn, methods[kind]), codes.Unauthenticated)
	}
}

// Health and reflection are services like others.
func TestHealthAndReflection(t *testing.T) {
	t.Parallel()
	const check, watch, reflect = "/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
	for _, tc := range []struct {
		name   string
		routes scopes.Routes
		open   []string
	}{
		{"not listed", nil, nil},
		{"one method", scopes.Routes{check: scopes.Public()}, []string{check}},
		{"one service", scopes.Routes{"/grpc.health.v1.Health/*": scopes.Public()}, []string{check, watch}},
		{"the other service", scopes.Routes{reflect: scopes.Public()}, []string{reflect}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			conn := start(t, func(s *grpc.Server) {
				healthpb.RegisterHealthServer(s, health.NewServer())
				reflection.Register(s)
			}, grpcguard.Options(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), tc.routes)...)
			for method, call := range map[string]func(context.Context, *grpc.ClientConn, string) codes.Code{
				check: func(ctx context.Context, conn *grpc.ClientConn, method string) codes.Code {
					return get(ctx, conn, method).status.Code()
				},
				watch: first, reflect: first,
			} {
				open := call(t.Context(), conn, method) != codes.Unauthenticated
				if want := slices.Contains(tc.open, method); open != want {
					t.Errorf("%s open: %t, want %t", method, open, want)
				}
			}
		})
	}
}

// first sends one message, and tells how the first answer ends: no answer of
// these services can be read as a string.
func first(ctx context.Context, conn *grpc.ClientConn, method string) codes.Code {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := open(ctx, conn, method)
	if err != nil {
		return codes.Internal
	}
	_ = stream.SendMsg(&healthpb.HealthCheckRequest{})
	_ = stream.CloseSend()
	err = stream.RecvMsg(&healthpb.HealthCheckResponse{})
	return status.Code(err)
}

// A service that is registered under a second name: generated code still says
// the first one to the interceptor of unary methods, so both rules decide there.
func TestSecondName(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	routes := scopes.Routes{
		"/open.v1.Tester/*":   scopes.Public(),
		"/other.v1.Tester/*":  scopes.All("write"),
		"/before.v1.Tester/*": scopes.Optional(scopes.All("write")),
	}
	names := []string{"open.v1.Tester", "other.v1.Tester", "before.v1.Tester", "unlisted.v1.Tester"}
	for first, tests := range map[string][]struct {
		called, token string
		unary, stream codes.Code
	}{
		"/test.v1.Tester/*": { // as compiled: read
			{"open", "", codes.Unauthenticated, codes.OK},
			{"open", "Bearer write", codes.PermissionDenied, codes.OK},
			{"open", "Bearer read", codes.OK, codes.OK},
			{"before", "", codes.Unauthenticated, codes.OK},
			{"before", "Bearer read", codes.PermissionDenied, codes.PermissionDenied},
			{"before", "Bearer read.write", codes.OK, codes.OK},
			{"other", "Bearer read", codes.PermissionDenied, codes.PermissionDenied},
			{"other", "Bearer write", codes.PermissionDenied, codes.OK},
			{"other", "Bearer read.write", codes.OK, codes.OK},
			{"unlisted", "Bearer read.write", codes.PermissionDenied, codes.PermissionDenied},
		},
		"": { // the name it was compiled with has no rule
			{"open", "Bearer read.write", codes.PermissionDenied, codes.OK},
			{"other", "Bearer read.write", codes.PermissionDenied, codes.OK},
		},
	} {
		table := maps.Clone(routes)
		if first != "" {
			table[first] = scopes.All("read")
		}
		conn := start(t, func(s *grpc.Server) {
			for _, name := range names {
				tester{}.register(s, name)
			}
		}, grpcguard.Options(g, table)...)
		for _, tc := range tests {
			ctx := t.Context()
			if tc.token != "" {
				ctx = with(ctx, tc.token)
			}
			wantCode(t, get(ctx, conn, "/"+tc.called+".v1.Tester/Get"), tc.unary)
			wantCode(t, talk(ctx, conn, "/"+tc.called+".v1.Tester/Talk"), tc.stream)
		}
	}
}

// A call that has to satisfy two rules is one call: its token reaches the handler,
// whichever rule asked for it, its possession is proved once, and a refusal has its
// challenge.
func TestSecondNameIsOneCall(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first scopes.Rule
		scope string
		code  codes.Code
	}{
		"public, then good":        {scopes.Public(), "read", codes.OK},
		"public, then refused":     {scopes.Public(), "write", codes.PermissionDenied},
		"good, then good":          {scopes.All("write"), "read write", codes.OK},
		"good, then refused":       {scopes.All("write"), "write", codes.PermissionDenied},
		"refused, and not the two": {scopes.All("write"), "read", codes.PermissionDenied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proofs, subject := 0, ""
			g := guardtest.New(t, middleware.Config{
				Validator: guardtest.Fixed(middleware.Claims{Subject: "me", Scope: tc.scope, Confirmation: middleware.Confirmation{X5TS256: "x"}}),
				Bindings:  []middleware.Binding{bindingFunc(func(middleware.Request) { proofs++ })},
			})
			conn := start(t, func(s *grpc.Server) {
				tester{get: func(ctx context.Context, _ string) (string, error) {
					subject = grpcguard.Token(ctx).Subject()
					return "", nil
				}}.register(s, "other.v1.Tester")
			}, grpcguard.Options(g, scopes.Routes{"/other.v1.Tester/*": tc.first, "/test.v1.Tester/*": scopes.All("read")})...)
			o := get(with(t.Context(), "Bearer t"), conn, "/other.v1.Tester/Get")
			wantCode(t, o, tc.code)
			if passed := tc.code == codes.OK; proofs != 1 || (subject == "me") != passed || (len(o.trailer.Get("www-authenticate")) == 1) == passed {
				t.Errorf("%d proofs, the handler saw %q, trailer %v", proofs, subject, o.trailer)
			}
		})
	}
}

// A server that takes every method asks the guard about every method, and
// Observe is not told names that a stranger chose.
func TestUnknownServices(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []string
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope, Observe: func(_ context.Context, e middleware.Event) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, e.Route+" "+string(e.Outcome))
	}})
	opts := grpcguard.Options(g, scopes.Routes{"/there.Service/Named": scopes.All("read"), "/there.Service/*": scopes.All("write"), getMethod: scopes.All("read")})
	conn := startTester(t, tester{}, append(opts, grpc.UnknownServiceHandler(handleTalk)))
	ctx := with(t.Context(), "Bearer read")
	for _, tc := range []struct {
		method string
		want   codes.Code
		event  string
	}{
		{"/there.Service/Named", codes.OK, "/there.Service/Named allowed"},
		{"/there.Service/Chosen", codes.PermissionDenied, "/there.Service/* insufficient_scope"},
		{"/there.Service/*", codes.PermissionDenied, "/there.Service/* insufficient_scope"},
		{"/chosen.Service/Chosen", codes.PermissionDenied, " no_rule"},
		{"/there.Service//Named", codes.PermissionDenied, " no_rule"},
		{"/there.Service/x/Named", codes.PermissionDenied, " no_rule"},
		{"//there.Service/Named", codes.PermissionDenied, " no_rule"},
		{"/there.Service/named", codes.PermissionDenied, "/there.Service/* insufficient_scope"},
		{"/there.Service/Named?x=/there.Service/Named", codes.PermissionDenied, " no_rule"},
		{"/there.Service/%4eamed", codes.PermissionDenied, "/there.Service/* insufficient_scope"},
		{"/there.Service/", codes.PermissionDenied, "/there.Service/* insufficient_scope"},
		{"//", codes.PermissionDenied, " no_rule"},
		{getMethod, codes.OK, getMethod + " allowed"},
		{talkMethod, codes.PermissionDenied, talkMethod + " no_rule"}, // registered, so no stranger chose it
		{"/test.v1.Tester/Chosen", codes.PermissionDenied, " no_rule"},
	} {
		mu.Lock()
		seen = nil
		mu.Unlock()
		call := talk
		if tc.method == getMethod {
			call = get
		}
		wantCode(t, call(ctx, conn, tc.method), tc.want)
		mu.Lock()
		if !slices.Equal(seen, []string{tc.event}) {
			t.Errorf("%s: Observe was told %q, want %q", tc.method, seen, tc.event)
		}
		mu.Unlock()
	}
}

// What the guard is told of a call.
func TestRequest(t *testing.T) {
	t.Parallel()
	var got middleware.Request
	var values, none []string
	binding := bindingFunc(func(r middleware.Request) {
		got, values, none = r, r.Header.Values("X-Several"), r.Header.Values("X-None")
	})
	bound := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{X5TS256: "x"}}), nil
	})
	g := guardtest.New(t, middleware.Config{Validator: bound, Bindings: []middleware.Binding{binding}})
	conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{"/test.v1.Tester/*": scopes.Authenticated()}))
	for kind, call := range callers {
		ctx := metadata.AppendToOutgoingContext(with(t.Context(), "Bearer t"), "x-several", "1", "X-Several", "2")
		wantCode(t, call(ctx, conn, methods[kind]), codes.OK)
		if got.Method != "POST" || got.Path != methods[kind] || got.Route != methods[kind] || got.Host != "memory" || got.Peer != "bufconn" || got.TLS || got.Certificate != nil {
			t.Errorf("%s: %+v", kind, got)
		}
		if !slices.Equal(values, []string{"1", "2"}) || none != nil {
			t.Errorf("%s: values %q and %q", kind, values, none)
		}
	}
}

// bindingFunc is a Binding that looks at requests with tokens that are bound to
// a certificate, and finds everything good.
type bindingFunc func(middleware.Request)

func (bindingFunc) Covers(c middleware.Confirmation) bool { return c.X5TS256 != "" }

func (f bindingFunc) Check(_ context.Context, r middleware.Request, _ string, _ *middleware.Token) error {
	f(r)
	return nil
}

// Handlers know the token, and an anonymous call knows none, whatever an
// interceptor in front left in the context.
func TestToken(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	subject := func(ctx context.Context) string {
		token := grpcguard.Token(ctx)
		return token.String() + " " + token.Subject()
	}
	s := tester{
		get:  func(ctx context.Context, _ string) (string, error) { return subject(ctx), nil },
		talk: func(stream grpc.ServerStream) error { return answerText(stream, subject(stream.Context())) },
	}
	stale := middleware.NewToken(middleware.Claims{Subject: "stale"})
	opts := append([]grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			return next(middleware.NewContext(ctx, stale), request)
		}),
		grpc.ChainStreamInterceptor(func(server any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			return next(server, contextStream{ss, middleware.NewContext(ss.Context(), stale)})
		}),
	}, grpcguard.Options(g, scopes.Routes{"/test.v1.Tester/*": scopes.Optional(scopes.All("read"))})...)
	conn := startTester(t, s, opts)
	for kind, call := range callers {
		if got := call(with(t.Context(), "Bearer read"), conn, methods[kind]).text; got != "access token read" {
			t.Errorf("%s: %q", kind, got)
		}
		if got := call(t.Context(), conn, methods[kind]).text; got != "anonymous " {
			t.Errorf("%s, anonymous: %q", kind, got)
		}
	}
	if got := subject(t.Context()); got != "anonymous " {
		t.Errorf("behind no guard: %q", got)
	}
}

// Interceptors run in the order of their options; those behind the guard do not
// run when it refuses.
func TestChain(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var order []string
	note := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, what)
	}
	chained := func(name string) []grpc.ServerOption {
		return []grpc.ServerOption{
			grpc.ChainUnaryInterceptor(func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
				note(name)
				defer note("after " + name)
				return next(ctx, request)
			}),
			grpc.ChainStreamInterceptor(func(server any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
				note(name)
				defer note("after " + name)
				return next(server, ss)
			}),
		}
	}
	validator := middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
		note("guard")
		return guardtest.ByScope(ctx, raw)
	})
	opts := slices.Concat(chained("front"), grpcguard.Options(guardtest.New(t, middleware.Config{Validator: validator}),
		scopes.Routes{"/test.v1.Tester/*": scopes.All("read")}), chained("behind"))
	conn := startTester(t, tester{}, opts)
	for kind, call := range callers {
		for token, want := range map[string]string{
			"read": "front guard behind after behind after front",
			"bad":  "front guard after front",
		} {
			mu.Lock()
			order = nil
			mu.Unlock()
			call(with(t.Context(), "Bearer "+token), conn, methods[kind])
			mu.Lock()
			if got := strings.Join(order, " "); got != want {
				t.Errorf("%s %s: %s, want %s", kind, token, got, want)
			}
			mu.Unlock()
		}
	}
}

type contextStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s contextStream) Context() context.Context { return s.ctx }

// Mistakes show at start-up.
func TestPanics(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	build := map[string]func(*middleware.Guard, scopes.Routes){
		"Options": func(g *middleware.Guard, r scopes.Routes) { grpcguard.Options(g, r) },
		"Unary":   func(g *middleware.Guard, r scopes.Routes) { grpcguard.Unary(g, r) },
		"Stream":  func(g *middleware.Guard, r scopes.Routes) { grpcguard.Stream(g, r) },
		"Audit":   func(_ *middleware.Guard, r scopes.Routes) { grpcguard.Audit(grpc.NewServer(), r) },
	}
	for name, f := range build {
		for _, key := range []string{
			"", "/", "//", "*", "/*", "/*/*", "pkg.Service/Method", "pkg.Service/*", "/pkg.Service", "/pkg.Service/", "/Method",
			"//Method", "/pkg.*/Method", "/pkg.Service/Get*", "/pkg.Service/**", "/pkg/Service/Method", "/pkg.Service/Method/",
			"/pkg.Service/ Method", "/pkg Service/Method", "/pkg.Service/Method\n", "GET /orders",
		} {
			if !panics(func() { f(g, scopes.Routes{key: scopes.Public()}) }) {
				t.Errorf("%s takes the key %q", name, key)
			}
		}
		for _, key := range []string{"/pkg.Service/Method", "/pkg.Service/*", "/Service/Method", "/my-service/do_it", "/größe.Service/Method"} {
			if panics(func() { f(g, scopes.Routes{key: scopes.Public()}) }) {
				t.Errorf("%s does not take the key %q", name, key)
			}
		}
		if name != "Audit" && !panics(func() { f(nil, nil) }) {
			t.Errorf("%s takes no guard", name)
		}
	}
	if !panics(func() { grpcguard.Recheck(-1) }) {
		t.Error("Recheck takes a negative time")
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
