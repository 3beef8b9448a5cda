package walk

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// Source keeps a token until one second before its end. The library's own
// source would already fetch a new one ten seconds before: with a token that
// lives three seconds, every time.
func Source(ctx context.Context, c *clientcredentials.Config) oauth2.TokenSource {
	return oauth2.ReuseTokenSourceWithExpiry(nil, c.TokenSource(ctx), time.Second)
}

// Text is a token as the client would send it.
func Text(s oauth2.TokenSource) func() (string, error) {
	return func() (string, error) {
		t, err := s.Token()
		if err != nil {
			return "", err
		}
		return t.AccessToken, nil
	}
}

// Expired waits until a token of s is past its end and the leeway of the API.
func Expired(s oauth2.TokenSource, leeway time.Duration) func() (string, error) {
	return func() (string, error) {
		t, err := s.Token()
		if err != nil {
			return "", err
		}
		wait := time.Until(t.Expiry.Add(leeway)).Truncate(100*time.Millisecond) + 100*time.Millisecond
		fmt.Printf("   (waiting %v: what is left of its life, and the leeway of %v)\n", wait, leeway)
		time.Sleep(wait)
		return t.AccessToken, nil
	}
}
