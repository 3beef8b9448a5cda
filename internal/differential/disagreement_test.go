package differential

import (
	"fmt"
	"slices"
)

// disagreement is what one peer says otherwise than bearerguard.
type disagreement struct {
	peer    string
	ours    verdict
	theirs  bool   // whether the peer accepts
	reading string // what was read otherwise, where both accept
}

func (d disagreement) String() string {
	if d.reading != "" {
		return fmt.Sprintf("%s reads %s", d.peer, d.reading)
	}
	return fmt.Sprintf("bearerguard: %s; %s accepts: %v", d.ours, d.peer, d.theirs)
}

// compare asks everybody about a token. An error is a broken contract of bearerguard's, or that it accepts what the table
// says that it refuses: peers who are as lax would not disagree with that.
func compare(token string) ([]disagreement, error) {
	ours, mine, err := judge(token)
	if err != nil {
		return nil, err
	}
	if ours == accepted {
		if names := forbidding(dissect(token)); names != nil {
			return nil, fmt.Errorf("bearerguard accepts in spite of %q", names)
		}
	}
	var all []disagreement
	for _, p := range peers {
		theirs, err := p.verify(token)
		d := disagreement{peer: p.name, ours: ours, theirs: err == nil}
		switch {
		case d.theirs != (ours == accepted):
			all = append(all, d)
		case d.theirs && !mine.equal(theirs):
			d.reading = fmt.Sprintf("%+v, bearerguard %+v", theirs, mine)
			all = append(all, d)
		}
	}
	return all, nil
}

func (r reading) equal(o reading) bool {
	return r.Issuer == o.Issuer && r.Subject == o.Subject && r.Expiry == o.Expiry &&
		slices.Equal(r.Audience, o.Audience) && slices.Equal(r.Scopes, o.Scopes)
}

// explain finds the rows that explain a disagreement. Claims that are read otherwise have one explanation only.
func explain(d disagreement, a *anatomy) []string {
	var names []string
	for i := range table {
		r := &table[i]
		if d.reading != "" && (len(r.ours) > 0 || d.peer != registeredClaims || !r.seen(a)) {
			continue
		}
		if d.reading != "" || r.explains(d.peer, d.ours, d.theirs, a) {
			names = append(names, r.name)
		}
	}
	return names
}
