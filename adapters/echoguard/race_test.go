//go:build race

package echoguard_test

const race = true
