package main

import (
	"context"
	"errors"
	"io"

	"golang.org/x/oauth2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// bearer sends a token with every call, on connections that are not encrypted
// too. That is for loopback alone; anywhere else, use TokenSource of
// google.golang.org/grpc/credentials/oauth, which insists on TLS.
type bearer struct{ source oauth2.TokenSource }

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	token, err := b.source.Token()
	if err != nil {
		return nil, err
	}
	return map[string]string{"authorization": "Bearer " + token.AccessToken}, nil
}

func (bearer) RequireTransportSecurity() bool { return false }

// call calls a method, as a stream so that one function does for all. It gives
// every answer to each, and returns the status and the challenges.
func call(ctx context.Context, conn *grpc.ClientConn, method string, source oauth2.TokenSource, each func(text string)) (*status.Status, []string) {
	var trailer metadata.MD
	opts := []grpc.CallOption{grpc.Trailer(&trailer)}
	if source != nil {
		opts = append(opts, grpc.PerRPCCredentials(bearer{source}))
	}
	err := exchange(ctx, conn, method, opts, each)
	return status.Convert(err), trailer.Get("www-authenticate")
}

func exchange(ctx context.Context, conn *grpc.ClientConn, method string, opts []grpc.CallOption, each func(text string)) error {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, method, opts...)
	if err != nil {
		return err
	}
	// Where sending fails the stream is over, and receiving tells why.
	_ = stream.SendMsg(new(emptypb.Empty))
	_ = stream.CloseSend()
	for {
		answer := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(answer); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		each(answer.GetValue())
	}
}
