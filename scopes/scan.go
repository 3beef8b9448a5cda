package scopes

import (
	"fmt"
	"slices"
	"strings"
)

// A lexeme is one word or mark of a rule's text.
type lexeme struct {
	kind kind
	text string // lexKeyword, lexScope
	at   int    // offset in bytes
}

type kind uint8

const (
	lexEnd kind = iota
	lexOpen
	lexShut
	lexKeyword
	lexScope
)

// keywords are lower case only. In other cases they are scopes like any other.
var keywords = []string{"and", "or", "public", "authenticated", "optional", "deny"}

func isKeyword(word string) bool { return slices.Contains(keywords, word) }

const blanks = " \t\r\n"

// scan splits text into lexemes. The last one, and only the last, is lexEnd.
func scan(text string) ([]lexeme, error) {
	var out []lexeme
	for rest := text; ; {
		rest = strings.TrimLeft(rest, blanks)
		at := len(text) - len(rest)
		if rest == "" {
			return append(out, lexeme{kind: lexEnd, at: at}), nil
		}
		l, size, err := scanOne(rest, at)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
		rest = rest[size:]
	}
}

// scanOne reads the lexeme that rest begins with, at an offset of the text, and says how many bytes it takes.
func scanOne(rest string, at int) (lexeme, int, error) {
	switch rest[0] {
	case '(':
		return lexeme{kind: lexOpen, at: at}, 1, nil
	case ')':
		return lexeme{kind: lexShut, at: at}, 1, nil
	case '"':
		return scanQuoted(rest[1:], at)
	}
	word := rest
	if i := strings.IndexAny(rest, blanks+`()"`); i >= 0 {
		word = rest[:i]
	}
	if isKeyword(word) {
		return lexeme{lexKeyword, word, at}, len(word), nil
	}
	if !isToken(word) {
		return lexeme{}, 0, fault(at, "not a scope: use printable ASCII without backslashes (RFC 6749 §3.3)")
	}
	return lexeme{lexScope, word, at}, len(word), nil
}

// scanQuoted reads a scope between double quotes; rest begins behind the first. Neither a double quote nor a backslash
// is ever part of a scope, so there is nothing to escape.
func scanQuoted(rest string, at int) (lexeme, int, error) {
	word, _, closed := strings.Cut(rest, `"`)
	if !closed {
		return lexeme{}, 0, fault(at, `this quote is not closed: add another " behind the scope`)
	}
	if !isToken(word) {
		return lexeme{}, 0, fault(at, "not a scope: quote one at a time, printable ASCII without blanks or backslashes (RFC 6749 §3.3)")
	}
	return lexeme{lexScope, word, at}, len(word) + len(`""`), nil
}

// fault makes the error for a mistake at an offset. It holds none of the text, which may have come from anywhere.
func fault(at int, advice string) error {
	return fmt.Errorf("scopes: offset %d: %s", at, advice)
}
