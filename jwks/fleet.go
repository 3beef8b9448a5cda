package jwks

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
)

// sources returns the key sources of the listed issuers, each once.
func (v *Validator) sources() []*Keys {
	var list []*Keys
	for _, is := range v.issuers {
		if !slices.Contains(list, is.keys) {
			list = append(list, is.keys)
		}
	}
	return list
}

// Run keeps the keys of all listed issuers warm without traffic until ctx ends;
// see [Keys.Run]. Tenants are kept warm by their traffic.
func (v *Validator) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, k := range v.sources() {
		wg.Go(func() { k.Run(ctx) })
	}
	wg.Wait()
}

// Ready returns nil when every listed issuer has keys that may be used; see
// [Keys.Ready]. Issuers are asked at the same time, and every fault is in the
// error.
func (v *Validator) Ready(ctx context.Context) error {
	list := v.sources()
	faults := make([]error, len(list))
	var wg sync.WaitGroup
	for i, k := range list {
		wg.Go(func() { faults[i] = k.Ready(ctx) })
	}
	wg.Wait()
	return errors.Join(faults...)
}

// Health reports on the keys of all issuers, tenants that had a good token
// included, in the order of their identifiers.
func (v *Validator) Health() []Health {
	list := v.sources()
	if v.tenants != nil {
		for _, is := range v.tenants.proven.Values() {
			list = append(list, is.keys)
		}
	}
	reports := make([]Health, 0, len(list))
	for _, k := range list {
		reports = append(reports, k.Health())
	}
	slices.SortStableFunc(reports, func(a, b Health) int { return strings.Compare(a.Issuer, b.Issuer) })
	return reports
}
