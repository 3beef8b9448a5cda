package jwks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/jwks"
)

// faults takes a joined error apart.
func faults(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, faults(e)...)
		}
		return all
	}
	return []error{err}
}

// idle is a client that no constructor may use.
func idle(t *testing.T) *http.Client {
	return transport(func(r *http.Request) (*http.Response, error) {
		t.Errorf("a constructor asked %s", r.URL)
		return nil, http.ErrServerClosed
	}).client()
}

// TestConfigFaults: a constructor reports every fault of its config at once, and
// does no I/O.
func TestConfigFaults(t *testing.T) {
	t.Parallel()
	as := es256()
	ok := func(change func(*jwks.Issuer)) []jwks.Issuer {
		i := jwks.Issuer{URL: "https://issuer.test", Audience: []string{"https://api.test"}}
		change(&i)
		return []jwks.Issuer{i}
	}
	url := func(u string) []jwks.Issuer { return ok(func(i *jwks.Issuer) { i.URL = u }) }
	local := func(u string) []jwks.Issuer {
		return ok(func(i *jwks.Issuer) { i.URL, i.InsecureLoopback = u, true })
	}
	algorithms := func(a ...string) []jwks.Issuer { return ok(func(i *jwks.Issuer) { i.Algorithms = a }) }
	foreign, err := jwks.NewKeys(jwks.KeysConfig{Issuer: "https://other.test", Client: idle(t)})
	if err != nil {
		t.Fatal(err)
	}
	same := ok(func(*jwks.Issuer) {})[0]

	for name, test := range map[string]struct {
		config  jwks.Config
		issuers []jwks.Issuer
		faults  int
		says    string // each of these, "|" between them
	}{
		"none":                                   {jwks.Config{}, []jwks.Issuer{same}, 0, ""},
		"no issuer":                              {jwks.Config{}, nil, 1, "at least one Issuer"},
		"a zero Issuer":                          {jwks.Config{}, []jwks.Issuer{{}}, 2, "URL|Audience"},
		"no audience":                            {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Audience = nil }), 1, "Audience"},
		"R8725-12 an empty audience":             {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Audience = []string{"https://api.test", ""} }), 1, "Audience"},
		"an issuer twice":                        {jwks.Config{}, []jwks.Issuer{same, same}, 1, "twice"},
		"R8725-4 none":                           {jwks.Config{}, algorithms("none"), 1, "none"},
		"R8725-4 nOnE beside RS256":              {jwks.Config{}, algorithms("RS256", "nOnE"), 1, "nOnE"},
		"R8725-4 the empty algorithm":            {jwks.Config{}, algorithms(""), 1, "algorithm"},
		"R8725-5 HS256":                          {jwks.Config{}, algorithms("HS256"), 1, "HS256"},
		"R8725-1 three bad ones":                 {jwks.Config{}, algorithms("rs256", "ES256K", "RSA-OAEP"), 3, "rs256|ES256K|RSA-OAEP"},
		"R8725-1 every one that there is":        {jwks.Config{}, algorithms("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"), 0, ""},
		"R7517-10 http":                          {jwks.Config{}, url("http://issuer.test"), 1, "https"},
		"http to this machine, not asked for":    {jwks.Config{}, url("http://127.0.0.1:8080"), 1, "https"},
		"http to 127.0.0.1":                      {jwks.Config{}, local("http://127.0.0.1:8080"), 0, ""},
		"http to 127.9.9.9":                      {jwks.Config{}, local("http://127.9.9.9"), 0, ""},
		"http to ::1":                            {jwks.Config{}, local("http://[::1]:8080/tenant"), 0, ""},
		"http to localhost":                      {jwks.Config{}, local("http://LocalHost:8080"), 0, ""},
		"http to a name like localhost":          {jwks.Config{}, local("http://localhost.attacker.test"), 1, "https"},
		"http to a name like 127.0.0.1":          {jwks.Config{}, local("http://127.0.0.1.attacker.test"), 1, "https"},
		"http to 10.0.0.1":                       {jwks.Config{}, local("http://10.0.0.1"), 1, "https"},
		"http to 0.0.0.0":                        {jwks.Config{}, local("http://0.0.0.0"), 1, "https"},
		"http to a number that is 127.0.0.1":     {jwks.Config{}, local("http://2130706433"), 1, "https"},
		"userinfo before this machine":           {jwks.Config{}, local("http://127.0.0.1@attacker.test"), 1, "userinfo"},
		"a scheme without TLS":                   {jwks.Config{}, local("file:///etc/issuer"), 1, ""},
		"no scheme":                              {jwks.Config{}, url("issuer.test"), 1, "absolute"},
		"no host":                                {jwks.Config{}, url("https:///tenant"), 1, "absolute"},
		"no host and a port":                     {jwks.Config{}, url("https://:443"), 1, "absolute"},
		"a query":                                {jwks.Config{}, url("https://issuer.test?tenant=1"), 1, "query"},
		"an empty query":                         {jwks.Config{}, url("https://issuer.test?"), 1, "query"},
		"a fragment":                             {jwks.Config{}, url("https://issuer.test#x"), 1, "fragment"},
		"an empty fragment":                      {jwks.Config{}, url("https://issuer.test#"), 1, "fragment"},
		"R8725-10 keys of another issuer":        {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Keys = foreign }), 1, "https://other.test"},
		"keys that no constructor made":          {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Keys = &jwks.Keys{} }), 1, "NewKeys"},
		"http issuer with keys of its own":       {jwks.Config{}, ok(func(i *jwks.Issuer) { i.URL, i.Keys = "http://issuer.test", staticKeys(t, as.JWKS()) }), 0, ""},
		"an unknown profile":                     {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Profile = 2 }), 1, "Profile"},
		"RFC 9068 with another audience claim":   {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Profile, i.AudienceClaim = jwks.RFC9068, "client_id" }), 1, "AudienceClaim"},
		"RFC 9068 with aud":                      {jwks.Config{}, ok(func(i *jwks.Issuer) { i.Profile, i.AudienceClaim = jwks.RFC9068, "aud" }), 0, ""},
		"an empty scope claim":                   {jwks.Config{}, ok(func(i *jwks.Issuer) { i.ScopeClaims = []string{""} }), 1, "ScopeClaims"},
		"R7519-6 leeway of 5 min":                {jwks.Config{Leeway: 5 * time.Minute}, []jwks.Issuer{same}, 0, ""},
		"R7519-6 leeway over 5 min":              {jwks.Config{Leeway: 5*time.Minute + 1}, []jwks.Issuer{same}, 1, "Leeway"},
		"R9068-7 leeway of an hour":              {jwks.Config{Leeway: time.Hour}, []jwks.Issuer{same}, 1, "Leeway"},
		"no leeway":                              {jwks.Config{Leeway: -1}, []jwks.Issuer{same}, 0, ""},
		"tokens of 8 KiB":                        {jwks.Config{MaxTokenSize: 8 << 10}, []jwks.Issuer{same}, 0, ""},
		"tokens of less than 8 KiB":              {jwks.Config{MaxTokenSize: 8<<10 - 1}, []jwks.Issuer{same}, 1, "MaxTokenSize"},
		"tokens of a negative size":              {jwks.Config{MaxTokenSize: -1}, []jwks.Issuer{same}, 1, "MaxTokenSize"},
		"everything at once, in several issuers": {jwks.Config{Leeway: time.Hour, MaxTokenSize: 1}, []jwks.Issuer{{}, {URL: "http://x.test", Algorithms: []string{"none", "HS256"}, Profile: 9}, same, same}, 2 + 2 + 5 + 1, "Leeway|MaxTokenSize|URL|Audience|none|HS256|Profile|https|twice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Client = idle(t)
			v, err := test.config.New(test.issuers...)
			if (v == nil) != (err != nil) {
				t.Errorf("validator %v beside error %v", v, err)
			}
			if all := faults(err); len(all) != test.faults {
				t.Errorf("%d faults, want %d: %v", len(all), test.faults, err)
			}
			for part := range strings.SplitSeq(test.says, "|") {
				if !strings.Contains(fmt.Sprint(err), part) {
					t.Errorf("error = %v, want one that says %s", err, part)
				}
			}
		})
	}
}

