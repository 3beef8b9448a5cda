package main

import (
	"bytes"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"hash"
	"strings"

	"github.com/bearerguard/bearerguard/authtest"
)

type (
	claims = authtest.Claims
	header = map[string]any
	mint   = authtest.Mint
)

const absent = authtest.Absent

// token is a good access token of main, with other claims.
func (a *area) token(c claims) string { return a.main.Token(c) }

// headed is a good access token of main, with other header parameters.
func (a *area) headed(h header) string { return a.main.Mint(mint{Header: h}) }

// goodHeader and goodPayload are the texts of a good token, to build others from.
func (a *area) goodHeader() string  { return part(a.main.Token(), 0) }
func (a *area) goodPayload() string { return part(a.main.Token(), 1) }

// texts is a token of main whose header and payload are these texts, signed as they are.
func (a *area) texts(header, payload string) string {
	return a.main.Mint(mint{RawHeader: []byte(header), RawPayload: []byte(payload)})
}

// more is the payload of a good token with members behind the others, given as JSON.
func (a *area) more(members string) string { return appendMembers(a.goodPayload(), members) }

// appendMembers adds members to the end of a JSON object, even those that it has already.
func appendMembers(object, members string) string {
	return strings.TrimSuffix(object, "}") + "," + members + "}"
}

// part decodes a part of a token.
func part(token string, n int) string {
	return string(must(base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[n])))
}

func encode[T string | []byte](data T) string {
	return base64.RawURLEncoding.EncodeToString([]byte(data))
}

// signed joins encoded parts and their signature by a key.
func signed(header, payload string, sign func([]byte) []byte) string {
	input := header + "." + payload
	return input + "." + encode(sign([]byte(input)))
}

// signer signs as main does by default.
func (a *area) signer() func([]byte) []byte { return a.main.Key(usual).Sign }

// signature replaces the signature by a function of the right one.
func (a *area) signature(alg string, change func([]byte) []byte) string {
	return a.main.Mint(mint{Algorithm: alg, Sign: func(input []byte) []byte {
		return change(bytes.Clone(a.main.Key(alg).Sign(input)))
	}})
}

// mac signs with a secret.
func mac(h func() hash.Hash, secret []byte) func([]byte) []byte {
	return func(input []byte) []byte {
		m := hmac.New(h, secret)
		m.Write(input)
		return m.Sum(nil)
	}
}

func toJSON(v any) string { return string(must(json.Marshal(v))) }

// keySet is a key set of these keys, each a JWK as a map or as a text.
func keySet(keys ...any) string {
	var texts []string
	for _, key := range keys {
		if text, ok := key.(string); ok {
			texts = append(texts, text)
		} else {
			texts = append(texts, toJSON(key))
		}
	}
	return `{"keys":[` + strings.Join(texts, ",") + `]}`
}

// must is for what only a mistake in a recipe can make fail.
func must[T any](v T, err error) T {
	if err != nil {
		panic("attack: " + err.Error())
	}
	return v
}
