package authtest

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"
)

// Down breaks the connection instead of an answer. A resource server should
// pause before it asks again, longer after each failure, however many requests
// come meanwhile. Over real sockets, Go's HTTP client itself may ask twice where
// it used a connection again.
func Down(http.Handler) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		panic(http.ErrAbortHandler)
	})
}

// Delay answers correctly, but so much later. A resource server should give up
// after a time of its own, a few seconds, and let no request wait whose key it
// has.
func Delay(d time.Duration) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if wait(r.Context(), d) != nil {
				panic(http.ErrAbortHandler)
			}
			good.ServeHTTP(w, r)
		})
	}
}

// SlowBytes answers correctly, one byte at a time, with a pause before each. A
// resource server should bound the time of a whole fetch: bytes that keep coming
// are no reason to wait on.
func SlowBytes(pause time.Duration) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			good.ServeHTTP(&slowWriter{w, r.Context(), pause}, r)
		})
	}
}

type slowWriter struct {
	http.ResponseWriter
	ctx   context.Context // of the request
	pause time.Duration
}

func (w *slowWriter) Write(p []byte) (int, error) {
	connection := http.NewResponseController(w.ResponseWriter)
	for n := range p {
		if err := connection.Flush(); err != nil { // the header first, then each byte
			return n, err
		}
		if err := wait(w.ctx, w.pause); err != nil {
			return n, err
		}
		if _, err := w.ResponseWriter.Write(p[n : n+1]); err != nil {
			return n, err
		}
	}
	return len(p), nil
}

// Unwrap is for http.ResponseController.
func (w *slowWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Truncated ends the connection after half of the document, whose length was
// declared (RFC 9112 §8). A resource server should keep the keys it has: half an
// answer is none.
func Truncated(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := answerOf(good, r)
		body := a.Body.Bytes()
		send(w, a, body[:len(body)/2], len(body))
	})
}

// Flapping is faulty for so many requests, then good for so many, and so on. A
// resource server should not be seen to flap: its keys outlive the gaps.
//
// Each endpoint counts its own requests. Flapping panics unless both numbers
// are positive.
func Flapping(f Fault, faulty, right int) Fault {
	if faulty <= 0 || right <= 0 {
		panic("authtest: Flapping needs numbers of requests that are positive")
	}
	return func(good http.Handler) http.Handler {
		var count atomic.Int64
		bad, period := f(good), int64(faulty)+int64(right)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if (count.Add(1)-1)%period < int64(faulty) {
				bad.ServeHTTP(w, r)
				return
			}
			good.ServeHTTP(w, r)
		})
	}
}
