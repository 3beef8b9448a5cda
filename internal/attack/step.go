package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// then is a case of several steps, the last of which decides.
func (a *area) then(name, source, configuration string, steps ...Step) *Case {
	last := len(steps) - 1
	c := a.add(name, source, steps[last].Request, steps[last].Expect).with(configuration)
	c.Before, c.Step = steps[:last], steps[last]
	return c
}

// passes and fails are steps with a token.
func passes(token string) Step { return Step{Request: bearer(token), Expect: allowed()} }

func fails(token string, reason middleware.Reason) Step {
	s := Step{Request: bearer(token), Expect: refused(middleware.InvalidToken)}
	s.Expect.Reason = string(reason)
	return s
}

func undecided(token string, reason middleware.Reason) Step {
	s := Step{Request: bearer(token), Expect: refused(middleware.Unavailable)}
	s.Expect.Reason = string(reason)
	return s
}

// after lets time pass before a step.
func (s Step) after(seconds int) Step {
	s.After = seconds
	return s
}

func (s Step) publishing(jwks string) Step {
	s.Publish = map[string]Text{"main": Text(jwks)}
	return s
}

func (s Step) answering(answer Answer) Step {
	s.Answer = &answer
	return s
}

func (s Step) forgetting(token string) Step {
	s.Forget = Text(token)
	return s
}

func (s Step) asked(n int) Step {
	s.Expect.Asked = &n
	return s
}

func (s Step) on(route string, e Expect) Step {
	s.Request.To, s.Expect = route, e
	return s
}

// edited changes a part of a token and nothing else.
func edited(token string, n int, change func(text string) string) string {
	parts := strings.Split(token, ".")
	parts[n] = encode(change(part(token, n)))
	return strings.Join(parts, ".")
}
