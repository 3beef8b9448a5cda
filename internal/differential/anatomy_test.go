package differential

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// anatomy is a token taken apart as leniently as anybody could, with the standard library: what the table's rows look at
// to tell what is peculiar about a token. It owes nothing to bearerguard, so that a fault there is not explained by itself.
type anatomy struct {
	raw             string
	parts           []string // header, payload, signature; empty where they are missing
	header, payload object
}

// object is a JSON object: its text, and its own members in their order, with what they look like inside.
type object struct {
	text    string
	members []field
	inside  survey
}

// field is a member with its name decoded and its value as JSON text.
type field struct{ name, value string }

// survey is what a walk through JSON found, at every level.
type survey struct {
	depth, members int  // the deepest, and the most in one object
	duplicates     bool // a name twice in one object
	hugeNumber     bool // one that no float64 holds
}

func dissect(token string) *anatomy {
	a := &anatomy{raw: token, parts: strings.SplitN(token, ".", 3)}
	for len(a.parts) < 3 {
		a.parts = append(a.parts, "")
	}
	a.header, a.payload = readObject(octets(a.parts[0])), readObject(octets(a.parts[1]))
	return a
}

// octets decodes base64url, line breaks and unused bits or not.
func octets(part string) string {
	b, _ := base64.RawURLEncoding.DecodeString(part) // what is before a fault
	return string(b)
}

func readObject(text string) object {
	o := object{text: text}
	d := decoder(text)
	if t, _ := d.Token(); t != json.Delim('{') {
		return o
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return o
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return o
		}
		o.members = append(o.members, field{name.(string), string(value)})
	}
	o.inside.value(decoder(text), 1)
	return o
}

func decoder(text string) *json.Decoder {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	return d
}

// value walks through one value, which is at this depth if it is an array or object. It is false at a fault.
func (s *survey) value(d *json.Decoder, depth int) bool {
	t, err := d.Token()
	if err != nil {
		return false
	}
	switch t := t.(type) {
	case json.Number:
		if _, err := t.Float64(); err != nil {
			s.hugeNumber = true
		}
	case json.Delim:
		s.depth = max(s.depth, depth)
		names := make(map[string]bool)
		for n := 0; d.More(); n++ {
			if t == '{' && !s.name(d, names, n+1) || !s.value(d, depth+1) {
				return false
			}
		}
		_, err = d.Token() // the closing bracket
	}
	return err == nil
}

func (s *survey) name(d *json.Decoder, seen map[string]bool, count int) bool {
	t, err := d.Token()
	name, ok := t.(string)
	if err != nil || !ok {
		return false
	}
	s.duplicates = s.duplicates || seen[name]
	s.members = max(s.members, count)
	seen[name] = true
	return true
}

// get is the value of the last member of exactly this name, or "".
func (o *object) get(name string) string {
	value := ""
	for _, m := range o.members {
		if m.name == name {
			value = m.value
		}
	}
	return value
}

func (o *object) has(names ...string) bool {
	for _, name := range names {
		if o.get(name) != "" {
			return true
		}
	}
	return false
}

// str is a member as a string, if it is one.
func (o *object) str(name string) (s string, ok bool) { return asString(o.get(name)) }

func asString(value string) (s string, ok bool) {
	ok = strings.HasPrefix(value, `"`) && json.Unmarshal([]byte(value), &s) == nil
	return s, ok
}

// number is a member as a number, if it is one.
func (o *object) number(name string) (f float64, ok bool) {
	value := o.get(name)
	ok = value != "" && value != "null" && json.Unmarshal([]byte(value), &f) == nil
	return f, ok
}

// isArray and isObject tell the JSON type of a text.
func isArray(value string) bool  { return strings.HasPrefix(value, "[") }
func isObject(value string) bool { return strings.HasPrefix(value, "{") }
