package jose

import (
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"testing"
)

// The tests here run vectors that nobody of this project wrote: C2SP/wycheproof, testvectors_v1.

// wycheproofFolder finds the files or skips the test.
func wycheproofFolder(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("BEARERGUARD_VECTORS"); folder != "" {
		return folder // if it is wrong, the test fails: whoever set it wants the vectors to run
	}
	folder := filepath.Join("..", "..", "..", "shared", "vectors", "wycheproof")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no vectors: run `go mod download -json github.com/C2SP/wycheproof@v0.0.0-20250901140545-b51abcfb8daf` " +
			"and set BEARERGUARD_VECTORS to the folder testvectors_v1 in its Dir")
	}
	return folder
}

// wycheproofFile is what the eight files have in common. Of the keys, each file has its own few.
type wycheproofFile struct {
	NumberOfTests int
	TestGroups    []struct {
		Comment      string
		Public       json.RawMessage // JWK or JWK Set, of JWS and JWK files
		Private      json.RawMessage
		PublicKeyJWK json.RawMessage // of the others, where the JWK form exists
		KeyJWK       json.RawMessage
		PublicKey    struct {
			WX, WY                  string // EC, hexadecimal
			Modulus, PublicExponent string // RSA, hexadecimal
		}
		Tests []wycheproofCase
	}
}

type wycheproofCase struct {
	ID      int    `json:"tcId"`
	Comment string `json:"comment"`
	Result  string `json:"result"`
	JWS     string `json:"jws"`
	Msg     string `json:"msg"` // hexadecimal
	Sig     string `json:"sig"` // hexadecimal
}

func readWycheproof(t *testing.T, folder, name string) wycheproofFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	var file wycheproofFile
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestWycheproofSignatures runs the files whose cases are a bare message and signature. They enter behind Decode.
func TestWycheproofSignatures(t *testing.T) {
	t.Parallel()
	folder := wycheproofFolder(t)
	for name, tc := range map[string]struct {
		alg, crv string
		atLeast  int // cases in the pinned version of the vectors
	}{
		"ecdsa_secp256r1_sha256_p1363_test.json": {"ES256", "P-256", 252},
		"ecdsa_secp384r1_sha384_p1363_test.json": {"ES384", "P-384", 270},
		"ecdsa_secp521r1_sha512_p1363_test.json": {"ES512", "P-521", 308},
		"ed25519_test.json":                      {"Ed25519", "Ed25519", 150},
		"rsa_pss_2048_sha256_mgf1_32_test.json":  {"PS256", "", 108},
		"rsa_signature_2048_sha256_test.json":    {"RS256", "", 259},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := readWycheproof(t, folder, name)
			ran := 0
			for _, group := range file.TestGroups {
				text := string(group.PublicKeyJWK)
				if text == "" {
					text = string(group.KeyJWK)
				}
				if text == "" {
					text = ecJWK(tc.crv, fullLength(group.PublicKey.WX, tc.crv), fullLength(group.PublicKey.WY, tc.crv))
				}
				k, err := parseKey(t, text)
				if err != nil {
					t.Errorf("the key of tc%d: %v", group.Tests[0].ID, err)
					continue
				}
				for _, test := range group.Tests {
					ran++
					c := &Compact{Header: Header{Algorithm: tc.alg}, signed: string(unhex(test.Msg))}
					c.signatureSize = len(unhex(test.Sig))
					copy(c.signature[:], unhex(test.Sig))
					// "acceptable" is one case, a DigestInfo without NULL (MissingNull): RFC 8017 §9.2 asks for the NULL.
					if err := k.Verify(tc.alg, c); (err == nil) != (test.Result == "valid") {
						t.Errorf("tc%d (%s, %s): got %v", test.ID, test.Result, test.Comment, err)
					}
				}
			}
			if ran != file.NumberOfTests || ran < tc.atLeast {
				t.Errorf("%d cases ran, of %d in the file and at least %d", ran, file.NumberOfTests, tc.atLeast)
			}
		})
	}
}

func unhex(s string) []byte { return must(hex.DecodeString(s)) }

// fullLength writes a number as a coordinate; the files drop or add zeros in front.
func fullLength(s, crv string) []byte {
	n := new(big.Int).SetBytes(unhex(s))
	return n.FillBytes(make([]byte, coordinateSize(crv)))
}

