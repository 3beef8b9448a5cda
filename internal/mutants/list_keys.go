package main

// ofKeys are about JSON Web Keys.
func ofKeys() []mutant {
	const folder = "internal/jose/"
	return []mutant{
		{
			name: "jwk: private keys are taken",
			file: folder + "jwk.go",
			old:  "if m.private {",
			new:  "if false {",
		},
		{
			name: "jwk: use is not looked at",
			file: folder + "jwk.go",
			old:  `if !ok || hasUse && use != "sig" {`,
			new:  `if !ok || hasUse && use == "" {`,
		},
		{
			name: "jwk: key_ops without verify",
			file: folder + "jwk.go",
			old:  `if !seen["verify"] {`,
			new:  `if false {`,
		},
		{
			name: "jwk: alg of another kind of key",
			file: folder + "jwk.go",
			old:  "if !ok || present && !k.Allows(alg) {",
			new:  "if !ok || present && !Known(alg) {",
		},
		{
			name: "jwk: small RSA keys",
			file: folder + "rsa.go",
			old:  "minModulusBits = 2048",
			new:  "minModulusBits = 1024",
		},
		{
			name: "jwk: RSA keys too large to be checked quickly",
			file: folder + "rsa.go",
			old:  "maxModulusBits = 8192",
			new:  "maxModulusBits = 16384",
		},
		{
			name: "jwk: RSA with the exponent 1 or an even one",
			file: folder + "rsa.go",
			old:  "case public.E < 3 || public.E%2 == 0:",
			new:  "case public.E < 1:",
		},
		{
			name: "jwk: points beside the curve",
			file: folder + "ec.go",
			old:  "if _, err := public.ECDH(); err != nil {",
			new:  "if _, err := public.ECDH(); err != nil && public.Curve == nil {",
		},
		{
			name: "jwk: coordinates that are shorter",
			file: folder + "ec.go",
			old:  "if !okX || !okY || len(x) != size || len(y) != size {",
			new:  "if !okX || !okY {",
		},
		{
			name: "jwk: Ed25519 points of small order",
			file: folder + "ed25519.go",
			old:  "if y.Cmp(small) == 0 {",
			new:  "if y.Cmp(small) == 0 && len(b) == 0 {",
		},
		{
			name: "jwk: Ed25519 keys that are no point",
			file: folder + "ed25519.go",
			old:  "if big.Jacobi(uv.Mod(uv, fieldPrime), fieldPrime) != 1 {",
			new:  "if big.Jacobi(uv.Mod(uv, fieldPrime), fieldPrime) > 1 {",
		},
		{
			name:  "jwk: any number of keys in a set",
			file:  folder + "set.go",
			old:   "if index == maxKeys {",
			new:   "if index == maxKeys && maxKeys < 0 {",
			tests: []string{"./internal/jose", "./jwks"},
		},
		{
			name: "jwk: one bad key loses the rest",
			file: folder + "set.go",
			old:  `set.Refused = append(set.Refused, fmt.Errorf("key %d: %w", index, err))`,
			new:  `return nil, fmt.Errorf("key %d: %w", index, err)`,
		},
	}
}
