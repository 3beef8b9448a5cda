package introspect

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/bearerguard/bearerguard/jwks"
)

// Config is one authorization server, who we are to it, and what is asked of
// its answers. Issuer, Authentication and Audience are required. Zero numbers
// mean the default; negative ones mean none where that is said, and are faults
// elsewhere.
type Config struct {
	_ struct{} // keyed literals only: fields will come

	// Issuer is the authorization server's identifier. An iss in an answer must be
	// exactly this; it is the token's issuer where the answer names none. Unless
	// Endpoint is set it must be an https URL without query and fragment (RFC 8414
	// §2), whose metadata names the endpoint. It is public: logs and Health tell it.
	Issuer string

	// Endpoint is the introspection endpoint, an https URL without userinfo and
	// fragment; a query is sent and never told. Default: what the issuer's metadata
	// names as introspection_endpoint, and with [MutualTLS] the one of
	// mtls_endpoint_aliases where there is one (RFC 8705 §5). It is found with the
	// first call and looked for again after calls that failed.
	Endpoint string

	// Authentication is how we prove to the server who asks (RFC 7662 §2.1).
	Authentication Authentication

	// Audience is who we are: where an answer has aud, it must hold any one of
	// these, compared exactly. At least one is required.
	Audience []string

	// InsecureAnyAudience takes the place of Audience: tokens that were issued for
	// other resources pass.
	InsecureAnyAudience bool

	// RequireAudience, RequireIssuer and RequireExpiry refuse tokens whose answer
	// has no aud, no iss, or no exp (or exp 0). By default these are checked when
	// they are there: all of them are optional (RFC 7662 §2.2).
	//
	// Some servers say of a refresh token nothing but that it is active (the npm
	// package oidc-provider, for one): only RequireAudience keeps it out there.
	RequireAudience, RequireIssuer, RequireExpiry bool

	// ScopeClaims are the members that name scopes; see [jwks.Issuer]. Default:
	// "scope", a string of scopes delimited by spaces, and "scp".
	ScopeClaims []string

	// ScopeArrays allows scope to be an array of single scopes, which RFC 7662
	// §2.2 does not. Otherwise such an answer is no answer: Unavailable.
	ScopeArrays bool

	// Parameters are sent with every question. They must not be token,
	// token_type_hint or one of a client's credentials.
	Parameters url.Values

	// Signed demands signed answers (RFC 9701). Plain ones are then refused.
	// Default: plain answers, and signed ones are refused.
	Signed *Signed

	// Client does the requests: proxies, roots, client certificates. Default: a
	// client of our own, whose transport is a copy of http.DefaultTransport that
	// keeps MaxCalls idle connections for a host. That one keeps two, as does any
	// http.Transport without MaxIdleConnsPerHost; set it in yours. No redirects, no
	// cookies, and the limits below hold whatever it says.
	Client *http.Client

	// InsecureLoopback allows plain http to this machine, for development.
	InsecureLoopback bool

	// Accept tells which tokens the server is asked about, for example those with
	// its prefix; the others are middleware.ErrNotMine. It is called for tokens
	// without a cached decision and must be safe for concurrent use. Default: all
	// that have the syntax of RFC 6750 §2.1.
	Accept func(raw string) bool

	// MaxTokenSize is the longest token that is looked at, in bytes. Default 16
	// KiB, at least 8 KiB.
	MaxTokenSize int

	// Timeout is for one call: discovery, answer, the keys of a signed answer and
	// the second attempt after a connection error included. Where MaxCalls are in
	// flight, waiting for a turn takes as long at most. Default 5 s.
	Timeout time.Duration

	// MaxCalls is how many calls may be in flight at one time. 16 times as many
	// tokens may wait for a turn, as long as a request waits for each; about more
	// there is no decision: Unavailable. Default 64.
	MaxCalls int

	// MaxSize is the longest answer, in bytes after decompression. Default 1 MiB.
	MaxSize int

	// TTL is how long the answer about a good token is used again, and so how late
	// a revocation may be noticed; never past exp. Default 60 s. Negative: every
	// request makes a call of its own, and RefusalTTL counts for nothing.
	TTL time.Duration

	// RefusalTTL is how long a refusal is used again. Default and most: 10 s.
	// Negative: not at all.
	RefusalTTL time.Duration

	// MaxEntries is how many good tokens are remembered, and apart from them how
	// many refused ones, so that a flood of garbage displaces no good token. An
	// answer over 64 KiB is used and not remembered. Default 10000.
	MaxEntries int

	// MaxLife ends a decision (Token.Until) that the answer gives no end or a
	// later one. Default 1 h.
	MaxLife time.Duration

	// Leeway is how far clocks may differ when exp and nbf are judged, and the iat
	// of signed answers. Default 30 s, at most 5 min; negative: none. No answer is
	// used again past exp itself.
	Leeway time.Duration

	// Logger receives what an operator should know: calls that fail or work again,
	// and credentials of ours that are refused. Default: slog.Default().
	Logger *slog.Logger

	// Now is the clock that exp, nbf and the ages of answers are judged by.
	// Default: the machine's, whose being set is noticed within 10 ms.
	Now func() time.Time
}

// Signed is what is asked of signed answers (RFC 9701). Keys and Audience are
// required. An answer whose iat is before the question was sent, or ahead of our
// clock, by more than Config.Leeway is refused: it may have been sent before, when
// the token was not revoked yet. It is no answer: Unavailable.
type Signed struct {
	_ struct{} // keyed literals only: fields will come

	// Keys are the issuer's keys. A source made from a URL or an offline set is
	// taken to be the issuer's.
	Keys *jwks.Keys

	// Audience is who we are as aud of the answers names us: most servers put our
	// client_id there (RFC 9701 §5). It is no audience of tokens.
	Audience string

	// Algorithms are the values of alg that are accepted. Default: as in
	// [jwks.Issuer].
	Algorithms []string
}
