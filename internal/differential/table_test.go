package differential

import (
	"slices"
	"testing"
)

// row is a kind of disagreement that is understood. The table of them is documentation (README.md is written from it),
// and it is a test: whatever the fuzz target finds has to be one of these.
type row struct {
	name string
	why  string    // who is right, and by which section
	ours []verdict // what bearerguard says; none: anything

	// seen finds in a token what the row is about.
	seen func(*anatomy) bool

	// The examples are the definition: a row explains the disagreement with the peers that disagree in one of them.
	examples []example
}

// example is a token and who accepts it.
type example struct {
	name   string
	token  string
	accept []string // names of peers, and "bearerguard"
}

const ours = "bearerguard"

// golangJWTs are both ways to use golang-jwt.
var (
	golangJWTs = []string{mapClaims, registeredClaims}
	allPeers   = append([]string{goJOSE}, golangJWTs...)
)

// explains tells whether the row has an example in which this peer disagrees in this direction.
func (r *row) explains(peer string, v verdict, peerAccepts bool, a *anatomy) bool {
	if len(r.ours) > 0 && !slices.Contains(r.ours, v) {
		return false
	}
	return r.differs(peer, peerAccepts) && r.seen(a)
}

// differs tells whether peer gives this verdict in an example, and bearerguard the other.
func (r *row) differs(peer string, accepts bool) bool {
	return slices.ContainsFunc(r.examples, func(e example) bool {
		return slices.Contains(e.accept, peer) == accepts && slices.Contains(e.accept, ours) != accepts
	})
}

// forbidding names the rows that see in a token what bearerguard refuses.
func forbidding(a *anatomy) []string {
	var names []string
	for i := range table {
		if r := &table[i]; len(r.ours) > 0 && !slices.Contains(r.ours, accepted) && r.seen(a) {
			names = append(names, r.name)
		}
	}
	return names
}

// TestTable: every row's examples are judged as it says, and its eye finds them.
func TestTable(t *testing.T) {
	t.Parallel()
	for i := range table {
		r := &table[i]
		for _, e := range r.examples {
			t.Run(r.name+"/"+e.name, func(t *testing.T) {
				t.Parallel()
				v, _, err := judge(e.token)
				if err != nil {
					t.Fatal(err)
				}
				if got := v == accepted; got != slices.Contains(e.accept, ours) || len(r.ours) > 0 && !slices.Contains(r.ours, v) {
					t.Errorf("bearerguard: %s, want one of %v", v, r.ours)
				}
				for _, p := range peers {
					if _, err := p.verify(e.token); (err == nil) != slices.Contains(e.accept, p.name) {
						t.Errorf("%s: %v", p.name, err)
					}
				}
				if !r.seen(dissect(e.token)) {
					t.Error("the row does not see what it is about")
				}
				if forbids := !slices.Contains(e.accept, ours) && len(r.ours) > 0; slices.Contains(forbidding(dissect(e.token)), r.name) != forbids {
					t.Errorf("a verdict of bearerguard's that accepts: forbidden = %v, want %v", !forbids, forbids)
				}
				found, err := compare(e.token)
				if len(found) == 0 || err != nil {
					t.Errorf("disagreements: %v, %v", found, err)
				}
				for _, d := range found {
					if names := explain(d, dissect(e.token)); !slices.Contains(names, r.name) {
						t.Errorf("%v is explained by %q", d, names)
					}
				}
			})
		}
	}
}

// TestGoodIsUnsuspicious: no row but that of tokens without kid sees anything in a good token.
func TestGoodIsUnsuspicious(t *testing.T) {
	t.Parallel()
	for _, k := range keys {
		for i := range table {
			if table[i].seen(dissect(good(k).token())) {
				t.Errorf("%s: the row %q sees something in a good token", k.alg, table[i].name)
			}
		}
	}
}
