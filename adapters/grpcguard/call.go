package grpcguard

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/bearerguard/bearerguard/middleware"
)

// A call is one call as the guard sees it. It is the middleware.Values of the
// metadata that came with it, and the middleware.Setter of the header metadata
// that goes back.
type call struct {
	ctx    context.Context
	stream grpc.ServerStream // nil for a unary call
	method string
	route  string
	entry  *entry
	header metadata.MD // nil until a field is set
}

// newCall finds the rule. fullMethod is what the interceptor was told, for a
// unary method a constant of generated code; a service that is registered under
// a second name still says its first one there. What grpc.Server found the
// handler by decides, where it is known.
func (in *interceptor) newCall(ctx context.Context, stream grpc.ServerStream, fullMethod string, registered bool) *call {
	c := &call{ctx: ctx, stream: stream, method: fullMethod}
	if served, ok := grpc.Method(ctx); ok {
		c.method = served
	}
	c.entry = in.rules.find(c.method)
	c.route = c.entry.key
	if registered {
		c.route = c.method // else a stranger chose it, and Observe must not be flooded with names
	}
	return c
}

// check asks the guard. Its error is a gRPC status; the rest of the refusal is
// in the trailer then.
func (in *interceptor) check(c *call) (*middleware.Token, error) {
	r := c.request()
	r.Reply = c
	token, err := in.guard.Check(c.ctx, r, c.entry.rule)
	c.sendHeader()
	if err != nil {
		return nil, c.refuse(word(in.guard.Refusal(err)))
	}
	return token, nil
}

// sendHeader fails where the header is sent already, and nothing can be added.
func (c *call) sendHeader() {
	switch {
	case c.header == nil:
	case c.stream != nil:
		_ = c.stream.SetHeader(c.header)
	default:
		_ = grpc.SetHeader(c.ctx, c.header)
	}
}

// refuse puts the challenges into the trailer and returns the status.
func (c *call) refuse(r *refusal) error {
	if c.stream != nil {
		c.stream.SetTrailer(r.trailer)
	} else {
		_ = grpc.SetTrailer(c.ctx, r.trailer) // fails only where the context is not one of a call
	}
	return r.status
}

func (c *call) request() middleware.Request {
	r := middleware.Request{
		Header: c,
		Method: http.MethodPost, // the only one of gRPC over HTTP/2
		Path:   c.method,
		Route:  c.route,
	}
	if authority := c.Values(":authority"); len(authority) == 1 {
		r.Host = authority[0]
	}
	p, ok := peer.FromContext(c.ctx)
	if !ok {
		return r
	}
	if p.Addr != nil {
		r.Peer = address(p.Addr)
	}
	if info, ok := p.AuthInfo.(credentials.TLSInfo); ok {
		r.TLS = true
		if chain := info.State.PeerCertificates; len(chain) > 0 {
			r.Certificate = chain[0]
		}
	}
	return r
}

// address is a.String(), with fewer allocations where nearly every call needs it.
func address(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return a.String()
	}
	ap := tcp.AddrPort()
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()).String()
}

// Values returns all values of a metadata key. Metadata keys are in lower case
// (gRPC over HTTP/2, Custom-Metadata).
func (c *call) Values(name string) []string {
	key := "authorization" // which every call is asked for
	if name != "Authorization" {
		key = strings.ToLower(name)
	}
	return metadata.ValueFromIncomingContext(c.ctx, key)
}

// Set sets a field of the header metadata.
func (c *call) Set(name, value string) {
	if c.header == nil {
		c.header = metadata.MD{}
	}
	c.header.Set(name, value)
}
