package jwks_test

import (
	"crypto"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestAlgorithms: which algorithms pass by default, and which on request.
func TestAlgorithms(t *testing.T) {
	t.Parallel()
	all := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
	as := authtest.Config{Algorithms: all}.New()
	byDefault := map[string]bool{"RS256": true, "PS256": true, "ES256": true, "EdDSA": true, "Ed25519": true}

	v := newValidator(t, jwks.Config{}, offline(t, as))
	for _, alg := range all {
		t.Run("default "+alg, func(t *testing.T) {
			want := refused(middleware.ReasonAlgorithm) // R7515-12, R8725-1
			if byDefault[alg] {
				want = good // R9068-2 is RS256, R8037-1 are EdDSA and Ed25519
			}
			expect(t, v, as.Mint(authtest.Mint{Algorithm: alg}), want)
		})
	}
	for _, allowed := range all {
		only := offline(t, as)
		only.Algorithms = []string{allowed}
		v := newValidator(t, jwks.Config{}, only)
		for _, alg := range all {
			t.Run("R8725-1 "+alg+" where only "+allowed+" is allowed", func(t *testing.T) {
				want := refused(middleware.ReasonAlgorithm)
				if alg == allowed {
					want = good
				}
				expect(t, v, as.Mint(authtest.Mint{Algorithm: alg}), want)
			})
		}
	}
}

// TestBothNamesOfEd25519: a key published under one name verifies tokens of the
// other (RFC 9864).
func TestBothNamesOfEd25519(t *testing.T) {
	t.Parallel()
	for _, published := range []string{"EdDSA", "Ed25519"} {
		as := authtest.Config{Algorithms: []string{published}}.New()
		v := newValidator(t, jwks.Config{}, offline(t, as))
		for _, alg := range []string{"EdDSA", "Ed25519"} {
			t.Run("R8037-1 "+alg+" under a key for "+published, func(t *testing.T) {
				expect(t, v, as.Mint(authtest.Mint{Key: as.Key(published), Algorithm: alg}), good)
			})
		}
		t.Run("R8037-1 Ed448 is another algorithm, key for "+published, func(t *testing.T) {
			expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"alg": "Ed448"}}), refused(middleware.ReasonAlgorithm))
		})
	}
}

// TestConfusion: a token says one algorithm and means another. Every algorithm
// is allowed here, so that only the key stands in the way.
func TestConfusion(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"RS256", "PS256", "ES256", "ES384", "ES512"}}.New()
	lenient := offline(t, as)
	lenient.Algorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
	v := newValidator(t, jwks.Config{}, lenient)
	rs, ps, es := as.Key("RS256"), as.Key("PS256"), as.Key("ES256")
	alg, signature := refused(middleware.ReasonAlgorithm), refused(middleware.ReasonSignature)
	says := func(alg string) map[string]any { return map[string]any{"alg": alg} }

	tests := map[string]struct {
		mint authtest.Mint
		want verdict
	}{
		"R8725-2 PS256 by a key for RS256":           {authtest.Mint{Key: rs, Algorithm: "PS256"}, alg},
		"R8725-2 RS256 by a key for PS256":           {authtest.Mint{Key: ps, Algorithm: "RS256"}, alg},
		"R8725-2 RS512 by a key for RS256":           {authtest.Mint{Key: rs, Algorithm: "RS512"}, alg},
		"R8725-2 PS256 in name alone":                {authtest.Mint{Key: rs, Header: says("PS256")}, alg},
		"R7515-6 RS512 in name alone":                {authtest.Mint{Key: rs, Header: says("RS512")}, alg},
		"R8725-2 ES256 under the kid of an RSA key":  {authtest.Mint{Key: es, Header: map[string]any{"kid": rs.ID()}}, alg},
		"R8725-2 RS256 under the kid of an EC key":   {authtest.Mint{Key: rs, Header: map[string]any{"kid": es.ID()}}, alg},
		"R7518-4 ES384 in name, key on P-256":        {authtest.Mint{Key: es, Header: says("ES384")}, alg},
		"R7518-4 ES256 in name, key on P-384":        {authtest.Mint{Key: as.Key("ES384"), Header: says("ES256")}, alg},
		"R7518-4 ES256 in name, key on P-521":        {authtest.Mint{Key: as.Key("ES512"), Header: says("ES256")}, alg},
		"R8725-2 EdDSA under the kid of an EC key":   {authtest.Mint{Key: es, Header: says("EdDSA")}, alg},
		"R9068-6 another key under the right kid":    {authtest.Mint{Key: authtest.NewKey(rs.ID(), "RS256")}, signature},
		"R9068-6 another EC key under the right kid": {authtest.Mint{Key: authtest.NewKey(es.ID(), "ES256")}, signature},
		"R9068-6 another key, unknown kid":           {authtest.Mint{Key: authtest.NewKey("mine", "RS256")}, refused(middleware.ReasonUnknownKey)},
		"R7515-11 empty signature":                   {authtest.Mint{Key: rs, Sign: func([]byte) []byte { return nil }}, signature},
		"R7515-11 signature of 4 KiB":                {authtest.Mint{Key: rs, Sign: func([]byte) []byte { return make([]byte, 4<<10) }}, signature},
		"R7518-3 DER":                                {authtest.Mint{Key: es, Sign: func(in []byte) []byte { return der(es.Sign(in)) }}, signature},
		"R7518-3 63 octets":                          {authtest.Mint{Key: es, Sign: func(in []byte) []byte { return es.Sign(in)[:63] }}, signature},
		"R7518-3 65 octets":                          {authtest.Mint{Key: es, Sign: func(in []byte) []byte { return append(es.Sign(in), 0) }}, signature},
		"R7518-3 R is zero":                          {authtest.Mint{Key: es, Sign: func(in []byte) []byte { return replaceHalf(es.Sign(in), 0, new(big.Int)) }}, signature},
		"R7518-3 S is zero":                          {authtest.Mint{Key: es, Sign: func(in []byte) []byte { return replaceHalf(es.Sign(in), 32, new(big.Int)) }}, signature},
		"R7518-3 R is the order":                     {authtest.Mint{Key: es, Sign: func(in []byte) []byte { return replaceHalf(es.Sign(in), 0, elliptic.P256().Params().N) }}, signature},
		"R7518-3 R and S are zero":                   {authtest.Mint{Key: es, Sign: noise}, signature},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, as.Mint(test.mint), test.want)
		})
	}
}

