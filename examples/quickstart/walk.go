package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"golang.org/x/oauth2"
)

// takeWalk sends every request of the walk, and says whether all answers were
// the ones announced.
func takeWalk(ctx context.Context, url string, c *clients) error {
	return walk.Take(ctx, os.Stdout, url, steps(c))
}

func steps(c *clients) []walk.Step {
	list := []walk.Step{
		{Title: "A public route needs no token", Method: "GET", Path: "/healthz", Status: 200},
		{Title: "Without a token, the challenge says what is needed", Method: "GET", Path: "/orders", Status: 401, Challenge: []string{`Bearer`, `scope="orders:read"`}},
		{Title: "Any valid token will do here", Method: "GET", Path: "/me", Token: walk.Text(c.reader), Status: 200},
		{Title: "A token that someone changed", Method: "GET", Path: "/orders", Token: tampered(c.reader), Status: 401, Challenge: []string{`error="invalid_token"`}},
	}
	if c.stranger == nil {
		return list // another issuer: who knows what its tokens are good for
	}
	return append(list,
		walk.Step{Title: "A token with the scope orders:read reads", Method: "GET", Path: "/orders", Token: walk.Text(c.reader), Status: 200},
		walk.Step{Title: "It does not write, and the answer names the missing scope", Method: "POST", Path: "/orders", Token: walk.Text(c.reader), Status: 403, Challenge: []string{`error="insufficient_scope"`, `scope="orders:write"`}},
		walk.Step{Title: "A token for another audience", Method: "GET", Path: "/orders", Token: walk.Text(c.stranger), Status: 401, Challenge: []string{`error="invalid_token"`}},
		walk.Step{Title: "A token that lives three seconds", Method: "GET", Path: "/orders", Token: walk.Text(c.hasty), Status: 200},
		walk.Step{Title: "The same token after its end", Method: "GET", Path: "/orders", Token: walk.Expired(c.hasty, time.Second), Status: 401, Challenge: []string{`error="invalid_token"`, `expired`}},
		walk.Step{Title: "The client fetches a fresh one", Method: "GET", Path: "/orders", Token: walk.Text(c.hasty), Status: 200},
	)
}

// tampered adds a claim to the payload and leaves the signature.
func tampered(s oauth2.TokenSource) func() (string, error) {
	return func() (string, error) {
		token, err := walk.Text(s)()
		if err != nil {
			return "", err
		}
		parts := strings.Split(token, ".")
		if len(parts) != 3 {
			return "", fmt.Errorf("the issuer's tokens are no JWTs; this program shows JWTs only")
		}
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			return "", err
		}
		changed := bytes.Replace(payload, []byte(`{`), []byte(`{"changed":true,`), 1)
		parts[1] = base64.RawURLEncoding.EncodeToString(changed)
		return strings.Join(parts, "."), nil
	}
}
