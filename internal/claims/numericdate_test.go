package claims_test

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

const year9999 = 253402300799 // its last second

func TestNumericDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ down, up int64 }{
		`0`:                            {0, 0},
		`1`:                            {1, 1},
		`1767225600`:                   {1767225600, 1767225600},
		`253402300799`:                 {year9999, year9999},
		`253402300799.0`:               {year9999, year9999},
		`1.5`:                          {1, 2},
		`0.5`:                          {0, 1},
		`1767225600.001`:               {1767225600, 1767225601},
		`1767225600.999`:               {1767225600, 1767225601},
		`1767225600.0`:                 {1767225600, 1767225600},
		`1e10`:                         {1e10, 1e10},
		`1E+10`:                        {1e10, 1e10},
		`0.1e1`:                        {1, 1},
		`15e-1`:                        {1, 2},
		`1767225600000e-3`:             {1767225600, 1767225600},
		`-0`:                           {0, 0},
		`-0.0`:                         {0, 0},
		`0e99999999999999999999`:       {0, 0},
		`1.` + strings.Repeat("0", 99): {1, 1},
		`0.` + strings.Repeat("0", 9000) + `e9000`: {0, 0},
	} {
		t.Run("R7519-8 "+text[:min(len(text), 30)], func(t *testing.T) {
			v := value(t, text)
			if got, ok := claims.NumericDate(v, false); got != want.down || !ok {
				t.Errorf("down: got %d %t, want %d", got, ok, want.down)
			}
			if got, ok := claims.NumericDate(v, true); got != want.up || !ok {
				t.Errorf("up: got %d %t, want %d", got, ok, want.up)
			}
		})
	}
}

// notDates are refused wherever a date is read.
var notDates = map[string]string{
	"string":                    `"1"`,
	"string of a date":          `"1767225600"`,
	"RFC 3339":                  `"2026-01-01T00:00:00Z"`,
	"true":                      `true`,
	"null":                      `null`,
	"array":                     `[1767225600]`,
	"object":                    `{}`,
	"before 1970":               `-1`,
	"a fraction before 1970":    `-0.5`,
	"Go's zero time":            `-62135596800`,
	"Go's zero time as a float": `-62135596800.0`,
	"one before Go's zero time": `-62135596801`,
	"1e400":                     `1e400`,
	"-1e400":                    `-1e400`,
	"1e99999999999":             `1e99999999999`,
	"year 10000":                `253402300800`,
	"year 10000 as a float":     `2534023008e2`,
	"half a second too late":    `253402300799.5`,
	"milliseconds":              `1767225600000`,
	"2^63-1":                    `9223372036854775807`,
	"2^63":                      `9223372036854775808`,
	"-2^63":                     `-9223372036854775808`,
	"2^64":                      `18446744073709551616`,
	"2^64 and a valid date":     `18446744075476777216`,
	"2^63 as a float":           `9.223372036854775808e18`,
	"9000 digits":               strings.Repeat("9", 9000),
}

func TestNotANumericDate(t *testing.T) {
	t.Parallel()
	for name, text := range notDates {
		t.Run("R7519-8 "+name, func(t *testing.T) {
			for _, up := range []bool{false, true} {
				if got, ok := claims.NumericDate(value(t, text), up); ok {
					t.Errorf("up %t: got %d", up, got)
				}
			}
		})
	}
	t.Run("R7519-8 absent", func(t *testing.T) {
		if _, ok := claims.NumericDate(strictjson.Value{}, false); ok {
			t.Error("got a date of nothing")
		}
	})
}

func TestDateClaims(t *testing.T) {
	t.Parallel()
	for _, date := range []struct {
		name  string
		want  int64 // of 1767225600.5: the stricter side
		field func(middleware.Claims) time.Time
	}{
		{"exp", 1767225600, func(c middleware.Claims) time.Time { return c.Expiry }},
		{"nbf", 1767225601, func(c middleware.Claims) time.Time { return c.NotBefore }},
		{"iat", 1767225600, func(c middleware.Claims) time.Time { return c.IssuedAt }},
		{"auth_time", 1767225600, func(c middleware.Claims) time.Time { return c.AuthTime }},
	} {
		t.Run("R7519-8 "+date.name+" with a fraction", func(t *testing.T) {
			got := date.field(mapped(t, `{"`+date.name+`":1767225600.5}`, strict))
			if !got.Equal(time.Unix(date.want, 0)) {
				t.Errorf("got %d, want %d", got.Unix(), date.want)
			}
		})
		// R7519-8: a date that is there never looks absent, or a token would not end.
		for _, text := range []string{`0`, `-0`, `1e-400`, `0.1e1`, `1767225600`, `253402300799`} {
			t.Run("R7519-8 "+date.name+" "+text+" is a date", func(t *testing.T) {
				if date.field(mapped(t, `{"`+date.name+`":`+text+`}`, strict)).IsZero() {
					t.Error("got the zero time")
				}
			})
		}
		for name, text := range notDates {
			t.Run("R7519-8 "+date.name+" "+name, func(t *testing.T) {
				refused(t, `{"`+date.name+`":`+text+`}`, lenient, date.name)
			})
		}
	}
}

