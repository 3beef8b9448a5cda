package jwks_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestKeySets: what a published key set has to look like. A set that cannot be
// used leaves the validator without keys, so the answer is 503 and not 401.
func TestKeySets(t *testing.T) {
	t.Parallel()
	key := authtest.NewKey("k", "ES256")
	jwk := func(changes ...any) map[string]any { // name, value, name, value, …
		j := key.JWK()
		for i := 0; i < len(changes); i += 2 {
			j = with(j, changes[i].(string), changes[i+1])
		}
		return j
	}
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	set := func(keys ...any) string { return text(map[string]any{"keys": keys}) }
	twice := func(name, first string) string { // jwk, with a member before the one of this name
		return `{"keys":[` + strings.Replace(text(jwk()), "{", `{"`+name+`":"`+first+`",`, 1) + `]}`
	}
	rsaKey := authtest.NewKey("k", "RS256")
	unknown := refused(middleware.ReasonUnknownKey)
	other := authtest.NewKey("other", "ES256").JWK()

	tests := map[string]struct {
		set  string
		want verdict
	}{
		"a good key": {set(jwk()), good},

		"R7517-1 no keys member":            {`{}`, unavailable},
		"R7517-1 keys an object":            {`{"keys":{}}`, unavailable},
		"R7517-1 keys null":                 {`{"keys":null}`, unavailable},
		"R7517-1 keys a string":             {`{"keys":"` + base64.StdEncoding.EncodeToString([]byte(set(jwk()))) + `"}`, unavailable},
		"R7517-1 keys empty":                {`{"keys":[]}`, unavailable},
		"R7517-1 HTML":                      {`<!DOCTYPE html><title>Sign in</title>`, unavailable},
		"R7517-1 nothing":                   {``, unavailable},
		"R7517-1 null":                      {`null`, unavailable},
		"R7517-1 an array of keys":          {text([]any{jwk()}), unavailable},
		"R7517-1 a single key":              {text(jwk()), unavailable},
		"R7517-1 truncated":                 {set(jwk())[:40], unavailable},
		"R7517-1 trailing data":             {set(jwk()) + "{}", unavailable},
		"R7517-1 names in capitals":         {strings.Replace(set(jwk()), `"keys"`, `"KEYS"`, 1), unavailable},
		"R7517-2 unknown members":           {text(map[string]any{"keys": []any{jwk("foo", 1)}, "bar": []any{nil, 2}}), good},
		"R7517-3 entries that are no keys":  {set(nil, 1, "k", []any{}, map[string]any{}, jwk()), good},
		"R7517-3 an RSA key without n":      {set(with(rsaKey.JWK(), "n", ""), jwk()), good},
		"R7517-3 an unknown kty":            {set(map[string]any{"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA", "kid": "pq"}, jwk()), good},
		"R7517-3 an unknown crv":            {set(jwk("crv", "X", "kid", "x"), jwk()), good},
		"R7517-3 an OKP key for X25519":     {set(map[string]any{"kty": "OKP", "crv": "X25519", "x": "AAAA", "kid": "k"}, jwk()), good},
		"R7517-3 the only key is unknown":   {set(map[string]any{"kty": "AKP", "kid": "k"}), unavailable},
		"R7517-3 the others of a known kid": {set(with(other, "kid", "k"), jwk()), good},

		// What is written twice makes the document unreadable, whichever key it is in.
		"R7517-4 kid twice":  {twice("kid", "a"), unavailable},
		"R7517-4 x twice":    {twice("x", "AAAA"), unavailable},
		"R7517-4 keys twice": {`{"keys":[],` + set(jwk())[1:], unavailable},

		"R7517-5 use enc":                      {set(jwk("use", "enc")), unavailable},
		"R7517-5 use enc beside a good key":    {set(jwk("use", "enc"), other), unknown},
		"R7517-5 use absent":                   {set(jwk("use", nil)), good},
		"R7517-5 use unknown":                  {set(jwk("use", "tls")), unavailable},
		"R7517-5 use in capitals":              {set(jwk("use", "SIG")), unavailable},
		"R7517-6 key_ops encrypt":              {set(jwk("use", nil, "key_ops", []string{"encrypt"})), unavailable},
		"R7517-6 key_ops sign alone":           {set(jwk("use", nil, "key_ops", []string{"sign"})), unavailable},
		"R7517-6 key_ops verify":               {set(jwk("use", nil, "key_ops", []string{"verify"})), good},
		"R7517-6 key_ops empty":                {set(jwk("use", nil, "key_ops", []string{})), unavailable},
		"R7517-6 use enc and key_ops verify":   {set(jwk("use", "enc", "key_ops", []string{"verify"})), unavailable},
		"R7517-6 use sig and key_ops encrypt":  {set(jwk("key_ops", []string{"verify", "encrypt"})), unavailable},
		"R7517-7 kid in capitals":              {set(jwk("kid", "K")), unknown},
		"R7517-8 RSA and EC under one kid":     {set(rsaKey.JWK(), jwk()), good},
		"R7517-8 EC and RSA under one kid":     {set(jwk(), rsaKey.JWK()), good},
		"R7517-8 two EC keys under one kid":    {set(with(authtest.NewKey("k", "ES256").JWK(), "alg", "ES256"), jwk()), good},
		"R7517-8 P-384 and P-256 under a kid":  {set(authtest.NewKey("k", "ES384").JWK(), jwk("alg", nil)), good},
		"R7517-9 with the private part":        {set(jwk("d", "AAAA")), unavailable},
		"R7517-9 private beside a good one":    {set(jwk("d", "AAAA"), other), unknown},
		"R7517-9 a symmetric key of this kid":  {set(map[string]any{"kty": "oct", "k": "c2VjcmV0", "kid": "k"}, other), unknown},
		"R7517-13 alg absent":                  {set(jwk("alg", nil)), good},
		"R7517-13 alg null":                    {set(with(jwk(), "alg", json.RawMessage("null"))), unavailable},
		"R7517-13 alg of another key type":     {set(jwk("alg", "RS256")), unavailable},
		"R7517-13 alg for encryption":          {set(jwk("alg", "ECDH-ES")), unavailable},
		"R7518-4 the key is on P-384":          {set(authtest.NewKey("k", "ES384").JWK()), refused(middleware.ReasonAlgorithm)},
		"R7518-5 x of 31 octets":               {set(jwk("x", strings.Repeat("A", 42))), unavailable},
		"R8725-7 a point off the curve":        {set(jwk("x", b64(strings.Repeat("\x01", 32)))), unavailable},
		"R8725-7 the point (0,0)":              {set(jwk("x", strings.Repeat("A", 43), "y", strings.Repeat("A", 43))), unavailable},
		"R8725-7 Ed25519 key of small order":   {set(map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": b64("\x01" + strings.Repeat("\x00", 31))}), unavailable},
		"a key without kid, a token with one":  {set(jwk("kid", nil)), unknown},
		"a key whose kid is a number":          {set(jwk("kid", 7)), unavailable},
		"a key with a certificate of nonsense": {set(jwk("x5c", []string{"?"}, "x5t", 7)), good},
		"100 keys":                             {set(append(fillers(99), jwk())...), good},
		"101 keys":                             {set(append(fillers(100), jwk())...), unavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			as := es256()
			as.Replace(authtest.EndpointJWKS, answer(200, test.set))
			expect(t, discovering(t, as), as.Mint(authtest.Mint{Key: key}), test.want)
		})
	}
}

// fillers are keys of a type that nobody can use.
func fillers(n int) (keys []any) {
	for i := range n {
		keys = append(keys, map[string]any{"kty": "AKP", "kid": fmt.Sprint("filler ", i)})
	}
	return keys
}

// TestRSAKeySize: R7518-1 at least 2048 bits, and no more than 8192.
func TestRSAKeySize(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bits int
		want verdict
	}{
		"R7518-1 1024": {1024, unavailable},
		"R7518-1 2047": {2047, unavailable},
		"R7518-1 2048": {2048, refused(middleware.ReasonSignature)}, // the key is usable
		"R7518-1 8192": {8192, refused(middleware.ReasonSignature)},
		"R7518-1 8193": {8193, unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			modulus := make([]byte, (test.bits+7)/8) // odd and of this length; no primes needed
			modulus[0] = 1 << ((test.bits - 1) % 8)
			modulus[len(modulus)-1] |= 1
			as := es256()
			as.Replace(authtest.EndpointJWKS, answer(200, string(keySet(map[string]any{
				"kty": "RSA", "kid": "k", "n": b64(string(modulus)), "e": "AQAB",
			}))))
			token := as.Mint(authtest.Mint{Header: map[string]any{"alg": "RS256", "kid": "k"}, Sign: noise})
			expect(t, discovering(t, as), token, test.want)
		})
	}
}

