package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"time"

	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"golang.org/x/oauth2/clientcredentials"
)

// forgetter is a validator that keeps answers.
type forgetter interface{ Forget(token string) }

// takeWalk sends every request of the walk, and says whether all answers were
// the ones announced.
func takeWalk(ctx context.Context, url string, s *authServer, cache forgetter) error {
	w := &walker{ctx: ctx, server: s, cache: cache}
	var steps []walk.Step
	for _, part := range [][]walk.Step{w.tokens(), w.badTokens(), w.outage(), w.revocation()} {
		steps = append(steps, part...)
	}
	return walk.Take(ctx, os.Stdout, url, steps)
}

// walker makes the steps of the walk.
type walker struct {
	ctx    context.Context
	server *authServer
	cache  forgetter
}

// source is where a step gets its token.
type source = func() (string, error)

// asked announces how many questions about tokens a step costs.
func (w *walker) asked(want int64, s walk.Step) walk.Step {
	s.Before = func() error { w.server.asked.Store(0); return nil }
	s.After = func() error {
		got := w.server.asked.Load()
		fmt.Printf("   (questions to the authorization server: %d)\n", got)
		if got != want {
			return fmt.Errorf("announced was %d", want)
		}
		return nil
	}
	return s
}

func (w *walker) tokens() []walk.Step {
	reader := once(w.issue(w.server.App(ordersAPI, "orders:read")))
	return []walk.Step{
		w.asked(0, walk.Step{Title: "Without a token, the challenge says what is needed", Method: "GET", Path: "/orders",
			Status: 401, Challenge: []string{`Bearer`, `scope="orders:read"`}}),
		w.asked(1, walk.Step{Title: "A token that nobody can read: the API asks what it is good for", Method: "GET", Path: "/orders",
			Token: reader, Status: 200}),
		w.asked(0, walk.Step{Title: "The same one again: the answer is still known", Method: "GET", Path: "/me",
			Token: reader, Status: 200}),
		w.asked(0, walk.Step{Title: "It does not write, and the answer names the missing scope", Method: "POST", Path: "/orders",
			Token: reader, Status: 403, Challenge: []string{`error="insufficient_scope"`, `scope="orders:write"`}}),
	}
}

func (w *walker) badTokens() []walk.Step {
	refused := []string{`error="invalid_token"`}
	guess := once(func() (string, error) { return (rand.Text() + rand.Text())[:tokenLength], nil })
	return []walk.Step{
		w.asked(0, walk.Step{Title: "A token that is none of this server's, by its form", Method: "GET", Path: "/orders",
			Token: text("some.other.token"), Status: 401, Challenge: refused}),
		w.asked(0, walk.Step{Title: "What cannot be a token at all", Method: "GET", Path: "/orders",
			Token: text("{token}"), Status: 400, Challenge: []string{`error="invalid_request"`}}),
		w.asked(1, walk.Step{Title: "A guess: the authorization server does not know it", Method: "GET", Path: "/orders",
			Token: guess, Status: 401, Challenge: refused}),
		w.asked(0, walk.Step{Title: "The same guess again: a refusal is known for a while, too", Method: "GET", Path: "/orders",
			Token: guess, Status: 401, Challenge: refused}),
		w.asked(1, walk.Step{Title: "A good token, for another audience", Method: "GET", Path: "/orders",
			Token: w.issue(w.server.App(otherAPI, "orders:read")), Status: 401, Challenge: refused}),
	}
}

func (w *walker) outage() []walk.Step {
	app := w.server.App(ordersAPI, "orders:read")
	known, fresh := once(w.issue(app)), once(w.issue(app))
	return []walk.Step{
		w.asked(1, walk.Step{Title: "A token that becomes known just before an outage", Method: "GET", Path: "/orders",
			Token: known, Status: 200}),
		w.asked(0, walk.Step{Title: "The authorization server is down: what is known still works", Method: "GET", Path: "/orders",
			Token: then(known, func() { w.server.down.Store(true) }), Status: 200}),
		{Title: "But nobody can tell about a new token, which is not its fault: 503, and no challenge", Method: "GET", Path: "/orders",
			Before: func() error { w.server.down.Store(false); return nil }, // to be issued
			Token:  then(fresh, func() { w.server.down.Store(true) }), Status: 503},
		w.asked(1, walk.Step{Title: "The server is back, and so is the token", Method: "GET", Path: "/orders",
			Token: then(fresh, func() { w.server.down.Store(false) }), Status: 200}),
	}
}

func (w *walker) revocation() []walk.Step {
	refused := []string{`error="invalid_token"`}
	app := w.server.App(ordersAPI, "orders:read")
	late, now := once(w.issue(app)), once(w.issue(app))
	return []walk.Step{
		w.asked(1, walk.Step{Title: "A token that is about to be revoked", Method: "GET", Path: "/orders", Token: late, Status: 200}),
		w.asked(0, walk.Step{Title: "Just revoked, it works for as long as the answer is kept", Method: "GET", Path: "/orders",
			Token: w.revoked(late), Status: 200}),
		w.asked(1, walk.Step{Title: "Then the API asks again, and refuses it", Method: "GET", Path: "/orders",
			Token: then(late, waitTTL), Status: 401, Challenge: refused}),
		w.asked(1, walk.Step{Title: "Another one", Method: "GET", Path: "/orders", Token: now, Status: 200}),
		w.asked(1, walk.Step{Title: "Revoked, and the API is told to forget it: refused at once", Method: "GET", Path: "/orders",
			Token: w.forgotten(w.revoked(now)), Status: 401, Challenge: refused}),
	}
}

// issue is a new token every time.
func (w *walker) issue(c *clientcredentials.Config) source {
	return func() (string, error) {
		token, err := c.Token(w.ctx)
		if err != nil {
			return "", err
		}
		return token.AccessToken, nil
	}
}

// revoked takes a token back before it is sent.
func (w *walker) revoked(token source) source {
	return func() (string, error) {
		t, err := token()
		if err != nil {
			return "", err
		}
		return t, w.server.Revoke(w.ctx, t)
	}
}

// forgotten drops what the API knows about a token, as a service does that
// hears of a revocation: from a logout, or a message of the server.
func (w *walker) forgotten(token source) source {
	return func() (string, error) {
		t, err := token()
		if err == nil {
			w.cache.Forget(t)
		}
		return t, err
	}
}

func waitTTL() {
	fmt.Printf("   (waiting %v: the time that answers are kept)\n", cacheTTL)
	time.Sleep(cacheTTL + 100*time.Millisecond)
}

// text is a token that was never issued.
func text(token string) source {
	return func() (string, error) { return token, nil }
}

// once is the same token every time.
func once(token source) source {
	var known string
	return func() (string, error) {
		if known != "" {
			return known, nil
		}
		t, err := token()
		known = t
		return t, err
	}
}

// then is something that happens after a token is issued and before it is sent.
func then(token source, do func()) source {
	return func() (string, error) {
		t, err := token()
		do()
		return t, err
	}
}
