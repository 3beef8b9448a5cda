package jose

import (
	"errors"
	"strings"
	"testing"
)

// encoded is a token around a header, with a payload and a signature of no importance.
func encoded(header string) string { return compact(header, `{"a":1}`, []byte("signature")) }

func TestDecode(t *testing.T) {
	t.Parallel()
	c := mustDecode(t, compact(`{"alg":"ES256","typ":"at+jwt","kid":"k1","iss":"i","sub":"s","aud":["a"]}`, `{"a":1}`, []byte("signature")))
	h := c.Header
	if h.Algorithm != "ES256" || h.Type != "at+jwt" || !h.HasType || h.KeyID != "k1" || !h.HasKeyID {
		t.Errorf("header: %+v", h)
	}
	if h.Critical || h.Unencoded || h.ContentType || h.Encrypted {
		t.Errorf("flags: %+v", h)
	}
	if h.Issuer.Text() != `"i"` || h.Subject.Text() != `"s"` || h.Audience.Text() != `["a"]` {
		t.Errorf("replicated claims: %+v", h)
	}
	if c.Payload != `{"a":1}` {
		t.Errorf("payload: %q", c.Payload)
	}

	c = mustDecode(t, encoded(`{"alg":""}`))
	if h = c.Header; h.HasType || h.HasKeyID || h.Issuer.Kind() != 0 || h.Subject.Kind() != 0 || h.Audience.Kind() != 0 {
		t.Errorf("header without members: %+v", h)
	}
}

// Open judges every part but the header, which AppendHeader and ReadHeader do.
func TestOpen(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw                    string
		open, header, readable bool
	}{
		"good":                        {encoded(`{"alg":"ES256"}`), true, true, true},
		"no header":                   {"." + b64([]byte("{}")) + ".AA", true, true, false},
		"header of nothing readable":  {encoded(`{`), true, true, false},
		"header without alg":          {encoded(`{}`), true, true, false},
		"header with a numeric kid":   {encoded(`{"alg":"ES256","kid":7}`), true, true, false},
		"R7515-2 header padded":       {"e30=.e30.AA", true, false, false},
		"R7515-2 header, unused bits": {"e31.e30.AA", true, false, false},
		"header of 2 KiB":             {encoded(`{"alg":"ES256","x":"` + strings.Repeat("x", 2048) + `"}`), true, true, true},
		"R7515-2 payload padded":      {"e30.e30=.AA", false, false, false},
		"R7515-2 signature padded":    {"e30.e30.AA=", false, false, false},
		"R7515-1 one period":          {"e30.e30", false, false, false},
		"R7515-1 three periods":       {"e30.e30.AA.", false, false, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var c Compact
			if err := c.Open(test.raw); (err == nil) != test.open || err != nil && !errors.Is(err, ErrNotJWS) {
				t.Errorf("Open: %v", err)
			}
			if !test.open {
				return
			}
			text, err := c.AppendHeader(nil)
			if (err == nil) != test.header || err != nil && !errors.Is(err, ErrNotJWS) {
				t.Errorf("AppendHeader = %q, %v", text, err)
			}
			if err := c.ReadHeader(); (err == nil) != test.readable || err != nil && !isDecodeError(err) {
				t.Errorf("ReadHeader: %v", err)
			}
		})
	}
}

// R7519-12: a verdict on a header that repeats claims holds for one payload only.
func TestHeaderRepeatsClaims(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		`{"alg":"ES256","kid":"k","typ":"JWT","exp":1,"jti":"iss"}`: false,
		`{"alg":"ES256","iss":"i"}`:                                 true,
		`{"alg":"ES256","sub":null}`:                                true,
		`{"alg":"ES256","aud":[]}`:                                  true,
	} {
		if got := mustDecode(t, encoded(header)).Header.RepeatsClaims(); got != want {
			t.Errorf("%s: %v, want %v", header, got, want)
		}
	}
}