// TestKeysConfigFaults: as above, for a key source of one's own.
func TestKeysConfigFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config jwks.KeysConfig
		faults int
	}{
		"issuer":                       {jwks.KeysConfig{Issuer: "https://issuer.test"}, 0},
		"URL":                          {jwks.KeysConfig{URL: "https://issuer.test/jwks?v=1"}, 0},
		"neither":                      {jwks.KeysConfig{}, 1},
		"both":                         {jwks.KeysConfig{Issuer: "https://issuer.test", URL: "https://issuer.test/jwks"}, 1},
		"R7517-10 http URL":            {jwks.KeysConfig{URL: "http://issuer.test/jwks"}, 1},
		"R7517-10 http issuer":         {jwks.KeysConfig{Issuer: "http://issuer.test"}, 1},
		"http URL to this machine":     {jwks.KeysConfig{URL: "http://127.0.0.1/jwks", InsecureLoopback: true}, 0},
		"http URL to another":          {jwks.KeysConfig{URL: "http://192.0.2.1/jwks", InsecureLoopback: true}, 1},
		"relative URL":                 {jwks.KeysConfig{URL: "/jwks"}, 1},
		"file URL":                     {jwks.KeysConfig{URL: "file:///jwks.json", InsecureLoopback: true}, 1},
		"userinfo":                     {jwks.KeysConfig{URL: "https://user@issuer.test/jwks"}, 1},
		"negative numbers, and no URL": {jwks.KeysConfig{Timeout: -1, MaxSize: -1, MaxKeys: -1}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Client = idle(t)
			keys, err := jwks.NewKeys(test.config)
			if (keys == nil) != (err != nil) {
				t.Errorf("keys %v beside error %v", keys != nil, err)
			}
			if all := faults(err); len(all) != test.faults {
				t.Errorf("%d faults, want %d: %v", len(all), test.faults, err)
			}
		})
	}
}

