package main

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

const leeway = 30 // seconds, the default

func times(a *area) {
	a.ends()
	a.begins()
	a.wrongDates()
	a.numberForms()
	a.otherDates()
}

// in is so many seconds from the clock of the corpus.
func in(seconds int64) int64 { return now.Unix() + seconds }

func (a *area) ends() {
	const source = "RFC 7519 §4.1.4, RFC 9068 §4"
	for seconds, name := range map[int64]string{1: "in a second", 0: "now, within the leeway", 1 - leeway: "in the last second of the leeway", 86400: "tomorrow"} {
		a.good("exp "+name, a.token(claims{"exp": in(seconds)}), source)
	}
	for seconds, name := range map[int64]string{
		-leeway: "at the end of the leeway", -leeway - 1: "a second past the leeway", -300: "five minutes ago", -86400: "yesterday",
	} {
		a.bad("exp "+name, a.token(claims{"exp": in(seconds)}), source).because(middleware.ReasonExpired)
	}
	a.bad("exp 0", a.token(claims{"exp": 0}), source+": in a JWT that is 1970").because(middleware.ReasonExpired)
	a.bad("exp minus zero", a.raw("exp", "-0"), source).because(middleware.ReasonExpired)
	a.bad("exp absent", a.token(claims{"exp": absent}), "RFC 9068 §2.2").because(middleware.ReasonClaims)
	a.good("exp in the year 9999", a.token(claims{"exp": 253402300799}), source)
	a.good("exp with a fraction", a.raw("exp", fmt.Sprintf("%d.5", in(600))), "RFC 7519 §2")
	a.good("exp with a fraction, within the leeway", a.raw("exp", fmt.Sprintf("%d.5", in(-leeway+1))), "RFC 7519 §2")
	a.bad("exp with a fraction, past the leeway", a.raw("exp", fmt.Sprintf("%d.999", in(-leeway-1))), "RFC 7519 §2").because(middleware.ReasonExpired)
}

func (a *area) begins() {
	const source = "RFC 7519 §4.1.5"
	for seconds, name := range map[int64]string{0: "now", leeway: "at the end of the leeway", -86400: "yesterday", 1: "in a second, within the leeway"} {
		a.good("nbf "+name, a.token(claims{"nbf": in(seconds)}), source)
	}
	a.good("nbf 0", a.token(claims{"nbf": 0}), source)
	a.good("nbf with a fraction, within the leeway", a.raw("nbf", fmt.Sprintf("%d.5", in(leeway-1))), "RFC 7519 §2")
	for seconds, name := range map[int64]string{leeway + 1: "a second past the leeway", 300: "in five minutes", 86400: "tomorrow"} {
		a.bad("nbf "+name, a.token(claims{"nbf": in(seconds)}), source).because(middleware.ReasonNotYetValid)
	}
	a.bad("nbf with a fraction, past the leeway", a.raw("nbf", fmt.Sprintf("%d.5", in(leeway))), "RFC 7519 §2").because(middleware.ReasonNotYetValid)
	a.bad("nbf after exp", a.token(claims{"nbf": in(600), "exp": in(300)}), source).because(middleware.ReasonNotYetValid)
}

// raw is a good token with one claim written as this JSON.
func (a *area) raw(name, value string) string { return a.token(claims{name: json.RawMessage(value)}) }

func (a *area) wrongDates() {
	const source = "RFC 7519 §2: NumericDate"
	values := map[string]string{
		"a string": fmt.Sprintf(`"%d"`, in(600)), "a date as string": `"2041-01-01T00:00:00Z"`, "null": "null", "true": "true",
		"an array": fmt.Sprintf("[%d]", in(600)), "an object": `{"$numberLong":"99"}`, "empty": `""`,
		"-1": "-1", "a negative fraction": "-0.5", "2^63": "9223372036854775808", "2^64 and an hour": "18446744073709555216",
		"minus 2^63": "-9223372036854775808", "beyond float64": "1e400", "1e300": "1e300", "minus 1e400": "-1e400",
		"milliseconds": fmt.Sprint(now.Add(time.Hour).UnixMilli()), "the year 10000": "253402300800",
		"a hundred digits": fmt.Sprintf("%0100d", 0)[:0] + "1" + fmt.Sprintf("%099d", 0),
	}
	for name, value := range values {
		for _, claim := range []string{"exp", "nbf"} {
			a.bad(claim+" "+name, a.raw(claim, value), source).because(middleware.ReasonClaims)
		}
	}
	for _, name := range []string{"a string", "true", "an array", "null", "beyond float64", "-1"} {
		a.bad("iat "+name, a.raw("iat", values[name]), source).because(middleware.ReasonClaims)
		a.bad("auth_time "+name, a.raw("auth_time", values[name]), source).because(middleware.ReasonClaims)
	}
}

// numberForms are the same date in other digits.
func (a *area) numberForms() {
	const source = "RFC 7519 §2, RFC 8259 §6"
	seconds := in(600)
	for name, form := range map[string]string{
		"with an exponent": fmt.Sprintf("%d.%de9", seconds/1e9, seconds%1e9), "with a capital E": fmt.Sprintf("%dE0", seconds),
		"with a negative exponent":    fmt.Sprintf("%d00e-2", seconds),
		"with zeros behind the point": fmt.Sprintf("%d.000", seconds), "with many digits behind the point": fmt.Sprintf("%d.%0100d", seconds, 1),
	} {
		a.good("exp "+name, a.raw("exp", form), source)
	}
	a.bad("exp with an exponent, past", a.raw("exp", "1e9"), source).because(middleware.ReasonExpired)
	a.bad("exp with a negative exponent, past", a.raw("exp", fmt.Sprintf("%de-1", seconds)), source).because(middleware.ReasonExpired)
	a.bad("exp a denormal", a.raw("exp", "1e-320"), source).because(middleware.ReasonExpired)
}

func (a *area) otherDates() {
	a.good("iat absent", a.token(claims{"iat": absent}), "RFC 7519 §4.1.6: optional outside of RFC 9068")
	a.good("iat with a fraction", a.raw("iat", fmt.Sprintf("%d.25", in(-10))), "RFC 7519 §2")
	a.good("auth_time long ago", a.token(claims{"auth_time": 1}), "RFC 9470 §3, §6.1: a rule may ask for more, this one does not")
}
