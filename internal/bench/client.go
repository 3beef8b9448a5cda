package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
)

// clientVariable in the environment makes this program the client of another run of it: a process of its own, so that what
// the client costs is not counted as the server's.
const clientVariable = "BEARERGUARD_BENCH_CLIENT"

// connections are what a client keeps open to a server, each with one request at a time.
const connections = 8

// load is what a client is told to do, one JSON object a line.
type load struct {
	Addr, Token string
	Requests    int // on all connections together
}

// serveLoad does what it is told, and answers each line with one: empty, or what went wrong.
func serveLoad(in io.Reader, out io.Writer) {
	open := make(map[string][]*connection)
	for decoder := json.NewDecoder(in); ; {
		var l load
		if decoder.Decode(&l) != nil {
			return
		}
		text := ""
		if err := l.send(open); err != nil {
			text = err.Error()
		}
		fmt.Fprintln(out, text)
	}
}

// send sends the requests on the connections that are open to the server already, if there are.
func (l load) send(open map[string][]*connection) error {
	for len(open[l.Addr]) < connections {
		c, err := net.Dial("tcp", l.Addr)
		if err != nil {
			return err
		}
		open[l.Addr] = append(open[l.Addr], &connection{Conn: c, reader: bufio.NewReader(c)})
	}
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: Bearer " + l.Token + "\r\n\r\n")
	errs := make([]error, connections)
	var group sync.WaitGroup
	for i, c := range open[l.Addr] {
		group.Go(func() {
			for range l.Requests / connections {
				if errs[i] = c.exchange(request); errs[i] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

type connection struct {
	net.Conn
	reader *bufio.Reader
}

func (c *connection) exchange(request []byte) error {
	if _, err := c.Write(request); err != nil {
		return err
	}
	response, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errRefused
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

// A client is the other process.
type client struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

func startClient() (*client, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &client{process: exec.Command(self)}
	c.process.Env = append(os.Environ(), clientVariable+"=1")
	c.process.Stderr = os.Stderr
	if c.in, err = c.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.out = bufio.NewScanner(out)
	return c, c.process.Start()
}

// do returns when all requests were answered.
func (c *client) do(l load) error {
	if err := json.NewEncoder(c.in).Encode(l); err != nil {
		return err
	}
	if !c.out.Scan() {
		return errors.New("the client is gone")
	}
	if text := c.out.Text(); text != "" {
		return errors.New("the client: " + text)
	}
	return nil
}

// stop ends the other process, by the end of its input.
func (c *client) stop() error {
	c.in.Close()
	return c.process.Wait()
}
