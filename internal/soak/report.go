package main

import (
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"
	"time"
)

// limit is a number with the most that is promised.
type limit struct {
	what       string
	seen, most int
	granted    int // how much of most is there for stalls alone
}

// told is how many violations are told at length; all are counted.
const told = 20

// report is what a soak found.
type report struct {
	*soak
	limits     []limit
	texts      []string // of the violations that stand
	wrong      int      // their number
	excused    int      // violations that a stall excuses
	stalled    time.Duration
	goroutines [3]int // before, at most, after
}

// report closes the books: it judges what can only be judged at the end.
func (s *soak) report(before int) *report {
	r := &report{soak: s, goroutines: [3]int{before, s.vitals.goroutines, runtime.NumGoroutine()}}
	end := s.now()
	r.limits = s.limits(end)
	for _, l := range r.limits {
		if l.seen > l.most {
			s.fault("%s: %d, promised are at most %d", l.what, l.seen, l.most)
		}
	}
	_, r.stalled, _ = s.canary.summary()
	if leak := heapLeak(s.heap, s.length); leak != "" {
		s.fault("memory leaks: %s", leak)
	}
	r.texts, r.wrong, r.excused = s.sentence(s.canary.excuses)
	for _, l := range r.limits {
		if l.seen > l.most-l.granted && l.seen <= l.most {
			r.excused++
		}
	}
	return r
}

func (s *soak) limits(end time.Duration) []limit {
	outages, out := s.sick.outages(end)
	stalls, stalled, _ := s.canary.summary() // each may have failed a fetch
	well, wellStalled := keyLimit(end, 0, 0), keyLimit(end, stalls, stalled)
	sick, sickStalled := keyLimit(end, outages, out), keyLimit(end, outages+stalls, out+stalled)
	return []limit{
		{"fetches of keys, well issuer", int(s.wellKeys.keys.Load()), wellStalled, wellStalled - well},
		{"fetches of keys, sick issuer", int(s.sickKeys.keys.Load()), sickStalled, sickStalled - sick},
		{"introspections at one time", s.askers.mostFlying(), maxCalls, 0},
		{"introspections", int(s.askers.questions.Load()), int(maxCalls * end / introspectionLatency), 0},
		{"good answers remembered", s.good, maxEntries, 0},
		{"refusals remembered", s.refused, maxEntries, 0},
		{"keys of one issuer", s.vitals.contents.keys, mostKeys, 0},
	}
}

func (r *report) verdicts() (n, strict int) {
	for _, t := range r.tallies {
		n, strict = n+t.requests, strict+t.strict
	}
	return n, strict
}

// write tells it all. The last line is for machines.
func (r *report) write(to io.Writer) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "soak of %v, seed %d, %s %s/%s, %d CPUs\n\n", r.length, r.seed, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	r.writeVerdicts(w)
	r.writeEvents(w)
	r.writeLatencies(w)
	r.writeLimits(w)
	w.Flush()
	for _, text := range r.texts[:min(len(r.texts), told)] {
		fmt.Fprintf(to, "WRONG %s\n", text)
	}
	if more := r.wrong - told; more > 0 {
		fmt.Fprintf(to, "WRONG and %d more\n", more)
	}
	if why := r.doubt(); why != "" {
		fmt.Fprintf(to, "INCONCLUSIVE %s\n", why)
	}
	n, strict := r.verdicts()
	fmt.Fprintf(to, "soak result=%s verdicts=%d strict=%d wrong=%d excused=%d p50=%v p99=%v p99_faults=%v goroutines=%d/%d heap_kib=%d/%d seconds=%.0f seed=%d\n",
		r.result(), n, strict, r.wrong, r.excused, short(r.all.quantile(0.5)), short(r.all.quantile(0.99)), short(r.faulty.quantile(0.99)),
		r.goroutines[0], r.goroutines[2], quarter(r.heap, 1)>>10, quarter(r.heap, 3)>>10, r.length.Seconds(), r.seed)
}

func (r *report) writeVerdicts(w io.Writer) {
	fmt.Fprint(w, "clients\trequests\t")
	for _, name := range names {
		fmt.Fprintf(w, "%s\t", name)
	}
	fmt.Fprintln(w, "one verdict allowed")
	for _, t := range r.tallies {
		fmt.Fprintf(w, "%s\t%d\t", t.kind, t.requests)
		for _, n := range t.verdicts {
			fmt.Fprintf(w, "%d\t", n)
		}
		fmt.Fprintf(w, "%.1f %%\n", 100*float64(t.strict)/float64(max(t.requests, 1)))
	}
	fmt.Fprintln(w)
}

func (r *report) writeEvents(w io.Writer) {
	fmt.Fprintln(w, "meanwhile")
	end := r.now()
	sick, out := r.sick.outages(end)
	fmt.Fprintf(w, "outages of the sick issuer\t%d\t%v in all\n", sick, out.Round(time.Second))
	asked, unasked := r.asked.outages(end)
	fmt.Fprintf(w, "outages of introspection\t%d\t%v in all\n", asked, unasked.Round(time.Second))
	fmt.Fprintf(w, "key changes\t%d\t%d old keys withdrawn\n", r.published.Load(), r.withdrawn.Load())
	fmt.Fprintf(w, "revocations\t%d\n", r.revoked.Load())
	stalls, stalled, worst := r.canary.summary()
	fmt.Fprintf(w, "stalls of this machine\t%d\t%v in all, latest answer of the canary %v\n", stalls, short(stalled), short(worst))
	fmt.Fprintf(w, "excused by stalls\t%d\n\n", r.excused)
}

func (r *report) writeLatencies(w io.Writer) {
	fmt.Fprintln(w, "good tokens that passed\trequests\tp50\tp99\tmax")
	for _, row := range []struct {
		name string
		of   *latencies
	}{
		{"all", &r.all}, {"while all servers answered", &r.quiet}, {"while one or two were out", &r.faulty},
		{"... of the well issuer alone", &r.apart},
	} {
		fmt.Fprintf(w, "%s\t%d\t%v\t%v\t%v\n", row.name, row.of.count(), short(row.of.quantile(0.5)), short(row.of.quantile(0.99)), short(row.of.max()))
	}
	fmt.Fprintln(w)
}

func (r *report) writeLimits(w io.Writer) {
	fmt.Fprintln(w, "bounds\tseen\tat most")
	for _, l := range r.limits {
		fmt.Fprintf(w, "%s\t%d\t%d\n", l.what, l.seen, l.most)
	}
	fmt.Fprintf(w, "goroutines after it all\t%d\t%d, as before (%d under load)\n", r.goroutines[2], r.goroutines[0], r.goroutines[1])
	early := quarter(r.heap, 1)
	fmt.Fprintf(w, "heap in the last quarter, KiB\t%d\t%d, from %d in the second\n\n", quarter(r.heap, 3)>>10, (early+mayGrow(r.length))>>10, early>>10)
}

// short rounds to what a reader needs.
func short(d time.Duration) time.Duration {
	return d.Round(max(d/100, 1).Truncate(time.Microsecond) + time.Microsecond)
}
