package keys

import "time"

// size is how much of everything a run does. What is measured in fake time lasts as long in both.
type size struct {
	steady   int // validations for each contender
	rounds   int // in which they are done, contenders taking turns
	rotation int // requests of each worker

	flood    int           // tokens with random kids
	lasts    time.Duration // the time over which they are sent
	deadline time.Duration // when a contender that does not keep up is released

	tick time.Duration // between requests of the slow scenario
	beat time.Duration // between requests of the outage
}

var (
	whole = size{steady: 20_000, rounds: 4, rotation: 1000, flood: 100_000, lasts: 20 * time.Second, deadline: 25 * time.Second,
		tick: 100 * time.Millisecond, beat: time.Second}
	brief = size{steady: 2000, rounds: 1, rotation: 200, flood: 5000, lasts: time.Second, deadline: 3 * time.Second,
		tick: 2 * time.Second, beat: 10 * time.Second}
)

// networkDelay is what each answer of the issuer takes in real time: a server that is near.
const networkDelay = 10 * time.Millisecond
