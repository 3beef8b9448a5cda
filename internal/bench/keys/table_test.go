package keys

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

func table(title string, header []string, rows [][]string) {
	measure.Table(os.Stdout, title, header, rows)
}

// wrongAnswers tells the two kinds of refusals of good tokens apart where the contender does.
func wrongAnswers(c contender, o outcome) string {
	switch {
	case o.Refused+o.Unavailable == 0:
		return "0"
	case !c.tells():
		return fmt.Sprintf("%d, cannot tell why", o.Refused)
	}
	var parts []string
	if o.Refused > 0 {
		parts = append(parts, fmt.Sprintf("%d as bad", o.Refused))
	}
	if o.Unavailable > 0 {
		parts = append(parts, fmt.Sprintf("%d as unavailable", o.Unavailable))
	}
	return strings.Join(parts, ", ")
}

// waits tells how many requests waited, and how long at most.
func waits(o outcome) string {
	if o.Waited == 0 {
		return "0"
	}
	return fmt.Sprintf("%d, up to %s", o.Waited, long(o.LongestWait))
}

func number(n int) string { return fmt.Sprint(n) }

// long is a duration of seconds and more.
func long(d time.Duration) string {
	switch {
	case d == never:
		return "never"
	case d == 0:
		return "at once"
	case d < time.Minute:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", d.Seconds()), ".0") + " s"
	}
	d = d.Round(time.Second)
	minutes, seconds := int(d.Minutes()), int(d.Seconds())%60
	if seconds == 0 {
		return fmt.Sprintf("%d min", minutes)
	}
	return fmt.Sprintf("%d min %d s", minutes, seconds)
}

// short is a duration of microseconds to seconds.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < time.Second:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
