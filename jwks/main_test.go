package jwks_test

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestMain sees that the tests leave no goroutine of ours behind (L-9). Those in
// bubbles are seen to by synctest itself; this is for the ones with sockets.
func TestMain(m *testing.M) {
	code := m.Run()
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	left := ours()
	for wait := time.Millisecond; left != "" && wait < 4*time.Second; wait *= 2 {
		time.Sleep(wait) // for those that are just ending
		left = ours()
	}
	if code == 0 && left != "" {
		fmt.Println("goroutines are left behind:\n" + left)
		code = 1
	}
	os.Exit(code)
}

// ours returns the stacks of all other goroutines that run code of this module.
func ours() string {
	buf := make([]byte, 4<<20)
	stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
	var list []string
	for _, stack := range stacks[1:] { // the first one is this
		if strings.Contains(stack, "github.com/bearerguard/bearerguard/") {
			list = append(list, stack)
		}
	}
	return strings.Join(list, "\n\n")
}
