package jose

import (
	"errors"
	"fmt"
)

// The sentinels that every error of this package wraps; compare with errors.Is.
var (
	// ErrNotJWS: the text is no JWS in compact serialization at all. It has not two periods, a part is not strict
	// base64url, or the header is not a JSON object with a string alg.
	ErrNotJWS = errors.New("jose: not a compact JWS")

	// ErrHeader: a JWS, but a header parameter that we read has the wrong JSON type or is too long.
	ErrHeader = errors.New("jose: bad header parameter")

	// ErrUnsupported: the header asks for processing that does not exist here (crit, b64, cty, enc).
	ErrUnsupported = errors.New("jose: unsupported header parameter")

	// ErrType: typ is not one of the wanted media types, or is absent where it is required.
	ErrType = errors.New("jose: unwanted typ")

	// ErrAlgorithm: the key must not be used with this algorithm, or the JWS names another one.
	ErrAlgorithm = errors.New("jose: algorithm not allowed for this key")

	// ErrSignature: the signature does not hold.
	ErrSignature = errors.New("jose: signature does not verify")

	// ErrKey: a JWK that must not or cannot verify signatures.
	ErrKey = errors.New("jose: unusable key")

	// ErrSet: the document is no JWK Set, or has too many keys.
	ErrSet = errors.New("jose: not a usable JWK Set")
)

// because says why. The reason is a text of ours, never one of the outside.
func because(sentinel error, reason string) error {
	return fmt.Errorf("%w: %s", sentinel, reason)
}
