package reconcile_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"assay/server/crm"
)

// A module that remembers is known for it from its upload on. It may judge one client at a time.
func TestAModuleThatRemembers(t *testing.T) {
	b := newBase(t)
	guest, err := os.ReadFile("../wasm/testdata/hostile/state-memory.wasm")
	if err != nil {
		t.Fatal(err)
	}
	info, err := b.AddModule(ctx, "test", guest, false)
	if err != nil {
		t.Fatal(err)
	}
	list, err := b.Modules(ctx)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	for _, m := range append(list, *info) {
		if m.Deterministic == nil || *m.Deterministic || !strings.Contains(m.Reason, "check licence: client ") || len(m.Checks) != 1 {
			t.Errorf("got %+v", m)
		}
	}
	manifest := "{apiVersion: assay/v1, kind: Rule, metadata: {name: nosy}, spec: {type: Quality, isolation: Batch, module: {digest: '" + info.Digest + "', check: licence}}}"
	var refused *crm.InvalidError
	if _, err := b.tryApply(manifest, false); !errors.As(err, &refused) || refused.Problems[0].Field != "spec.isolation" || refused.Problems[0].Code != "not_deterministic" {
		t.Errorf("isolation Batch: %v", err)
	}
	b.apply(strings.Replace(manifest, "Batch", "Record", 1))
}
