package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"sort"
	"strings"
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
		to := c.field(name)
		if to == nil {
			return
		}
		if s, ok := v.Str(); ok {
			*to = s
		} else {
			*to = v.Text()
		}
	})
	return c, err
}

// viaJSONText walks over the outermost members; ReadToken, ReadValue and SkipValue refuse duplicate names at all levels.
// It is the fastest way found: the decoder and its buffer are reused, a bytes.Buffer is what a Decoder reads without a
// copy of its own, and what is kept is cut from the text by offset, because the next read overwrites a jsontext.Value.
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
		to := c.field(t.String())
		if to == nil {
			err = d.SkipValue()
		} else {
			*to, err = cut(d, text)
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

func (c *views) field(name string) *string {
	switch name {
	case "iss":
		return &c.iss
	case "sub":
		return &c.sub
	case "aud":
		return &c.aud
	case "exp":
		return &c.exp
	case "client_id":
		return &c.clientID
	case "scope":
		return &c.scope
	default:
		return nil
	}
}

// cut reads the next value: a string decoded, anything else as raw JSON.
func cut(d *jsontext.Decoder, text string) (string, error) {
	v, err := d.ReadValue()
	if err != nil {
		return "", err
	}
	end := int(d.InputOffset())
	raw := text[end-len(v) : end]
	if v.Kind() != '"' {
		return raw, nil
	}
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1], nil
	}
	decoded, err := jsontext.AppendUnquote(nil, raw)
	return string(decoded), err
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