// TestKeysWithoutAlg: R7517-13 as Entra ID publishes them.
func TestKeysWithoutAlg(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"RS256", "ES256"}, KeysWithout: []string{"alg"}}.New()
	narrow := offline(t, as)
	narrow.Algorithms = []string{"RS256", "ES256"}
	for name, test := range map[string]struct {
		issuer jwks.Issuer
		mint   authtest.Mint
		want   verdict
	}{
		"R7517-13 RS256":                    {narrow, authtest.Mint{Algorithm: "RS256"}, good},
		"R7517-13 ES256":                    {narrow, authtest.Mint{Algorithm: "ES256"}, good},
		"R7517-13 PS256 that is allowed":    {offline(t, as), authtest.Mint{Key: as.Key("RS256"), Algorithm: "PS256"}, good},
		"R7517-13 PS256 that is not":        {narrow, authtest.Mint{Key: as.Key("RS256"), Algorithm: "PS256"}, refused(middleware.ReasonAlgorithm)},
		"R7517-13 ES256 by the RSA key":     {narrow, authtest.Mint{Key: as.Key("ES256"), Header: map[string]any{"kid": "rs256-1"}}, refused(middleware.ReasonAlgorithm)},
		"R8725-2 PS256 in name, RSA key":    {offline(t, as), authtest.Mint{Key: as.Key("RS256"), Header: map[string]any{"alg": "PS256"}}, refused(middleware.ReasonSignature)},
		"R8725-2 RS384 where none is asked": {narrow, authtest.Mint{Key: as.Key("RS256"), Algorithm: "RS384"}, refused(middleware.ReasonAlgorithm)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, newValidator(t, jwks.Config{}, test.issuer), as.Mint(test.mint), test.want)
		})
	}
}

