package main

var (
	stepUpLater   = leftToLater("comes with rules that ask for an authentication context or its age; until then no route can, and a handler can read Token.ACR and Token.AuthTime")
	documentLater = leftToLater("comes with the handler that serves the document; until then the user serves one")
	detailsLater  = leftToLater("comes with rules on authorization_details; until then rules know scopes only, and a handler can read the claim with Token.Claim")
)

var stepUp = pack{"Step-up authentication",
	"RFC 9470.",
	[]requirement{
		{"R9470-1", must, "RFC 9470 §3", "Too weak or too old an authentication is 401 insufficient_user_authentication", stepUpLater},
		{"R9470-2", must, "RFC 9470 §3", "acr_values are listed by preference", stepUpLater},
		{"R9470-3", must, "RFC 9470 §3", "max_age is a whole number, not negative", stepUpLater},
		{"R9470-4", must, "RFC 9470 §6.1, §6.2", "acr and auth_time are read from JWTs and from introspection answers", testedWith("one mapping serves both")},
		{"R9470-5", must, "RFC 9470 §3", "An authentication that is missing, too old or another is challenged", stepUpLater},
		{"R9470-6", may, "RFC 9470 §3", "The challenge names missing scopes too", stepUpLater},
		{"R9470-7", should, "RFC 9470 §9", "Requirements are told to holders of good tokens only", stepUpLater},
		{"R9470-8", must, "RFC 9470 §3", "The challenge works under DPoP too", stepUpLater},
	}}

var securityPractice = pack{"OAuth security best practice",
	"RFC 9700.",
	[]requirement{
		{"R9700-1", must, "RFC 9700 §2.3", "For every request it is checked that the token was meant for us", tested},
		{"R9700-2", must, "RFC 9700 §2.3", "And that it was meant for this action on this resource", tested},
		{"R9700-3", should, "RFC 9700 §2.2.1", "Tokens bound to their sender are supported", leftToLater("comes with the Bindings for certificates and for DPoP; until then users have to bring one, and bound tokens are refused")},
		{"R9700-4", must, "RFC 9700 §4.10.1", "A proof of possession cannot be replayed", proofsLater},
		{"R9700-5", must, "RFC 9700 §4.13", "What a proxy would say in header fields is believed of known proxies only", testedWith("of none: no such field is looked at")},
		{"R9700-6", should, "RFC 9700 §4.15", "Tokens of clients and of users can be told apart", testedWith("sub and client_id side by side; nothing is guessed")},
	}}

var resourceMetadata = pack{"Metadata of the resource server",
	"RFC 9728. Challenges already say where the document is; serving it is to come.",
	[]requirement{
		{"R9728-1", must, "RFC 9728 §3, §3.1", "The document is at the well-known place, put in front of the path", leftToLater("comes with the handler that serves the document; the place is computed, and challenges name it")},
		{"R9728-2", must, "RFC 9728 §3.1, §3.2", "Anybody can read it, as application/json", documentLater},
		{"R9728-3", must, "RFC 9728 §3.3", "It names the resource as configured, whatever the request says", leftToLater("comes with the handler that serves the document; the challenge keeps to the configured resource already")},
		{"R9728-4", must, "RFC 9728 §3.2", "Empty lists are left out", documentLater},
		{"R9728-5", must, "RFC 9728 §1.2", "The resource identifier is https and has no fragment", tested},
		{"R9728-6", must, "RFC 9728 §5.1", "Challenges of 401 and 403 name the place of the document", testedWith("serving it there is up to the user")},
		{"R9728-7", should, "RFC 9728 §2", "What it says is true", documentLater},
		{"R9728-8", must, "RFC 9728 §3.1", "Several resources on one host have a document each", documentLater},
		{"R9728-9", must, "RFC 9728 §2.2", "Signed metadata has iss and is not nested", documentLater},
		{"R9728-10", must, "RFC 9728 §2", "none is never among the algorithms", documentLater},
	}}

var richRequests = pack{"Rich authorization requests",
	"RFC 9396.",
	[]requirement{
		{"R9396-1", should, "RFC 9396 §9.1", "authorization_details of a JWT count in the decision", detailsLater},
		{"R9396-2", must, "RFC 9396 §9.2", "So do those of an introspection answer", detailsLater},
		{"R9396-3", policy, "RFC 9396 §2", "They are objects with a type each, and an unknown type gives nothing", detailsLater},
		{"R9396-4", must, "RFC 9396 §2.2, §6.1", "Comparing them never widens what was granted", detailsLater},
	}}
