package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// step is one request, and the answer that is announced for it.
type step struct {
	title        string
	method, path string
	token        func() (string, error) // nil: none
	status       int
	challenge    []string // what WWW-Authenticate has to hold
}

// walk goes through the steps, prints every request and answer, and reports
// how many answers differ from what was announced.
func walk(ctx context.Context, url string, c *clients) error {
	steps := steps(c)
	wrong := 0
	for i, s := range steps {
		fmt.Printf("\n%d. %s\n", i+1, s.title)
		if err := s.take(ctx, url); err != nil {
			fmt.Printf("   ✗ %v\n", err)
			wrong++
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d answers are not the ones announced", wrong, len(steps))
	}
	fmt.Printf("\nAll %d answers are the ones announced.\n", len(steps))
	return ctx.Err()
}

func steps(c *clients) []step {
	list := []step{
		{"A public route needs no token", "GET", "/healthz", nil, 200, nil},
		{"Without a token, the challenge says what is needed", "GET", "/orders", nil, 401, []string{`Bearer`, `scope="orders:read"`}},
		{"Any valid token will do here", "GET", "/me", text(c.reader), 200, nil},
		{"A token that someone changed", "GET", "/orders", tampered(c.reader), 401, []string{`error="invalid_token"`}},
	}
	if c.stranger == nil {
		return list // another issuer: who knows what its tokens are good for
	}
	return append(list,
		step{"A token with the scope orders:read reads", "GET", "/orders", text(c.reader), 200, nil},
		step{"It does not write, and the answer names the missing scope", "POST", "/orders", text(c.reader), 403, []string{`error="insufficient_scope"`, `scope="orders:write"`}},
		step{"A token for another audience", "GET", "/orders", text(c.stranger), 401, []string{`error="invalid_token"`}},
		step{"A token that lives three seconds", "GET", "/orders", text(c.hasty), 200, nil},
		step{"The same token after its end", "GET", "/orders", expired(c.hasty), 401, []string{`error="invalid_token"`, `expired`}},
		step{"The client fetches a fresh one", "GET", "/orders", text(c.hasty), 200, nil},
	)
}

// take sends the request, prints it with its answer, and compares.
func (s step) take(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, s.method, url+s.path, nil)
	if err != nil {
		return err
	}
	token := ""
	if s.token != nil {
		if token, err = s.token(); err != nil {
			return fmt.Errorf("no token: %w", err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	fmt.Printf("   > %s %s\n", s.method, s.path)
	if token != "" {
		fmt.Printf("   > Authorization: Bearer %.12s… (%d bytes)\n", token, len(token))
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	fmt.Printf("   < %s\n", resp.Status)
	for _, challenge := range resp.Header.Values("WWW-Authenticate") {
		fmt.Printf("   < WWW-Authenticate: %s\n", challenge)
	}
	if body = bytes.TrimSpace(body); len(body) > 0 {
		fmt.Printf("   < %s\n", body)
	}
	return s.compare(resp)
}

func (s step) compare(resp *http.Response) error {
	if resp.StatusCode != s.status {
		return fmt.Errorf("announced was status %d", s.status)
	}
	challenge := strings.Join(resp.Header.Values("WWW-Authenticate"), ", ")
	for _, part := range s.challenge {
		if !strings.Contains(challenge, part) {
			return fmt.Errorf("announced was a challenge with %s", part)
		}
	}
	return nil
}

// text is a token as the client would send it.
func text(s oauth2.TokenSource) func() (string, error) {
	return func() (string, error) {
		t, err := s.Token()
		if err != nil {
			return "", err
		}
		return t.AccessToken, nil
	}
}

// tampered adds a claim to the payload and leaves the signature.
func tampered(s oauth2.TokenSource) func() (string, error) {
	return func() (string, error) {
		token, err := text(s)()
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

// expired waits until a token of s is past its end and the API's leeway.
func expired(s oauth2.TokenSource) func() (string, error) {
	return func() (string, error) {
		t, err := s.Token()
		if err != nil {
			return "", err
		}
		wait := time.Until(t.Expiry.Add(time.Second)).Truncate(100*time.Millisecond) + 100*time.Millisecond
		fmt.Printf("   (waiting %v: what is left of its life, and the leeway of 1s)\n", wait)
		time.Sleep(wait)
		return t.AccessToken, nil
	}
}