func TestDecodeAccepts(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"R7515-10 unknown header parameters":               encoded(`{"alg":"RS256","foo":{"bar":[1,null]},"":0}`),
		"R7515-3 white space around and inside":            encoded(" {\r\n\t\"alg\" : \"RS256\" } "),
		"R7515-7 escaped name and value":                   encoded(`{"\u0061lg":"\u0052S256"}`),
		"R7515-7 names that differ in case are other ones": encoded(`{"alg":"RS256","ALG":"none","Alg":1,"Kid":2,"CRIT":[]}`),
		"empty payload":                         compact(`{"alg":"RS256"}`, "", []byte("signature")),
		"payload of any octets":                 compact(`{"alg":"RS256"}`, "\x00\xff", []byte("signature")),
		"empty signature":                       compact(`{"alg":"RS256"}`, "{}", nil),
		"signature longer than any":             compact(`{"alg":"RS256"}`, "{}", make([]byte, 5000)),
		"payload longer than the scratch space": compact(`{"alg":"RS256"}`, strings.Repeat("a", 5000), nil),
		"64 members":                            encoded(`{"alg":"RS256"` + numbered(63) + `}`),
		"kid of 1 KiB":                          encoded(`{"alg":"RS256","kid":"` + strings.Repeat("k", 1024) + `"}`),
		// R8725-14: never looked at, so of no account whatever they hold.
		"R8725-14 jku, jwk, x5u, x5c": encoded(`{"alg":"RS256","jku":"http://127.0.0.1:1/","jwk":{"kty":"RSA"},"x5u":7,"x5c":["x"],"x5t":null}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Decode(raw)
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(c.Header.Algorithm, "256"); first != "RS" {
				t.Errorf("alg = %q", c.Header.Algorithm)
			}
		})
	}
}

// numbered is that many further members.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,"m` + strings.Repeat("x", i) + `":0`)
	}
	return b.String()
}

func TestDecodeNotJWS(t *testing.T) {
	t.Parallel()
	good := encoded(`{"alg":"RS256"}`)
	part := strings.Split(good, ".")
	cases := map[string]string{
		"R7515-1 empty":              "",
		"R7515-1 no period":          strings.ReplaceAll(good, ".", ""),
		"R7515-1 one period":         part[0] + "." + part[1],
		"R7515-1 three periods":      good + "." + part[2],
		"R7515-1 leading period":     "." + good,
		"R7515-1 trailing period":    good + ".",
		"R7515-1 empty header":       "." + part[1] + "." + part[2],
		"R7515-1 two periods only":   "..",
		"R8725-6 JWE of five parts":  part[0] + "..AAAA.AAAA.AAAA",
		"R8725-6 dir JWE":            b64([]byte(`{"alg":"dir","enc":"A256GCM"}`)) + "..AAAA.AAAA.AAAA",
		"R7515-1 JSON serialization": `{"payload":"e30","protected":"` + part[0] + `","signature":"AAAA"}`,

		"R7515-3 array":                   encoded(`[{"alg":"RS256"}]`),
		"R7515-3 string":                  encoded(`"RS256"`),
		"R7515-3 number":                  encoded(`256`),
		"R7515-3 null":                    encoded(`null`),
		"R7515-3 empty text":              encoded(` `),
		"R7515-3 truncated":               encoded(`{"alg":"RS256"`),
		"R7515-3 byte order mark":         encoded("\ufeff" + `{"alg":"RS256"}`),
		"R7515-3 UTF-16":                  encoded("{\x00\"\x00a\x00l\x00g\x00\"\x00:\x00\"\x00R\x00S\x00\"\x00}\x00"),
		"R7515-3 invalid UTF-8 in kid":    encoded("{\"alg\":\"RS256\",\"kid\":\"\xff\"}"),
		"R7515-3 invalid UTF-8 elsewhere": encoded("{\"alg\":\"RS256\",\"foo\":[\"\xc0\xaf\"]}"),
		"R7515-3 lone surrogate":          encoded(`{"alg":"RS256","kid":"\ud800"}`),
		"R7515-3 trailing comma":          encoded(`{"alg":"RS256",}`),
		"R7515-3 comment":                 encoded(`{"alg":"RS256"/**/}`),
		"R7515-3 unquoted":                encoded(`{alg:"RS256"}`),
		"R7515-3 raw control character":   encoded("{\"alg\":\"RS256\",\"kid\":\"\n\"}"),
		"R7515-4 trailing characters":     encoded(`{"alg":"RS256"}ABCD`),
		"R7515-4 second object":           encoded(`{"alg":"RS256"}{"alg":"none"}`),
		"R7515-4 trailing NUL":            encoded("{\"alg\":\"RS256\"}\x00"),
		"R7515-5 duplicate alg":           encoded(`{"alg":"none","alg":"RS256"}`),
		"R7515-5 duplicate alg, reversed": encoded(`{"alg":"RS256","alg":"none"}`),
		"R7515-5 duplicate by escape":     encoded(`{"alg":"RS256","\u0061lg":"none"}`),
		"R7515-5 duplicate unknown":       encoded(`{"alg":"RS256","x":1,"x":1}`),
		"R7515-5 nested duplicate":        encoded(`{"alg":"RS256","x":{"y":1,"y":2}}`),
		"R7515-6 alg missing":             encoded(`{"typ":"JWT"}`),
		"R7515-6 alg null":                encoded(`{"alg":null}`),
		"R7515-6 alg number":              encoded(`{"alg":256}`),
		"R7515-6 alg array":               encoded(`{"alg":["RS256"]}`),
		"R7515-6 alg object":              encoded(`{"alg":{"alg":"RS256"}}`),
		"R7515-6 alg boolean":             encoded(`{"alg":true}`),
		"R7515-7 alg in capitals":         encoded(`{"ALG":"RS256"}`),
		"65 members":                      encoded(`{"alg":"RS256"` + numbered(64) + `}`),
		"nested beyond the depth":         encoded(`{"alg":"RS256","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`),
	}
	// R7515-2, R8725-18: each of these in each part.
	for name, spoil := range map[string]func(string) string{
		"padding":               func(s string) string { return s + "=" },
		"double padding":        func(s string) string { return s + "==" },
		"plus":                  func(s string) string { return "+" + s[1:] },
		"slash":                 func(s string) string { return "/" + s[1:] },
		"CRLF at the end":       func(s string) string { return s + "\r\n" },
		"LF inside":             func(s string) string { return s[:4] + "\n" + s[4:] },
		"CR instead of one":     func(s string) string { return s[:3] + "\r" + s[4:] },
		"space":                 func(s string) string { return " " + s },
		"tab":                   func(s string) string { return s + "\t" },
		"percent escape":        func(s string) string { return "%41" + s },
		"quote":                 func(s string) string { return `"` + s + `"` },
		"brace":                 func(s string) string { return "{" + s },
		"NUL":                   func(s string) string { return s + "\x00" },
		"high octet":            func(s string) string { return "\xff" + s[1:] },
		"look-alike letter":     func(s string) string { return "\u0430" + s },
		"unused bits":           func(s string) string { return s[:len(s)/4*4] + "AB" },
		"unused bits, of three": func(s string) string { return s[:len(s)/4*4] + "AAB" },
		"length 1 modulo 4":     func(s string) string { return s[:len(s)/4*4] + "A" },
	} {
		for i, where := range []string{"header", "payload", "signature"} {
			p := strings.Split(good, ".")
			p[i] = spoil(p[i])
			cases["R7515-2 R8725-18 "+name+" in "+where] = strings.Join(p, ".")
		}
	}
	for name, raw := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Decode(raw)
			if !errors.Is(err, ErrNotJWS) || c != nil {
				t.Errorf("got %v, %v; want ErrNotJWS", c, err)
			}
		})
	}
}

