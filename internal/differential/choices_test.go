package differential

// choices reads decisions from the octets that the fuzzing engine makes up. After their end every choice is the first.
type choices struct{ rest []byte }

func (c *choices) more() bool { return len(c.rest) > 0 }

// of chooses a number from 0 to n-1, n being at most 256.
func (c *choices) of(n int) int {
	if !c.more() {
		return 0
	}
	b := c.rest[0]
	c.rest = c.rest[1:]
	return int(b) % n
}

// text takes up to 31 octets as they are: what no list of ours has.
func (c *choices) text() string {
	n := min(c.of(32), len(c.rest))
	s := string(c.rest[:n])
	c.rest = c.rest[n:]
	return s
}

// pick chooses from a list.
func pick[T any](c *choices, list []T) T { return list[c.of(len(list))] }
