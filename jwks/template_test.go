package jwks_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/jwks"
)

// FuzzTemplate: an issuer that the template lets through differs from the pattern in one path segment or host label
// alone, whatever a URL parser makes of it, and allow decided about exactly that part.
func FuzzTemplate(f *testing.F) {
	for _, tenant := range []string{"a", "8f7b0c2e-1d", ".", "..", "...", "a/../b", "a/b", "%2e", "a?b", "a#b", "a@evil.test", "a:1", "é", "", " ", "a\n"} {
		f.Add("https://login.test/" + tenant + "/v2.0")
		f.Add("https://" + tenant + ".login.test/")
	}
	f.Fuzz(func(t *testing.T, iss string) {
		asked := ""
		allow := func(tenant string) bool { asked = tenant; return true }
		if jwks.Template("https://login.test/{tenantid}/v2.0", allow)(iss) {
			u, err := url.Parse(iss)
			if err != nil || u.Scheme != "https" || u.Host != "login.test" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
				u.EscapedPath() != "/"+asked+"/v2.0" || u.JoinPath().Path != u.Path {
				t.Fatalf("%q passes for tenant %q and is %+v", iss, asked, u)
			}
		}
		if jwks.Template("https://{tenantid}.login.test/", allow)(iss) {
			u, err := url.Parse(iss)
			if err != nil || u.Host != asked+".login.test" || u.Path != "/" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(asked, ".") == "" {
				t.Fatalf("%q passes for tenant %q and is %+v", iss, asked, u)
			}
		}
	})
}
