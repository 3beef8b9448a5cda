package main

import "fmt"

// badTokens counts, before anything is measured, how many tokens contenders accept that every resource server has to refuse:
// who checks less has less to do.
func (b *bench) badTokens() error {
	const alg = "RS256" // of the issuer's first key, which signs what Bad returns
	bad := b.Bad()
	var rows [][]string
	var notes []string
	for _, c := range contenders() {
		v, err := c.ready(b.world, alg)
		if err != nil {
			return err
		}
		accepted, panicked := 0, 0
		for _, token := range bad {
			switch verdictOf(v, token.Token) {
			case accepts:
				accepted++
			case panics:
				panicked++
			}
		}
		rows = append(rows, []string{c.name, fmt.Sprint(accepted), fmt.Sprint(panicked)})
		if c.note != "" {
			notes = append(notes, "- "+c.name+": "+c.note+".")
		}
	}
	b.table("All check the signature, the issuer, the audience and the expiry; not all check the rest",
		[]string{"", fmt.Sprintf("bad tokens accepted, of %d", len(bad)), "panics"}, rows, notes...)
	return nil
}

// verdict is what a contender makes of a token.
type verdict int

const (
	refuses verdict = iota
	accepts
	panics // which some peers do at what an attacker can send
)

func verdictOf(v validate, raw string) (is verdict) {
	defer func() {
		if recover() != nil {
			is = panics
		}
	}()
	if v(raw) == nil {
		return accepts
	}
	return refuses
}
