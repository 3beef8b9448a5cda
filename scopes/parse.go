package scopes

import "fmt"

const (
	maxText    = 8 << 10 // bytes
	maxNesting = 32      // parentheses open at once
)

// Parse reads a rule from its text form:
//
//	orders:read                       All("orders:read")
//	orders:read and orders:write      All("orders:read", "orders:write")
//	orders:read or orders:admin       Any("orders:read", "orders:admin")
//	orders:read and (eu or us)        All("orders:read").And(Any("eu", "us"))
//	authenticated                     Authenticated()
//	optional(orders:read)             Optional(All("orders:read"))
//	public                            Public()
//	deny                              Rule{}
//
// Keywords are lower case. Neither of the words "and" and "or" binds stronger: a text that mixes them without
// parentheses is an error. What is public or optional stands alone, as with [Public] and [Optional]. A scope that is a
// keyword or holds a parenthesis is written in double quotes. Space, tab, CR and LF separate words.
//
// The text is at most 8 KiB long, with at most 32 parentheses open at once. An empty text is an error, never a rule.
// An error tells the offset in bytes and what to do, and holds none of the text; with it comes the zero Rule.
func Parse(text string) (Rule, error) {
	if len(text) > maxText {
		return Rule{}, fmt.Errorf("scopes: the text is longer than %d bytes: write a shorter rule", maxText)
	}
	lexemes, err := scan(text)
	if err != nil {
		return Rule{}, err
	}
	p := parser{rest: lexemes}
	return p.rule()
}

type parser struct {
	rest    []lexeme // never empty: the last is lexEnd
	nesting int
}

func (p *parser) next() lexeme { return p.rest[0] }

func (p *parser) nextIs(word string) bool {
	return p.next().kind == lexKeyword && p.next().text == word
}

// take returns the next lexeme and steps over it, but never over the end.
func (p *parser) take() lexeme {
	l := p.next()
	if l.kind != lexEnd {
		p.rest = p.rest[1:]
	}
	return l
}

// rule reads: "public" / "optional" group / expression
func (p *parser) rule() (Rule, error) {
	switch {
	case p.nextIs("public"):
		p.take()
		if l := p.next(); l.kind != lexEnd {
			return Rule{}, fault(l.at, adviceAlone)
		}
		return Public(), nil
	case p.nextIs("optional"):
		p.take()
		r, err := p.whole(p.group)
		if err != nil {
			return Rule{}, err
		}
		return Optional(r), nil
	default:
		return p.whole(p.expression)
	}
}

// whole makes the rule of what read finds, and makes sure that nothing follows it.
func (p *parser) whole(read func() (node, error)) (Rule, error) {
	need, err := read()
	if err != nil {
		return Rule{}, err
	}
	switch l := p.next(); {
	case l.kind == lexEnd:
		return newRule(need), nil
	case l.kind == lexShut:
		return Rule{}, fault(l.at, "no parenthesis is open here: remove this one, or quote the scope that it is part of")
	case p.nextIs("and"), p.nextIs("or"): // behind optional(…), since an expression takes these itself
		return Rule{}, fault(l.at, adviceOutside)
	default:
		return Rule{}, fault(l.at, adviceJoin)
	}
}

// group reads: "(" expression ")"
func (p *parser) group() (node, error) {
	first := p.take()
	if first.kind != lexOpen {
		return node{}, fault(first.at, "put parentheses around what is optional, or quote a scope of this name")
	}
	if p.nesting++; p.nesting > maxNesting {
		return node{}, fault(first.at, fmt.Sprintf("more than %d parentheses are open: write a flatter rule", maxNesting))
	}
	n, err := p.expression()
	if err != nil {
		return node{}, err
	}
	switch last := p.take(); last.kind {
	case lexShut:
		p.nesting--
		return n, nil
	case lexEnd:
		return node{}, fault(first.at, "this parenthesis is not closed: add another behind the expression")
	default:
		return node{}, fault(last.at, adviceJoin)
	}
}

// expression reads: operand *( "and" operand ) / operand *( "or" operand )
func (p *parser) expression() (node, error) {
	n, err := p.operand()
	if err != nil {
		return node{}, err
	}
	terms, by := []node{n}, opAll // a single term is all of one
	if p.nextIs("or") {
		by = opAny
	}
	for p.nextIs("and") || p.nextIs("or") {
		if p.nextIs("or") != (by == opAny) {
			return node{}, fault(p.next().at, `"and" and "or" are mixed: add parentheses around what belongs together`)
		}
		p.take()
		if n, err = p.operand(); err != nil {
			return node{}, err
		}
		terms = append(terms, n)
	}
	return combine(by, terms...), nil
}

// operand reads: scope / "authenticated" / "deny" / group
func (p *parser) operand() (node, error) {
	l := p.next()
	if l.kind == lexOpen {
		return p.group()
	}
	p.take()
	switch {
	case l.kind == lexScope:
		return leaf(l.text), nil
	case l.kind == lexEnd:
		return node{}, fault(l.at, `a scope is missing at the end: add one, or write "deny" to refuse everything`)
	case l.text == "authenticated":
		return node{op: opAuthenticated}, nil
	case l.text == "deny":
		return node{op: opDeny}, nil
	case l.text == "public":
		return node{}, fault(l.at, adviceAlone)
	case l.text == "optional":
		return node{}, fault(l.at, adviceOutside)
	default: // "and", "or" or a closing parenthesis
		return node{}, fault(l.at, "a scope is missing here: add one, or quote this if it is one")
	}
}

const (
	adviceAlone   = `"public" looks at no token and stands alone: remove it or the rest, or quote a scope of this name`
	adviceOutside = `"optional" is about the whole rule: write optional(a and b), or quote a scope of this name`
	adviceJoin    = `"and" or "or" is missing here: add one, in lower case`
)
