package main

import "slices"

// mutants are all there are, by area.
func mutants() []mutant {
	return slices.Concat(ofText(), ofSignatures(), ofKeys(), ofClaims(), ofKeySource(), ofIntrospection(), ofGuard(), ofRules(), ofAdapters())
}
