package authtest

import "net/http"

// revocation answers as RFC 7009 §2.2 says: 200 for a token that is revoked now,
// and for what is none, because it is as good as revoked. A client revokes only
// tokens that were issued to it (§2.1), which their client_id says.
func (i *Issuer) revocation(_ *http.Request, call Call) reply {
	token := call.Form.Get("token")
	m, ok := i.find(token)
	if ok && m.text("client_id") != call.ClientID {
		return failed(http.StatusBadRequest, "invalid_grant") // RFC 6749 §5.2: issued to another client
	}
	if ok {
		i.tokens.revoke(token)
	}
	return reply{status: http.StatusOK}
}
