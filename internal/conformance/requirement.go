package main

// A level is how strongly the source asks: the strongest word that it uses of the requirement (RFC 2119), our own
// reading where none is noted (see readings), and policy where no specification says it at all.
type level string

const (
	must   level = "MUST"   // REQUIRED, SHALL and MUST NOT too
	should level = "SHOULD" // RECOMMENDED and SHOULD NOT too
	may    level = "MAY"    // OPTIONAL too
	policy level = "POLICY" // ours
)

var levels = []level{must, should, may, policy}

// A status says what has become of a requirement.
type status string

const (
	covered status = "covered"        // a test names it
	absent  status = "met by absence" // what the requirement governs does not exist here
	later   status = "later"          // not built yet
)

var statuses = []status{covered, absent, later}

// A requirement is one line of the map.
type requirement struct {
	id     string
	level  level
	source string
	text   string // what has to hold, in our words
	fate   fate
}

// A fate is a status and why. Covered requirements need no reason, but may have a remark; the others must have one.
type fate struct {
	status status
	reason string
}

var tested = fate{status: covered}

// testedWith is tested, with a remark on what the tests do not reach.
func testedWith(remark string) fate { return fate{covered, remark} }
func metByAbsence(why string) fate  { return fate{absent, why} }
func leftToLater(why string) fate   { return fate{later, why} }

// A pack is a group of requirements about one subject.
type pack struct {
	title        string
	about        string // one or two sentences for who does not know the subject
	requirements []requirement
}

// packs is the whole list, in the order of the document.
var packs = []pack{
	bearer, jws, jwk, jwa, jwt, bestPractice, accessTokens, introspection, signedIntrospection, metadata,
	certificates, proofs, stepUp, securityPractice, resourceMetadata, richRequests, fapi, statusLists, events, mcp,
	invariants,
}
