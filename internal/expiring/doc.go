// Package expiring keeps decisions about tokens for a short time: a bounded map
// whose entries end, under keys that are keyed hashes, so that no token rests in
// memory in clear.
package expiring
