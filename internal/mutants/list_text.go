package main

// ofText are about reading what comes from outside: JSON and base64url.
func ofText() []mutant {
	const folder = "internal/strictjson/"
	return []mutant{
		{
			name: "json: duplicate names are taken",
			file: folder + "container.go",
			old:  "if !seen.add(name) {",
			new:  "if seen.add(name); false {",
		},
		{
			name: "json: names beyond the first 32 may repeat",
			file: folder + "names.go",
			old:  "return len(s.all) > before",
			new:  "return len(s.all) >= before",
		},
		{
			name: "json: no limit of depth",
			file: folder + "container.go",
			old: `func (p *parser) array(depth int) error {
	if depth > p.max.Depth {`,
			new: `func (p *parser) array(depth int) error {
	if depth > 1<<20 {`,
		},
		{
			name: "json: no limit of members",
			file: folder + "container.go",
			old:  "if count > p.max.Members {",
			new:  "if count > 1<<20 {",
		},
		{
			name: "json: text after the value",
			file: folder + "parse.go",
			old:  "if p.pos != len(p.text) {",
			new:  "if p.pos > len(p.text) {",
		},
		{
			name: "json: not UTF-8",
			file: folder + "parse.go",
			old:  "if !utf8.ValidString(text) {",
			new:  "if false {",
		},
		{
			name: "json: lone surrogates",
			file: folder + "escape.go",
			old:  "if utf16.DecodeRune(unit, low) == utf8.RuneError {",
			new:  "if utf16.DecodeRune(unit, low) == utf8.RuneError && len(rest) < 12 {",
		},
		{
			name: "json: control characters in strings",
			file: folder + "string.go",
			old:  "s[i] >= ' ' && s[i] != '\"'",
			new:  "s[i] != '\"'",
		},
		{
			name: "json: names are compared as written, not as meant",
			file: folder + "container.go",
			old: `	if escaped {
		name = unescape(name)
	}`,
			new: `	_ = escaped`,
		},
		{
			name: "base64url: unused bits at the end of two characters",
			file: "internal/jose/base64url.go",
			old:  "if (a|b)&notBase64 != 0 || b&0x0f != 0 {",
			new:  "if (a|b)&notBase64 != 0 {",
		},
		{
			name: "base64url: unused bits at the end of three characters",
			file: "internal/jose/base64url.go",
			old:  "if (a|b|c)&notBase64 != 0 || c&0x03 != 0 {",
			new:  "if (a|b|c)&notBase64 != 0 {",
		},
		{
			name: "base64url: characters of another alphabet",
			file: "internal/jose/base64url.go",
			old:  "if (a|b|c|d)&notBase64 != 0 {",
			new:  "if (a & b & c & d)&notBase64 != 0 {",
		},
	}
}
