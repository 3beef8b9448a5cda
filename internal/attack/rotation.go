package main

import "github.com/bearerguard/bearerguard/middleware"

// lasting is a token that outlives the steps of a case.
func (a *area) lasting() string { return a.token(claims{"exp": in(86400)}) }

const hours = 3600

func (a *area) changedKeys() {
	const source = "RFC 7517 §5, OpenID Connect Core §10.1.1; a removed key is refused, cached decisions included"
	old, rsa := a.usualJWK(), a.main.Key("RS256")
	key, other := newECKey(), newECKey()
	next := keySet(key.jwk(header{"kid": "next", "alg": "ES256"}))
	fresh := a.main.Mint(mint{Header: header{"kid": "next"}, Claims: claims{"exp": in(86400)}, Sign: key.sign})
	token := a.lasting()
	a.then("key gone, seen by a token of the new one", source, "jwt", passes(token), passes(fresh).publishing(next), fails(token, middleware.ReasonUnknownKey))
	token = a.lasting()
	a.then("key gone, seen when its time is up", source, "jwt", passes(token), fails(token, middleware.ReasonUnknownKey).publishing(next).after(2*hours))
	token = a.lasting()
	a.then("key kept beside a new one", source, "jwt", passes(token), passes(fresh).publishing(keySet(old, key.jwk(header{"kid": "next"}))), passes(token))
	token = a.lasting()
	same := keySet(key.jwk(header{"kid": a.main.KeyID(), "alg": "ES256"}))
	a.then("another key under the same kid, a token of the old one", source, "jwt", passes(token),
		fails(token, middleware.ReasonSignature).publishing(same).after(2*hours))
	a.then("another key under the same kid, a token of the new one", source, "jwt", passes(a.lasting()),
		passes(a.main.Mint(mint{Claims: claims{"exp": in(86400)}, Sign: key.sign})).publishing(same).after(2*hours))
	token = a.lasting()
	a.then("key that is for encryption from now on", source, "jwt", passes(token),
		passes(a.main.Mint(mint{Header: header{"kid": "other"}, Claims: claims{"exp": in(86400)}, Sign: other.sign})).
			publishing(keySet(with(old, header{"use": "enc"}), other.jwk(header{"kid": "other"}))), fails(token, middleware.ReasonUnknownKey))
	token = a.main.Mint(mint{Key: rsa, Claims: claims{"exp": in(86400)}})
	a.then("key that is for another algorithm from now on", source, "jwt", passes(token),
		fails(token, middleware.ReasonAlgorithm).publishing(keySet(with(rsa.JWK(), header{"alg": "PS256"}))).after(2*hours))
	token = a.lasting()
	a.then("key gone and back again", source, "jwt", passes(token), fails(token, middleware.ReasonUnknownKey).publishing(next).after(2*hours),
		passes(token).publishing(keySet(old)).after(3*hours))
}

func (a *area) outages() {
	const source = "RFC 9110 §15.6.4; known keys serve for a stated bound, then nothing is known"
	token := a.lasting()
	a.then("keys out of reach for half an hour", source, "jwt", passes(token), passes(token).publishing("").after(1800))
	token = a.lasting()
	a.then("keys out of reach for two hours", source, "jwt", passes(token), undecided(token, middleware.ReasonKeys).publishing("").after(2*hours))
	token = a.lasting()
	a.then("keys out of reach for two hours, then back", source, "jwt", passes(token),
		undecided(token, middleware.ReasonKeys).publishing("").after(2*hours), passes(token).publishing(string(a.main.JWKS())).after(120))
	token = a.lasting()
	a.then("an empty set for half an hour", source, "jwt", passes(token), passes(token).publishing(keySet()).after(1800))
	token = a.lasting()
	a.then("a web page for half an hour", source, "jwt", passes(token), passes(token).publishing("<title>Sorry</title>").after(1800))
	token = a.lasting()
	a.then("keys out of reach, a bad token stays bad", source, "jwt", passes(token),
		fails(a.twinOf(token)["the last bit of the signature"], "").publishing("").after(600))
	token = a.lasting()
	a.then("keys out of reach, a token of a new key", source, "jwt", passes(token),
		undecided(a.main.Mint(mint{Key: a.stranger, Claims: claims{"exp": in(86400)}}), middleware.ReasonKeys).publishing("").after(600))
}
