package main

var (
	listsLater  = leftToLater("comes with a validator that reads status lists; until then the claim status is not looked at, and introspection tells what was revoked")
	eventsLater = leftToLater("comes with a receiver of security events; until then a signed one is refused as an access token, and introspection tells what was revoked")
)

var fapi = pack{"FAPI 2.0",
	"The security profile's part for resource servers, put together from options.",
	[]requirement{
		{"RFAPI-1", must, "FAPI 2.0 §5.3.4", "Tokens come in the header and not in the query", tested},
		{"RFAPI-2", must, "FAPI 2.0 §5.3.4", "Validity, integrity, expiry and revocation are checked", testedWith("revocation only where the server is asked: a JWT validator alone does not see it, middleware.Every with introspection does, up to 60 s late by default")},
		{"RFAPI-3", must, "FAPI 2.0 §5.3.4", "Tokens bound to their sender are supported and others refused", leftToLater("comes with the Bindings for certificates and for DPoP; until then plain bearer tokens pass, and no switch refuses them")},
		{"RFAPI-4", must, "FAPI 2.0 §5.3.4", "What the token allows must be enough, or the refusal is that of RFC 6750", tested},
		{"RFAPI-5", must, "FAPI 2.0 §5.4", "Only PS256, ES256 and EdDSA with Ed25519 are accepted", testedWith("where the issuer's list says so")},
		{"RFAPI-6", must, "FAPI 2.0 §5.4", "Small keys are refused", tested},
		{"RFAPI-7", must, "FAPI 2.0 §5.6", "Keys that share a kid are told apart", tested},
	}}

var statusLists = pack{"Token status lists",
	"The draft for revocation by a published list of bits.",
	[]requirement{
		{"RTSL-1", must, "Token Status List §8.3", "The token itself is checked first", listsLater},
		{"RTSL-2", must, "Token Status List §6.2", "Index and place of the list are there and well-formed", listsLater},
		{"RTSL-3", must, "Token Status List §5.1, §8", "The list is a signed token about its own place", listsLater},
		{"RTSL-4", must, "Token Status List §8.3, §13.7", "An expired list is not relied on", listsLater},
		{"RTSL-5", must, "Token Status List §8.2, §8.3", "The list's own dates win over the cache fields of HTTP", listsLater},
		{"RTSL-6", should, "Token Status List §4.1, §11.1", "The published vectors are read right", listsLater},
		{"RTSL-7", must, "Token Status List §8.3", "An index outside the list refuses the token", listsLater},
		{"RTSL-8", must, "Token Status List §7.1", "Invalid and suspended refuse, and expired stays expired", listsLater},
		{"RTSL-9", should, "Token Status List §8.3", "Any failure refuses", listsLater},
		{"RTSL-10", should, "Token Status List §11.4, §11.5", "Redirects, dates and inflating are bounded", listsLater},
	}}

var events = pack{"Revocation by events",
	"The event session-revoked of CAEP, by the Shared Signals Framework.",
	[]requirement{
		{"RCAEP-1", must, "SSF §4.1, RFC 8417", "An event is typed as one and comes from the transmitter for us", eventsLater},
		{"RCAEP-2", must, "CAEP §3.1", "Tokens of the session from before the event are refused", eventsLater},
		{"RCAEP-3", must, "SSF §3, §4", "An event about a subject that is not understood is dropped", eventsLater},
		{"RCAEP-4", should, "RFC 8935", "The same event twice is the same event", eventsLater},
	}}

var mcp = pack{"Model Context Protocol",
	"The authorization part for servers, revision 2026-07-28.",
	[]requirement{
		{"RMCP-1", must, "MCP, discovery", "The metadata of RFC 9728 names an authorization server", documentLater},
		{"RMCP-2", must, "MCP, discovery", "A 401 or the well-known place leads to it", leftToLater("comes with the handler that serves the document; the 401 names the place already, where Config.Resource is set")},
		{"RMCP-3", must, "MCP, token handling", "Tokens for others are refused, and none is passed on", tested},
		{"RMCP-4", must, "MCP, error handling", "Bad tokens are 401, missing scopes 403, malformed requests 400", tested},
		{"RMCP-5", should, "MCP, scope challenge", "A 403 names every scope of the operation, and where the metadata is", tested},
		{"RMCP-6", should, "MCP, scope selection", "A 401 names the scopes too", tested},
		{"RMCP-7", should, "MCP, refresh tokens", "offline_access is not among the scopes that we ask for", leftToLater("comes with the handler for the document, which has scopes_supported; until then challenges name what the rule says, offline_access too")},
		{"RMCP-8", must, "MCP, scope challenge", "Scopes that imply others are honoured", tested},
		{"RMCP-9", must, "MCP, token requirements", "Every request of a session needs its token", tested},
		{"RMCP-10", must, "MCP, privilege restriction", "The client's token is not handed on", tested},
	}}
