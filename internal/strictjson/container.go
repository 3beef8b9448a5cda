package strictjson

// array reads an array, with pos at its opening bracket.
func (p *parser) array(depth int) error {
	if depth > p.max.Depth {
		return ErrDepth
	}
	p.pos++
	p.space()
	if p.peek() == ']' {
		p.pos++
		return nil
	}
	for {
		if err := p.value(depth+1, nil); err != nil {
			return err
		}
		if more, err := p.next(']'); err != nil || !more {
			return err
		}
	}
}

// object reads an object, with pos at its opening bracket, and gives its members to visit unless that is nil.
func (p *parser) object(depth int, visit func(string, Value)) error {
	if depth > p.max.Depth {
		return ErrDepth
	}
	p.pos++
	p.space()
	if p.peek() == '}' {
		p.pos++
		return nil
	}
	return p.members(depth, visit)
}

// members reads the members of an object that has some, and its closing bracket. It is apart from object so that an
// empty object does not pay for clearing a set of names.
func (p *parser) members(depth int, visit func(string, Value)) error {
	var seen names
	for count := 1; ; count++ {
		if count > p.max.Members {
			return ErrMembers
		}
		name, err := p.name()
		if err != nil {
			return err
		}
		if !seen.add(name) {
			return ErrDuplicate
		}
		start := p.pos
		if err := p.value(depth+1, nil); err != nil {
			return err
		}
		if visit != nil {
			visit(name, Value{p.text[start:p.pos]})
		}
		if more, err := p.next('}'); err != nil || !more {
			return err
		}
	}
}

// name reads a member name and the colon after it. Names are compared after unescaping (RFC 7515 §5.3), so it is decoded.
func (p *parser) name() (string, error) {
	if p.peek() != '"' {
		return "", ErrSyntax
	}
	start := p.pos + 1
	escaped, err := p.str()
	if err != nil {
		return "", err
	}
	name := p.text[start : p.pos-1]
	if escaped {
		name = unescape(name)
	}
	p.space()
	if p.peek() != ':' {
		return "", ErrSyntax
	}
	p.pos++
	p.space()
	return name, nil
}

// next reads what follows a member or element: a comma, which promises one more, or the closing bracket.
func (p *parser) next(closing byte) (more bool, err error) {
	p.space()
	switch p.peek() {
	case ',':
		p.pos++
		p.space()
		return true, nil
	case closing:
		p.pos++
		return false, nil
	default:
		return false, ErrSyntax
	}
}
