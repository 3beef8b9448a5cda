package claims

import (
	"math"
	"strconv"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// latest is the last second of the year 9999. Later dates mean nothing, and
// refusing them leaves room to add a leeway without overflow.
const latest = 253402300799

// NumericDate reads seconds since 1970-01-01 UTC (RFC 7519 §2). A fraction is
// allowed; it is dropped or, with up, rounded up, so that the caller can choose
// the stricter side: a token ends early (exp) or begins late (nbf), by less
// than a second. It is false for anything but a number of at most ±latest.
func NumericDate(v strictjson.Value, up bool) (seconds int64, ok bool) {
	if v.Kind() != strictjson.Number {
		return 0, false
	}
	text := v.Text()
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, -latest <= n && n <= latest
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > latest {
		return 0, false
	}
	if up {
		return int64(math.Ceil(f)), true
	}
	return int64(math.Floor(f)), true
}
