package main

// ofKeySource are about one issuer's keys over time, and what rests on them.
func ofKeySource() []mutant {
	const folder = "jwks/"
	return []mutant{
		{
			name: "keys: a remembered token outlives its key",
			file: folder + "memory.go",
			old:  "return !s.key.retired.Load() && s.issuer",
			new:  "return s.issuer",
		},
		{
			name: "keys: a remembered token outlives the outage bound, and starves the refresh",
			file: folder + "memory.go",
			old:  "&& s.issuer.keysAtHand(now) &&",
			new:  "&&",
		},
		{
			name: "keys: a remembered token outlives its tenant",
			file: folder + "memory.go",
			old:  " && s.issuer.stillAllowed(now)",
			new:  "",
		},
		{
			name: "keys: a remembered token outlives exp",
			file: folder + "memory.go",
			old:  "now.Add(t.Until().Sub(now))",
			new:  "now.Add(t.Until().Sub(now) + time.Hour)",
		},
		{
			name: "keys: a known header outlives its key",
			file: folder + "signers.go",
			old:  "if k == nil || k.key.retired.Load() {",
			new:  "if k == nil {",
		},
		{
			name: "keys: any number of keys is tried for one token",
			file: folder + "snapshot.go",
			old:  "if tried++; tried > maxCandidates {",
			new:  "if tried++; tried > 100*maxCandidates {",
		},
		{
			name: "keys: they serve for ever in an outage",
			file: folder + "state.go",
			old:  "case age < -setBack, age >= l.unusable:",
			new:  "case age < -setBack:",
		},
		{
			name: "keys: they are never stale",
			file: folder + "state.go",
			old:  "case age >= l.stale:",
			new:  "case age >= l.unusable:",
		},
		{
			name: "keys: the time that a machine slept does not count",
			file: folder + "state.go",
			old:  "max(now.Sub(fetched), wall)",
			new:  "max(now.Sub(fetched), min(wall, 0))",
		},
		{
			name: "keys: a wall clock that is set back makes them younger",
			file: folder + "state.go",
			old:  "max(now.Sub(fetched), wall)",
			new:  "wall",
		},
		{
			name: "keys: a token that the clock made early is remembered",
			file: folder + "memory.go",
			old:  "if early(t.NotBefore(), now, v.leeway) {",
			new:  "if false {",
		},
		{
			name: "keys: an ETag of one place is shown at another",
			file: folder + "discovery.go",
			old:  "last = nil // an etag",
			new:  "_ = last // an etag",
		},
		{
			name: "keys: any number of fetches that do not end",
			file: folder + "refresh.go",
			old:  "if k.strays.Load() >= maxStrays {",
			new:  "if k.strays.Load() < 0 {",
		},
		{
			name: "keys: any number of fetches for unknown keys",
			file: folder + "unknown.go",
			old:  "if u.limit.AllowN(now, 1) {",
			new:  "if true {",
		},
		{
			name: "keys: an old key set proves that a key does not exist",
			file: folder + "unknown.go",
			old:  "if 0 <= age && age < u.conclusive {",
			new:  "if 0 <= age {",
		},
		{
			name: "keys: an empty set takes a good one's place",
			file: folder + "source.go",
			old:  "if len(set.Keys) == 0 {",
			new:  "if len(set.Keys) == 0 && maxKeys < 0 {",
		},
		{
			name: "keys: max-age is believed whatever it is",
			file: folder + "refresh.go",
			old:  "fresh = min(max(said, k.config.MinFresh), k.config.MaxFresh)",
			new:  "fresh = said",
		},
		{
			name: "keys: tenants may be at addresses that are not public",
			file: folder + "outbound.go",
			old:  "if !addr.IsGlobalUnicast() || addr.IsPrivate() {",
			new:  "if !addr.IsGlobalUnicast() {",
		},
		{
			name: "keys: tenants may be at special addresses of IPv4 within IPv6",
			file: folder + "outbound.go",
			old:  `addr.Unmap().WithZone("")`,
			new:  `addr.WithZone("")`,
		},
		{
			name: "keys: tenants may be at special addresses with a zone",
			file: folder + "outbound.go",
			old:  `addr.Unmap().WithZone("")`,
			new:  `addr.Unmap()`,
		},
		{
			name: "keys: a tenant's name may hold slashes",
			file: folder + "tenants.go",
			old:  `0123456789-_."`,
			new:  `0123456789-_./"`,
		},
		{
			name: "keys: keys of one issuer verify another's tokens",
			file: folder + "validator.go",
			old:  "if other.keys == ready.keys && ready.keys != nil {",
			new:  "if false {",
		},
		{
			name: "keys: metadata may name another issuer",
			file: "internal/discovery/find.go",
			old:  "!ok || named != issuer {",
			new:  "!ok || named == \"\" {",
		},
		{
			name: "keys: a broken token of ours is handed on",
			file: folder + "malformed.go",
			old:  "case v.namesUs(payload):",
			new:  "case v.namesUs(payload) && raw == \"\":",
		},
	}
}
