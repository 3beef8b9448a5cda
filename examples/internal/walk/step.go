package walk

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Step is one request, and the answer that is announced for it.
type Step struct {
	Title        string
	Method, Path string
	Token        func() (string, error) // nil: none
	Status       int
	Challenge    []string // what WWW-Authenticate has to hold

	// Before happens before Token is called, After when the answer is there.
	// They are for what the answer does not show. Nil: nothing.
	Before, After func() error
}

// take sends the request, prints it with its answer, and compares.
func (s Step) take(ctx context.Context, out io.Writer, url string) error {
	if s.Before != nil {
		if err := s.Before(); err != nil {
			return err
		}
	}
	req, err := s.request(ctx, out, url)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if err := show(out, resp); err != nil {
		return err
	}
	if err := s.compare(resp); err != nil || s.After == nil {
		return err
	}
	return s.After()
}

func (s Step) request(ctx context.Context, out io.Writer, url string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, s.Method, url+s.Path, nil)
	if err != nil {
		return nil, err
	}
	token := ""
	if s.Token != nil {
		if token, err = s.Token(); err != nil {
			return nil, fmt.Errorf("no token: %w", err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	fmt.Fprintf(out, "   > %s %s\n", s.Method, s.Path)
	if token != "" {
		fmt.Fprintf(out, "   > Authorization: Bearer %.12s… (%d bytes)\n", token, len(token))
	}
	return req, nil
}

// show prints what of an answer concerns access.
func show(out io.Writer, resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "   < %s\n", resp.Status)
	for _, name := range []string{"WWW-Authenticate", "Retry-After"} {
		for _, value := range resp.Header.Values(name) {
			fmt.Fprintf(out, "   < %s: %s\n", name, value)
		}
	}
	if body = bytes.TrimSpace(body); len(body) > 0 {
		fmt.Fprintf(out, "   < %s\n", body)
	}
	return nil
}

func (s Step) compare(resp *http.Response) error {
	if resp.StatusCode != s.Status {
		return fmt.Errorf("announced was status %d", s.Status)
	}
	challenge := strings.Join(resp.Header.Values("WWW-Authenticate"), ", ")
	missing := slices.IndexFunc(s.Challenge, func(part string) bool { return !strings.Contains(challenge, part) })
	if missing >= 0 {
		return fmt.Errorf("announced was a challenge with %s", s.Challenge[missing])
	}
	return nil
}
