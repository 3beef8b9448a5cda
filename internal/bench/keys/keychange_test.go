package keys

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// keyChange: the keys change, and one token a second tells when the contender noticed. Fake time, watched for two hours.
func keyChange(t *testing.T, e *experiment) {
	var rows [][]string
	for _, c := range e.contenders {
		beside, instead := e.inBubble(t, keyBeside, c), e.inBubble(t, keyInstead, c)
		withdrawn, flooded := e.inBubble(t, keyWithdrawn, c), e.inBubble(t, keyAfterFlood, c)
		rows = append(rows, []string{
			c.name(),
			long(beside.After), long(instead.After), long(instead.Outlived), long(withdrawn.Outlived),
			long(flooded.After), wrongAnswers(c, flooded),
		})
		expect(t, c, beside.wrong() == 0 && beside.After == 0, "a new key is good at once", beside)
		expect(t, c, instead.wrong() == 0, "a key is bad once its successor was seen", instead)
		expect(t, c, withdrawn.Outlived != never && withdrawn.Outlived <= 10*time.Minute, "a removed key ends within its freshness", withdrawn)
		expect(t, c, flooded.After != never && flooded.After <= 17*time.Second, "the keys are fetched for unknown ones each 15 s", flooded)
	}
	table("Change of keys (fake time, one token a second, watched for two hours)", []string{
		"", "new key beside the old: accepted", "new key instead of the old: accepted", "… and the old one refused",
		"key withdrawn, no new one seen: refused", "new key, after 100 tokens with random kids: accepted", "… wrong answers until then",
	}, rows)
}

const watched = 2 * time.Hour

// keyBeside: a second key is published and signs from then on.
var keyBeside = phase{"key beside", func(t testing.TB, c contender, _ size) outcome {
	s := warmStage(t, c)
	defer s.end()
	s.as.Rotate()
	newer := s.token()
	after := s.until(watched, func() bool { return s.good(newer) })
	o := s.outcome()
	o.After = after
	return o
}}

// keyInstead: the only key is replaced. Each second brings a token of the new one and one of the old.
var keyInstead = phase{"key instead", func(t testing.TB, c contender, _ size) outcome {
	s := warmStage(t, c)
	defer s.end()
	older := s.token()
	s.as.RotateWithoutOverlap()
	newer, start := s.token(), time.Now()
	after, outlived := never, never
	s.until(watched, func() bool {
		if after == never && s.good(newer) {
			after = time.Since(start)
		}
		if outlived == never && !s.bad(older) {
			outlived = time.Since(start)
		}
		return after != never && outlived != never
	})
	o := s.outcome()
	o.After, o.Outlived = after, outlived
	return o
}}

// keyWithdrawn: of two keys, the older one is not published any more, as after a leak. Only its tokens come.
var keyWithdrawn = phase{"key withdrawn", func(t testing.TB, c contender, _ size) outcome {
	s := newStage(t, c)
	defer s.end()
	older, kid := s.token(), s.as.KeyID()
	s.as.Rotate()
	s.setUp()
	if !s.good(older) {
		t.Errorf("%s refuses the older of two keys", c.name())
	}
	s.as.Retire(kid)
	outlived := s.until(watched, func() bool { return !s.bad(older) })
	o := s.outcome()
	o.Outlived = outlived
	return o
}}

// keyAfterFlood: somebody sends tokens with random kids, and then the issuer rotates.
var keyAfterFlood = phase{"key after flood", func(t testing.TB, c contender, _ size) outcome {
	s := warmStage(t, c)
	defer s.end()
	random := randomKids(s.token())
	for range 100 {
		s.bad(random())
	}
	s.as.Rotate()
	newer := s.token()
	after := s.until(watched, func() bool { return s.good(newer) })
	o := s.outcome()
	o.After = after
	return o
}}

// randomKids returns tokens with a kid that nobody has seen, and otherwise all of a good token. It is cheap, so that the
// attacker does not slow down who is attacked.
func randomKids(good string) func() string {
	_, rest, _ := strings.Cut(good, ".")
	return func() string {
		header := fmt.Sprintf(`{"alg":"RS256","typ":"at+jwt","kid":"%016x"}`, rand.Uint64())
		return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + rest
	}
}
