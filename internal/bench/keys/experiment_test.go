// Package keys is an experiment: how four libraries that validate JWTs keep the keys of an issuer, in quiet times and in
// bad ones. One command runs it and prints its tables, in two to three minutes on two cores:
//
//	BEARERGUARD_EXPERIMENT=full go test -run TestExperiment -v ./internal/bench/keys
//
// Without the variable, this library runs alone and briefly, and the test only watches that its own promises hold.
//
// Every contender is set up as its documentation shows, with its default settings ([contender]), and meets an issuer
// that lives in memory. Scenarios of minutes and hours run in fake time: testing/synctest bubbles, in which the
// contenders run unchanged. The others run in real time, and each answer of the issuer takes [networkDelay].
//
// A good token is one whose key the issuer publishes and whose claims hold; any refusal of it is a wrong answer.
// "Refused" means that the caller would have to say 401: the error says that the token is bad, or does not say what is
// wrong. "Unavailable" means that the error tells that no decision could be made, a 503. A token whose key the issuer
// does not publish any more, or never did, is bad; accepting it is a wrong answer too.
package keys

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"testing"
)

func TestMain(m *testing.M) {
	// Contenders log failed fetches, some of them each time.
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	os.Exit(m.Run())
}

func TestExperiment(t *testing.T) {
	e := &experiment{contenders: []contender{ours{}}, size: brief}
	if os.Getenv("BEARERGUARD_EXPERIMENT") == "full" {
		e.contenders, e.size = []contender{ours{}, goOIDC{}, keyFunc{}, auth0{}}, whole
	}
	e.introduce()
	for _, scenario := range []struct {
		name string
		run  func(*testing.T, *experiment)
	}{
		{"steady", steady},
		{"rotation", rotation},
		{"change of keys", keyChange},
		{"slow", slowJWKS},
		{"outage", outage},
		{"flood", flood},
	} {
		t.Run(scenario.name, func(t *testing.T) { scenario.run(t, e) })
	}
}

// experiment is what all scenarios have in common.
type experiment struct {
	contenders []contender
	size       size
}

func (e *experiment) introduce() {
	fmt.Printf("\n%s, %s/%s, %d CPUs", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, c := range e.contenders {
		fmt.Printf("; %s (%s) %s", c.name(), c.module(), version(c))
	}
	fmt.Println(".")
}
