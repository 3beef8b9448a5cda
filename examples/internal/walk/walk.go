// Package walk is what the example programs share: a list of requests with the
// answers that are announced for them, each shown as it goes over the wire, and
// a server to send them to.
package walk

import (
	"context"
	"fmt"
	"io"
)

// Take goes through the steps, prints every request and answer to out, and
// reports how many answers differ from what was announced.
func Take(ctx context.Context, out io.Writer, url string, steps []Step) error {
	wrong := 0
	for i, s := range steps {
		fmt.Fprintf(out, "\n%d. %s\n", i+1, s.Title)
		if err := s.take(ctx, out, url); err != nil {
			fmt.Fprintf(out, "   ✗ %v\n", err)
			wrong++
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d answers are not the ones announced", wrong, len(steps))
	}
	fmt.Fprintf(out, "\nAll %d answers are the ones announced.\n", len(steps))
	return ctx.Err()
}
