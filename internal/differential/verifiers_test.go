package differential

import (
	"errors"
	"time"
)

// What every verifier is asked for.
const (
	issuer   = "https://issuer.test"
	audience = "https://api.test"
	leeway   = 30 * time.Second
	now      = 1_800_000_000 // in seconds since 1970
)

func clock() time.Time { return time.Unix(now, 0) }

// verifier is one implementation, told to accept tokens of the issuer for the audience, with exp, signed by one of the
// algorithms under the key that kid names.
type verifier struct {
	name   string
	verify func(token string) (reading, error)
}

// reading is what a verifier that accepts a token says that it says.
type reading struct {
	Issuer, Subject string
	Audience        []string
	Expiry          int64 // in seconds
	Scopes          []string
}

// The peers. golang-jwt is there twice, because it reads claims in two ways: into a map or into a struct.
const (
	mapClaims        = "golang-jwt, MapClaims"
	registeredClaims = "golang-jwt, RegisteredClaims"
	goJOSE           = "go-jose"
)

var peers = []verifier{
	{mapClaims, golangJWTMap},
	{registeredClaims, golangJWTStruct},
	{goJOSE, goJOSEVerify},
}

// errExpiry is the part of a peer's user, where the peer cannot be told to require exp.
var errExpiry = errors.New("exp is missing")
