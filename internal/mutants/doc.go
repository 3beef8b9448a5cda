// Mutants shows that the test suite notices when a check is gone.
//
//	go run ./internal/mutants                 every mutant; takes many minutes
//	go run ./internal/mutants -sample 8       so many of them, chosen by -seed
//	go run ./internal/mutants -run introspect those whose name matches
//
// A mutant is the library with one check disabled or bent. Each is built with
// go test -overlay, so that the source tree is never touched, and has to fail a
// test of the packages named beside it. One that passes them all has survived:
// either a test is missing, or the check is told twice and the list says so. Where
// the list says so of one that is noticed by now, it is called OUTDATED.
//
// The exit status is 1 where a mutant survived without an explanation, and 2
// where one cannot be built or no longer fits the source, or where the tests fail
// without any change.
package main
