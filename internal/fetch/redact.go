package fetch

import (
	"net/url"
	"strings"
)

// longestShown is how much of a path is shown, in bytes: metadata may name any.
const longestShown = 200

// Redact returns a URL as errors, logs and reports may show it: scheme, host and
// path. Userinfo, query and fragment may be secret. What is no URL with a host is
// not shown at all, nor is one with an @: nobody can tell where a password that
// was written wrongly begins.
func Redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || strings.Contains(raw+u.EscapedPath(), "@") { // which may write %40 as @
		return "(a URL that is not shown)"
	}
	path, rest := u.EscapedPath(), ""
	if len(path) > longestShown {
		path, rest = path[:longestShown], "…"
	}
	if u.RawQuery != "" {
		rest += "?…"
	}
	return u.Scheme + "://" + u.Host + path + rest
}
