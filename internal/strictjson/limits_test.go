package strictjson

import (
	"runtime"
	"strings"
	"testing"
)

func TestDepthLimit(t *testing.T) {
	t.Parallel()
	arrays := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	objects := func(n int) string { return strings.Repeat(`{"a":`, n-1) + "{}" + strings.Repeat("}", n-1) }
	mixed := func(n int) string { return strings.Repeat(`[{"a":`, n/2) + "0" + strings.Repeat("}]", n/2) }
	for _, c := range []struct {
		name, text string
		max        Limits
		want       error
	}{
		{"64 arrays by default", arrays(64), Limits{}, nil},
		{"L-10 65 arrays by default", arrays(65), Limits{}, ErrDepth},
		{"64 objects by default", objects(64), Limits{}, nil},
		{"L-10 65 objects by default", objects(65), Limits{}, ErrDepth},
		{"64 mixed by default", mixed(64), Limits{}, nil},
		{"L-10 66 mixed by default", mixed(66), Limits{}, ErrDepth},
		{"L-10 100 000 arrays", arrays(100_000), Limits{}, ErrDepth},
		{"L-10 100 000 brackets, never closed", strings.Repeat("[", 100_000), Limits{}, ErrDepth},
		{"L-10 100 000 objects, never closed", strings.Repeat(`{"":`, 100_000), Limits{}, ErrDepth},
		{"L-10 deep inside a later member", `{"a":1,"b":` + arrays(64) + `}`, Limits{}, ErrDepth},
		{"many beside each other are not deep", "[" + strings.Repeat("[[]],", 1000) + "[]]", Limits{Depth: 3}, nil},
		{"scalar at depth none", `1`, Limits{Depth: -1}, nil},
		{"array at depth none", `[]`, Limits{Depth: -1}, ErrDepth},
		{"object at depth none", `{}`, Limits{Depth: -1}, ErrDepth},
		{"flat at depth 1", `{"a":1}`, Limits{Depth: 1}, nil},
		{"array in an object at depth 1", `{"a":[]}`, Limits{Depth: 1}, ErrDepth},
		{"object in an array at depth 1", `[{}]`, Limits{Depth: 1}, ErrDepth},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := Parse(c.text, c.max)
			if c.want != nil {
				refused(t, v, err, c.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMembersLimit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		max        Limits
		want       error
	}{
		{"512 by default", object(512), Limits{}, nil},
		{"L-10 513 by default", object(513), Limits{}, ErrMembers},
		{"L-10 513 nested", `[{"a":` + object(513) + `}]`, Limits{}, ErrMembers},
		{"512 in each of two", `[` + object(512) + `,` + object(512) + `]`, Limits{}, nil},
		{"64 of 64", object(64), Limits{Members: 64}, nil},
		{"65 of 64", object(65), Limits{Members: 64}, ErrMembers},
		{"the limit comes before the name", `{"a":1,`, Limits{Members: 1}, ErrMembers},
		{"none, empty", `{}`, Limits{Members: -1}, nil},
		{"none, one", `{"a":1}`, Limits{Members: -1}, ErrMembers},
		{"elements are not members", "[" + strings.Repeat("0,", 5000) + "0]", Limits{Members: 1}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := Parse(c.text, c.max)
			if c.want != nil {
				refused(t, v, err, c.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

const claims = `{"iss":"https://login.example.com","sub":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6","aud":["https://api.example.com"],` +
	`"exp":1767225600,"nbf":1767222000,"iat":1767222000,"jti":"5b0d6d0e","client_id":"orders","scope":"openid orders:read",` +
	`"acr":"1","realm_access":{"roles":["user"]},"email_verified":true,"name":"Zoë","nonce":null}`

// Not parallel: allocations are counted for the whole process.
func TestClaimsCostNoAllocation(t *testing.T) {
	var iss, scope string
	var audience, members int
	n := testing.AllocsPerRun(100, func() {
		audience, members = 0, 0
		v, err := ParseObject(claims, Limits{}, func(name string, v Value) {
			switch name {
			case "iss":
				iss, _ = v.Str()
			case "scope":
				scope, _ = v.Str()
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for range v.Member("aud").Elements() {
			audience++
		}
		for range v.Members() {
			members++
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
	if iss != "https://login.example.com" || scope != "openid orders:read" || audience != 1 || members != 14 {
		t.Error("wrong claims:", iss, scope, audience, members)
	}
}

// L-10: the worst that a text can make us allocate is a small multiple of its size, not a power of it.
// Not parallel: allocations are counted for the whole process.
func TestAllocationIsBoundedByTheText(t *testing.T) {
	const times = 16
	repeat := func(element string, n int) string { return "[" + strings.Repeat(element+",", n) + "0]" }
	for _, c := range []struct{ name, text string }{
		{"claims", repeat(claims, 100)},
		{"empty objects", repeat(`{}`, 20_000)},
		{"objects of one member", repeat(`{"":0}`, 10_000)},
		{"objects just above pairwise comparison", repeat(object(few+1), 300)},
		{"objects of 512 members", repeat(object(512), 20)},
		{"escaped names", repeat(strings.ReplaceAll(object(few), "m", `\u006d`), 300)},
		{"objects within objects", repeat(strings.Repeat(object(few)[:len(object(few))-2], 60)+"0"+strings.Repeat("}", 60), 2)},
		{"one long escaped name", `{"` + strings.Repeat(`\n`, 50_000) + `":0}`},
		{"brackets", strings.Repeat("[", 100_000)},
		{"backslashes", `"` + strings.Repeat(`\`, 100_001)},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Parse(c.text, Limits{})
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > uint64(times*len(c.text)) {
				t.Errorf("%d bytes for a text of %d (error %v)", got, len(c.text), err)
			} else {
				t.Logf("%.2f bytes a byte (error %v)", float64(got)/float64(len(c.text)), err)
			}
		})
	}
}