// der writes the two halves of a signature as ASN.1.
func der(signature []byte) []byte {
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	text, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		panic(err)
	}
	return text
}

// replaceHalf puts n in place of R (at 0) or S (at 32).
func replaceHalf(signature []byte, at int, n *big.Int) []byte {
	n.FillBytes(signature[at : at+32])
	return signature
}

// signPSS is RSASSA-PSS with SHA-256 and a salt of any length.
func signPSS(t *testing.T, key *rsa.PrivateKey, salt int, input []byte) []byte {
	sum := sha256.Sum256(input)
	signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: salt})
	if err != nil {
		t.Error(err)
	}
	return signature
}

// TestSaltLength: the salt of PS256 is as long as the hash (RFC 7518 §3.5).
func TestSaltLength(t *testing.T) {
	t.Parallel()
	as := es256()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuer := offline(t, as)
	issuer.Keys = staticKeys(t, keySet(map[string]any{
		"kty": "RSA", "kid": "own", "alg": "PS256", "n": b64(string(key.N.Bytes())), "e": "AQAB",
	}))
	v := newValidator(t, jwks.Config{}, issuer)
	for name, test := range map[string]struct {
		salt int
		want verdict
	}{
		"R7518-7 salt as long as the hash": {32, good},
		"R7518-7 salt of 20 octets":        {20, refused(middleware.ReasonSignature)},
		"R7518-7 no salt":                  {0, refused(middleware.ReasonSignature)},
		"R7518-7 the longest salt":         {2048/8 - 32 - 2, refused(middleware.ReasonSignature)},
	} {
		t.Run(name, func(t *testing.T) {
			token := as.Mint(authtest.Mint{
				Header: map[string]any{"alg": "PS256", "kid": "own"},
				Sign:   func(input []byte) []byte { return signPSS(t, key, test.salt, input) },
			})
			expect(t, v, token, test.want)
		})
	}
}

// TestHMAC: R8725-5, and R7518-2 and R8725-8 by absence: there is no HMAC, so a
// public key cannot be taken for its secret, and no secret can be too short.
func TestHMAC(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"RS256"}}.New()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	public := as.Key("RS256").Public().(*rsa.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := json.Marshal(as.Key("RS256").JWK())
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string][]byte{
		"PEM":     pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"PKCS #1": pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(public)}),
		"DER":     der,
		"JWK":     jwk,
		"set":     as.JWKS(),
		"modulus": public.N.Bytes(),
		"nothing": nil,
	}
	for name, secret := range secrets {
		for _, alg := range []string{"HS256", "HS384", "HS512"} {
			t.Run("R8725-5 "+alg+" with the public key as "+name, func(t *testing.T) {
				token := as.Mint(authtest.Mint{
					Header: map[string]any{"alg": alg},
					Sign: func(input []byte) []byte {
						mac := hmac.New(sha256.New, secret)
						mac.Write(input)
						return mac.Sum(nil)
					},
				})
				expect(t, v, token, refused(middleware.ReasonAlgorithm))
			})
		}
	}
	for _, alg := range []string{"HS256", "HS384", "HS512"} {
		t.Run("R7518-2 "+alg+" cannot be allowed", func(t *testing.T) {
			issuer := offline(t, as)
			issuer.Algorithms = []string{alg}
			if _, err := jwks.New(issuer); err == nil {
				t.Error("no error")
			}
		})
	}
}
