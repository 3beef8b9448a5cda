package grpcguard

import (
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/bearerguard/bearerguard/middleware"
)

// Domain is the domain of the errdetails.ErrorInfo in the status of a refusal.
//
// Its reason is the error code of the challenge (RFC 6750 §3.1) in upper case,
// such as INVALID_TOKEN or INSUFFICIENT_SCOPE, NO_TOKEN where no credentials
// were sent, or TEMPORARILY_UNAVAILABLE. Its metadata has, where there are any:
//
//	scope      every scope that the method needs, where one is missing
//	challenge  the challenges, as one value of WWW-Authenticate (RFC 9110 §11.6.1)
const Domain = "github.com/bearerguard/bearerguard"

// A refusal is a middleware.Refusal in gRPC's words.
type refusal struct {
	status  error // never nil
	trailer metadata.MD
}

func word(r middleware.Refusal) *refusal {
	out := &refusal{status: describe(r).Err()}
	if len(r.Challenges) > 0 {
		out.trailer = metadata.MD{"www-authenticate": r.Challenges}
	}
	return out
}

func describe(r middleware.Refusal) *status.Status {
	st := status.New(code(r.Code), message(r))
	details := []protoadapt.MessageV1{info(r)}
	if r.RetryAfter > 0 {
		details = append(details, &errdetails.RetryInfo{RetryDelay: durationpb.New(r.RetryAfter)})
	}
	detailed, err := st.WithDetails(details...)
	if err != nil {
		return st // messages of this form always marshal
	}
	return detailed
}

func code(c middleware.Code) codes.Code {
	switch c {
	case middleware.InsufficientScope, middleware.NoRule:
		return codes.PermissionDenied
	case middleware.Unavailable:
		return codes.Unavailable
	}
	return codes.Unauthenticated
}

func message(r middleware.Refusal) string {
	if r.Description == "" {
		return "An access token is needed here"
	}
	return r.Description
}

func info(r middleware.Refusal) *errdetails.ErrorInfo {
	reason := r.Error
	if reason == "" {
		reason = string(r.Code) // nothing was presented: no_token
	}
	facts := map[string]string{}
	if r.Scope != "" {
		facts["scope"] = r.Scope
	}
	if len(r.Challenges) > 0 {
		facts["challenge"] = strings.Join(r.Challenges, ", ")
	}
	return &errdetails.ErrorInfo{Reason: strings.ToUpper(reason), Domain: Domain, Metadata: facts}
}
