//go:build race

package main

// everyNth of the cases of one step runs under the race detector, where a run takes five times as long: races show in any
// of them, and whether verdicts are right is found out without it.
const everyNth = 5
