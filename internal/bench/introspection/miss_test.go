package introspection

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// miss: a token that is not cached, which is one call. The cost of the server in memory is in every row, and is all but
// alone in the second.
func miss(t *testing.T, size size) {
	as := newIssuer()
	raw := as.Opaque()
	contenders := []contender{plainLoop, {"the exchange alone", setUpExchange}, ours(-1), zitadel}
	var functions []func()
	var meters []measure.Meter
	for _, c := range contenders {
		before, f := as.Fetches(authtest.EndpointIntrospection), must(t, c.setUp(t, as), raw)
		f()
		f()
		if calls := as.Fetches(authtest.EndpointIntrospection) - before; calls != 2 {
			t.Fatalf("%s: %d calls for 2 requests", c.name, calls)
		}
		functions, meters = append(functions, f), append(meters, measure.Wall(f))
	}
	var rows [][]string
	for i, c := range measure.Compare(size.rounds, size.misses, meters[0], meters[1:]...) {
		allocs, bytes := measure.Memory(10*size.misses, functions[i])
		rows = append(rows, []string{contenders[i].name, fmt.Sprint(c.Time), c.String(), fmt.Sprint(bytes), fmt.Sprint(allocs)})
	}
	table(fmt.Sprintf("One call, server in memory (medians of %d rounds)", size.rounds),
		[]string{"", "time", "× plain loop (quartiles)", "B/op", "allocs/op"}, rows)
}

// setUpExchange sends a question that is made already and reads nothing in the answer.
func setUpExchange(_ testing.TB, as *authtest.Issuer) ask {
	client := as.Client()
	var made, body string
	return func(raw string) error {
		if raw != made {
			made, body = raw, form(raw).Encode()
		}
		response, err := client.Post(endpoint(as), "application/x-www-form-urlencoded", strings.NewReader(body))
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.Copy(io.Discard, response.Body)
		return err
	}
}
