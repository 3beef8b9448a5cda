package main

import (
	"fmt"
	"strings"
)

// quoted shows what cannot be seen in a name.
func quoted(s string) string { return strings.ReplaceAll(toJSON(s), `"`, "'") }

// short keeps what is sent from making a name of it that nobody can read.
func short(s string) string {
	if len(s) > 80 {
		return fmt.Sprintf("of %d octets", len(s)-2)
	}
	return s
}
