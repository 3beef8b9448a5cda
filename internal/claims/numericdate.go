package claims

import (
	"math"
	"strconv"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// latest is the last second of the year 9999. Later dates mean nothing, and
// refusing them leaves room to add a leeway without overflow. Dates before 1970
// mean nothing either (RFC 7519 §2 takes the seconds from POSIX, which leaves
// them undefined), and one of them is Go's zero time, which would look as if
// there were no date at all.
const latest = 253402300799

// NumericDate reads seconds since 1970-01-01 UTC (RFC 7519 §2). A fraction is
// allowed; it is dropped or, with up, rounded up, so that the caller can choose
// the stricter side: a token ends early (exp) or begins late (nbf), by less
// than a second. It is false for anything but a number from 0 to latest. Digits
// beyond the precision of a float64, which is better than 0.1 ms here, are
// rounded to the nearest before that.
func NumericDate(v strictjson.Value, up bool) (seconds int64, ok bool) {
	if v.Kind() != strictjson.Number {
		return 0, false
	}
	text := v.Text()
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, 0 <= n && n <= latest
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f < 0 || f > latest {
		return 0, false
	}
	if up {
		return int64(math.Ceil(f)), true
	}
	return int64(math.Floor(f)), true
}
