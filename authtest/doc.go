// Package authtest is an OAuth authorization server for tests.
package authtest
