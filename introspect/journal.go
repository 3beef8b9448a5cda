package introspect

import (
	"log/slog"
	"time"
)

// logEvery is the least time between two lines about the same matter.
const logEvery = 10 * time.Second

// journal decides what the log is told: changes, not calls. A server that fails
// now and then, or a client that provokes errors, must not fill it. It is not
// safe for concurrent use.
type journal struct {
	noted    problem   // what the log knows; "": calls are answered
	at       time.Time // of the newest line about that
	provoked time.Time // of the newest line about what clients can provoke
}

// line words the end of one call.
func (j *journal) line(err error, now time.Time) line {
	var is problem
	if err != nil {
		f := asFailure(err)
		if f.provoked() {
			return j.provocation(f, now)
		}
		is = f.problem
	}
	if is == j.noted || !elapsed(j.at, now) {
		return line{} // a change that is too early is told with a later call
	}
	j.noted, j.at = is, now
	if err == nil {
		return line{slog.LevelInfo, "bearerguard: introspection works again", nil}
	}
	return line{slog.LevelError, "bearerguard: introspection fails; answering 503 for tokens without a recent answer", err}
}

func (j *journal) provocation(f *failure, now time.Time) line {
	if !elapsed(j.provoked, now) {
		return line{}
	}
	j.provoked = now
	return line{slog.LevelWarn, "bearerguard: no decision about a token; answering 503 for it", f}
}

// elapsed also holds where the clock was set back.
func elapsed(since, now time.Time) bool {
	d := now.Sub(since)
	return d < 0 || d >= logEvery
}
