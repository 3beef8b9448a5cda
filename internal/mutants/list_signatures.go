package main

// ofSignatures are about the form of a JWS, its header and its signature.
func ofSignatures() []mutant {
	const folder = "internal/jose/"
	both := []string{"./internal/jose", "./jwks"}
	return []mutant{
		{
			name: "jws: the signature is not looked at",
			file: folder + "verify.go",
			old: `	if !ok {
		return ErrSignature
	}
	return nil
}

// signatureOf`,
			new: `	_ = ok
	return nil
}

// signatureOf`,
			tests: both,
		},
		{
			name: "jws: any hash's salt length for PSS",
			file: folder + "verify.go",
			old:  "SaltLength: rsa.PSSSaltLengthEqualsHash}",
			new:  "SaltLength: rsa.PSSSaltLengthAuto}",
		},
		{
			name: "jws: signatures of any length",
			file: folder + "verify.go",
			old:  "if c.signatureSize != size || size > len(c.signature) {",
			new:  "if c.signatureSize > len(c.signature) || size > len(c.signature) {",
		},
		{
			name: "jws: the key's alg is not the token's",
			file: folder + "verify.go",
			old:  "if a == nil || alg != c.Header.Algorithm {",
			new:  "if a == nil {",
		},
		{
			name: "jws: a key for one alg serves another",
			file: folder + "key.go",
			old:  "|| k.alg != nil && !k.alg.same(a) {",
			new:  "{",
		},
		{
			name: "jws: a key of one curve serves another",
			file: folder + "key.go",
			old:  "|| a.crv != k.crv ",
			new:  "",
		},
		{
			name:  "jws: crit",
			file:  folder + "header.go",
			old:   "case h.Critical:",
			new:   "case h.Critical && false:",
			tests: both,
		},
		{
			name:  "jws: b64",
			file:  folder + "header.go",
			old:   "case h.Unencoded:",
			new:   "case h.Unencoded && false:",
			tests: both,
		},
		{
			name:  "jws: cty",
			file:  folder + "header.go",
			old:   "case h.ContentType:",
			new:   "case h.ContentType && false:",
			tests: both,
		},
		{
			name:  "jws: enc",
			file:  folder + "header.go",
			old:   "case h.Encrypted:",
			new:   "case h.Encrypted && false:",
			tests: both,
		},
		{
			name: "jws: typ is compared with more than ASCII case folded",
			file: folder + "header.go",
			old:  "return equalFoldASCII(shortMediaType(a), shortMediaType(b))",
			new:  "return strings.EqualFold(shortMediaType(a), shortMediaType(b))",
		},
		{
			name: "jws: a kid of any length",
			file: folder + "header.go",
			old:  "if len(h.KeyID) > maxKeyID {",
			new:  "if len(h.KeyID) > 64*maxKeyID {",
		},
		{
			name: "jws: more than three parts",
			file: folder + "compact.go",
			old:  `if !found || strings.Contains(signature, ".") {`,
			new:  `if signature, _, _ = strings.Cut(signature, "."); !found {`,
		},
	}
}
