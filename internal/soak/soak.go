package main

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// plan is what may be chosen about a soak.
type plan struct {
	length time.Duration
	seed   uint64

	// spoil puts something in front of the validators, to see that the judge notices. Nil: nothing.
	spoil func(middleware.Validator) middleware.Validator
}

// soak is one run.
type soak struct {
	plan
	clock
	judge
	vitals
	rotations

	well, sick, asked          *authority // issuers of JWTs, and the server for opaque tokens
	wellKeys, sickKeys, askers *meter
	keys                       *jwks.Keys // of the well issuer
	tokens                     *jwks.Validator
	answers                    *introspect.Validator
	api                        *api
	caller                     *caller
	canary                     *canary

	wellTokens, sickTokens, opaqueTokens *stock
	revoked                              atomic.Int64

	all, quiet, faulty, apart latencies // of good tokens; see report
}

// run soaks and returns what came of it. An error means that it could not even begin.
func run(p plan) (*report, error) {
	before := runtime.NumGoroutine()
	s := &soak{plan: p, clock: clock{time.Now()}, wellTokens: newStock(), sickTokens: newStock(), opaqueTokens: newStock()}
	s.judge.where = s.state
	err := s.build()
	if err == nil {
		s.endure()
	}
	s.close()
	if err != nil {
		return nil, err
	}
	leak := goroutineLeak(before, patience)
	if leak != "" {
		s.fault("goroutines leaked: %s", leak)
	}
	return s.report(before), nil
}

// build starts the servers and makes the API.
func (s *soak) build() (err error) {
	// The well issuer keeps the default of Conclusive, which is 30 s.
	if s.well, err = newAuthority(s.clock, "well", keyPromises(true), keyLatency); err != nil {
		return err
	}
	if s.sick, err = newAuthority(s.clock, "sick", keyPromises(false), keyLatency); err != nil {
		return err
	}
	if s.asked, err = newAuthority(s.clock, "introspection", introspectionPromises(), introspectionLatency); err != nil {
		return err
	}
	if s.canary, err = newCanary(s.clock); err != nil {
		return err
	}
	s.wellKeys, s.sickKeys = newMeter(s.clock, nil), newMeter(s.clock, nil)
	s.askers = newMeter(s.clock, s.called)
	v, err := s.validator()
	if err != nil {
		return err
	}
	if s.api, err = newAPI(v); err != nil {
		return err
	}
	s.caller = newCaller(s.clock, s.api.url)
	return nil
}

// validator is what a service would build, and ready.
func (s *soak) validator() (middleware.Validator, error) {
	wellKeys, err := keySource(s.well, s.wellKeys, 0)
	if err != nil {
		return nil, err
	}
	sickKeys, err := keySource(s.sick, s.sickKeys, -1)
	if err != nil {
		return nil, err
	}
	s.keys = wellKeys
	s.tokens, err = jwks.Config{Leeway: -1, Logger: quiet, MaxEntries: maxEntries}.New(issuerOf(s.well, wellKeys), issuerOf(s.sick, sickKeys))
	if err != nil {
		return nil, err
	}
	s.answers, err = introspection(s.asked, s.askers, authtest.DefaultClientID, authtest.DefaultClientSecret)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, ready := range []func(context.Context) error{s.tokens.Ready, s.answers.Ready} {
		for err := ready(ctx); err != nil; err = ready(ctx) { // on a slow machine the first fetch may fail
			if !pause(ctx, retryMax) {
				return nil, err
			}
		}
	}
	v := middleware.First(s.tokens, s.answers)
	if s.spoil != nil {
		v = s.spoil(v)
	}
	return v, nil
}

// remembered asks the validators. How many JWTs are remembered they do not say: that is left to the heap.
func (s *soak) remembered() (c contents) {
	h := s.answers.Health()
	c = contents{good: h.Good, refused: h.Refused}
	for _, keys := range s.tokens.Health() {
		c.keys = max(c.keys, keys.Keys)
	}
	return c
}

// take has an answer judged, and its time measured where it let a user pass.
func (s *soak) take(k *kind, a answer) {
	if !s.hear(k.name, a) || !k.valid {
		return
	}
	d := a.end - a.begin
	s.all.add(d)
	if s.sick.answered(a.span) && s.asked.answered(a.span) {
		s.quiet.add(d)
		return
	}
	s.faulty.add(d)
	if t, ok := a.truth.(*signed); ok && t.server == s.well.history {
		s.apart.add(d)
	}
}

// called is told of every introspection call.
func (s *soak) called(token string, w span, ok bool) {
	if !ok || !s.asked.answered(w) {
		s.asked.failed(w.end)
		return
	}
	if c := s.opaqueTokens.find(token); c != nil {
		if complaint := c.truth.(*opaque).asked(w); complaint != "" {
			s.fault("%s: %s", c.about, complaint)
		}
	}
}

func (s *soak) state() string {
	return strings.Join([]string{s.well.state(), s.sick.state(), s.asked.state()}, ", ")
}

// close ends every server and every connection.
func (s *soak) close() {
	if s.caller != nil {
		s.caller.client.CloseIdleConnections()
	}
	if s.api != nil {
		s.api.server.Close()
	}
	if s.canary != nil {
		s.canary.close()
	}
	for _, a := range []*authority{s.well, s.sick, s.asked} {
		if a != nil {
			a.server.Close()
		}
	}
	for _, m := range []*meter{s.wellKeys, s.sickKeys, s.askers} {
		if m != nil {
			m.base.CloseIdleConnections()
		}
	}
}
