package strictjson

import (
	"errors"
	"fmt"
)

// Why a text was refused. An error of Parse or ParseObject wraps exactly one of these and tells at which byte reading
// stopped. It holds nothing of the text.
var (
	ErrUTF8      = errors.New("strictjson: not UTF-8")                  // RFC 8259 §8.1
	ErrSyntax    = errors.New("strictjson: not JSON")                   // RFC 8259 §2–§7
	ErrTrailing  = errors.New("strictjson: data after the value")       // RFC 7515 §10.12
	ErrDuplicate = errors.New("strictjson: the same member name twice") // RFC 7515 §4, RFC 7519 §4
	ErrSurrogate = errors.New("strictjson: lone surrogate")             // RFC 8259 §8.2
	ErrDepth     = errors.New("strictjson: nested too deep")            // Limits.Depth
	ErrMembers   = errors.New("strictjson: too many members")           // Limits.Members
	ErrNotObject = errors.New("strictjson: the text starts no object")  // ParseObject
)

// at adds where reading stopped to one of the reasons above.
func at(offset int, reason error) error {
	return fmt.Errorf("%w, at byte %d", reason, offset)
}
