package middleware

import (
	"math"
	"strings"
	"time"
)

// A Token is kept for as long as it is cached, and there may be many. So it holds
// the JSON text once, and the texts of its claims as places in it: 128 bytes
// instead of 350.

// field is a text of a Token.
type field uint8

const (
	issuer field = iota
	subject
	clientID
	id
	acr
	audience // the first
	scope
	jkt
	x5t
	fields
)

// span is a part of Token.json.
type span struct{ start, end uint16 }

// keep remembers where the JSON has the text, or else the text itself: one
// written with escapes, gathered from several claims, or far behind in a long
// object.
func (t *Token) keep(f field, text string) {
	if text == "" {
		return
	}
	start := strings.Index(t.json, text)
	if end := start + len(text); start >= 0 && end <= math.MaxUint16 {
		t.at[f] = span{uint16(start), uint16(end)}
		return
	}
	t.own = &ownText{f, text, t.own}
}

// ownText is a text that Token.json has in another spelling. Few tokens have any,
// and those have one or two.
type ownText struct {
	field field
	text  string
	next  *ownText
}

func (t *Token) text(f field) string {
	t = t.get()
	for own := t.own; own != nil; own = own.next {
		if own.field == f {
			return own.text
		}
	}
	return t.json[t.at[f].start:t.at[f].end]
}

// get lets every accessor answer for a nil Token too.
func (t *Token) get() *Token {
	if t == nil {
		return &anonymous
	}
	return t
}

var anonymous Token

// instant is microseconds since the zero time, so that 0 is no time here either.
type instant int64

var zeroTime = time.Time{}.UnixMicro()

func instantOf(t time.Time) instant { return instant(t.UnixMicro() - zeroTime) }

func (i instant) time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i) + zeroTime)
}
