package httpguard

import (
	"net/http"
	"strconv"

	"github.com/bearerguard/bearerguard/middleware"
)

// WriteRefusal answers with a refusal: its status, its header fields and, where
// it has one, its JSON body.
func WriteRefusal(w http.ResponseWriter, _ *http.Request, refusal middleware.Refusal) {
	setHeader(w, refusal)
	body := refusal.Body()
	if body != nil {
		w.Header().Set("Content-Type", "application/json")
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(refusal.Status)
	_, _ = w.Write(body) // a client that went away cannot be told so
}

// setHeader adds the challenges, of which there may be several, and sets the
// rest. A challenge that something else put there would speak for a guard that
// did not decide.
func setHeader(w http.ResponseWriter, refusal middleware.Refusal) {
	h := w.Header()
	h.Del("WWW-Authenticate")
	for name, value := range refusal.Header() {
		if name == "WWW-Authenticate" {
			h.Add(name, value)
		} else {
			h.Set(name, value)
		}
	}
}
