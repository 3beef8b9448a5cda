// Package introspection measures how this library asks about opaque tokens (RFC 7662), beside zitadel/oidc and beside the
// loop that a service would write by hand. One command runs it and prints its tables:
//
//	BEARERGUARD_EXPERIMENT=full go test -run TestIntrospection -v ./internal/bench/introspection
//
// Without the variable, everything is done briefly: the promises about allocations and calls are tested, and the times
// mean little.
//
// The authorization server lives in memory, so its answers and the way there cost the same for everybody. Only ratios
// count: functions take turns in short slices, because the speed of a shared machine changes from second to second.
package introspection

import (
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// size is how much of everything a run does.
type size struct {
	rounds int // of slices, for each ratio
	hits   int // cached validations in a slice
	misses int // calls in a slice
	herds  int
}

var (
	whole = size{rounds: 180, hits: 10_000, misses: 200, herds: 20}
	brief = size{rounds: 10, hits: 500, misses: 20, herds: 2}
)

func TestIntrospection(t *testing.T) {
	size := brief
	if os.Getenv("BEARERGUARD_EXPERIMENT") == "full" {
		size = whole
	}
	fmt.Printf("\n%s, %s/%s, %d CPUs; %s %s.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), zitadelModule, measure.Version(zitadelModule))
	t.Run("hit", func(t *testing.T) { hit(t, size) })
	t.Run("miss", func(t *testing.T) { miss(t, size) })
	t.Run("herd", func(t *testing.T) { herd(t, size) })
}

func table(title string, header []string, rows [][]string) {
	measure.Table(os.Stdout, title, header, rows)
}
