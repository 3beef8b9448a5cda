package differential

import (
	"testing"
)

// FuzzVerdict makes tokens by mutation of good ones, many of them signed after the mutation, and has every implementation
// judge them. Where two disagree the table has to say why, and where both accept they have to read the same. What the table
// says that we refuse we have to refuse, whatever the peers do.
func FuzzVerdict(f *testing.F) {
	for signer := range keys { // the first of the signers
		f.Add([]byte{byte(signer)})
	}
	for mutation := range mutations {
		for choice := range byte(8) {
			f.Add([]byte{choice, byte(mutation), choice, 7 * choice, 31 * choice, choice})
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		token := tokenFrom(data)
		found, err := compare(token)
		if err != nil {
			t.Fatalf("%v\n%.1000s", err, token)
		}
		for _, d := range found {
			if a := dissect(token); explain(d, a) == nil {
				t.Errorf("no row of the table explains: %v\nheader  %.500q\npayload %.500q\ninput   %q", d, a.header.text, a.payload.text, data)
			}
		}
	})
}
