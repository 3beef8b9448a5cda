module github.com/bearerguard/bearerguard/internal/bench

go 1.26.0

replace github.com/bearerguard/bearerguard => ../..

require (
	github.com/bearerguard/bearerguard v0.0.0-00010101000000-000000000000
	github.com/go-json-experiment/json v1.27.2
)
