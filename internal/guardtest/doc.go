// Package guardtest is what the tests of the adapters share: a guard whose
// validator reads the scopes out of the token's text, the cases of testdata/ with
// one way to put them to every adapter, so that all of them give the same
// verdicts, and what tests of HTTP adapters need besides.
//
// It finds testdata/ from folders two levels below the repository's root.
package guardtest
