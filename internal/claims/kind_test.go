package claims_test

import (
	"testing"
)

const (
	idToken      = "ID token"
	refreshToken = "refresh token"
	logoutToken  = "logout token"
	eventToken   = "security event token"
)

func TestOtherKind(t *testing.T) {
	t.Parallel()
	const iss = `{"iss":"https://login.example.com","sub":"ada","exp":1767225600,`
	for _, tt := range []struct {
		name, text string // text follows iss
		want       string // "": nothing says that it is no access token
	}{
		// R8725-17: what an ID token of the same issuer looks like. Its aud may
		// include the API, and it may have no typ.
		{"R8725-17 ID token, code flow", `"aud":["shop","https://api"],"azp":"shop","nonce":"n","at_hash":"h"}`, idToken},
		{"R8725-17 ID token, nonce only", `"aud":"shop","nonce":"n"}`, idToken},
		{"R8725-17 ID token, nonce and azp", `"aud":["shop","https://api"],"azp":"shop","nonce":"n"}`, idToken},
		{"R8725-17 ID token, at_hash only", `"at_hash":"h"}`, idToken},
		{"R8725-17 ID token, c_hash only", `"c_hash":"h"}`, idToken},
		{"R8725-17 ID token, at_hash beside client_id and scope", `"at_hash":"h","client_id":"shop","scope":"openid"}`, idToken},
		{"R8725-17 ID token, at_hash of a wrong type", `"at_hash":1}`, idToken},
		{"R8725-17 ID token, at_hash null", `"at_hash":null}`, idToken},
		{"R8725-17 ID token, at_hash empty", `"at_hash":""}`, idToken},
		{"R8725-17 ID token, c_hash null", `"c_hash":null}`, idToken},
		{"R8725-17 ID token, nonce null", `"nonce":null}`, idToken},
		{"R8725-17 ID token, nonce empty", `"nonce":""}`, idToken},
		{"R8725-17 ID token, nonce escaped", `"nonc\u0065":"n"}`, idToken},
		{"R8725-17 ID token, null says nothing against it", `"nonce":"n","scope":null,"client_id":null,"scp":null}`, idToken},
		{"R8725-17 ID token, nested client_id says nothing", `"nonce":"n","a":{"client_id":"shop","scope":"x"}}`, idToken},
		{"R8725-17 ID token, Client_ID says nothing", `"nonce":"n","Client_ID":"shop","Scope":"x"}`, idToken},
		{"R8725-17 ID token of Keycloak", `"typ":"ID","azp":"shop","acr":"1"}`, idToken},
		{"R8725-17 ID token of Cognito", `"token_use":"id","aud":"shop","cognito:username":"ada"}`, idToken},
		{"R8725-17 ID token by typ beside scope and client_id", `"typ":"ID","scope":"openid","client_id":"shop"}`, idToken},
		{"R8725-17 refresh token of Keycloak", `"typ":"Refresh","azp":"shop","scope":"openid"}`, refreshToken},
		{"R8725-17 offline token of Keycloak", `"typ":"Offline","azp":"shop","scope":"openid"}`, refreshToken},
		{"R8725-17 logout token of Keycloak", `"typ":"Logout","sid":"s"}`, logoutToken},
		{"R8725-17 refresh token of Hydra", `"token_use":"refresh_token","client_id":"shop","scope":"offline"}`, refreshToken},
		{"R8725-17 logout token", `"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`, eventToken},
		{"R8725-17 security event", `"events":{"https://schemas.openid.net/secevent/caep/event-type/session-revoked":{}}}`, eventToken},
		{"R8725-17 security event without events", `"events":{}}`, eventToken},
		{"R8725-17 security event beside scope", `"events":{},"scope":"read","client_id":"shop"}`, eventToken},
		{"R8725-17 both words, one of them bad", `"typ":"Bearer","token_use":"id"}`, idToken},
		{"R8725-17 both words, the other bad", `"typ":"Refresh","token_use":"access"}`, refreshToken},

		{"plain access token", `"aud":"https://api","client_id":"shop","scope":"read"}`, ""},
		{"access token without scope and client_id", `"aud":"https://api"}`, ""},
		{"access token with azp", `"azp":"shop"}`, ""},
		{"access token with azp and auth_time", `"azp":"shop","auth_time":1767221990,"acr":"1","sid":"s"}`, ""},
		{"access token with nonce and client_id", `"nonce":"n","client_id":"shop"}`, ""},
		{"access token with nonce and scope", `"nonce":"n","scope":"read"}`, ""},
		{"access token with nonce and empty scope", `"nonce":"n","scope":""}`, ""},
		{"access token with nonce and scp", `"nonce":"n","scp":["read"]}`, ""},
		{"access token of Keycloak", `"typ":"Bearer","azp":"shop","realm_access":{"roles":["user"]}}`, ""},
		{"bound access token of Keycloak", `"typ":"DPoP","azp":"shop"}`, ""},
		{"access token of Cognito", `"token_use":"access","client_id":"shop"}`, ""},
		{"access token of Hydra", `"token_use":"access_token","client_id":"shop"}`, ""},
		{"events of another meaning", `"events":["concert"]}`, ""},
		{"events null", `"events":null}`, ""},
		{"typ of another meaning", `"typ":{"id":1},"token_use":["id"]}`, ""},
		{"an ID token that nothing tells from an access token", `"aud":["shop","https://api"],"azp":"shop"}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := read(t, iss+tt.text)
			if got := m.OtherKind(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// R8725-17: the words of typ and token_use.
func TestKindByName(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		`"ID"`:                idToken,
		`"id"`:                idToken,
		`"Id"`:                idToken,
		`"id_token"`:          idToken,
		`"ID-Token"`:          idToken,
		`"ID Token"`:          idToken,
		`"IDToken"`:           idToken,
		`"id+jwt"`:            idToken,
		`"id_token+jwt"`:      idToken,
		`"\u0049\u0044"`:      idToken,
		`"refresh"`:           refreshToken,
		`"Refresh_Token"`:     refreshToken,
		`"REFRESH-TOKEN+JWT"`: refreshToken,
		`"Refresh Token"`:     refreshToken,
		`"offline"`:           refreshToken,
		`"offline_token"`:     refreshToken,
		`"Logout"`:            logoutToken,
		`"logout+jwt"`:        logoutToken,
		`"logout_token"`:      logoutToken,
		`"rt+jwt"`:            refreshToken,
		`"RT"`:                refreshToken,

		`"application/refresh+jwt"`:                               refreshToken,
		`"application/logout+jwt"`:                                logoutToken,
		`"urn:ietf:params:oauth:token-type:refresh_token"`:        refreshToken,
		`"urn:ietf:params:oauth:token-type:id_token"`:             idToken,
		`"urn:ietf:params:oauth:token-type:access_token"`:         "",
		`"urn:ietf:params:oauth:token-type:jwt"`:                  "",
		`"application/urn:ietf:params:oauth:token-type:id_token"`: "",
		`"rtx"`: "", `"application/"`: "", `"urn:ietf:params:oauth:token-type:"`: "",
		`"logout-token+jwt"`: logoutToken,

		`""`:                         "",
		`"JWT"`:                      "",
		`"at+jwt"`:                   "",
		`"application/at+jwt"`:       "",
		`"Bearer"`:                   "",
		`"bearer_token"`:             "",
		`"access"`:                   "",
		`"access_token"`:             "",
		`"token"`:                    "",
		`"+jwt"`:                     "",
		`"idp"`:                      "",
		`"identity"`:                 "",
		`"void"`:                     "",
		`"id_tokens"`:                "",
		`"refreshing"`:               "",
		`"refresh_token+jwt and so"`: "",
		`"a refresh token"`:          "",
		`1`:                          "",
		`null`:                       "",
		`true`:                       "",
		`["id"]`:                     "",
		`{"id":"id"}`:                "",
	} {
		for _, claim := range []string{"typ", "token_use"} {
			t.Run("R8725-17 "+claim+" "+word, func(t *testing.T) {
				m := read(t, `{"`+claim+`":`+word+`}`)
				if got := m.OtherKind(); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}
