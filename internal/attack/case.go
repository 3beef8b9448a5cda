package main

import "github.com/bearerguard/bearerguard/middleware"

// with names another configuration.
func (c *Case) with(configuration string) *Case {
	c.Configuration = configuration
	return c
}

// to names another route.
func (c *Case) to(route string) *Case {
	c.Request.To = route
	return c
}

// because names the word for logs.
func (c *Case) because(reason middleware.Reason) *Case {
	c.Expect.Reason = string(reason)
	return c
}

// field adds a header field.
func (c *Case) field(name, value Text) *Case {
	c.Request.Fields = append(c.Request.Fields, [2]Text{name, value})
	return c
}

// publish changes the key set of main.
func (c *Case) publish(jwks string) *Case {
	c.Publish = map[string]Text{"main": Text(jwks)}
	return c
}

// answer says what the introspection endpoint answers.
func (c *Case) answer(a Answer) *Case {
	c.Answer = &a
	return c
}

// asked says how many questions the introspection endpoint gets.
func (c *Case) asked(n int) *Case {
	c.Expect.Asked = &n
	return c
}

// fresh tells that the decision must not be kept.
func (c *Case) fresh() *Case {
	c.Expect.Fresh = true
	return c
}

// notIn tells where the case cannot exist, and why.
func (c *Case) notIn(protocol, why string) *Case {
	if c.NotIn == nil {
		c.NotIn = map[string]string{}
	}
	c.NotIn[protocol] = why
	return c
}

// in says what to expect of a certain router.
func (c *Case) in(router string, e Expect) *Case {
	c.Step.In = map[string]Expect{router: e}
	return c
}

// byServer tells that an HTTP server may refuse the request by itself.
func (c *Case) byServer() *Case {
	c.Expect.ByServer = true
	return c
}

// forbidden, unavailable and the like change what is expected of a case.
func (c *Case) forbidden() *Case {
	c.Expect = refused(middleware.InsufficientScope)
	return c
}

func (c *Case) unavailable(reason middleware.Reason) *Case {
	c.Expect = refused(middleware.Unavailable)
	return c.because(reason)
}
