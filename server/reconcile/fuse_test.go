package reconcile_test

import (
	"slices"
	"testing"
)

// Rules are fused behind the back of those who change them, and judge the same meanwhile.
func TestRulesAreFusedWhenTheyHaveChanged(t *testing.T) {
	b := newBase(t)
	b.apply(`{apiVersion: assay/v1, kind: Rule, metadata: {name: manager}, spec: {type: Quality, require: 'client.manager != ""', message: {en: no manager}}}`)
	b.apply(`{apiVersion: assay/v1, kind: Rule, metadata: {name: region}, spec: {type: Quality, require: 'client.region != ""', message: {en: no region}}}`)
	first := b.create(`{"name":"A","region":"Kyiv"}`)
	if s := b.status("manager"); s.RanIn != "apart" || s.FuelMax == 0 {
		t.Fatalf("before: %+v", s)
	}
	apart := b.status("manager").FuelMax
	b.runUntilFused("manager", "region")
	second := b.create(`{"name":"B","region":"Kyiv"}`)
	if b.found(second.Client.ID) != b.found(first.Client.ID) || b.status("manager").FuelMax != apart {
		t.Errorf("fused %q for %d units, apart %q for %d", b.found(second.Client.ID), b.status("manager").FuelMax, b.found(first.Client.ID), apart)
	}
	modules := b.live.Load()
	b.apply(`{apiVersion: assay/v1, kind: Rule, metadata: {name: manager}, spec: {type: Quality, require: 'client.manager == "petrov"', message: {en: not his}}}`)
	b.create(`{"name":"C","region":"Kyiv"}`)
	if s := b.status("manager"); s.RanIn != "apart" {
		t.Errorf("a changed rule ran %s", s.RanIn)
	}
	b.runUntilFused("manager")
	if now := b.live.Load(); now != modules {
		t.Errorf("%d modules are loaded, before the change %d", now, modules)
	}
}

// runUntilFused lets the reconciler work until clients are judged by these rules in a module they share.
func (b *base) runUntilFused(names ...string) {
	b.t.Helper()
	b.runUntil(func() bool {
		b.create(`{"name":"one more"}`)
		return !slices.ContainsFunc(names, func(name string) bool { return b.status(name).RanIn != "fused" })
	})
}
