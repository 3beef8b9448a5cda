package interop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// roundTrip is a function that is an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// counted counts the questions and notes which host the last one went to.
type counted struct {
	questions int
	host      string
}

func (c *counted) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			c.questions++
			c.host = r.URL.Host
		}
		return next.RoundTrip(r)
	})
}

// losing lets the first question reach the server, and the answer get lost.
func losing(next http.RoundTripper) http.RoundTripper {
	lost := false
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		answer, err := next.RoundTrip(r)
		if err != nil || lost || r.Method != http.MethodPost {
			return answer, err
		}
		lost = true
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		return nil, errors.New("the connection broke")
	})
}

// repeating sends the first question again instead of every later one.
func repeating(next http.RoundTripper) http.RoundTripper {
	var first []byte
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPost {
			return next.RoundTrip(r)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = body
		}
		again := r.Clone(r.Context())
		again.Body, again.ContentLength = io.NopCloser(strings.NewReader(string(first))), int64(len(first))
		return next.RoundTrip(again)
	})
}

// withoutOpenID is a server that has no metadata at the place of OpenID Connect.
func withoutOpenID(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration") {
			return &http.Response{
				StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody, Request: r,
			}, nil
		}
		return next.RoundTrip(r)
	})
}

// proving sends a DPoP proof with every request (RFC 9449 §4.2), all by one key.
func proving(t *testing.T) wrapping {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	jwk := map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])}
	return func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			input := part(t, map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}) + "." + part(t, map[string]any{
				"jti": rand.Text(), "htm": r.Method, "htu": r.URL.String(), "iat": time.Now().Unix(),
			})
			digest := sha256.Sum256([]byte(input))
			first, second, err := ecdsa.Sign(rand.Reader, key, digest[:])
			if err != nil {
				return nil, err
			}
			signature := append(first.FillBytes(make([]byte, 32)), second.FillBytes(make([]byte, 32))...) // RFC 7518 §3.4
			proved := r.Clone(r.Context())
			proved.Header.Set("DPoP", input+"."+encode(signature))
			return next.RoundTrip(proved)
		})
	}
}

func part(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return encode(text)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
