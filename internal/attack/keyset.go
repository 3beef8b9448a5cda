package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// brokenSets are documents that are no key set. Nobody can tell then whether a token is good.
func (a *area) brokenSets() {
	const source = "RFC 7517 §5; not knowing is no verdict: RFC 6750 §3.1, RFC 9110 §15.6.4"
	good := toJSON(a.usualJWK())
	crowd := func(n int) string { return `{"keys":[` + strings.Repeat("{},", n-1) + good + "]}" }
	for name, set := range map[string]string{
		"empty": keySet(), "without keys": "{}", "with keys an object": `{"keys":{}}`, "with keys null": `{"keys":null}`,
		"an array": "[" + good + "]", "a single key": good, "a web page": "<!doctype html><title>Sorry</title>", "nothing": " ",
		"cut off": keySet(good)[:60], "with keys twice": `{"keys":[` + good + `],"keys":[]}`, "with Keys for keys": `{"Keys":[` + good + `]}`,
		"with something behind it": keySet(good) + "x", "with a byte order mark": "\ufeff" + keySet(good),
		"with kid twice in a key": keySet(strings.Replace(good, "{", `{"kid":"other",`, 1)),
		"of 101 keys":             crowd(101), "of 513 KiB": keySet(good) + strings.Repeat(" ", 513<<10), "out of reach": "",
	} {
		a.good("key set "+name, a.main.Token(), source).publish(set).unavailable(middleware.ReasonKeys)
	}
	a.good("key set of 100 keys", a.main.Token(), "RFC 7517 §5; "+shortOf).publish(crowd(100))
}

// brokenNeighbours: one bad key never loses the rest.
func (a *area) brokenNeighbours() {
	for name, key := range map[string]any{
		"an unknown kty": header{"kty": "AKP", "alg": "ML-DSA-44", "kid": "x", "pub": "AAAA"},
		"an unknown crv": header{"kty": "OKP", "crv": "Ed448", "x": "AAAA"}, "an empty modulus": header{"kty": "RSA", "n": "", "e": "AQAB"},
		"an empty object": header{}, "null": "null", "a number": "1", "a string": `"key"`, "an array": "[]",
		"a secret":                     header{"kty": "oct", "k": "AAAA"},
		"a broken key of the same kid": header{"kty": "RSA", "kid": a.main.KeyID(), "n": "AAAA", "e": "AQAB"},
		"kid a number":                 header{"kty": "RSA", "kid": 1},
		"a point off the curve":        header{"kty": "EC", "crv": "P-256", "x": encode(make([]byte, 32)), "y": encode(make([]byte, 32))},
	} {
		a.good("good key beside "+name, a.main.Token(), "RFC 7517 §5").publish(keySet(key, a.usualJWK()))
	}
}