// TestNoKeyID: R7517-12 a token without kid costs a bounded number of
// verifications, however many keys there are.
func TestNoKeyID(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256", "RS256", "ES384"}}.New()
	var many []map[string]any
	for i := range 99 {
		many = append(many, authtest.NewKey(fmt.Sprint("k", i), "ES256").JWK())
	}
	noKid := map[string]any{"kid": authtest.Absent}
	expect := func(name string, set []byte, mint authtest.Mint, want verdict) {
		t.Run(name, func(t *testing.T) {
			issuer := offline(t, as)
			issuer.Keys = staticKeys(t, set)
			issuer.Algorithms = []string{"ES256", "RS256", "ES384"}
			mint.Header = noKid
			expect(t, newValidator(t, jwks.Config{}, issuer), as.Mint(mint), want)
		})
	}
	last := func(n int) []byte { return keySet(append(slices.Clone(many[:n-1]), as.Key("ES256").JWK())...) }
	expect("R7517-12 one key fits", as.JWKS(), authtest.Mint{}, good)
	expect("R7517-12 the last of 4 keys of one type", last(4), authtest.Mint{}, good)
	expect("R7517-12 the last of 5 keys of one type", last(5), authtest.Mint{}, refused(middleware.ReasonUnknownKey))
	expect("R7517-12 one key fits, another alg", as.JWKS(), authtest.Mint{Algorithm: "RS256"}, good)
	expect("R7517-12 no key verifies", as.JWKS(), authtest.Mint{Key: authtest.NewKey("", "ES256")}, refused(middleware.ReasonUnknownKey))
	expect("R7517-12 the last of 100 keys of one type", last(100), authtest.Mint{}, refused(middleware.ReasonUnknownKey))
	expect("R7517-12 the only one of its type among 100", keySet(append(slices.Clone(many), as.Key("RS256").JWK())...), authtest.Mint{Algorithm: "RS256"}, good)
	expect("R7517-12 100 keys, a forged token", last(100), authtest.Mint{Sign: noise}, refused(middleware.ReasonUnknownKey))
}

// TestNoKeyIDWork: R7517-12 a forged token costs four verifications and not one
// for each key. What is allocated tells how many there were.
func TestNoKeyIDWork(t *testing.T) {
	as := es256()
	forged := as.Mint(authtest.Mint{Key: authtest.NewKey("", "ES256"), Header: map[string]any{"kid": authtest.Absent}})
	cost := func(n int) int {
		var many []map[string]any
		for i := range n {
			many = append(many, authtest.NewKey(fmt.Sprint("k", i), "ES256").JWK())
		}
		issuer := offline(t, as)
		issuer.Keys = staticKeys(t, keySet(many...))
		v := newValidator(t, jwks.Config{}, issuer)
		return allocated(func() { _, _ = v.Validate(t.Context(), forged) })
	}
	one, two, four, hundred := cost(1), cost(2), cost(4), cost(100)
	verification := two - one
	if four < one+2*verification || hundred > four+verification/2 || verification < 100 {
		t.Errorf("%d octets with 4 keys and %d with 100; one verification is %d", four, hundred, verification)
	}
}
