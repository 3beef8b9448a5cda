// Bench measures this library beside its peers and beside what nobody can do without, and prints tables in Markdown:
//
//	go run ./internal/bench          a few minutes; nothing else should run meanwhile
//	go run ./internal/bench -quick   a smoke run: does everything, and the times mean little
//
// Its last line is for programs; see [ratios]. It fails where a contender does not accept a good token, or accepts one
// with a bad signature, another issuer, another audience or an expiry that passed: measuring that would compare nothing.
//
// The floor of a cold check is the bare check of the decoded signature by the standard library, that of a cached token is
// the keyed hash of the token, and that of a request is the bare handler. Contenders and floor take turns in short slices;
// see package measure. The authorization server lives in memory.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

func main() {
	if os.Getenv(clientVariable) != "" {
		serveLoad(os.Stdin, os.Stdout)
		return
	}
	quick := flag.Bool("quick", false, "do everything briefly; the times mean little")
	flag.Parse()
	size := whole
	if *quick {
		size = brief
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // contenders log refusals and fetches
	if err := run(os.Stdout, size); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run prints every table and then the ratios.
func run(w io.Writer, size size) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	b := &bench{Writer: w, world: newWorld(ctx), size: size, ratios: ratios{cold: make(map[string]float64)}}
	introduce(w)
	for _, part := range []func(*bench) error{
		(*bench).badTokens, (*bench).coldPath, (*bench).cachedTokens, (*bench).rejections,
		(*bench).adapters, (*bench).loopback, (*bench).calls, (*bench).cores, (*bench).memory,
	} {
		if err := part(b); err != nil {
			return err
		}
		runtime.GC() // what one part leaves behind is not the next one's
	}
	fmt.Fprintf(w, "\n%s\n", b.ratios)
	return nil
}

// bench is what the parts have in common.
type bench struct {
	io.Writer
	*world
	size   size
	ratios ratios
}

// table prints notes, where there are any, below the table.
func (b *bench) table(title string, header []string, rows [][]string, notes ...string) {
	measure.Table(b, title, header, rows)
	if len(notes) > 0 {
		fmt.Fprintf(b, "\n%s\n", strings.Join(notes, "\n"))
	}
}

// introduce prints where this runs, and who takes part.
func introduce(w io.Writer) {
	fmt.Fprintf(w, "%s %s/%s, %d CPUs (%s).\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), processor())
	for _, c := range contenders() {
		for _, module := range c.modules {
			fmt.Fprintf(w, "\n- %s %s", module, measure.Version(module))
		}
	}
	fmt.Fprintln(w)
}

// processor is what Linux calls the first processor.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return "processor unknown"
}
