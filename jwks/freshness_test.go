package jwks

import (
	"net/http"
	"testing"
	"time"
)

// INTEROP.md 16: what real servers send.
func TestFreshness(t *testing.T) {
	t.Parallel()
	const date = "Mon, 23 Nov 2026 12:00:00 GMT"
	for name, test := range map[string]struct {
		header http.Header
		want   time.Duration
	}{
		"nothing":                    {http.Header{}, 0},
		"max-age":                    {http.Header{"Cache-Control": {"public, max-age=3600"}}, time.Hour},
		"max-age in quotes":          {http.Header{"Cache-Control": {`max-age="60"`}}, time.Minute},
		"upper case, spaces":         {http.Header{"Cache-Control": {" Public ,  MAX-AGE = 60 "}}, time.Minute},
		"the field name twice":       {http.Header{"Cache-Control": {"Cache-Control: public, max-age=3600"}}, time.Hour},
		"two fields":                 {http.Header{"Cache-Control": {"public", "max-age=60"}}, time.Minute},
		"contradicting: the shorter": {http.Header{"Cache-Control": {"max-age=60, max-age=3600", "max-age=120"}}, time.Minute},
		"no-store":                   {http.Header{"Cache-Control": {"no-store"}}, -1},
		"no-store beside max-age":    {http.Header{"Cache-Control": {"max-age=3600, no-store"}}, -1},
		"no-cache":                   {http.Header{"Cache-Control": {"no-cache"}}, -1},
		"max-age=0":                  {http.Header{"Cache-Control": {"max-age=0, must-revalidate"}}, -1},
		"38 days":                    {http.Header{"Cache-Control": {"max-age=3283200"}}, 38 * 24 * time.Hour},
		"more than fits":             {http.Header{"Cache-Control": {"max-age=99999999999999999999999"}}, 1 << 31 * time.Second},
		"negative":                   {http.Header{"Cache-Control": {"max-age=-1"}}, 0},
		"a fraction":                 {http.Header{"Cache-Control": {"max-age=1.5"}}, 0},
		"a word":                     {http.Header{"Cache-Control": {"max-age=forever"}}, 0},
		"no value":                   {http.Header{"Cache-Control": {"max-age"}}, 0},
		"of shared caches only":      {http.Header{"Cache-Control": {"s-maxage=60"}}, 0},
		"less the time in caches":    {http.Header{"Cache-Control": {"max-age=100"}, "Age": {"40"}}, time.Minute},
		"all of it spent in caches":  {http.Header{"Cache-Control": {"max-age=100"}, "Age": {"100"}}, -1},
		"a broken Age":               {http.Header{"Cache-Control": {"max-age=100"}, "Age": {"-40"}}, 100 * time.Second},
		"Expires":                    {http.Header{"Expires": {"Mon, 23 Nov 2026 12:10:00 GMT"}, "Date": {date}}, 10 * time.Minute},
		"Expires in the past":        {http.Header{"Expires": {"Mon, 23 Nov 2026 11:00:00 GMT"}, "Date": {date}}, -1},
		"Expires: 0":                 {http.Header{"Expires": {"0"}, "Date": {date}}, -1},
		"Expires without Date":       {http.Header{"Expires": {"Mon, 23 Nov 2026 12:10:00 GMT"}}, 0},
		"max-age wins over Expires":  {http.Header{"Cache-Control": {"max-age=60"}, "Expires": {"0"}}, time.Minute},
	} {
		if got := freshness(test.header); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// FuzzFreshness: no header makes a life of more than what RFC 9111 calls for
// ever, and no header is misread as a statement it does not make.
func FuzzFreshness(f *testing.F) {
	f.Add("public, max-age=3600", "", "", "12")
	f.Add("no-store", "0", "Mon, 23 Nov 2026 12:00:00 GMT", "")
	f.Add("", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "1")
	f.Add(`max-age="`, "Mon, 23 Nov 2026 12:00:00 GMT", "Mon, 23 Nov 2026 12:00:00 GMT", "-1")
	f.Fuzz(func(t *testing.T, control, expires, date, age string) {
		h := http.Header{"Cache-Control": {control}, "Expires": {expires}, "Date": {date}, "Age": {age}}
		got := freshness(h)
		if got < -1 {
			t.Errorf("freshness(%q) = %v", h, got)
		}
		if _, stated := cacheControl([]string{control}); stated && got > 1<<31*time.Second {
			t.Errorf("freshness(%q) = %v, over what is for ever", h, got)
		}
		end, err1 := http.ParseTime(expires)
		from, err2 := http.ParseTime(date)
		if _, stated := cacheControl([]string{control}); !stated && err1 == nil && err2 == nil && !end.After(from) && got > 0 {
			t.Errorf("freshness(%q) = %v, though it expired", h, got)
		}
	})
}
