package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	sample := flag.Int("sample", 0, "try so many `mutants` only, chosen by -seed; 0: all")
	seed := flag.String("seed", "1", "what the sample is chosen by; any `text`")
	run := flag.String("run", "", "try only those whose name matches the `regexp`")
	workers := flag.Int("workers", 2, "how many are tried at the same time")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	chosen, err := choose(mutants(), *run, *sample, *seed)
	if err == nil {
		var top string
		if top, err = findTop(ctx); err == nil {
			var missed int
			if missed, err = tryAll(ctx, os.Stdout, top, chosen, max(*workers, 1)); err == nil && missed > 0 {
				os.Exit(1)
			}
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// choose picks the mutants to be tried, in the order of the list.
func choose(all []mutant, run string, sample int, seed string) ([]mutant, error) {
	wanted, err := regexp.Compile(run)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(all, func(m mutant) bool { return !wanted.MatchString(m.name) })
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no mutant matches %q", run)
	}
	if sample <= 0 || sample >= len(chosen) {
		return chosen, nil
	}
	hash := fnv.New64a()
	_, _ = io.WriteString(hash, seed)
	picked := rand.New(rand.NewPCG(hash.Sum64(), 0)).Perm(len(chosen))[:sample]
	slices.Sort(picked)
	few := make([]mutant, 0, sample)
	for _, i := range picked {
		few = append(few, chosen[i])
	}
	return few, nil
}

// findTop finds the top of the repository, where go.work is.
func findTop(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOWORK").Output()
	if err != nil {
		return "", err
	}
	work := strings.TrimSpace(string(out))
	if work == "" || work == "off" {
		return "", errors.New("run it inside the workspace of the repository")
	}
	return filepath.Dir(work), nil
}

// tryAll prints a line a mutant and then the sum. It counts those that survived
// without an explanation, and returns every error of one that could not be tried.
// None is tried where a package fails as it is: every mutant would look noticed.
func tryAll(ctx context.Context, w io.Writer, top string, list []mutant, workers int) (missed int, err error) {
	var (
		mu       sync.Mutex
		wg       sync.WaitGroup
		killed   int
		known    int
		outdated int
		faults   []error
		turns    = make(chan *mutant)
		start    = time.Now()
	)
	if err := baseline(ctx, top, list); err != nil {
		return 0, err
	}
	note := func(m *mutant, v verdict, err error) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil:
			faults = append(faults, err)
		case v.killed:
			killed++
			fmt.Fprintf(w, "killed    %-60s by %s (%.0f s)\n", m.name, v.by, v.took.Seconds())
			if m.survives != "" {
				outdated++
				fmt.Fprintf(w, "OUTDATED  %-60s was to survive: %s\n", m.name, m.survives)
			}
		case m.survives != "":
			known++
			fmt.Fprintf(w, "survived  %-60s explained: %s\n", m.name, m.survives)
		default:
			missed++
			fmt.Fprintf(w, "SURVIVED  %-60s %s\n", m.name, m.file)
		}
	}
	for range workers {
		wg.Go(func() {
			for m := range turns {
				v, err := try(ctx, top, m)
				note(m, v, err)
			}
		})
	}
	for i := range list {
		turns <- &list[i]
	}
	close(turns)
	wg.Wait()
	fmt.Fprintf(w, "mutants=%d killed=%d explained=%d missed=%d outdated=%d seconds=%.0f\n", len(list), killed, known, missed, outdated, time.Since(start).Seconds())
	return missed, errors.Join(faults...)
}
