package main

// ofClaims are about what a token says, and for whom.
func ofClaims() []mutant {
	const checks, kind = "jwks/checks.go", "internal/claims/kind.go"
	return []mutant{
		{
			name: "claims: exp is not compared",
			file: checks,
			old:  "if !now.Before(c.Expiry.Add(leeway)) {",
			new:  "if false {",
		},
		{
			name: "claims: a token is still good at exp",
			file: checks,
			old:  "if !now.Before(c.Expiry.Add(leeway)) {",
			new:  "if now.After(c.Expiry.Add(leeway)) {",
		},
		{
			name: "claims: nbf is not compared",
			file: checks,
			old:  "if early(c.NotBefore, now, leeway) {",
			new:  "if false {",
		},
		{
			name: "claims: exp may be missing",
			file: checks,
			old:  `{"exp", c.Expiry.IsZero()},`,
			new:  `{"exp", false},`,
		},
		{
			name: "claims: RFC 9068 does without sub",
			file: checks,
			old:  `{"sub", is.strict && c.Subject == ""},`,
			new:  ``,
		},
		{
			name: "claims: RFC 9068 does without client_id",
			file: checks,
			old:  `{"client_id", is.strict && c.ClientID == ""},`,
			new:  ``,
		},
		{
			name: "claims: RFC 9068 does without jti",
			file: checks,
			old:  `{"jti", is.strict && c.ID == ""},`,
			new:  ``,
		},
		{
			name: "claims: the audience is somebody else",
			file: checks,
			old:  "if !ours {",
			new:  "if false {",
		},
		{
			name: "claims: aud is not looked at beside AudienceClaim",
			file: checks,
			old:  `if is.mapping.Audience != "" {`,
			new:  `if false {`,
		},
		{
			name: "claims: the header repeats claims in another way",
			file: checks,
			old:  "if c.header.Kind() != strictjson.Absent && c.header.Text() != c.payload.Text() {",
			new:  "if false {",
		},
		{
			name: "claims: alg is not compared with the issuer's list",
			file: checks,
			old:  "if !slices.Contains(is.algorithms, h.Algorithm) {",
			new:  "if false {",
		},
		{
			name: "claims: ID tokens with at_hash",
			file: kind,
			old:  "case there(m.AccessTokenHash), there(m.CodeHash):",
			new:  "case there(m.CodeHash):",
		},
		{
			name: "claims: ID tokens with a nonce alone",
			file: kind,
			old:  "case there(m.Nonce) && !says(m.Scope) && !says(m.SCP) && !says(m.ClientID):",
			new:  "case false:",
		},
		{
			name: "claims: refresh tokens",
			file: kind,
			old:  `case "refresh", "rt", "offline":`,
			new:  `case "rt", "offline":`,
		},
		{
			name: "claims: a thumbprint that is none leaves a token unbound",
			file: "internal/claims/confirmation.go",
			old:  "if !ok || len(s) != length || !isBase64URL(s) {",
			new:  "if !ok {",
		},
		{
			name: "claims: a cnf that nothing is known of leaves a token unbound",
			file: "internal/claims/confirmation.go",
			old:  "c.Unknown = c.IsZero()",
			new:  "c.Unknown = false",
		},
		{
			name: "claims: elements of an array fall apart at spaces",
			file: "internal/claims/scope.go",
			old: `		if !isScope(s) {
			continue
		}`,
			new: ``,
		},
		{
			name: "claims: an exp beyond the year 9999",
			file: "internal/claims/numericdate.go",
			old:  "return n, 0 <= n && n <= latest",
			new:  "return n, 0 <= n",
		},
		{
			name: "claims: a date before 1970",
			file: "internal/claims/numericdate.go",
			old:  "return n, 0 <= n && n <= latest",
			new:  "return n, n <= latest",
		},
	}
}
