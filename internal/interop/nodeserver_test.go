package interop

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

const (
	nodeFolder   = "oidcprovider"
	program      = "server.mjs"
	oldestNode   = 20
	installation = 2 * time.Minute  // npm ci at most
	readiness    = 30 * time.Second // from the start of the server to its first line, and to its end, on a busy machine
)

// startNodeServer serves npm oidc-provider, certified for OpenID Connect, in a process of its own. Its packages are
// installed first where they are not.
func startNodeServer(t *testing.T, ca *authority) *server {
	if err := installPackages(t.Context()); err != nil {
		skipAloud(t, err)
	}
	s := &server{
		clients:    newClients(t, ca),
		ca:         ca,
		basic:      introspect.ClientSecretBasic,
		wrongBasic: introspect.ClientSecretBasicRaw,
	}
	n, ready := startNode(t)
	var said struct{ Issuer, TokenEndpoint, MutualTokenEndpoint, RevocationEndpoint, RefreshToken string }
	n.ask(t, s.nodeInput(t), &said)
	ready()
	s.issuer, s.tokenEndpoint, s.mutualTokenEndpoint = said.Issuer, said.TokenEndpoint, said.MutualTokenEndpoint
	s.revocationEndpoint, s.refreshToken, s.rotate = said.RevocationEndpoint, said.RefreshToken, n.rotate
	return s
}

// skipAloud skips aloud or, where Node is required, fails.
func skipAloud(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("BEARERGUARD_REQUIRE_NODE") == "1" {
		t.Fatalf("npm oidc-provider did not run: %v", err)
	}
	fmt.Printf("SKIPPED: npm oidc-provider: %v\n", err)
	t.Skip(err)
}

// installPackages needs the network only when the lock file changed since the last time.
func installPackages(ctx context.Context) error {
	if _, err := os.Stat(nodeFolder + "/" + program); err != nil { // go test repeats a test when a file it looked at changed
		return err
	}
	version, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return fmt.Errorf("node %d or newer is needed: %w", oldestNode, err)
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(string(version), "v"), ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestNode {
		return fmt.Errorf("node %d or newer is needed, this is %s", oldestNode, bytes.TrimSpace(version))
	}
	if installed() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, installation)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--loglevel=error")
	npm.Dir, npm.WaitDelay = nodeFolder, time.Second
	if output, err := npm.CombinedOutput(); err != nil {
		reason, _, _ := bytes.Cut(bytes.TrimSpace(output), []byte("\n"))
		return fmt.Errorf("npm ci: %w: %s", err, reason)
	}
	return nil
}

// installed tells whether npm finished after the lock file was last written.
func installed() bool {
	locked, err := os.Stat(nodeFolder + "/package-lock.json")
	if err != nil {
		return false
	}
	done, err := os.Stat(nodeFolder + "/node_modules/.package-lock.json")
	return err == nil && !done.ModTime().Before(locked.ModTime())
}

// nodeInput is the line that the server reads when it starts.
func (s *server) nodeInput(t *testing.T) []byte {
	t.Helper()
	certificate, key := pemOf(t, s.ca.issue(t, serverName))
	root, _ := pemOf(t, s.ca.Certificate)
	var registrations []map[string]any
	for _, c := range s.clients {
		registrations = append(registrations, c.metadata())
	}
	line, err := json.Marshal(map[string]any{
		"clients": registrations, "algorithms": algorithms, "otherResource": otherAPI, "lifetime": lifetime,
		"tls": map[string]string{"cert": certificate, "key": key, "ca": root},
	})
	if err != nil {
		t.Fatal(err)
	}
	return line
}

// node is the server's process. It answers every line with a line.
type node struct {
	stdin  io.Writer
	stdout *bufio.Reader
}

// ask returns what the server says to a line, as JSON both.
func (n *node) ask(t *testing.T, line []byte, answer any) {
	t.Helper()
	if _, err := n.stdin.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	said, err := n.stdout.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(said, answer)
	}
	if err != nil {
		t.Fatalf("the server did not answer: %v", err)
	}
}

// rotate has the server sign with new keys.
func (n *node) rotate(t *testing.T, overlap bool) {
	n.ask(t, fmt.Appendf(nil, `{"overlap": %t}`, overlap), &struct{}{})
}

// startNode starts the process, which ends with the test: when its standard input does. It is killed where it is not
// ready, or not gone, in time.
func startNode(t *testing.T) (n *node, ready func()) {
	t.Helper()
	var said bytes.Buffer // to be told when something fails
	command := exec.Command("node", program)
	command.Dir, command.Stderr = nodeFolder, &said
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	overdue := time.AfterFunc(readiness, func() { _ = command.Process.Kill() })
	t.Cleanup(func() {
		overdue.Reset(readiness)
		_ = stdin.Close()
		err := command.Wait()
		overdue.Stop()
		if err != nil {
			t.Errorf("the server did not end well: %v", err)
		}
		if t.Failed() {
			t.Logf("the server's notices:\n%s", said.Bytes())
		}
	})
	return &node{stdin, bufio.NewReader(stdout)}, func() { overdue.Stop() }
}
