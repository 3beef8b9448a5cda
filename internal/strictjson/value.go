// Package strictjson reads JSON that comes from outside: JOSE headers, claims, key sets, metadata, introspection
// answers. It takes exactly the grammar of RFC 8259 and refuses what two readers could take for two different things:
// duplicate names (at every level), lone surrogates, bytes that are not UTF-8, data after the value. Nesting and members
// are bounded. It builds no tree: a Value is a view of the text, and holding one keeps the whole text alive.
//
// Not checked: the size of the text, the range of numbers, and control characters that are escaped, which RFC 8259 §7
// allows ("\u0000").
package strictjson

import (
	"iter"
	"strings"
)

// Kind is the JSON type of a Value.
type Kind uint8

// The kinds. Absent is what is not there at all, which is not the same as Null.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// Value is a view of JSON text that was found valid. The zero Value is Absent. Values only come from Parse and
// ParseObject, and are safe for concurrent use.
type Value struct{ text string }

// Kind tells the JSON type.
func (v Value) Kind() Kind {
	if v.text == "" {
		return Absent
	}
	switch v.text[0] {
	case 'n':
		return Null
	case 't', 'f':
		return Bool
	case '"':
		return String
	case '[':
		return Array
	case '{':
		return Object
	default:
		return Number
	}
}

// Text returns the JSON text as it was received, without whitespace around it. It is empty for Absent.
func (v Value) Text() string { return v.text }

// Str returns a string decoded; ok is false for any other kind. It allocates only if the text has escapes.
func (v Value) Str() (s string, ok bool) {
	if v.Kind() != String {
		return "", false
	}
	return decode(v.text), true
}

// True tells whether this is the literal true. The string "true" and the number 1 are not.
func (v Value) True() bool { return v.text == "true" }

// Elements yields the elements of an array, and nothing for other kinds.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) { v.elements(yield) }
}

// Members yields the members of an object in order, names decoded, and nothing for other kinds.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) { v.members(yield) }
}

// Member returns the member of that exact name, compared code point by code point after unescaping (RFC 7515 §5.3).
// It is Absent when there is none or v is no object. Each call reads the object again up to that member.
func (v Value) Member(name string) Value {
	for n, m := range v.Members() {
		if n == name {
			return m
		}
	}
	return Value{}
}

func (v Value) elements(yield func(Value) bool) {
	if v.Kind() != Array {
		return
	}
	for r := (rescan{v.text, 1}); !r.end(); {
		if !yield(r.value()) {
			return
		}
	}
}

func (v Value) members(yield func(string, Value) bool) {
	if v.Kind() != Object {
		return
	}
	for r := (rescan{v.text, 1}); !r.end(); {
		name := decode(r.value().text)
		r.end() // a value follows, so this only goes past the colon
		if !yield(name, r.value()) {
			return
		}
	}
}

// decode returns what a string literal stands for.
func decode(literal string) string {
	inner := literal[1 : len(literal)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	return unescape(inner)
}
