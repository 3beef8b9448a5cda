package differential

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestAgreement: what everybody has to say alike. Without it a peer that is set up wrongly and refuses everything would
// explain away whatever we refuse.
func TestAgreement(t *testing.T) {
	t.Parallel()
	period := func(d *draft, kind byte) string {
		movePeriods(d, &choices{[]byte{kind}})
		return d.token()
	}
	ed, rs := keyOf("EdDSA"), keyOf("RS256")
	tests := map[string]struct {
		token  string
		accept bool
	}{
		"EdDSA":                      {good(ed).token(), true},
		"ES256":                      {good(keyOf("ES256")).token(), true},
		"RS256":                      {good(rs).token(), true},
		"PS256":                      {good(keyOf("PS256")).token(), true},
		"ES384":                      {good(keyOf("ES384")).token(), true},
		"ES512":                      {good(keyOf("ES512")).token(), true},
		"the other s of ES256":       {edits(keyOf("ES256"), func(d *draft) { d.signature = append(d.signature, otherS) }), true},
		"the other s of ES512":       {edits(keyOf("ES512"), func(d *draft) { d.signature = append(d.signature, otherS) }), true},
		"no typ":                     {with("typ="), true},
		"alg with an escape":         {with(`alg="\u0045dDSA"`), true}, // R7515-7
		"iss with escapes":           {with(`iss:"https:\/\/issuer.test"`), true},
		"aud a string":               {with("aud:" + quote(audience)), true},
		"scope a list":               {with(`scope:["read","a b",""]`, `scp:"more"`), true},
		"no sub":                     {with("sub:"), true},
		"sub null":                   {with("sub:null"), true},
		"a fraction of exp":          {with("exp:" + at(-29) + ".5"), true},
		"nbf at the end of leeway":   {with("nbf:" + at(30)), true},
		"jwk in the header":          {with(`jwk=` + string(must(json.Marshal(ed.jwk())))), true},
		"an unknown parameter":       {with(`x={"y":[null,true,1.5]}`), true}, // R7515-10
		"expired":                    {with("exp:" + at(-31)), false},         // R7519-5
		"exp missing":                {with("exp:"), false},
		"exp null":                   {with("exp:null"), false},
		"exp beyond float64":         {with("exp:1e400"), false},
		"not yet valid":              {with("nbf:" + at(31)), false},              // R7519-7
		"another issuer":             {with(`iss:"https://issuer.test/"`), false}, // R9068-3
		"iss missing":                {with("iss:"), false},
		"another audience":           {with(`aud:"https://api.test/"`), false},
		"aud missing":                {with("aud:"), false},                                                                     // R8725-12
		"aud with a number":          {with(`aud:["` + audience + `",1]`), false},                                               // R7519-4
		"alg none":                   {edits(ed, func(d *draft) { d.header = set(d.header, "alg", `"none"`); drop(d) }), false}, // R8725-4
		"alg in lower case":          {with(`alg="eddsa"`), false},                                                              // R7515-7
		"alg of RFC 9864, not asked": {with(`alg="Ed25519"`), false},                                                            // R7515-12
		"alg missing":                {with("alg="), false},                                                                     // R7515-6
		"HMAC with the public key":   {signedWith(rs, signing{alg: "HS256"}, `alg="HS256"`), false},                             // R8725-5
		"HMAC under the name RS256":  {signedWith(rs, signing{alg: "HS256"}), false},
		"kid of another key":         {with(`kid="es"`), false},
		"ES384 under a P-256 key":    {signedWith(keyOf("ES256"), signing{}, `alg="ES384"`), false},
		"ES256 under a P-384 key":    {signedWith(keyOf("ES384"), signing{}, `alg="ES256"`), false},
		"ES512 under ES384's kid":    {signedWith(keyOf("ES512"), signing{}, `kid="es384"`), false},
		"kid unknown":                {with(`kid="x"`), false},
		"kid a number":               {with("kid=1"), false},
		"signature missing":          {edits(ed, drop), false},
		"signature one octet longer": {edits(ed, func(d *draft) { d.signature = append(d.signature, longer) }), false},
		"padded header":              {spelled(0, true, padded), false}, // R7515-2
		"padded signature":           {spelled(2, false, padded), false},
		"a space in base64url":       {spelled(1, true, func(s string) string { return s[:4] + " " + s[4:] }), false},
		"JSON after the header":      {edits(ed, func(d *draft) { d.headerText = append(d.headerText, twice) }), false}, // R7515-4
		"JSON after the claims":      {edits(ed, func(d *draft) { d.claimsText = append(d.claimsText, twice) }), false}, // R7515-4
		"four parts":                 {period(good(ed), 0), false},                                                      // R7515-1
		"two parts":                  {period(good(ed), 2), false},                                                      // R7515-1
		"JSON serialization":         {period(good(ed), 7), false},                                                      // R7519-1
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, err := compare(test.token)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range found {
				t.Error(d)
			}
			if v, _, _ := judge(test.token); (v == accepted) != test.accept {
				t.Errorf("everybody says: %s", v)
			}
		})
	}
}

func edits(k *key, change func(*draft)) string {
	d := good(k)
	change(d)
	return d.token()
}

func drop(d *draft) {
	d.signature = append(d.signature, func([]byte) []byte { return nil })
}

func longer(s []byte) []byte { return append(slices.Clone(s), 0) }
func padded(s string) string { return s + "=" }
func twice(s string) string  { return s + s }
