package main

import "testing"

// TestFaults: the checks themselves refuse what they are there to refuse.
func TestFaults(t *testing.T) {
	t.Parallel()
	good := requirement{"R1000-1", must, "RFC 1000 §1", "It holds", tested}
	change := func(f func(*requirement)) []requirement {
		r := good
		f(&r)
		return []requirement{r}
	}
	named := finding{tests: map[string][]test{"R1000-1": {{"a", "TestA"}}}, named: map[string]string{"R1000-1": "a/a_test.go"}}
	for name, tt := range map[string]struct {
		list  []requirement
		found finding
		says  []string
	}{
		"good":                    {[]requirement{good}, named, nil},
		"covered with a remark":   {change(func(r *requirement) { r.fate = testedWith("partly") }), named, nil},
		"covered by no test":      {[]requirement{good}, finding{}, []string{"no test names it"}},
		"named outside of tests":  {[]requirement{good}, finding{named: named.named}, []string{"no test names it"}},
		"not listed":              {nil, named, []string{"a/a_test.go names R1000-1, which is not listed"}},
		"listed twice":            {[]requirement{good, good}, named, []string{"listed twice"}},
		"absent":                  {change(func(r *requirement) { r.fate = metByAbsence("there is none") }), finding{}, nil},
		"absent, shown by a test": {change(func(r *requirement) { r.fate = metByAbsence("there is none") }), named, nil},
		"absent without a reason": {change(func(r *requirement) { r.fate = metByAbsence("") }), finding{}, []string{"met by absence without a reason"}},
		"later":                   {change(func(r *requirement) { r.fate = leftToLater("it is hard") }), finding{}, nil},
		"later without a reason":  {change(func(r *requirement) { r.fate = leftToLater("") }), named, []string{"later without a reason"}},
		"no status":               {change(func(r *requirement) { r.fate = fate{} }), named, []string{"no status"}},
		"no level":                {change(func(r *requirement) { r.level = "MUST NOT" }), named, []string{"no level"}},
		"no source":               {change(func(r *requirement) { r.source = "" }), named, []string{"needs a source"}},
		"no text":                 {change(func(r *requirement) { r.text = "" }), named, []string{"needs a source"}},
		"a full stop":             {change(func(r *requirement) { r.text = "It holds." }), named, []string{"full stop"}},
		"an id of no form":        {change(func(r *requirement) { r.id, r.fate = "R1-1", leftToLater("it is hard") }), finding{}, []string{"not an id"}},
		"an abbreviated id":       {[]requirement{good}, finding{tests: named.tests, short: []string{"a/a_test.go: R1000-1, -2"}}, []string{"leaves out"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectFaults(t, faults([]pack{{requirements: tt.list}}, tt.found), tt.says)
		})
	}
}
