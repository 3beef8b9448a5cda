package strictjson

import "unicode/utf8"

// Parse checks text as one JSON value of any kind, with nothing around it but JSON whitespace.
//
// The error wraps one of the reasons of this package. A text with several faults is refused for any one of them.
func Parse(text string, max Limits) (Value, error) {
	p, err := begin(text, max)
	if err != nil {
		return Value{}, err
	}
	return p.document(nil)
}

// ParseObject checks text as Parse does, requires an object, and calls visit for each of its own members, in order and
// in the same pass. A name is given decoded. visit may be nil.
//
// visit must keep nothing of what it saw unless ParseObject returns nil: the rest of the text may still prove bad, or
// use the same name again.
func ParseObject(text string, max Limits, visit func(name string, v Value)) (Value, error) {
	p, err := begin(text, max)
	if err != nil {
		return Value{}, err
	}
	if p.peek() != '{' {
		return Value{}, at(p.pos, ErrNotObject)
	}
	return p.document(visit)
}

// parser reads one text from left to right. Its methods return a bare reason of errors.go and leave pos where they
// stopped; document puts the two together.
type parser struct {
	text string
	pos  int
	max  Limits
}

// begin checks the encoding and goes to where the value starts.
func begin(text string, max Limits) (parser, error) {
	// Once for the whole text: that is faster than string by string, and whatever is outside of strings must be ASCII
	// anyway. A byte order mark is UTF-8 but no JSON (RFC 8259 §8.1), so the grammar refuses it.
	if !utf8.ValidString(text) {
		return parser{}, at(invalidUTF8(text), ErrUTF8)
	}
	p := parser{text: text, max: max.withDefaults()}
	p.space()
	return p, nil
}

// document reads the one value and sees that nothing follows. visit gets the members of an object, if it is one.
func (p *parser) document(visit func(string, Value)) (Value, error) {
	start := p.pos
	if err := p.value(1, visit); err != nil {
		return Value{}, at(p.pos, err)
	}
	end := p.pos
	p.space()
	if p.pos != len(p.text) {
		return Value{}, at(p.pos, ErrTrailing)
	}
	return Value{p.text[start:end]}, nil
}

// value reads one value. An array or object that starts here is at depth.
func (p *parser) value(depth int, visit func(string, Value)) error {
	switch p.peek() {
	case '{':
		return p.object(depth, visit)
	case '[':
		return p.array(depth)
	case '"':
		_, err := p.str()
		return err
	case 't':
		return p.literal("true")
	case 'f':
		return p.literal("false")
	case 'n':
		return p.literal("null")
	default:
		return p.number()
	}
}

// peek returns the next byte, or NUL at the end: NUL is no token of JSON, so whatever refuses it refuses the end too.
func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

// space skips whitespace.
func (p *parser) space() {
	for p.pos < len(p.text) && isSpace(p.text[p.pos]) {
		p.pos++
	}
}

// isSpace knows the four whitespace characters of RFC 8259 §2. Unicode has more; JSON does not.
func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r'
}

// invalidUTF8 returns where s stops being UTF-8.
func invalidUTF8(s string) int {
	i := 0
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 { // with size 3 it is U+FFFD itself
			break
		}
		i += size
	}
	return i
}
