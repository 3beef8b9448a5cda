package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Text is any octets. In JSON it is a string in which every character stands for one octet (so nothing is above
// U+00FF) or, where long runs of a few octets repeat, an array of such strings and objects {"repeat": …, "times": …}.
type Text string

// repeat is a piece of a Text.
type repeat struct {
	Repeat Text `json:"repeat"`
	Times  int  `json:"times"`
}

const (
	longestUnit = 4   // what repeats: four characters are three octets in base64
	shortestRun = 256 // below that a run is written out
	longestText = 16 << 20
)

// MarshalJSON writes t.
func (t Text) MarshalJSON() ([]byte, error) {
	var pieces []any
	begin := 0
	for i := 0; i < len(t); {
		unit, times := t.run(i)
		if unit*times < shortestRun {
			i++
			continue
		}
		if i > begin {
			pieces = append(pieces, t[begin:i].characters())
		}
		pieces = append(pieces, map[string]any{"repeat": t[i : i+unit].characters(), "times": times})
		i += unit * times
		begin = i
	}
	if pieces == nil {
		return plain(t.characters())
	}
	if begin < len(t) {
		pieces = append(pieces, t[begin:].characters())
	}
	return plain(pieces)
}

// run finds the longest run that begins at i.
func (t Text) run(i int) (unit, times int) {
	unit, times = 1, 0
	for u := 1; u <= longestUnit && i+u <= len(t); u++ {
		n := 1
		for end := i + u*(n+1); end <= len(t) && t[end-u:end] == t[i:i+u]; end += u {
			n++
		}
		if u*n > unit*times {
			unit, times = u, n
		}
	}
	return unit, times
}

// characters turns each octet into a character.
func (t Text) characters() string {
	var b strings.Builder
	for i := range len(t) {
		b.WriteRune(rune(t[i]))
	}
	return b.String()
}

// UnmarshalJSON reads both forms.
func (t *Text) UnmarshalJSON(text []byte) error {
	if !bytes.HasPrefix(text, []byte("[")) {
		var s string
		if err := json.Unmarshal(text, &s); err != nil {
			return err
		}
		var err error
		*t, err = octets(s)
		return err
	}
	var pieces []json.RawMessage
	if err := json.Unmarshal(text, &pieces); err != nil {
		return err
	}
	var all strings.Builder
	for _, text := range pieces {
		piece, err := readPiece(text)
		if err != nil {
			return err
		}
		all.WriteString(string(piece))
	}
	*t = Text(all.String())
	return nil
}

func readPiece(text []byte) (Text, error) {
	if bytes.HasPrefix(text, []byte("[")) {
		return "", errors.New("a piece has no pieces")
	}
	if bytes.HasPrefix(text, []byte("{")) {
		var r repeat
		if err := json.Unmarshal(text, &r); err != nil {
			return "", err
		}
		if r.Times < 0 || len(r.Repeat) > longestUnit || r.Times > longestText {
			return "", errors.New("a repeat is out of range")
		}
		return Text(strings.Repeat(string(r.Repeat), r.Times)), nil
	}
	var piece Text
	err := json.Unmarshal(text, &piece)
	return piece, err
}

func octets(s string) (Text, error) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xFF {
			return "", fmt.Errorf("%U is no octet", r)
		}
		b = append(b, byte(r))
	}
	return Text(b), nil
}

// plain is JSON without the escapes that only HTML needs.
func plain(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
