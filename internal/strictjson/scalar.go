package strictjson

// literal reads true, false or null. What follows it is the next reader's to refuse.
func (p *parser) literal(word string) error {
	if len(p.text)-p.pos < len(word) || p.text[p.pos:p.pos+len(word)] != word {
		return ErrSyntax
	}
	p.pos += len(word)
	return nil
}

// number reads a number by the grammar of RFC 8259 §6: no plus sign, no leading zero, digits on both sides of the point.
// Its size is not looked at.
func (p *parser) number() error {
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
	} else if !p.digits() {
		return ErrSyntax
	}
	if p.peek() == '.' {
		p.pos++
		if !p.digits() {
			return ErrSyntax
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if !p.digits() {
			return ErrSyntax
		}
	}
	return nil
}

// digits reads decimal digits and tells whether there was any.
func (p *parser) digits() bool {
	start := p.pos
	for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > start
}
