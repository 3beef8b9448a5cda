package jwks

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// freshness is how long an answer says that it is fresh (RFC 9111 §4.2), less
// the time it already spent in caches (Age). It is 0 where the answer says
// nothing that can be read: real servers send nothing, and broken values. A
// negative one means "not at all" (no-store, no-cache, max-age=0).
func freshness(h http.Header) time.Duration {
	maxAge, stated := cacheControl(h.Values("Cache-Control"))
	if !stated {
		if maxAge, stated = expires(h); !stated {
			return 0
		}
	}
	if age, ok := deltaSeconds(h.Get("Age")); ok && maxAge > 0 { // less than nothing may be as far away as a Duration goes
		maxAge -= age
	}
	if maxAge <= 0 {
		return -1
	}
	return maxAge
}

// cacheControl reads the directives that matter. Of contradicting ones, the
// shortest life wins.
func cacheControl(fields []string) (maxAge time.Duration, stated bool) {
	for _, field := range fields {
		for directive := range strings.SplitSeq(field, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-store", "no-cache":
				return 0, true
			case "max-age":
				d, ok := deltaSeconds(strings.Trim(strings.TrimSpace(value), `"`))
				if ok && (!stated || d < maxAge) {
					maxAge, stated = d, true
				}
			}
		}
	}
	return maxAge, stated
}

// expires reads Expires, as a distance from the server's own Date.
func expires(h http.Header) (time.Duration, bool) {
	end, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		// RFC 9111 §5.3: an invalid date, especially 0, means already expired.
		return 0, h.Get("Expires") != ""
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	return end.Sub(date), true
}

// deltaSeconds reads a number of seconds; a larger one than fits means for ever
// (RFC 9111 §1.2.2).
func deltaSeconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	const forever = 1 << 31 // seconds, what RFC 9111 proposes
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > forever {
		n = forever
	}
	return time.Duration(n) * time.Second, true
}
