package grpcguard

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/bearerguard/bearerguard/middleware"
)

// A call is one call as the guard sees it.
type call struct {
	ctx    context.Context
	stream grpc.ServerStream // nil for a unary call
	method string            // what the client called
	route  string            // for Observe
	entry  *entry
}

// find finds the rule of the method.
func (in *interceptor) find(c *call, registered bool) {
	c.entry = in.rules.find(c.method)
	c.route = c.entry.key
	if registered {
		c.route = c.method // else a stranger chose it, and Observe must not be flooded with names
	}
}

// check asks the guard. Its error is a gRPC status; the rest of the refusal is
// in the trailer then.
func (in *interceptor) check(c *call) (*middleware.Token, error) {
	r := in.request(c)
	var header reply
	if in.bindings {
		header = reply{}
		r.Reply = header
	}
	token, err := in.guard.Check(c.ctx, r, c.entry.rule)
	if len(header) > 0 {
		c.setHeader(metadata.MD(header))
	}
	if err != nil {
		return nil, c.refuse(word(in.guard.Refusal(err)))
	}
	return token, nil
}

// setHeader fails where the header is sent already, and nothing can be added.
func (c *call) setHeader(header metadata.MD) {
	if c.stream != nil {
		_ = c.stream.SetHeader(header)
	} else {
		_ = grpc.SetHeader(c.ctx, header)
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

// request is what the guard is told of a call. Only Bindings look at where it
// came from, and to find that out takes as long as half of the rest.
func (in *interceptor) request(c *call) middleware.Request {
	r := middleware.Request{
		Header: incoming{c.ctx},
		Method: http.MethodPost, // the only one of gRPC over HTTP/2
		Path:   c.method,
		Route:  c.route,
	}
	if in.bindings {
		addSender(c.ctx, &r)
	}
	return r
}

func addSender(ctx context.Context, r *middleware.Request) {
	if authority := r.Header.Values(":authority"); len(authority) == 1 {
		r.Host = authority[0]
	}
	p, ok := peer.FromContext(ctx)
	if !ok {
		return
	}
	if p.Addr != nil {
		r.Peer = p.Addr.String()
	}
	if info, ok := p.AuthInfo.(credentials.TLSInfo); ok {
		r.TLS = true
		if chain := info.State.PeerCertificates; len(chain) > 0 {
			r.Certificate = chain[0]
		}
	}
}

// incoming is the metadata that came with a call.
type incoming struct{ ctx context.Context }

// Values returns all values of a metadata key. Metadata keys are in lower case
// (gRPC over HTTP/2, Custom-Metadata).
func (m incoming) Values(name string) []string {
	key := "authorization" // which every call is asked for
	if name != "Authorization" {
		key = strings.ToLower(name)
	}
	return metadata.ValueFromIncomingContext(m.ctx, key)
}

// reply is the header metadata that goes back.
type reply metadata.MD

// Set sets a field.
func (r reply) Set(name, value string) { metadata.MD(r).Set(name, value) }
