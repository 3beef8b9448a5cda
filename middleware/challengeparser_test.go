package middleware_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
)

// parsedChallenge is a challenge as a client reads it.
type parsedChallenge struct {
	scheme string
	params map[string]string
}

// The grammar of RFC 9110 §5.6 and §11.2, without the leniencies it asks of
// recipients: no empty list elements, no space around "=".
var (
	schemeName  = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+")
	quotedParam = regexp.MustCompile("^([!#$%&'*+.^_`|~0-9A-Za-z-]+)=" + `"((?:[\t \x21\x23-\x5B\x5D-\x7E\x80-\xFF]|\\[\t \x21-\x7E\x80-\xFF])*)"`)
)

// What RFC 6750 §3 allows in the values of its parameters, by name.
var paramValue = map[string]*regexp.Regexp{
	"realm":             regexp.MustCompile(`^[\x20\x21\x23-\x5B\x5D-\x7E]+$`),
	"scope":             regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$`),
	"error":             regexp.MustCompile(`^[\x20\x21\x23-\x5B\x5D-\x7E]+$`),
	"error_description": regexp.MustCompile(`^[\x20\x21\x23-\x5B\x5D-\x7E]+$`),
	"error_uri":         regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[\x21\x23-\x5B\x5D-\x7E]+$`),
	"resource_metadata": regexp.MustCompile(`^https://[\x21\x23-\x5B\x5D-\x7E]+$`),
	"algs":              regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$`),
}

// parseChallenges reads a WWW-Authenticate value: one or more challenges, each a
// scheme and at least one auth-param (RFC 6750 §3, RFC 9110 §11.6.1).
func parseChallenges(value string) ([]parsedChallenge, error) {
	var list []parsedChallenge
	for rest := value; ; {
		scheme := schemeName.FindString(rest)
		if scheme == "" {
			return nil, errors.New("no scheme")
		}
		var found bool
		if rest, found = strings.CutPrefix(rest[len(scheme):], " "); !found {
			return nil, errors.New("no parameters")
		}
		c := parsedChallenge{scheme, map[string]string{}}
		var err error
		if rest, err = c.parseParams(rest); err != nil {
			return nil, err
		}
		list = append(list, c)
		if rest == "" {
			return list, nil
		}
	}
}

// parseParams reads "name=value, …" and returns what follows: nothing, or the
// next challenge.
func (c *parsedChallenge) parseParams(rest string) (string, error) {
	for {
		m := quotedParam.FindStringSubmatch(rest)
		if m == nil {
			if len(c.params) == 0 {
				return "", errors.New("no parameters")
			}
			return rest, nil
		}
		name := strings.ToLower(m[1])
		if _, twice := c.params[name]; twice {
			return "", errors.New("a parameter occurs twice")
		}
		if form := paramValue[name]; form == nil || !form.MatchString(m[2]) {
			return "", errors.New("a parameter or value that RFC 6750 does not allow: " + name)
		}
		c.params[name] = m[2]
		if rest = rest[len(m[0]):]; rest == "" {
			return "", nil
		}
		var found bool
		if rest, found = strings.CutPrefix(rest, ", "); !found {
			return "", errors.New("no comma between parameters")
		}
	}
}

// mustParse reads the challenges of a refusal, each of which must be one, and
// joined in one field the same ones again (R9110-1).
func mustParse(t testing.TB, fields []string) map[string]parsedChallenge {
	t.Helper()
	byScheme := map[string]parsedChallenge{}
	for _, field := range fields {
		list, err := parseChallenges(field)
		if err != nil || len(list) != 1 {
			t.Fatalf("%q is no single challenge: %v", field, err)
		}
		if _, twice := byScheme[list[0].scheme]; twice {
			t.Errorf("two challenges for one scheme: %q", fields)
		}
		byScheme[list[0].scheme] = list[0]
	}
	if len(fields) == 0 {
		return byScheme
	}
	joined, err := parseChallenges(strings.Join(fields, ", "))
	if err != nil || len(joined) != len(fields) {
		t.Fatalf("joined, %q are %d challenges: %v", fields, len(joined), err)
	}
	for i, c := range joined {
		if alone, _ := parseChallenges(fields[i]); !equalChallenges(c, alone[0]) {
			t.Errorf("joined, %q reads %v", fields[i], c)
		}
	}
	return byScheme
}

func equalChallenges(a, b parsedChallenge) bool {
	if a.scheme != b.scheme || len(a.params) != len(b.params) {
		return false
	}
	for name, value := range a.params {
		if other, found := b.params[name]; !found || other != value {
			return false
		}
	}
	return true
}

// TestParser: the parser that the other tests rely on refuses what it is there
// to refuse.
func TestParser(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, value string
		challenges  int // 0: refused
	}{
		{"one", `Bearer realm="a"`, 1},
		{"several parameters", `Bearer realm="a", error="b", scope="c d"`, 1},
		{"R9110-1 two in one field", `Bearer realm="a", error="b", DPoP algs="ES256", realm="a"`, 2},
		{"a comma in a value", `Bearer realm="a, DPoP algs=b"`, 1},
		{"R6750-10 a bare scheme", `Bearer`, 0},
		{"R6750-10 a bare scheme and a space", `Bearer `, 0},
		{"R6750-10 a bare scheme behind another", `Bearer realm="a", DPoP`, 0},
		{"R6750-13 a parameter twice", `Bearer realm="a", realm="a"`, 0},
		{"R6750-13 a parameter twice in another case", `Bearer realm="a", Realm="a"`, 0},
		{"R6750-14 two spaces in scope", `Bearer scope="a  b"`, 0},
		{"R6750-14 a space behind in scope", `Bearer scope="a "`, 0},
		{"R6750-15 an escaped quote", `Bearer error_description="a\"b"`, 0},
		{"R6750-15 a line break", "Bearer error_description=\"a\r\nb\"", 0},
		{"R6750-15 UTF-8", `Bearer error_description="ä"`, 0},
		{"R6750-16 a relative URI", `Bearer error_uri="/errors"`, 0},
		{"no quotes", `Bearer realm=a`, 0},
		{"an open quote", `Bearer realm="a`, 0},
		{"a comma in front", `, Bearer realm="a"`, 0},
		{"a comma behind", `Bearer realm="a",`, 0},
		{"a comma behind the scheme", `Bearer, realm="a"`, 0},
		{"no comma", `Bearer realm="a" error="b"`, 0},
		{"an unknown parameter", `Bearer foo="a"`, 0},
		{"nothing", ``, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			list, err := parseChallenges(tc.value)
			if len(list) != tc.challenges || (err == nil) != (tc.challenges > 0) {
				t.Errorf("%d challenges (%v), want %d", len(list), err, tc.challenges)
			}
		})
	}
}