func TestLatestDateTakesALeeway(t *testing.T) {
	t.Parallel()
	end := mapped(t, `{"exp":253402300799}`, strict).Expiry
	if later := end.Add(5 * time.Minute); !later.After(end) {
		t.Errorf("%v plus a leeway is %v", end, later) // R7519-8
	}
}

// precision is more than the error of rounding any date up to year9999 to a
// float64.
const precision = 1.0 / (1 << 15)

// FuzzNumericDate compares with exact arithmetic.
func FuzzNumericDate(f *testing.F) {
	for _, text := range notDates {
		f.Add(text)
	}
	for _, text := range []string{
		`0`, `-0`, `1`, `1.5`, `0.1e1`, `1e10`, `1e-400`, `-1e-400`, `253402300799`, `253402300799.000001`,
		`1767225600.99999999999999999`, `1767225600.00000000000000001`, `17672256005e-1`, `01`, `+1`, `1_0`, `0x1p4`, `Inf`, `NaN`, ` 1 `,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := strictjson.Parse(text, strictjson.Limits{})
		if err != nil {
			v = strictjson.Value{}
		}
		down, ok := claims.NumericDate(v, false)
		up, upOK := claims.NumericDate(v, true)
		if ok != upOK {
			t.Fatalf("%.100q: down %t, up %t", text, ok, upOK)
		}
		if v.Kind() != strictjson.Number {
			if ok {
				t.Fatalf("%.100q: a date that is no number: %d", text, down)
			}
			return
		}
		if ok && (down < 0 || up > year9999 || up < down || up > down+1) {
			t.Fatalf("%.100q: %d, %d", text, down, up)
		}
		if x := exact(v.Text()); x != nil {
			checkAgainst(t, x, ok, down, up)
		}
	})
}

// exact returns the value of a JSON number, or nil where that would take too
// much time and memory.
func exact(number string) *big.Rat {
	_, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	if n, err := strconv.Atoi(exponent); len(number) > 400 || exponent != "" && (err != nil || n < -400 || n > 400) {
		return nil
	}
	x, ok := new(big.Rat).SetString(number)
	if !ok {
		return nil
	}
	return x
}

// checkAgainst allows a float64's imprecision, and no more.
func checkAgainst(t *testing.T, x *big.Rat, ok bool, down, up int64) {
	t.Helper()
	shifted := func(by float64) *big.Rat { return new(big.Rat).Add(x, new(big.Rat).SetFloat64(by)) }
	within := func(lo, hi *big.Rat) bool {
		return lo.Sign() >= 0 && hi.Cmp(new(big.Rat).SetInt64(year9999)) <= 0
	}
	switch low, high := shifted(-precision), shifted(precision); {
	case !ok && within(x, x):
		t.Errorf("%s was refused", x.FloatString(6))
	case ok && !within(high, low):
		t.Errorf("%s was taken as %d", x.FloatString(6), down)
	case ok && (down < floor(low) || down > floor(high)):
		t.Errorf("%s was rounded down to %d", x.FloatString(6), down)
	case ok && (up < ceil(low) || up > ceil(high)):
		t.Errorf("%s was rounded up to %d", x.FloatString(6), up)
	case ok && x.IsInt() && x.Num().IsInt64() && (down != x.Num().Int64() || up != down):
		t.Errorf("the whole number %s became %d and %d", x.Num(), down, up)
	}
}

func floor(x *big.Rat) int64 {
	n := new(big.Int).Div(x.Num(), x.Denom()) // Euclidean: down, as the denominator is positive
	if !n.IsInt64() {
		return math.MaxInt64
	}
	return n.Int64()
}

func ceil(x *big.Rat) int64 { return -floor(new(big.Rat).Neg(x)) }
