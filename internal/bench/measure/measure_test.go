package measure

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// fake is a meter that takes what it is told, whatever the machine does.
func fake(each time.Duration) Meter {
	return func(n int) time.Duration { return time.Duration(n) * each }
}

func TestCompare(t *testing.T) {
	t.Parallel()
	c := Compare(5, 10, fake(4), fake(6), fake(2))
	if len(c) != 3 {
		t.Fatalf("%d results for a floor and two others", len(c))
	}
	for i, want := range []struct {
		time  time.Duration
		ratio float64
		text  string
	}{
		{4, 1, "1.00 (1.00–1.00)"},
		{6, 1.5, "1.50 (1.50–1.50)"},
		{2, 0.5, "0.50 (0.50–0.50)"},
	} {
		if c[i].Time != want.time || c[i].Ratio() != want.ratio || c[i].String() != want.text {
			t.Errorf("%d: %v, %v, %s; want %+v", i, c[i].Time, c[i].Ratio(), c[i], want)
		}
	}
	if len(c[1].Ratios) != 5 {
		t.Errorf("%d ratios in 5 rounds", len(c[1].Ratios))
	}
}

// A machine that gets slower all the time must not make equals differ.
func TestCompareOnASlowingMachine(t *testing.T) {
	t.Parallel()
	now := time.Duration(1000)
	slowing := func(n int) time.Duration {
		now += 100
		return now * time.Duration(n)
	}
	c := Compare(41, 1, slowing, slowing)
	below, above := 0, 0
	for _, r := range c[1].Ratios {
		if r < 1 {
			below++
		} else if r > 1 {
			above++
		}
	}
	if below < 20 || above < 20 || !slices.IsSorted(c[1].Ratios) {
		t.Errorf("%d ratios below 1, %d above: one side always has the slower slice", below, above)
	}
}

func TestCompareQuartiles(t *testing.T) {
	t.Parallel()
	took := time.Duration(0)
	growing := func(int) time.Duration {
		took++
		return took // 1 to warm up, then 2, 3, … 9
	}
	c := Compare(8, 1, fake(1), growing)
	if got, want := c[1].String(), "6.00 (4.00–8.00)"; got != want {
		t.Errorf("%s, want %s (of %v)", got, want, c[1].Ratios)
	}
}

func TestTakeTurns(t *testing.T) {
	t.Parallel()
	var order []string
	named := func(name string, d time.Duration) Meter {
		return func(int) time.Duration {
			order = append(order, name)
			return d
		}
	}
	for _, backwards := range []bool{false, true} {
		if got, want := TakeTurns(backwards, 1, named("a", 1), named("b", 2)), []time.Duration{1, 2}; !slices.Equal(got, want) {
			t.Errorf("backwards %v: %v, want %v", backwards, got, want)
		}
	}
	if want := []string{"a", "b", "b", "a"}; !slices.Equal(order, want) {
		t.Errorf("in the order %v, want %v", order, want)
	}
}

func TestWall(t *testing.T) {
	t.Parallel()
	n := 0
	if took := Wall(func() { n++ })(7); n != 7 || took < 0 {
		t.Errorf("done %d times in %v, want 7 times", n, took)
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	values := []float64{3, 1, 2}
	if got := Median(values); got != 2 || values[0] != 3 {
		t.Errorf("%v of %v", got, values)
	}
	if got := Median([]float64{4, 1, 2, 3}); got != 3 {
		t.Errorf("%v, want the upper of the two in the middle", got)
	}
}

func TestMemory(t *testing.T) {
	var sink []byte
	allocs, bytes := Memory(100, func() { sink = make([]byte, 1024) })
	if allocs != 1 || bytes < 1024 || bytes > 2048 {
		t.Errorf("%d allocations of %d bytes, want 1 of 1024 (%d)", allocs, bytes, len(sink))
	}
}

func TestHeap(t *testing.T) {
	before := Heap()
	held := make([]byte, 10<<20)
	if grown := int(Heap()) - int(before); grown < len(held)*9/10 {
		t.Errorf("%d bytes more with %d held", grown, len(held))
	}
	held[0] = 1
}

func TestTable(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	Table(&b, "Title", []string{"", "a"}, [][]string{{"x", "1"}, {"a|b\nc"}})
	const want = "\n### Title\n\n|  | a |\n|---|---|\n| x | 1 |\n| a\\|b c |  |\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}

func TestShort(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                      "0 ns",
		8:                      "8 ns",
		999:                    "999 ns",
		1000:                   "1.00 µs",
		1234:                   "1.23 µs",
		9996:                   "10.0 µs",
		31_416:                 "31.4 µs",
		99_960:                 "100 µs",
		999_400:                "999 µs",
		999_600:                "1.00 ms",
		1_200_000:              "1.20 ms",
		3 * time.Second:        "3.00 s",
		25 * 60 * time.Second:  "1500 s",
		1500 * time.Nanosecond: "1.50 µs",
	} {
		if got := Short(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if v := Version("example.invalid/no/such/module"); v != "of unknown version" {
		t.Errorf("a module that is not there has version %q", v)
	}
	if v := Version("github.com/golang-jwt/jwt/v5"); !strings.HasPrefix(v, "v5.") {
		t.Errorf("golang-jwt: %q", v)
	}
}
