package main

import (
	"maps"

	"github.com/bearerguard/bearerguard/middleware"
)

const opaque = "opaque-token-1"

func jsonAnswer(text string) Answer {
	return Answer{Status: 200, Fields: [][2]Text{{"Content-Type", "application/json"}}, Body: Text(text)}
}

// active is the answer about a good token, with other members.
func active(changes claims) Answer {
	return jsonAnswer(toJSON(activeMembers(changes)))
}

func activeMembers(changes claims) claims {
	m := claims{"active": true, "iss": mainURL, "aud": ours, "sub": "user-1", "client_id": "client-1", "scope": "read", "exp": in(300), "token_type": "Bearer"}
	maps.Copy(m, changes)
	for name, value := range m {
		if value == any(absent) {
			delete(m, name)
		}
	}
	return m
}

func inactive() Answer { return jsonAnswer(`{"active":false}`) }

// asking is a case about an opaque token.
func (a *area) asking(name string, answer Answer, source string) *Case {
	return a.good(name, opaque, source).with("opaque").answer(answer).asked(1)
}

// inactive and the like say what becomes of it.
func (c *Case) refusedBecause(reason middleware.Reason) *Case {
	asked := c.Expect.Asked
	c.Expect = refused(middleware.InvalidToken)
	c.Expect.Asked = asked
	return c.because(reason)
}

func (c *Case) undecided() *Case {
	asked := c.Expect.Asked
	c.Expect = refused(middleware.Unavailable)
	c.Expect.Asked = asked
	return c.because(middleware.ReasonIntrospection)
}
