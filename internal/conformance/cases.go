package main

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

const casesFolder = "testdata/"

// addJSON adds a file of cases. The ids in it count for the tests that name the file, or a folder below testdata that it
// is in, in a string.
func (g *graph) addJSON(p string, text []byte) (bool, error) {
	if !json.Valid(text) {
		return false, fmt.Errorf("%s is not JSON", p)
	}
	file := node{name: path.Base(p)}
	g.names[file] = append(g.names[file], idPattern.FindAllString(string(text), -1)...)
	_, below, _ := strings.Cut(p, casesFolder)
	if folder := path.Dir(below); folder != "." {
		g.use(node{name: folder + "/"}, file)
	}
	return true, nil
}

// casesIn returns the file or the folder of cases that a string in a test names.
func casesIn(text string) []node {
	if path.Ext(text) == ".json" && !strings.Contains(text, "*") {
		return []node{{name: path.Base(text)}}
	}
	_, below, found := strings.Cut(text, casesFolder)
	below = strings.TrimRight(strings.TrimSuffix(below, "*.json"), "/")
	if !found || below == "" { // all of testdata: too many to say which
		return nil
	}
	return []node{{name: below + "/"}}
}
