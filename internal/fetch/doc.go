// Package fetch asks an authorization server for documents, within limits that
// hold whatever the user's http.Client allows: https only, status 200 only, no
// redirects, no cookies, bodies of a stated size.
package fetch
