package introspect

import (
	"context"
	"time"

	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/middleware"
)

// ask makes a call about a token, or joins the one under way, and waits for it
// no longer than ctx allows.
func (v *Validator) ask(ctx context.Context, key expiring.Key, raw string) (*middleware.Token, error) {
	if ctx.Err() != nil {
		return nil, unavailable(&failure{problem: gaveUp, err: context.Cause(ctx)})
	}
	begin := v.flights.join
	if v.good == nil { // nothing is shared, not even a call
		begin = v.flights.alone
	}
	d, err := begin(key, func(f *flight) (decision, error) { return v.fly(f, raw) }).wait(ctx)
	switch {
	case err != nil:
		return nil, unavailable(err)
	case d.refusal != nil:
		return nil, d.refusal
	}
	return d.token, nil
}

// fly makes a call and remembers what came of it. Only decisions are
// remembered, never failures.
func (v *Validator) fly(f *flight, raw string) (decision, error) {
	asked := v.config.Now() // the answer may be as old as the question
	if k, found := v.good.Get(f.key, asked); found && asked.Unix() >= k.begin {
		return decision{token: k.token}, nil // a call ended between the look-up and now
	}
	d, err := v.inquire(f, raw, false, asked)
	if err == nil {
		v.remember(f, d, asked)
	}
	return d, err
}

// longestRemembered bounds the memory that MaxEntries can take up.
const longestRemembered = 64 << 10

// remember keeps a decision for as long as it may be used again.
func (v *Validator) remember(f *flight, d decision, asked time.Time) {
	life := min(v.config.TTL, v.config.MaxLife)
	if d.token == nil {
		life = min(life, v.config.RefusalTTL)
	}
	if !d.end.IsZero() {
		life = min(life, d.end.Sub(asked))
	}
	if life <= 0 || d.size > longestRemembered {
		return
	}
	until := asked.Add(life) // with a monotonic reading, which d.end has not
	f.remember(func() {
		if d.token != nil {
			v.good.Put(f.key, newKept(d.token), until)
		} else {
			v.refused.Put(f.key, d.refusal, until)
		}
	})
}
