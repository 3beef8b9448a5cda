// Package bench measures this library beside what could stand in its place.
package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/go-json-experiment/json/jsontext"
)

// payload is a claims object as authorization servers send it.
const payload = `{"iss":"https://login.example.com/realms/main","sub":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6",` +
	`"aud":["https://api.example.com","account"],"exp":1767225600,"nbf":1767222000,"iat":1767222000,"auth_time":1767221990,` +
	`"jti":"5b0d6d0e-2a63-4a3b-9c52-3f8f2d1f9b7e","client_id":"orders-frontend","azp":"orders-frontend","acr":"1",` +
	`"scope":"openid profile orders:read orders:write","realm_access":{"roles":["user","auditor","offline_access"]},` +
	`"sid":"0c1f0f6e-8a34-4f5e-8d63-0a4f3c2b1a09","preferred_username":"ada"}`

// views is what every candidate must find: strings decoded, aud and exp as raw JSON, because their types vary.
type views struct{ iss, sub, aud, exp, clientID, scope string }

var errShape = errors.New("not the expected JSON")

func viaStrict(text string) (c views, err error) {
	_, err = strictjson.ParseObject(text, strictjson.Limits{}, func(name string, v strictjson.Value) {
		switch name {
		case "iss":
			c.iss, _ = v.Str()
		case "sub":
			c.sub, _ = v.Str()
		case "aud":
			c.aud = v.Text()
		case "exp":
			c.exp = v.Text()
		case "client_id":
			c.clientID, _ = v.Str()
		case "scope":
			c.scope, _ = v.Str()
		}
	})
	return c, err
}

// viaJSONText walks over the outermost members; ReadToken, ReadValue and SkipValue refuse duplicate names at all levels.
// The decoder and its buffer are reused, and a bytes.Buffer is what a Decoder reads without a copy of its own.
func viaJSONText(d *jsontext.Decoder, buf *bytes.Buffer, text string) (c views, err error) {
	buf.Reset()
	buf.WriteString(text)
	d.Reset(buf)
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return c, errShape
	}
	for d.PeekKind() != '}' {
		t, err := d.ReadToken()
		if err != nil {
			return c, err
		}
		var to *string
		raw := false
		switch t.String() {
		case "iss":
			to = &c.iss
		case "sub":
			to = &c.sub
		case "aud":
			to, raw = &c.aud, true
		case "exp":
			to, raw = &c.exp, true
		case "client_id":
			to = &c.clientID
		case "scope":
			to = &c.scope
		}
		switch {
		case to == nil:
			err = d.SkipValue()
		case raw:
			var v jsontext.Value
			v, err = d.ReadValue()
			*to = string(v)
		default:
			t, err = d.ReadToken()
			if err == nil {
				*to = t.String()
			}
		}
		if err != nil {
			return c, err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return c, err
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return c, errShape
	}
	return c, nil
}

func viaStruct(text string) (views, error) {
	var c struct {
		Issuer   string          `json:"iss"`
		Subject  string          `json:"sub"`
		Audience json.RawMessage `json:"aud"`
		Expiry   json.RawMessage `json:"exp"`
		ClientID string          `json:"client_id"`
		Scope    string          `json:"scope"`
	}
	err := json.Unmarshal([]byte(text), &c)
	return views{c.Issuer, c.Subject, string(c.Audience), string(c.Expiry), c.ClientID, c.Scope}, err
}

// asMap decodes everything and looks for nothing, which favors it.
func asMap(text string) (c views, err error) {
	var m map[string]any
	err = json.Unmarshal([]byte(text), &m)
	return c, err
}

type reader func(text string) (views, error)

// jsonTextReader keeps one decoder, as a pool would for each processor.
func jsonTextReader() reader {
	buf := new(bytes.Buffer)
	d := jsontext.NewDecoder(buf)
	return func(text string) (views, error) { return viaJSONText(d, buf, text) }
}

func TestJSONReadersAgree(t *testing.T) {
	want, err := viaStrict(payload)
	if err != nil || want.scope != "openid profile orders:read orders:write" || want.exp != "1767225600" {
		t.Fatal(want, err)
	}
	for name, read := range map[string]reader{"jsontext": jsonTextReader(), "struct": viaStruct} {
		if got, err := read(payload); got != want || err != nil {
			t.Errorf("%s reads %q (%v), want %q", name, got, err, want)
		}
	}
}

// BenchmarkJSON reports, besides time and memory, the median of the ratios to strictjson over slices that alternate with
// it: on a shared machine only such ratios can be compared.
func BenchmarkJSON(b *testing.B) {
	for _, c := range []struct {
		name string
		read reader
	}{
		{"strictjson", viaStrict},
		{"jsontext", jsonTextReader()},
		{"struct", viaStruct},
		{"map", asMap},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.read(payload); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(ratio(c.read, viaStrict), "×strictjson")
		})
	}
}

func ratio(candidate, floor reader) float64 {
	const slices, calls = 60, 500
	slice := func(read reader) time.Duration {
		start := time.Now()
		for range calls {
			_, _ = read(payload) // that it reads was seen before
		}
		return time.Since(start)
	}
	ratios := make([]float64, slices)
	for i := range ratios {
		f := slice(floor)
		ratios[i] = float64(slice(candidate)) / float64(f)
	}
	sort.Float64s(ratios)
	return ratios[slices/2]
}
