package differential

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

// golangJWT is set up as strictly as its options go.
var golangJWT = jwt.NewParser(
	jwt.WithValidMethods(algorithms),
	jwt.WithIssuer(issuer),
	jwt.WithAudience(audience),
	jwt.WithExpirationRequired(),
	jwt.WithLeeway(leeway),
	jwt.WithTimeFunc(clock),
	jwt.WithStrictDecoding(),
)

// findKey is what users of golang-jwt write: the key of the kid or, without a kid, all of them. The library keeps no alg
// beside a key, so there is none to compare.
func findKey(t *jwt.Token) (any, error) {
	kid, named := t.Header["kid"]
	var all jwt.VerificationKeySet
	for _, k := range keys {
		public := k.private.Public()
		if kid == k.kid {
			return public, nil
		}
		all.Keys = append(all.Keys, public)
	}
	if named {
		return nil, errors.New("kid names no key")
	}
	return all, nil
}

// golangJWTMap reads the claims into a map, which is what jwt.Parse does.
func golangJWTMap(token string) (reading, error) {
	t, err := golangJWT.Parse(token, findKey)
	if err != nil {
		return reading{}, err
	}
	c := t.Claims.(jwt.MapClaims)
	r, err := readGolangJWT(c)
	r.Subject, _ = c["sub"].(string) // GetSubject fails for a null, which Parse let pass
	r.Scopes = scopesOf(c["scope"], c["scp"])
	return r, err
}

// golangJWTStruct reads the claims into a struct, which the documentation recommends for claims of one's own.
func golangJWTStruct(token string) (reading, error) {
	var c struct {
		jwt.RegisteredClaims
		Scope any `json:"scope"`
		SCP   any `json:"scp"`
	}
	if _, err := golangJWT.ParseWithClaims(token, &c, findKey); err != nil {
		return reading{}, err
	}
	r, err := readGolangJWT(c)
	r.Subject = c.Subject
	r.Scopes = scopesOf(c.Scope, c.SCP)
	return r, err
}

func readGolangJWT(c jwt.Claims) (reading, error) {
	iss, err1 := c.GetIssuer()
	aud, err2 := c.GetAudience()
	exp, err3 := c.GetExpirationTime()
	if err := errors.Join(err1, err2, err3); err != nil {
		return reading{}, err
	}
	return reading{Issuer: iss, Audience: aud, Expiry: exp.Unix()}, nil
}
