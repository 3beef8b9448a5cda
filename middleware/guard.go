package middleware

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/bearerguard/bearerguard/scopes"
)

// A Guard decides about requests to one protected resource. It is immutable and
// safe for concurrent use; one Guard serves every adapter of a process.
type Guard struct {
	validator    Validator
	checksSyntax bool // of the validator; see SyntaxChecker
	bindings     []binding
	schemes      []scheme       // Bearer first, then those of the bindings
	policy       *scopes.Policy // nil: exact names

	realm       string
	errorURI    string
	metadataURL string

	logger  *slog.Logger
	log     throttle
	observe func(context.Context, Event)
}

// binding is a Binding and the index of its scheme; 0 is Bearer.
type binding struct {
	Binding
	scheme int
}

// New returns a Guard, or every fault of the config joined into one error. It
// does no I/O.
func New(c Config) (*Guard, error) {
	g := &Guard{
		validator:    c.Validator,
		checksSyntax: checksSyntax(c.Validator),
		schemes:      []scheme{{name: "Bearer"}},
		policy:       c.Scopes,
		realm:        c.Realm,
		errorURI:     c.ErrorURI,
		metadataURL:  metadataURL(c.Resource),
		logger:       c.Logger,
		log:          throttle{start: time.Now()},
		observe:      c.Observe,
	}
	if err := errors.Join(c.faults(), g.bind(c.Bindings)); err != nil {
		return nil, err
	}
	if g.realm == "" {
		// A challenge needs at least one parameter (RFC 6750 §3).
		if g.realm = c.Resource; g.realm == "" {
			g.realm = "api"
		}
	}
	if g.logger == nil {
		g.logger = slog.Default()
	}
	return g, nil
}

// bind takes the bindings in and asks each for the scheme it offers.
func (g *Guard) bind(list []Binding) error {
	var faults []error
	for i, b := range list {
		index := 0
		if c, ok := b.(Challenger); ok {
			name, params := c.Challenge()
			if !isToken(name) || !ownParams(params) {
				faults = append(faults, fmt.Errorf("middleware: Config.Bindings[%d]: a challenge needs a scheme and parameters name=\"value\" that the guard does not set itself", i))
			}
			if _, taken := g.schemeIndex(name); taken {
				faults = append(faults, fmt.Errorf("middleware: Config.Bindings[%d]: the scheme %s is offered already", i, name))
			}
			index = len(g.schemes)
			g.schemes = append(g.schemes, scheme{name, params})
		}
		g.bindings = append(g.bindings, binding{b, index})
	}
	return errors.Join(faults...)
}

// Check decides whether r may pass under rule. It returns the token, nil for a
// request that passes without one, or an *Error; [Guard.Refusal] words it.
//
// A public rule looks at nothing. Otherwise the order is: credentials, token,
// proof of possession, rule; so a bad token is 401 whatever its scopes, and the
// zero rule, that of a route nobody listed, refuses a good token too.
//
// Check waits no longer than ctx allows, as long as the Validator and the
// Bindings keep to it, as those of this module do.
func (g *Guard) Check(ctx context.Context, r Request, rule scopes.Rule) (*Token, error) {
	return g.check(ctx, &r, &rule, true)
}

// Recheck is Check without the proof of possession: for streams that outlive
// the decision they began with, whose sender proved possession when they began.
// The scheme must still fit the token.
func (g *Guard) Recheck(ctx context.Context, r Request, rule scopes.Rule) (*Token, error) {
	return g.check(ctx, &r, &rule, false)
}

// HasBindings tells whether proof of possession may be checked. Without
// Bindings a Guard looks at Header and Route of a Request alone, and adapters
// whose framework makes the rest dear may leave it out.
func (g *Guard) HasBindings() bool { return len(g.bindings) > 0 }

// check takes large arguments by address: it is on the path of every request.
func (g *Guard) check(ctx context.Context, r *Request, rule *scopes.Rule, proof bool) (*Token, error) {
	if g.observe == nil {
		t, _, err := g.decide(ctx, r, rule, proof)
		return t, err
	}
	start := time.Now()
	observed := &observedContext{Context: ctx}
	t, outcome, err := g.decide(observed, r, rule, proof)
	event := Event{Route: r.Route, Outcome: outcome, Issuer: t.Issuer()}
	if e, ok := asError(err); ok {
		event = refused(r.Route, e)
	}
	event.Cached, event.Duration = observed.cached.Load(), time.Since(start)
	g.observe(ctx, event)
	return t, err
}

func (g *Guard) decide(ctx context.Context, r *Request, rule *scopes.Rule, proof bool) (*Token, Outcome, error) {
	if rule.IsPublic() {
		return nil, Open, nil
	}
	cred, err := g.extract(r.Header)
	if err == errNoAuthorization && rule.IsOptional() {
		return nil, Anonymous, nil
	}
	var t *Token
	if err == nil {
		cred, t, err = g.judge(ctx, cred)
	}
	if plain := cred.scheme == 0 && t.Confirmation().IsZero(); err == nil && !plain {
		err = g.possession(ctx, *r, cred, t, proof)
	}
	if err == nil && !rule.Allows(scopes.Grant{Scopes: t, Policy: g.policy}) {
		err = lacking(rule)
	}
	if err != nil {
		return nil, "", g.refuse(ctx, err, cred, t, rule)
	}
	return t, Allowed, nil
}

// judge has the token validated. Where the text turns out to be no token, it
// returns no credentials.
func (g *Guard) judge(ctx context.Context, cred credentials) (credentials, *Token, error) {
	t, err := g.validate(ctx, cred.token)
	if err != nil && g.checksSyntax {
		if checked, fault := g.wellFormed(cred); fault != nil {
			return checked, nil, fault
		}
	}
	return cred, t, err
}

// validate asks the validator and holds it to its contract.
func (g *Guard) validate(ctx context.Context, raw string) (*Token, error) {
	t, err := g.validator.Validate(ctx, raw)
	if err == nil {
		if t == nil {
			return nil, &Error{Code: Unavailable, Reason: ReasonValidator, Err: errNoAnswer}
		}
		return t, nil
	}
	if e, ok := asError(err); ok {
		if e.Code == InvalidToken || e.Code == Unavailable {
			return nil, e
		}
	} else if errors.Is(err, ErrNotMine) {
		return nil, Invalid(ReasonUnrecognized, "The access token is malformed or from an issuer that is not accepted here", err)
	}
	return nil, &Error{Code: Unavailable, Reason: ReasonValidator, Err: err}
}

func lacking(rule *scopes.Rule) error {
	if rule.IsZero() {
		return &Error{Code: NoRule, Reason: ReasonNoRule, Description: "No access token gives access here"}
	}
	return &Error{Code: InsufficientScope, Reason: ReasonScope, Description: "The access token lacks a scope that is needed here"}
}

// refuse adds to a copy of the error what its wording needs of the request and
// what Observe is told of the token, and logs what an operator must act on.
func (g *Guard) refuse(ctx context.Context, err error, cred credentials, t *Token, rule *scopes.Rule) *Error {
	found, _ := asError(err)
	e := *found
	if cred.token != "" {
		e.scheme = g.schemes[cred.scheme].name
	}
	e.scope, e.issuer = rule.Scope(), t.Issuer()
	// Of a request that ended meanwhile Observe is told, and the log is not: clients
	// that leave are no reason to wake anybody.
	if e.Code == Unavailable && ctx.Err() == nil && g.log.allow() {
		g.logger.ErrorContext(ctx, "bearerguard: access tokens cannot be checked; answering 503", "reason", e.Reason, "cause", e.Err)
	}
	return &e
}
