package main

import "strings"

// readings are the requirements whose level is our own reading: the checklist that the list was made from notes no word
// of RFC 2119 for them. That does not say that the source has none; it says that we do not quote one.
var readings = setOf(`
	R6750-7 R6750-14 R6750-16 R6750-19 R6750-20
	R9110-1
	R7515-1 R7515-2 R7515-7 R7515-8
	R7797-1
	R7517-2 R7517-4 R7517-5 R7517-6 R7517-7 R7517-9 R7517-11 R7517-12
	R7518-3 R7518-4 R7518-5 R7518-7
	R7638-1
	R7519-1 R7519-3 R7519-4 R7519-9 R7519-11
	R7662-1 R7662-3 R7662-5 R7662-6 R7662-7 R7662-9 R7662-11 R7662-13 R7662-14 R7662-15 R7662-16
	R9701-1 R9701-2 R9701-4 R9701-7
	R8414-2 R8414-3 R8414-5
	ROIDC-1 ROIDC-2
	R8705-3 R8705-4 R8705-5 R8705-8
	R8707-2
	R8725-4 R8725-5 R8725-7 R8725-8 R8725-9 R8725-11 R8725-13 R8725-14 R8725-15 R8725-17
	R9449-5 R9449-6 R9449-8 R9449-9 R9449-17 R9449-19 R9449-20 R9449-21 R9449-22 R9449-23 R9449-24 R9449-25 R9449-26
	R9449-27
	R9470-1 R9470-2 R9470-3 R9470-4 R9470-5 R9470-6 R9470-7 R9470-8
	R9700-2 R9700-4 R9700-5 R9700-6
	R9728-2 R9728-5 R9728-8 R9728-10
	R9396-1 R9396-4
	RFAPI-1 RFAPI-2 RFAPI-3 RFAPI-4 RFAPI-5 RFAPI-6 RFAPI-7
	RTSL-8 RTSL-10
	RCAEP-2 RCAEP-4
`)

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// readMark stands beside such a level.
const readMark = "°"

// stated is the level as the page has it.
func (r requirement) stated() string {
	if readings[r.id] {
		return string(r.level) + readMark
	}
	return string(r.level)
}