// TestConfigIsCopied: changing a slice later changes nothing.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	as := es256()
	issuer := offline(t, as)
	issuer.Algorithms, issuer.ScopeClaims = []string{"ES256"}, []string{"scope"}
	v := newValidator(t, jwks.Config{}, issuer)
	issuer.Audience[0], issuer.Algorithms[0], issuer.ScopeClaims[0] = "x", "RS256", "roles"
	if token := expect(t, v, as.Token(), good); !token.HasScope("read") {
		t.Error("the scopes changed")
	}
}

// TestStaticKeys: every key of a static set has to be usable.
func TestStaticKeys(t *testing.T) {
	t.Parallel()
	as := es256()
	key := as.Key("ES256")
	for name, test := range map[string]struct {
		set  string
		good bool
	}{
		"good":                   {string(as.JWKS()), true},
		"nothing":                {"", false},
		"empty set":              {`{"keys":[]}`, false},
		"private key":            {string(keySet(with(key.JWK(), "d", "AAAA"))), false},
		"one of two is unusable": {string(keySet(key.JWK(), with(key.JWK(), "use", "enc"))), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keys, err := jwks.StaticKeys([]byte(test.set))
			if (err == nil) != test.good || (keys != nil) != test.good {
				t.Errorf("keys %v, error %v; want good: %v", keys != nil, err, test.good)
			}
			if err != nil && strings.Contains(err.Error(), "AAAA") {
				t.Errorf("the error tells of the key: %v", err)
			}
		})
	}
}
