// Command soak puts a guarded API under load while everything around it goes wrong at once, and judges every answer:
//
//	go run ./internal/soak                       five minutes
//	go run ./internal/soak -for 20s -seed 7      a short one, with the choices of an earlier run
//
// One process holds the API (httpguard on a loopback port), two issuers of JWTs, a server for opaque tokens, and the
// clients. Keys are rotated and withdrawn, one issuer and the introspection endpoint break and recover in phases,
// tokens expire and are revoked, and floods of garbage, of unknown keys and of unknown tokens go on all the time. The
// library's own settings are shortened, so that a minute sees many of its hours.
//
// Each answer is held against a model of what is allowed at that moment. A wrong verdict, more questions to a server or
// more remembered than is promised, or a leak is told with what it takes to understand it, and makes the exit status 1.
// What a stall of the machine explains is excused, up to a limit: beyond it the soak has shown nothing, and the status
// is 3. Latency is printed and not judged. The last line is for machines, and begins with the result.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	length := flag.Duration("for", 5*time.Minute, "how long the load lasts")
	seed := flag.Uint64("seed", 0, "seed of all random choices (0: a new one); timing is the machine's all the same")
	flag.Parse()
	if *length <= 0 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	r, err := run(plan{length: *length, seed: *seed})
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(2)
	}
	r.write(os.Stdout)
	os.Exit(r.result().exit())
}
