package main

// ofGuard are about one request: credentials, proof of possession, refusal.
func ofGuard() []mutant {
	const folder = "middleware/"
	return []mutant{
		{
			name: "guard: the first of several Authorization fields decides",
			file: folder + "credentials.go",
			old:  "if len(fields) > 1 {",
			new:  "if false {",
		},
		{
			name: "guard: letters that only Unicode takes for those of a scheme",
			file: folder + "credentials.go",
			old:  "len(s) == len(name) && strings.EqualFold(s, name)",
			new:  "strings.EqualFold(s, name)",
		},
		{
			name: "guard: characters that no token has",
			file: folder + "syntax.go",
			old:  "if IsB64Token(cred.token) {",
			new:  "if cred.token != \"\" {",
		},
		{
			name: "guard: a validator that does not look at characters is taken for one that does",
			file: folder + "syntax.go",
			old:  "ok := v.(SyntaxChecker); !ok || !c.ChecksSyntax(v) {",
			new:  "ok := v.(SyntaxChecker); ok && !c.ChecksSyntax(v) {",
		},
		{
			name: "guard: what a validator promises of characters counts for all that stand beside it",
			file: folder + "validator.go",
			old:  "bool { return asked == f && checksSyntax(f.list...) }",
			new:  "bool { return asked == f && checksSyntax(f.list[0]) }",
		},
		{
			name:  "guard: a validator keeps what one that it embeds promised of characters",
			file:  "jwks/validator.go",
			old:   "bool { return asked == v }",
			new:   "bool { return true }",
			tests: []string{"./internal/together"},
		},
		{
			name: "guard: a validator keeps what First around others promised of characters",
			file: folder + "validator.go",
			old:  "bool { return asked == f && checksSyntax(f.list...) }",
			new:  "bool { return checksSyntax(f.list...) }",
		},
		{
			name: "guard: the log is told of clients that leave",
			file: folder + "guard.go",
			old:  "if e.Code == Unavailable && ctx.Err() == nil && g.log.allow() {",
			new:  "if e.Code == Unavailable && g.log.allow() {",
		},
		{
			name: "guard: a malformed text is a bad token where the validator looks at characters",
			file: folder + "guard.go",
			old:  "if err != nil && g.checksSyntax {",
			new:  "if false {",
		},
		{
			name: "guard: a bad token under an optional rule is anonymous",
			file: folder + "guard.go",
			old:  "if err == errNoAuthorization && rule.IsOptional() {",
			new:  "if err != nil && rule.IsOptional() {",
		},
		{
			name: "guard: the rule is not asked",
			file: folder + "guard.go",
			old:  "if err == nil && !rule.Allows(",
			new:  "if err == nil && rule.IsZero() && !rule.Allows(",
		},
		{
			name: "guard: an unlisted route is open to good tokens",
			file: folder + "guard.go",
			old:  "if err == nil && !rule.Allows(",
			new:  "if err == nil && !rule.IsZero() && !rule.Allows(",
		},
		{
			name: "guard: a validator without an answer lets pass",
			file: folder + "guard.go",
			old:  "return nil, &Error{Code: Unavailable, Reason: ReasonValidator, Err: errNoAnswer}",
			new:  "return new(Token), nil",
		},
		{
			name: "guard: an outage is the token's fault",
			file: folder + "guard.go",
			old:  "return nil, &Error{Code: Unavailable, Reason: ReasonValidator, Err: err}",
			new:  "return nil, &Error{Code: InvalidToken, Reason: ReasonValidator, Err: err}",
		},
		{
			name: "guard: bound tokens pass without a Binding",
			file: folder + "binding.go",
			old:  "if !covered {",
			new:  "if !covered && r.TLS {",
		},
		{
			name: "guard: a cnf of unknown members is ignored",
			file: folder + "binding.go",
			old:  `if c.Unknown && c.JKT == "" && c.X5TS256 == "" {`,
			new:  `if false {`,
		},
		{
			name: "guard: a bound token under Bearer",
			file: folder + "binding.go",
			old:  "if b.scheme != 0 && b.scheme != cred.scheme {",
			new:  "if false {",
		},
		{
			name: "guard: an unbound token under the scheme of bound ones",
			file: folder + "binding.go",
			old:  "if !schemeUsed {",
			new:  "if false {",
		},
		{
			name: "guard: Recheck is all of Check, proof included",
			file: folder + "guard.go",
			old:  "return g.check(ctx, &r, &rule, false)",
			new:  "return g.check(ctx, &r, &rule, true)",
		},
		{
			name: "guard: an error code for who presented nothing",
			file: folder + "refusal.go",
			old:  `r.Status, r.Description, r.Scope = statusUnauthorized, "", e.scope`,
			new:  `r.Status, r.Error, r.Scope = statusUnauthorized, "invalid_request", e.scope`,
		},
		{
			name: "guard: descriptions break out of the challenge",
			file: folder + "challenge.go",
			old:  `return r >= 0x20 && r <= 0x7E && r != '"' && r != '\\'`,
			new:  `return r >= 0x20 && r <= 0x7E`,
		},
		{
			name: "guard: who lacks a scope is not told which",
			file: folder + "refusal.go",
			old:  `r.Status, r.Error, r.Scope = statusForbidden, "insufficient_scope", e.scope`,
			new:  `r.Status, r.Error = statusForbidden, "insufficient_scope"`,
		},
		{
			name: "guard: a token that is printed tells its claims",
			file: folder + "token.go",
			old:  `func (Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "access token") }`,
			new:  `func (t Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, t.json) }`,
		},
		{
			name: "guard: First asks on after a refusal",
			file: folder + "validator.go",
			old: `	if _, verdict := asError(err); verdict {
		return false
	}
	return errors.Is(err, ErrNotMine)`,
			new: `	return err != nil`,
		},
	}
}
