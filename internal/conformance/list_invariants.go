package main

var replayLater = leftToLater("comes with the Binding for DPoP, whose replay store it is about")

var invariants = pack{"Under load and in faults",
	"No RFC asks for these; each was found broken somewhere in the field, and makes the above untrue there.",
	[]requirement{
		{"L-1", policy, "ours", "However many requests come at the start, the keys are fetched once", tested},
		{"L-2", policy, "ours", "Made-up kids cannot cause more than a few fetches, also while the issuer fails", tested},
		{"L-3", policy, "ours", "In an outage known keys work for a stated time; after it the answer is 503 and not 401", tested},
		{"L-4", policy, "ours", "No request waits for a refresh while a usable key is there", tested},
		{"L-5", policy, "ours", "An unusable key set takes no good one's place, and is reported", tested},
		{"L-6", policy, "ours", "A key that was withdrawn is refused within a stated time, remembered decisions included", tested},
		{"L-7", policy, "ours", "A remembered decision is found only by who would have got the same one", tested},
		{"L-8", policy, "ours", "Calls about one token are shared, one caller's end is not the others', and errors are not remembered as refusals", tested},
		{"L-9", policy, "ours", "A caller's deadline ends its wait, and nothing keeps running", tested},
		{"L-10", policy, "ours", "No input panics or makes us allocate without bound", tested},
		{"L-11", policy, "ours", "Setting the clock neither lengthens a token's life nor stops a refresh", tested},
		{"L-12", policy, "ours", "gRPC has the same refusals in its own form, and streams end with their token", tested},
		{"L-13", policy, "ours", "Where a token is optional, a bad one is refused", tested},
		{"L-14", policy, "ours", "CORS preflights pass where the route says so, and nothing else does by that", tested},
		{"L-15", policy, "ours", "After an outage of any length refreshing goes on by itself", tested},
		{"L-16", policy, "ours", "The replay store costs the same however full it is, and never forgets what counts", replayLater},
		{"L-17", policy, "ours", "Who has no good token writes into no memory that outlives the request", leftToLater("comes with the replay store of the Binding for DPoP; what is remembered of refused introspections is bounded and apart from the good ones")},
	}}
