package jose

import (
	"fmt"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Set is what a JWK Set (RFC 7517 §5) offers for verifying signatures.
type Set struct {
	Keys    []*Key  // usable keys in the order of the document; kids may repeat
	Refused []error // for each other entry why not; each wraps ErrKey
}

// ParseSet reads a JWK Set. Entries that ParseKey refuses are left out and do not affect the others (RFC 7517 §5); a set
// without any usable key is not an error here, so look at len(Keys).
//
// The error wraps ErrSet if text is not one strict JSON object whose keys is an array, or if that array has more than
// maxKeys entries, usable or not. Duplicate names anywhere in the document, inside a single key too, make all of it
// unreadable: which of two values a signer meant is nothing to guess. It does not bound the length of text.
func ParseSet(text string, maxKeys int) (*Set, error) {
	var keys strictjson.Value
	_, err := strictjson.ParseObject(text, strictjson.Limits{}, func(name string, v strictjson.Value) {
		if name == "keys" {
			keys = v
		}
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSet, err)
	}
	if keys.Kind() != strictjson.Array {
		return nil, because(ErrSet, "keys is no array")
	}
	set := new(Set)
	index := 0
	for v := range keys.Elements() {
		if index == maxKeys {
			return nil, because(ErrSet, "too many keys")
		}
		if k, err := ParseKey(v); err != nil {
			set.Refused = append(set.Refused, fmt.Errorf("key %d: %w", index, err))
		} else {
			set.Keys = append(set.Keys, k)
		}
		index++
	}
	return set, nil
}
