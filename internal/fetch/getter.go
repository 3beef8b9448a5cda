package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
)

// Getter does GET requests within our limits.
type Getter struct {
	Client  *http.Client // from Harden
	MaxSize int          // of a body, bytes after decompression
	Policy  Policy
}

// Answer is a good answer to a GET: a body, or the news that it did not change.
type Answer struct {
	Body      string
	Unchanged bool // 304: what the etag names is still good
	ETag      string
	Header    http.Header
}

// Get asks for a document; with an etag, only if it changed. An error that wraps
// *AnswerError means that the server did answer, though not as hoped for. No
// error holds anything of an answer or what may be secret in the URL; see
// [Cause] and [Redact].
func (g Getter) Get(ctx context.Context, url, accept, etag string) (Answer, error) {
	if err := g.Policy.Check(url); err != nil {
		return Answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return Answer{}, errors.New("not a URL that can be asked")
	}
	req.Header.Set("Accept", accept)
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := g.Client.Do(req)
	if err != nil {
		return Answer{}, broken(url, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && etag != "" {
		return Answer{Unchanged: true, ETag: etag, Header: resp.Header}, nil
	}
	if resp.StatusCode != http.StatusOK {
		return Answer{}, &AnswerError{Redact(url), fmt.Sprintf("status %d", resp.StatusCode)}
	}
	body, complete, err := ReadBody(resp.Body, g.MaxSize)
	if err != nil {
		return Answer{}, broken(url, err)
	}
	if !complete {
		return Answer{}, &AnswerError{Redact(url), fmt.Sprintf("the document is longer than %d bytes", g.MaxSize)}
	}
	return Answer{Body: body, ETag: resp.Header.Get("ETag"), Header: resp.Header}, nil
}

func broken(url string, err error) error { return fmt.Errorf("GET %s: %w", Redact(url), Cause(err)) }

// ReadBody reads a body of at most so many bytes; a longer one is not complete.
// The error is the body's own: see [Cause].
func ReadBody(body io.Reader, most int) (text string, complete bool, err error) {
	read, err := io.ReadAll(io.LimitReader(body, min(int64(most), math.MaxInt64-1)+1))
	if err != nil || len(read) > most {
		return "", false, err
	}
	return string(read), true, nil
}

// AnswerError is an answer, though not the one that was hoped for.
type AnswerError struct{ url, fault string }

func (e *AnswerError) Error() string { return "GET " + e.url + ": " + e.fault }

// Drain reads what is left of a body, where that is not much: an HTTP/1.1
// connection can only then be used again, and answers that are refused must not
// cost a handshake each.
func Drain(body io.Reader) { _, _ = io.CopyN(io.Discard, body, 4<<10) }
