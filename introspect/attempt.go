package introspect

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

const (
	plainType  = "application/json"
	signedType = "application/token-introspection+jwt" // RFC 9701 §4
)

// attempt sends one request (RFC 7662 §2.1), with credentials of its own, and
// reads the answer. The token is in the body, never in the URL, which ends up in
// logs (RFC 7662 §4).
func (v *Validator) attempt(ctx context.Context, place, raw string) (text string, err error) {
	asked := v.config.Now()
	req, err := v.request(ctx, place, raw, asked)
	if err != nil {
		return "", &failure{problem: ownCode, err: err}
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return "", transportFailure(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		fetch.Drain(resp.Body)
		return "", statusFailure(resp)
	}
	if err := v.checkType(resp.Header); err != nil {
		fetch.Drain(resp.Body)
		return "", &failure{problem: noAnswer, err: err}
	}
	body, complete, err := fetch.ReadBody(resp.Body, v.config.MaxSize)
	if err != nil {
		return "", transportFailure(err)
	}
	if !complete {
		return "", &failure{problem: unreadable, err: fmt.Errorf("it is longer than %d bytes", v.config.MaxSize)}
	}
	return v.verified(ctx, body, asked)
}

// request builds the question.
func (v *Validator) request(ctx context.Context, place, raw string, now time.Time) (*http.Request, error) {
	a := attempt{issuer: v.config.Issuer, now: now, form: url.Values{}, header: http.Header{}}
	maps.Copy(a.form, v.config.Parameters)
	a.form.Set("token", raw)
	a.form.Set("token_type_hint", "access_token")
	a.header.Set("Content-Type", "application/x-www-form-urlencoded")
	a.header.Set("Accept", plainType)
	if v.config.Signed != nil {
		a.header.Set("Accept", signedType)
	}
	if err := v.config.Authentication.apply(ctx, &a); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, place, strings.NewReader(a.form.Encode()))
	if err != nil {
		return nil, errors.New("the endpoint is not a URL that can be asked")
	}
	req.Header = a.header
	return req, nil
}

// transportFailure tells a server that is slow from one that is not there.
func transportFailure(err error) error {
	f := &failure{problem: unreachable, err: fetch.Cause(err)}
	if fetch.TimedOut(err) {
		f.problem = timedOut
	}
	return f
}

// statusFailure sorts answers that are no introspection answer. None of them
// says anything about the token (RFC 7662 §2.3).
func statusFailure(resp *http.Response) error {
	f := &failure{problem: failing, err: fmt.Errorf("status %d", resp.StatusCode)}
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		f.problem, f.single = refusedUs, status == http.StatusForbidden
	case status == http.StatusTooManyRequests, status >= 500:
		f.retryAfter = retryAfter(resp.Header)
	case status < 400, status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		f.problem, f.single = noAnswer, status == http.StatusNotFound
	default:
		// Some servers refuse a JWT, or a token that is too long, this way.
		f.problem = refusedThis
	}
	return f
}

// retryAfter reads seconds (RFC 9110 §10.2.3). A date, and what is no sensible
// pause, is as good as nothing.
func retryAfter(h http.Header) time.Duration {
	seconds, err := strconv.ParseUint(h.Get("Retry-After"), 10, 16)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// checkType refuses an answer of another type than was asked for: a page, a
// signed answer where none was demanded and, above all, a plain one where a
// signed one was (RFC 9701 §5). An answer without a type is refused too: RFC
// 7662 §2.2 asks for it, and servers send it.
func (v *Validator) checkType(h http.Header) error {
	fields := h.Values("Content-Type")
	if len(fields) != 1 {
		return errors.New("it has not one Content-Type")
	}
	kind, _, _ := strings.Cut(fields[0], ";") // a charset does not matter: JSON is UTF-8, and is checked to be
	kind = strings.ToLower(strings.TrimSpace(kind))
	switch {
	case v.config.Signed != nil && kind == signedType:
	case v.config.Signed == nil && kind == plainType:
	case v.config.Signed == nil && strings.HasSuffix(kind, "+json"): // RFC 6839 §3.1
	default:
		return errors.New("its Content-Type is not the one that was asked for")
	}
	return nil
}