// A JWS whose header we cannot take is bad, and not for somebody else to try.
func TestDecodeBadHeader(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{
		"typ number":         `{"alg":"RS256","typ":1}`,
		"typ null":           `{"alg":"RS256","typ":null}`,
		"typ array":          `{"alg":"RS256","typ":["JWT"]}`,
		"kid number":         `{"alg":"RS256","kid":1}`,
		"kid null":           `{"alg":"RS256","kid":null}`,
		"kid object":         `{"alg":"RS256","kid":{}}`,
		"kid boolean":        `{"alg":"RS256","kid":true}`,
		"kid beyond 1 KiB":   `{"alg":"RS256","kid":"` + strings.Repeat("k", 1025) + `"}`,
		"kid of 64 KiB":      `{"alg":"RS256","kid":"` + strings.Repeat("k", 1<<16) + `"}`,
		"kid long by escape": `{"alg":"RS256","kid":"` + strings.Repeat(`\u0000`, 1025) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := Decode(encoded(header))
			if !errors.Is(err, ErrHeader) || errors.Is(err, ErrNotJWS) || c != nil {
				t.Errorf("got %v, %v; want ErrHeader", c, err)
			}
		})
	}
}

func TestDecodeErrorsRepeatNothing(t *testing.T) {
	t.Parallel()
	for name, raw := range map[string]string{
		"shape":          secret,
		"base64url":      secret + "=." + secret + "." + secret,
		"member name":    encoded(`{"` + secret + `":1,"` + secret + `":1}`),
		"after the text": encoded(`{"alg":"RS256"}` + secret),
		"alg":            encoded(`{"alg":["` + secret + `"]}`),
		"typ":            encoded(`{"alg":"x","typ":["` + secret + `"]}`),
		"kid":            encoded(`{"alg":"x","kid":["` + secret + `"]}`),
		"long kid":       encoded(`{"alg":"x","kid":"` + strings.Repeat(secret, 100) + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Decode(raw)
			if err == nil {
				t.Fatal("accepted")
			}
			noEcho(t, err)
		})
	}
}

// However many periods: found at the third, before anything is decoded or allocated.
func TestDecodePeriodsCostNothing(t *testing.T) {
	for name, raw := range map[string]string{
		"periods":        strings.Repeat(".", 16<<10),
		"short parts":    strings.Repeat("e30.", 4<<10),
		"letters before": strings.Repeat("A", 8<<10) + strings.Repeat(".", 8<<10),
	} {
		allocs := testing.AllocsPerRun(10, func() {
			if _, err := Decode(raw); err != ErrNotJWS {
				t.Errorf("%s: %v", name, err)
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations", name, allocs)
		}
	}
}
