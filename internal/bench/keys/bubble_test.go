package keys

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"testing/synctest"
	"time"
)

// A phase is one situation. It runs in a bubble or in real time and does not know which.
type phase struct {
	name string // unique
	run  func(testing.TB, contender, size) outcome
}

var phases = []phase{
	keyBeside, keyInstead, keyWithdrawn, keyAfterFlood,
	slowKnown, slowNew, slowCold,
	outageRunning, outageStarting,
}

// inBubble runs a phase in fake time. All contenders but ours get a process of their own, because some of them wait for
// the network while they hold a mutex: a goroutine that wants the mutex too counts as busy, so fake time stands still
// for ever, and nothing can end such a bubble but the end of its process.
func (e *experiment) inBubble(t *testing.T, p phase, c contender) (o outcome) {
	t.Helper()
	if c == (ours{}) {
		synctest.Test(t, func(t *testing.T) { o = p.run(t, c, e.size) })
		return o
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "-test.run=^TestPhase$")
	cmd.Env = append(os.Environ(), phaseVariable+"="+p.name, contenderVariable+"="+c.name())
	out, err := cmd.CombinedOutput()
	_, line, found := bytes.Cut(out, []byte(resultMark))
	if !found {
		t.Fatalf("%s, %s: %v\n%s", p.name, c.name(), err, out)
	}
	if err := json.NewDecoder(bytes.NewReader(line)).Decode(&o); err != nil {
		t.Fatal(err)
	}
	return o
}

const (
	phaseVariable     = "BEARERGUARD_EXPERIMENT_PHASE"
	contenderVariable = "BEARERGUARD_EXPERIMENT_CONTENDER"
	resultMark        = "RESULT "

	// frozenAfter is the real time without a step after which a bubble is held for frozen. A living one does
	// thousands of steps a second.
	frozenAfter = 5 * time.Second
)

// TestPhase is the other end of inBubble.
func TestPhase(t *testing.T) {
	name := os.Getenv(phaseVariable)
	for _, c := range []contender{goOIDC{}, keyFunc{}, auth0{}} {
		for _, p := range phases {
			if p.name == name && c.name() == os.Getenv(contenderVariable) {
				var o outcome
				go watch()
				synctest.Test(t, func(t *testing.T) { o = p.run(t, c, whole) })
				report(o)
				return
			}
		}
	}
	t.Skip("is run by TestExperiment")
}

// watch ends the process when its bubble is frozen. It is outside the bubble, in real time.
func watch() {
	for last := int64(-1); ; time.Sleep(frozenAfter) {
		now := steps.Load()
		if now == last {
			report(outcome{Frozen: true})
			os.Exit(0)
		}
		last = now
	}
}

func report(o outcome) {
	line, err := json.Marshal(o)
	if err != nil {
		panic(err) // numbers and booleans
	}
	fmt.Printf("%s%s\n", resultMark, line)
}

// end closes a stage in a bubble, where everything has to end before the bubble does. The longest that any contender
// waits on its own is a minute.
func (s *stage) end() {
	s.stop()
	time.Sleep(2 * time.Minute)
}
