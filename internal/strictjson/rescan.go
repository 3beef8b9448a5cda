package strictjson

// rescan walks over the members or elements of text that was found valid before, so it only looks for where they end.
type rescan struct {
	text string
	pos  int // after the opening bracket, a name or a value
}

// end skips what separates values, and tells whether the closing bracket is next.
func (r *rescan) end() bool {
	for {
		switch c := r.text[r.pos]; {
		case c == ']' || c == '}':
			return true
		case c != ',' && c != ':' && !isSpace(c):
			return false
		}
		r.pos++
	}
}

// value returns the next name or value, with pos at its start.
func (r *rescan) value() Value {
	start := r.pos
	switch r.text[start] {
	case '"':
		r.skipString()
	case '[', '{':
		r.skipNested()
	default:
		r.skipScalar()
	}
	return Value{r.text[start:r.pos]}
}

func (r *rescan) skipString() {
	for r.pos++; ; r.pos++ {
		r.pos += plain(r.text[r.pos:])
		if r.text[r.pos] == '"' {
			r.pos++
			return
		}
		r.pos++ // to what is escaped, which is no end even if it is a quote
	}
}

// skipNested skips an array or object. In valid text brackets pair up outside of strings, so counting them is enough.
func (r *rescan) skipNested() {
	for depth := 0; ; {
		switch r.text[r.pos] {
		case '"':
			r.skipString()
			continue
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		r.pos++
		if depth == 0 {
			return
		}
	}
}

// skipScalar skips a number or literal, up to what separates it from the next.
func (r *rescan) skipScalar() {
	for c := r.text[r.pos]; c != ',' && c != ']' && c != '}' && !isSpace(c); c = r.text[r.pos] {
		r.pos++
	}
}
