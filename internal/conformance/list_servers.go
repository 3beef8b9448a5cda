package main

var introspection = pack{"Introspection",
	"Asking the authorization server about a token: RFC 7662.",
	[]requirement{
		{"R7662-1", must, "RFC 7662 §2.1, §4", "The call is a POST with the token in a form, never in the URL", tested},
		{"R7662-2", may, "RFC 7662 §2.1", "A hint says access_token or is not sent", tested},
		{"R7662-3", must, "RFC 7662 §2.1, §4", "The call says who asks", tested},
		{"R7662-4", must, "RFC 7662 §4", "The server's certificate is checked", tested},
		{"R7662-5", must, "RFC 7662 §2.2", "Only the JSON literal true makes a token active", tested},
		{"R7662-6", should, "RFC 7662 §2.2, RFC 6750 §3.1", "An inactive token is invalid_token, and no reason is made up", tested},
		{"R7662-7", must, "RFC 7662 §2.3", "A failure of the server is neither a yes nor a no: 503, and the token is not blamed", tested},
		{"R7662-8", must, "RFC 7662 §4", "No answer is kept past exp", tested},
		{"R7662-9", must, "RFC 7662 §2.2", "exp and nbf of an answer hold at every use", tested},
		{"R7662-10", must, "RFC 7662 §2.2, RFC 9700 §2.3", "aud and iss of an answer are checked against ours", tested},
		{"R7662-11", must, "RFC 7662 §2.2", "scope is one string; another type grants nothing", tested},
		{"R7662-12", may, "RFC 7662 §2.2", "Answers are kept apart by server, credentials and parameters", tested},
		{"R7662-13", may, "RFC 7662 §4", "Keeping answers can be turned off", tested},
		{"R7662-14", should, "RFC 7662 §4", "Made-up tokens do not become a flood of calls", tested},
		{"R7662-15", should, "RFC 7662 §5", "Nothing of an answer is disclosed, and tokens are not kept in clear", tested},
		{"R7662-16", may, "RFC 7662 §2.2", "Unknown members decide nothing and can be read", tested},
	}}

var signedIntrospection = pack{"Signed introspection answers",
	"RFC 9701, on request.",
	[]requirement{
		{"R9701-1", must, "RFC 9701 §4", "A signed answer is asked for by its media type", tested},
		{"R9701-2", must, "RFC 9701 §5", "Content-Type and typ are those of such an answer", tested},
		{"R9701-3", must, "RFC 9701 §5", "iss, aud and iat are there and right, and a key of the server signed", tested},
		{"R9701-4", must, "RFC 9701 §5", "What counts is inside token_introspection, and nothing beside it", tested},
		{"R9701-5", must, "RFC 9701 §8.1", "An answer cannot be used as an access token", tested},
		{"R9701-6", must, "RFC 9701 §8.1", "An access token has the claims that it needs at least", testedWith("iss, aud and exp always; all that RFC 9068 asks for with its profile")},
		{"R9701-7", must, "RFC 9701 §5", "An encrypted answer is a nested JWT", metByAbsence("encrypted answers are refused")},
		{"R9701-8", policy, "RFC 9701 §5", "Where signed answers are asked for, a plain one is an error", tested},
	}}

var metadata = pack{"Metadata of authorization servers",
	"Where keys and endpoints are found: RFC 8414 and OpenID Connect Discovery.",
	[]requirement{
		{"R8414-1", must, "RFC 8414 §3.3, §6.2", "A document whose issuer is not exactly ours is not used", tested},
		{"R8414-2", must, "RFC 8414 §3.1", "The well-known part goes between host and path, and a slash at the end goes", tested},
		{"R8414-3", must, "RFC 8414 §3.1, §3.2", "Only a JSON object with status 200 is metadata", testedWith("the body tells, not its Content-Type")},
		{"R8414-4", must, "RFC 8414 §2", "jwks_uri is https", tested},
		{"R8414-5", must, "RFC 8414 §4", "Issuers are compared without Unicode normalization", tested},
		{"R8414-6", must, "RFC 8414 §6.1, §6.2", "The certificate of the issuer's host is checked", tested},
		{"ROIDC-1", must, "OpenID Connect Discovery §4", "The place of OpenID Connect is tried too, under the same rule for issuer", tested},
		{"ROIDC-2", should, "OpenID Connect Core §10.1.1", "An unknown kid makes us read the keys again", tested},
	}}
