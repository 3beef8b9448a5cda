package main

// ofIntrospection are about questions and answers of RFC 7662 and RFC 9701.
func ofIntrospection() []mutant {
	const folder = "introspect/"
	return []mutant{
		{
			name: "introspection: active may be anything but false",
			file: folder + "judge.go",
			old:  "case active.Kind() != strictjson.Bool:",
			new:  "case active.Kind() == strictjson.Absent:",
		},
		{
			name: "introspection: inactive tokens are good",
			file: folder + "judge.go",
			old:  "case !active.True():",
			new:  "case !active.True() && m.All.Member(\"exp\").Kind() != strictjson.Absent:",
		},
		{
			name: "introspection: exp and nbf of an answer are not compared",
			file: folder + "judge.go",
			old:  "if d.refusal = j.timely(d.token, j.config.Now()); d.refusal != nil {",
			new:  "if false {",
		},
		{
			name: "introspection: iss of an answer is not compared",
			file: folder + "judge.go",
			old:  "case m.Issuer.Kind() != strictjson.Absent && c.Issuer != j.config.Issuer:",
			new:  "case false:",
		},
		{
			name: "introspection: aud of an answer is not compared",
			file: folder + "judge.go",
			old:  "case !j.forUs(c, m):",
			new:  "case !j.forUs(c, m) && m.Audience.Kind() == strictjson.Absent:",
		},
		{
			name: "introspection: what is required may be missing",
			file: folder + "judge.go",
			old:  `case j.config.RequireIssuer && c.Issuer == "", j.config.RequireExpiry && c.Expiry.IsZero():`,
			new:  `case false:`,
		},
		{
			name: "introspection: DPoP without cnf.jkt",
			file: folder + "judge.go",
			old:  `case isDPoP(m) && c.Confirmation.JKT == "":`,
			new:  `case false:`,
		},
		{
			name: "introspection: refresh tokens",
			file: folder + "judge.go",
			old:  `if kind := m.OtherKind(); kind != "" {`,
			new:  `if kind := m.OtherKind(); kind == "ID token" {`,
		},
		{
			name: "introspection: an answer without an end lasts for ever",
			file: folder + "judge.go",
			old:  "c.Until = asked.Add(j.config.MaxLife)",
			new:  "c.Until = asked.Add(1000 * j.config.MaxLife)",
		},
		{
			name: "introspection: a decision outlives exp in the cache",
			file: folder + "ask.go",
			old:  "life = min(life, d.end.Sub(asked))",
			new:  "life = max(life, d.end.Sub(asked))",
		},
		{
			name: "introspection: refusals are kept as long as good answers",
			file: folder + "ask.go",
			old:  "life = min(life, v.config.RefusalTTL)",
			new:  "life = max(life, v.config.RefusalTTL)",
		},
		{
			name: "introspection: failures are kept as refusals",
			file: folder + "ask.go",
			old:  "	if err == nil {\n		v.remember(f, d, asked)",
			new:  "	if d.refusal == nil && d.token == nil {\n		d.refusal, err = middleware.Invalid(middleware.ReasonInactive, \"\", nil), nil\n	}\n	if err == nil {\n		v.remember(f, d, asked)",
		},
		{
			name: "introspection: what was forgotten while it was asked about is kept",
			file: folder + "flight.go",
			old:  "if !f.forgotten {",
			new:  "if true {",
		},
		{
			name: "introspection: a call for each who asks",
			file: folder + "ask.go",
			old:  "if v.good == nil {",
			new:  "if true {",
		},
		{
			name: "introspection: any number may wait for a call",
			file: folder + "turn.go",
			old:  "if t.waiting.Add(1) > t.most {",
			new:  "if t.waiting.Add(1) > 1<<40 {",
		},
		{
			name: "introspection: who gave up keeps a place in the queue",
			file: folder + "turn.go",
			old:  "case <-left:\n",
			new:  "case <-(chan struct{})(nil):\n",
		},
		{
			name: "introspection: texts that are no token are sent out",
			file: folder + "filter.go",
			old:  "if !isB64Token(raw) {",
			new:  "if raw == \"\" {",
		},
		{
			name: "introspection: the cache does not know who asked",
			file: folder + "validator.go",
			old:  "expiring.NewDomain(c.Issuer, c.Endpoint, c.Authentication.identity(), c.Parameters.Encode())",
			new:  "expiring.NewDomain(c.Issuer)",
			survives: "each Validator has a cache and a secret of its own, so two of them share nothing whatever the domain is; " +
				"it is for the day a cache is shared (L-7)",
		},
		{
			name: "introspection: an answer may be of any length",
			file: folder + "attempt.go",
			old:  "fetch.ReadBody(resp.Body, v.config.MaxSize)",
			new:  "fetch.ReadBody(resp.Body, 1<<30)",
		},
		{
			name: "introspection: a page is taken for an answer",
			file: folder + "attempt.go",
			old:  "case v.config.Signed == nil && kind == plainType:",
			new:  "case v.config.Signed == nil:",
		},
		{
			name:     "introspection: a plain answer where a signed one is demanded",
			file:     folder + "attempt.go",
			old:      "case v.config.Signed == nil && kind == plainType:",
			new:      "case kind == plainType:",
			survives: "the body still has to be a JWS, which a plain answer is not: the type only gives the clearer error",
		},
		{
			name: "introspection: signed answers for others",
			file: folder + "signed.go",
			old:  "!slices.Contains(audience, s.Audience) {",
			new:  "!slices.Contains(audience, s.Audience) && len(audience) == 0 {",
		},
		{
			name: "introspection: signed answers in another issuer's name",
			file: folder + "signed.go",
			old:  "if iss, _ := m.Issuer.Str(); iss != issuer {",
			new:  "if iss, _ := m.Issuer.Str(); iss == \"\" {",
		},
		{
			name: "introspection: old signed answers",
			file: folder + "signed.go",
			old:  "case issued.Before(asked.Truncate(time.Second).Add(-c.Leeway)):",
			new:  "case issued.IsZero():",
		},
		{
			name: "introspection: any JWT of the issuer is a signed answer",
			file: folder + "signed.go",
			old:  `s.Algorithms, "token-introspection+jwt")`,
			new:  `s.Algorithms, "token-introspection+jwt", "at+jwt", "JWT", "")`,
		},
		{
			name: "introspection: one assertion for all calls",
			file: folder + "assertion.go",
			old:  "rand.Text(), now.Unix()",
			new:  "rand.Text()[:0], now.Unix()",
		},
		{
			name: "introspection: assertions that live for an hour",
			file: folder + "assertion.go",
			old:  "const assertionLife = time.Minute",
			new:  "const assertionLife = time.Hour",
		},
		{
			name: "introspection: secrets as they are, where they have to be encoded",
			file: folder + "authentication.go",
			old:  "a.apply = basic(url.QueryEscape(clientID), url.QueryEscape(secret))",
			new:  "_ = url.QueryEscape\n	a.apply = basic(clientID, secret)",
		},
		{
			name: "introspection: nbf is not compared again",
			file: folder + "kept.go",
			old:  "if now.Unix() < k.begin {",
			new:  "if false {",
		},
		{
			name:  "outside: plain http anywhere",
			file:  "internal/fetch/policy.go",
			old:   `case u.Scheme == "https", u.Scheme == "http" && p.Loopback && IsLoopback(u.Hostname()):`,
			new:   `case u.Scheme == "https", u.Scheme == "http":`,
			tests: []string{"./internal/fetch", "./jwks", "./introspect"},
		},
		{
			name:  "outside: redirects are followed",
			file:  "internal/fetch/client.go",
			old:   "return http.ErrUseLastResponse }",
			new:   "return nil }",
			tests: []string{"./internal/fetch", "./jwks", "./introspect"},
		},
		{
			name: "outside: errors tell the query of a URL",
			file: "internal/fetch/redact.go",
			old:  "rest += \"?…\"",
			new:  "rest += \"?\" + u.RawQuery",
		},
		{
			name: "outside: errors quote the answer",
			file: "internal/fetch/cause.go",
			old:  "if c.text == \"\" {",
			new:  "if c.text == \"\" {\n		return err\n	}\n	if false {",
		},
		{
			name:  "outside: bodies of any length",
			file:  "internal/fetch/getter.go",
			old:   "io.LimitReader(body, min(int64(most), math.MaxInt64-1)+1)",
			new:   "io.LimitReader(body, math.MaxInt64)",
			tests: []string{"./internal/fetch", "./jwks", "./introspect"},
		},
	}
}
