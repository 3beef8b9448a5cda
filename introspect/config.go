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

	// Client does the requests: proxies, roots, client certificates. No redirects,
	// no cookies, and the limits below hold whatever it says.
	//
	// Default: a client of our own, whose transport is a copy of
	// http.DefaultTransport (one that is no *http.Transport is used as it is). The
	// copy keeps MaxCalls idle connections for a host, has no limit of connections,
	// and speaks HTTP/1.1 only, since tokens that break a connection must not break
	// the calls of others. The price is a connection, with its handshake, for each
	// call in flight at a time, and that a server which speaks nothing but HTTP/2
	// cannot be reached. What it kept is closed when the Validator is garbage.
	//
	// In a client of yours, set MaxIdleConnsPerHost to MaxCalls (an http.Transport
	// keeps two without it), and leave MaxConnsPerHost 0: calls that wait for a
	// connection use their time up.
	Client *http.Client

	// InsecureLoopback allows plain http to this machine, for development.
	InsecureLoopback bool

	// Accept tells which tokens the server is asked about, for example those with
	// its prefix; the others are middleware.ErrNotMine. It is called for tokens
	// without a cached decision and must be safe for concurrent use. Default: all
	// that have the syntax of RFC 6750 §2.1.
	//
	// It is needed where the server, or what stands in front of it, answers 5xx
	// about any text that does not look like one of its tokens. Whether the server
	// is down or a client's tokens make it fail is told by a question about a random
	// text, which looks like no server's tokens (we do not know how they look, and a
	// made-up one could be somebody's): there it fails too, and five foreign tokens
	// stop everybody's calls for 5 s.
	Accept func(raw string) bool

	// MaxTokenSize is the longest token that is looked at, in bytes. Default 16
	// KiB, at least 8 KiB.
	MaxTokenSize int

	// Timeout is for one call: discovery, answer, the keys of a signed answer and
	// the second attempt after a connection error included. Default 5 s.
	//
	// A request waits no longer than its context allows and, where that has no end,
	// for four times Timeout at most: for a turn where MaxCalls are in flight, for
	// the call and, where that failed, for two questions that show what about. It is
	// five times where Client, or a function of the configuration, goes on after its
	// context ended.
	Timeout time.Duration

	// MaxCalls is how many calls may be in flight at one time. 16 times as many
	// tokens may wait for a turn, as long as a request waits for each; about more
	// there is no decision: Unavailable. Ready makes one more. Default 64.
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
