package echoguard

import (
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/labstack/echo/v4"
)

// body is a refusal as Echo's default error handler sends it: {} where nothing
// was presented and so nothing is said (RFC 6750 §3.1), because that handler
// cannot send nothing.
type body struct {
	Error       string `json:"error,omitempty"`
	Description string `json:"error_description,omitempty"`
}

// refuse sets the header fields, so that they are there whatever becomes of the
// error, and leaves the rest to Echo's error handling.
func refuse(c echo.Context, refusal middleware.Refusal, cause error) error {
	h := c.Response().Header()
	h.Del("WWW-Authenticate") // a challenge of something else would speak for a guard that did not decide
	for name, value := range refusal.Header() {
		if name == "WWW-Authenticate" {
			h.Add(name, value)
		} else {
			h.Set(name, value)
		}
	}
	return &echo.HTTPError{
		Code:     refusal.Status,
		Message:  body{refusal.Error, refusal.Description},
		Internal: cause,
	}
}
