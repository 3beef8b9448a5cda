package main

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sections are what was looked up, by document: a section, and what it is about. A source that names another one is a
// source from memory.
var sections = map[string]map[string]string{
	"RFC 3986": {"§3.3": "path", "§6.2.2": "syntax-based normalization", "§6.2.2.1": "case normalization: of scheme and host"},
	"RFC 4648": {"§3.5": "canonical encoding: pad bits are zero"},
	"RFC 6749": {"§3.3": "scope"},
	"RFC 6750": {
		"§2.1": "Authorization field", "§2.2": "form", "§2.3": "query", "§3.1": "error codes", "§5.3": "recommendations: safeguard tokens",
	},
	"RFC 6839": {"§3.1": "+json"},
	"RFC 7009": {"§2.1": "revocation request"},
	"RFC 7515": {
		"§2": "base64url", "§4": "header: no duplicates, unknown parameters are ignored", "§4.1.1": "alg", "§4.1.2": "jku", "§4.1.3": "jwk", "§4.1.4": "kid",
		"§4.1.5": "x5u", "§4.1.6": "x5c", "§4.1.9": "typ", "§4.1.11": "crit", "§5.2": "validation", "§5.2(1)": "three parts", "§5.2(3)": "a JSON object in UTF-8",
		"§5.2(8)": "alg is there and the signature holds", "§5.3": "string comparison", "§7.1": "compact serialization", "§10.12": "strict JSON", "§10.13": "Unicode comparison",
		"App. F": "detached content",
	},
	"RFC 7516": {"§9": "JWS told from JWE"},
	"RFC 7517": {
		"§4": "members of a key: no duplicates, unknown ones are ignored", "§4.1": "kty", "§4.2": "use", "§4.3": "key_ops", "§4.4": "alg", "§4.5": "kid",
		"§5": "key sets: unusable keys are ignored", "§9": "private keys stay private",
	},
	"RFC 7518": {
		"§3.1": "algorithms", "§3.3": "RSASSA-PKCS1-v1_5", "§3.4": "ECDSA", "§3.5": "RSASSA-PSS", "§3.6": "none", "§4.6": "ECDH-ES", "§6.2.1": "EC public keys",
		"§6.3.1": "RSA public keys", "§6.3.1.1": "n, and libraries that write a zero octet in front",
	},
	"RFC 7519": {
		"§1": "compact serializations only", "§2": "NumericDate, StringOrURI", "§4": "claims: no duplicates, unknown ones are ignored", "§4.1.1": "iss", "§4.1.2": "sub",
		"§4.1.3": "aud", "§4.1.4": "exp", "§4.1.5": "nbf", "§4.1.6": "iat", "§5.1": "typ", "§5.2": "cty", "§5.3": "claims in the header", "§7.2": "validation", "§7.2(8)": "nested",
	},
	"RFC 7662": {"§2.1": "request", "§2.2": "response", "§2.3": "errors", "§4": "security: TLS, caching, token scanning"},
	"RFC 7797": {"§6": "b64 and crit go together", "§7": "not in JWTs"},
	"RFC 7800": {"§3.1": "cnf"},
	"RFC 8017": {"§8.2.2": "verification, PKCS1-v1_5"},
	"RFC 8032": {"§5.1.7": "verification, Ed25519: S is in range"},
	"RFC 8037": {"§3.1": "EdDSA in JWS"},
	"RFC 8259": {"§2": "grammar", "§4": "objects: names are unique", "§6": "numbers", "§7": "strings", "§8.1": "UTF-8, no byte order mark", "§9": "parsers may set limits"},
	"RFC 8414": {"§4": "strings are compared without normalization"},
	"RFC 8693": {"§4.2": "the claim scope"},
	"RFC 8705": {"§3": "certificate-bound tokens", "§3.2": "in introspection answers", "§6.5": "TLS ends at a proxy"},
	"RFC 8707": {"§2": "resource"},
	"RFC 8725": {
		"§2.1": "weak signatures: none, RS256 as HS256", "§2.8": "cross-JWT confusion", "§3.1": "verify the algorithm", "§3.2": "appropriate algorithms", "§3.4": "validate inputs: points",
		"§3.7": "UTF-8", "§3.8": "issuer and subject", "§3.9": "audience", "§3.10": "received claims are not trusted: kid, jku, x5u", "§3.11": "explicit typing",
		"§3.12": "exclusive rules for kinds of JWT",
	},
	"RFC 8725bis": {
		"§3.1": "an algorithm for each key and issuer", "§3.3": "JWS told from JWE", "§3.10": "where keys come from", "§3.13": "p2c", "§3.14": "only the compact form's characters",
		"§3.15": "decompression",
	},
	"RFC 9068": {"§2.1": "header", "§2.2": "required claims", "§2.2.3": "authorization claims", "§4": "validation"},
	"RFC 9110": {
		"§5.1": "field names", "§5.3": "repeated fields", "§5.5": "field values", "§6.5.1": "trailers", "§7.6.1": "Connection", "§8.3.1": "media types", "§8.4.1.3": "gzip",
		"§9.1": "methods have case", "§9.3.2": "HEAD", "§11.1": "schemes have no case", "§11.6.2": "Authorization", "§15.6.4": "503",
	},
	"RFC 9112": {"§3.2.2": "absolute form", "§5.1": "no space before the colon", "§5.2": "folded lines"},
	"RFC 9449": {"§4.2": "what a proof is", "§6.2": "jkt in introspection answers", "§7.1": "the scheme DPoP", "§7.2": "beside Bearer"},
	"RFC 9470": {"§3": "the challenge", "§6.1": "acr and auth_time in a JWT"},
	"RFC 9700": {"§2.3": "tokens are for one resource and action", "§4.13": "reverse proxies"},
	"RFC 9701": {"§4": "request", "§5": "response", "§8.1": "cross-JWT confusion"},
	"RFC 9864": {"§2.2": "Ed25519"},

	"FAPI 2.0":            {"§5.3.4": "resource servers", "§5.6": "keys that share a kid"},
	"FIPS 186-5":          {"§6.4.2": "verification, ECDSA: R and S are in range"},
	"OAuth 2.1":           {"§5.1": "tokens in requests"},
	"OpenID Connect Core": {"§10.1.1": "rotation of signing keys"},
}