// wycheproofFaults are valid cases of the JWS file that must not verify, since the data is at fault: the JWK of the group
// names another alg than the token, or one that does not exist.
var wycheproofFaults = map[int]string{
	346: "JWK alg PS256, token PS384",
	350: "JWK alg PS256, token PS384",
	347: "JWK alg ES521, which does not exist",
	351: "JWK alg ES521, which does not exist",
}

func TestWycheproofJWS(t *testing.T) {
	t.Parallel()
	file := readWycheproof(t, wycheproofFolder(t), "json_web_signature_test.json")
	ran, hmac, faults := 0, 0, 0
	for _, group := range file.TestGroups {
		text := string(group.Public)
		symmetric := text == "" // only these groups have no public key
		if symmetric {
			text = string(group.Private)
		}
		k, keyErr := parseKey(t, text)
		if symmetric && keyErr == nil {
			t.Errorf("R7517-9 tc%d: symmetric key accepted", group.Tests[0].ID)
		}
		for _, test := range group.Tests {
			ran++
			valid := test.Result == "valid"
			switch _, fault := wycheproofFaults[test.ID]; {
			case valid && symmetric: // HMAC does not exist here (R7518-2)
				hmac++
				valid = false
			case valid && fault:
				faults++
				valid = false
			}
			if got := keyErr == nil && verifies([]*Key{k}, test.JWS); got != valid {
				t.Errorf("tc%d (%s, %s): verified = %v, key: %v", test.ID, test.Result, test.Comment, got, keyErr)
			}
		}
	}
	if ran != 401 || ran != file.NumberOfTests || hmac != 10 || faults != len(wycheproofFaults) {
		t.Errorf("%d cases ran, %d of them with valid HMAC, %d faults", ran, hmac, faults)
	}
}

// The group on base64url has an HMAC key, so what counts there is what Decode says.
func TestWycheproofJWSEncoding(t *testing.T) {
	t.Parallel()
	file := readWycheproof(t, wycheproofFolder(t), "json_web_signature_test.json")
	faults := map[int]string{
		367: "called invalid, octet by octet the valid tc357",
		370: "called invalid, octet by octet the valid tc357",
		372: "called valid, with ? inside base64url",
		373: "called valid, with ? inside base64url",
	}
	ran := 0
	for _, group := range file.TestGroups {
		if group.Comment != "base64" {
			continue
		}
		for _, test := range group.Tests {
			ran++
			_, fault := faults[test.ID]
			if _, err := Decode(test.JWS); (err == nil) != (test.Result == "valid" != fault) {
				t.Errorf("tc%d (%s, %s): %v", test.ID, test.Result, test.Comment, err)
			}
		}
	}
	if ran != 21 {
		t.Errorf("%d cases ran", ran)
	}
}

func TestWycheproofJWK(t *testing.T) {
	t.Parallel()
	file := readWycheproof(t, wycheproofFolder(t), "json_web_key_test.json")
	// Refused or accepted as this library sees fit: the file calls them ambiguous or asks for checks of key generation.
	optional := map[int]string{
		1: "whether a set may mix symmetric and other keys",
		4: "whether a kid may repeat",
		7: "whether an RSA key generated with the ROCA weakness is recognised",
	}
	ran, hmac := 0, 0
	for _, group := range file.TestGroups {
		text := string(group.Public)
		if text == "" {
			text = string(group.Private)
		}
		set, err := ParseSet(text, 100)
		if err != nil {
			t.Errorf("the set of tc%d: %v", group.Tests[0].ID, err)
			continue
		}
		for _, test := range group.Tests {
			ran++
			if optional[test.ID] != "" {
				continue
			}
			valid := test.Result == "valid"
			if valid && len(group.Public) == 0 { // symmetric keys only
				hmac++
				valid = false
			}
			if got := verifies(set.Keys, test.JWS); got != valid {
				t.Errorf("tc%d (%s, %s): verified = %v, refused keys: %v", test.ID, test.Result, test.Comment, got, set.Refused)
			}
		}
	}
	if ran != 26 || ran != file.NumberOfTests || hmac != 4 {
		t.Errorf("%d cases ran, %d of them with valid HMAC", ran, hmac)
	}
}

// verifies does what a validator does that allows every algorithm: the key with the kid of the token, if it has one.
func verifies(keys []*Key, raw string) bool {
	c, err := Decode(raw)
	if err != nil || c.Header.Check("", "JWT") != nil {
		return false
	}
	for _, k := range keys {
		kid, has := k.ID()
		if c.Header.HasKeyID && has && kid != c.Header.KeyID {
			continue
		}
		if k.Verify(c.Header.Algorithm, c) == nil {
			return true
		}
	}
	return false
}
