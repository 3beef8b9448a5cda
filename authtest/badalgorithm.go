package authtest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"strings"
)

// addAlgorithms adds tokens whose alg is not the one of the key or of the
// signature.
func (b *badTokens) addAlgorithms() {
	unsigned := func([]byte) []byte { return nil }
	for _, none := range []string{"none", "None", "NONE", "nOnE"} {
		b.mint("alg "+none+", no signature", "RFC 8725 §3.2, RFC 9068 §4: an unsecured JWS is never accepted, however none is spelled",
			Mint{Header: map[string]any{"alg": none}, Sign: unsigned})
	}
	b.header("alg none, right signature", "RFC 7515 §5.2: alg decides how to verify, and RFC 9068 §4 forbids none",
		map[string]any{"alg": "none"})
	b.header("alg missing", "RFC 7515 §4.1.1: alg must be present", map[string]any{"alg": Absent})
	b.header("alg null", "RFC 7515 §4.1.1: alg is a string", map[string]any{"alg": nil})
	b.header("alg a number", "RFC 7515 §4.1.1: alg is a string", map[string]any{"alg": 256})
	b.header("alg an array", "RFC 7515 §4.1.1: alg is a string", map[string]any{"alg": []string{b.key.Algorithm()}})
	b.header("alg in lower case", "RFC 7515 §4.1.1: alg is case-sensitive",
		map[string]any{"alg": strings.ToLower(b.key.Algorithm())})

	foreign := "RS256"
	if b.isRSA() {
		foreign = "ES256"
	}
	b.header("alg of another key type", "RFC 8725 §3.1: each key is used with one algorithm",
		map[string]any{"alg": foreign})
	if b.isRSA() && b.publishes("alg") {
		b.mint("alg other than the key's", "RFC 7517 §4.4, RFC 8725 §3.1: the key is published for one algorithm and signed under another",
			Mint{Key: b.key, Algorithm: otherPadding(b.key.Algorithm())})
	}
}

// addMACs adds tokens with an HMAC whose secret is the public key: verifiers
// that take the key as octets, whatever alg says, accept them.
func (b *badTokens) addMACs() {
	der := must(x509.MarshalPKIXPublicKey(b.key.Public()))
	secrets := []struct {
		name   string
		secret []byte
	}{
		{"PEM", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})},
		{"DER", der},
		{"JWK", mustJSON(b.key.JWK())},
		{"empty", nil},
	}
	for _, s := range secrets {
		b.mint("HS256 with the public key, "+s.name, "RFC 8725 §2.1, §3.1: a public key is no HMAC secret", Mint{
			Header: map[string]any{"alg": "HS256"},
			Sign: func(input []byte) []byte {
				mac := hmac.New(sha256.New, s.secret)
				mac.Write(input)
				return mac.Sum(nil)
			},
		})
	}
}

// addECDSA adds signatures that only ECDSA can get wrong.
func (b *badTokens) addECDSA() {
	key, ok := b.issuer.keys.signing("ES256")
	if !ok {
		return
	}
	const why = "RFC 7518 §3.4: the signature is R and S, 32 octets each"
	b.mint("ES256 signature in DER", why, Mint{Key: key, Sign: func(input []byte) []byte {
		return must(key.signer().Sign(rand.Reader, digest(crypto.SHA256, input), crypto.SHA256))
	}})
	b.mint("ES256 signature of zeros", "RFC 7518 §3.4, FIPS 186-5 §6.4.2: R and S are at least 1",
		Mint{Key: key, Sign: func([]byte) []byte { return make([]byte, 64) }})
	b.mint("ES256 signature with a zero before each half", why, Mint{Key: key, Sign: func(input []byte) []byte {
		good := key.Sign(input)
		long := append([]byte{0}, good[:32]...)
		return append(append(long, 0), good[32:]...)
	}})
}

// addPSS adds a signature that verifies only where the salt length is guessed.
func (b *badTokens) addPSS() {
	key, ok := b.issuer.keys.signing("PS256")
	if !ok {
		return
	}
	b.mint("PS256 signature with a short salt", "RFC 7518 §3.5: the salt is as long as the hash",
		Mint{Key: key, Sign: func(input []byte) []byte {
			return signPSS(crypto.SHA256, 20)(key.signer(), input)
		}})
}

// otherPadding names the algorithm with the same hash and the other RSA padding.
func otherPadding(alg string) string {
	if rest, ok := strings.CutPrefix(alg, "RS"); ok {
		return "PS" + rest
	}
	return "RS" + strings.TrimPrefix(alg, "PS")
}

// otherCase returns text in other letters, if it has any.
func otherCase(text string) (string, bool) {
	if lower := strings.ToLower(text); lower != text {
		return lower, true
	}
	upper := strings.ToUpper(text)
	return upper, upper != text
}