// cves are those that were looked up, and what was wrong.
var cves = map[string]string{
	"CVE-2006-4339":    "OpenSSL: padding of PKCS1-v1_5 is removed and not checked, exponent 3",
	"CVE-2015-7940":    "Bouncy Castle: points beside their curve",
	"CVE-2015-9235":    "jsonwebtoken: RS256 as HS256",
	"CVE-2016-10555":   "jwt-simple: RS256 as HS256",
	"CVE-2017-16007":   "node-jose: points beside their curve in ECDH-ES",
	"CVE-2018-0114":    "node-jose: the key in the header verifies",
	"CVE-2018-1000531": "prime-jwt: none",
	"CVE-2018-14773":   "Symfony: X-Original-URL and X-Rewrite-URL change the path",
	"CVE-2020-11989":   "Apache Shiro: a path that is encoded twice",
	"CVE-2020-17523":   "Apache Shiro: a path that ends in %20",
	"CVE-2020-1957":    "Apache Shiro: a path with a semicolon",
	"CVE-2020-28042":   "ServiceStack: no signature",
	"CVE-2020-36843":   "EdDSA-Java: S is not in range",
	"CVE-2022-21449":   "OpenJDK: R and S are zero",
	"CVE-2022-23540":   "jsonwebtoken: none by default",
	"CVE-2022-29217":   "PyJWT: other forms of public keys as HMAC secrets",
	"CVE-2022-3102":    "JWCrypto: a JWE in the place of a JWS",
	"CVE-2022-39227":   "python-jwt: JSON serialization that looks compact",
	"CVE-2023-52428":   "Nimbus: any p2c",
	"CVE-2024-28180":   "go-jose: a JWE that inflates without bound",
	"CVE-2024-33664":   "python-jose: a JWE that inflates without bound",
	"CVE-2025-22868":   "golang.org/x/oauth2/jws: memory for every period",
	"CVE-2025-30204":   "golang-jwt: memory for every period",
	"CVE-2025-59420":   "Authlib: unknown extensions in crit",
}

var reference = regexp.MustCompile(`CVE-\d+-\d+|(?:RFC \d+(?:bis)?|FIPS 186-5|FAPI 2\.0|OAuth 2\.1|OpenID Connect Core)|§[A-Z\d]+(?:\.\d+)*(?:\(\d+\))?|App\. [A-Z]`)

// TestReferences: every source names something, and all that it names was looked up; and nothing is listed in vain.
func TestReferences(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, f := range readCorpus(t) {
		for _, c := range f.Cases {
			document, named := "", false
			for _, name := range reference.FindAllString(c.Source, -1) {
				switch {
				case strings.HasPrefix(name, "CVE-"):
					named = true
					if used[name] = true; cves[name] == "" {
						t.Errorf("%s: %s was not looked up", c.Name, name)
					}
				case strings.HasPrefix(name, "§"), strings.HasPrefix(name, "App."):
					named = true
					if used[document+" "+name] = true; sections[document][name] == "" {
						t.Errorf("%s: %s %s was not looked up", c.Name, document, name)
					}
				default:
					document = name
				}
			}
			for _, other := range []string{"this library", "Keycloak: ", "Microsoft Entra ID: ", "gRPC over HTTP/2: "} {
				named = named || strings.Contains(c.Source, other)
			}
			if !named {
				t.Errorf("%s: the source %q names nothing that can be looked up", c.Name, c.Source)
			}
		}
	}
	for name := range cves {
		if !used[name] {
			t.Errorf("no case names %s", name)
		}
	}
	for _, document := range slices.Sorted(maps.Keys(sections)) {
		for name := range sections[document] {
			if !used[document+" "+name] {
				t.Errorf("no case names %s %s", document, name)
			}
		}
	}
}
