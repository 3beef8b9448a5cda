package strictjson

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escape reads one escape, or two that make a surrogate pair, with pos at the backslash.
func (p *parser) escape() error {
	rest := p.text[p.pos:]
	if len(rest) >= 2 && short(rest[1]) != 0 {
		p.pos += 2
		return nil
	}
	unit, ok := codeUnit(rest)
	if !ok {
		return ErrSyntax
	}
	if !utf16.IsSurrogate(unit) {
		p.pos += 6
		return nil
	}
	low, _ := codeUnit(rest[6:])
	if utf16.DecodeRune(unit, low) == utf8.RuneError {
		// Decoders put U+FFFD in its place, so two different names could become one (RFC 8259 §8.2).
		return ErrSurrogate
	}
	p.pos += 12
	return nil
}

// unescape decodes the inside of a string that str found good. The result is never longer than s.
func unescape(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			b.WriteString(s)
			if 2*b.Len() < b.Cap() {
				return strings.Clone(b.String()) // it may be kept for long, and the room with it
			}
			return b.String()
		}
		b.WriteString(s[:i])
		s = s[i:]
		if c := short(s[1]); c != 0 {
			b.WriteByte(c)
			s = s[2:]
			continue
		}
		r, _ := codeUnit(s)
		s = s[6:]
		if utf16.IsSurrogate(r) {
			low, _ := codeUnit(s)
			r = utf16.DecodeRune(r, low)
			s = s[6:]
		}
		b.WriteRune(r)
	}
}

// short returns what a backslash and c stand for together, or NUL if they are no two-character escape.
func short(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	default:
		return 0
	}
}

// codeUnit reads \uXXXX, one UTF-16 code unit, from the start of s.
func codeUnit(s string) (unit rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | rune(c)
	}
	return unit, true
}
