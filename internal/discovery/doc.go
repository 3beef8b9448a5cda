// Package discovery finds what an authorization server's metadata names (RFC
// 8414, OpenID Connect Discovery 1.0).
package discovery
