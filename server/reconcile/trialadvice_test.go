package reconcile_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"assay/sdk/abi"
	"assay/server/engine"
	"assay/server/wasm/hostile"
)

// hostileRule is a manifest of a rule on a module that misbehaves, which is uploaded.
func (b *base) hostileRule(module, isolation string) string {
	b.t.Helper()
	guest, err := os.ReadFile("../wasm/testdata/hostile/" + module + ".wasm")
	if err != nil {
		b.t.Fatal(err)
	}
	info, err := b.AddModule(ctx, "test", guest, false)
	if err != nil {
		b.t.Fatal(err)
	}
	return fmt.Sprintf("{apiVersion: assay/v1, kind: Rule, metadata: {name: %s}, spec: {type: Quality, isolation: %s, module: {digest: '%s', check: %s}}}", module, isolation, info.Digest, hostile.Check)
}

// The author of a module reads what to do about a module, cause first: nothing of CEL, of spec.match, which a rule with a
// module has not, or of less fuel.
func TestTheAdviceForARuleWithAModule(t *testing.T) {
	for name, c := range map[string]struct {
		module, isolation string
		soleTraders       int // of 60 clients
		want              []string
	}{
		"traps on each": {"trap-always", "Record", 0, []string{"spec rule_fails", "failed on each of the ", "client 1: trap: ", "Mend the module for such clients", "what ran before goes on"}},
		"never ends on each": {"cpu-loop", "Record", 60, []string{"spec rule_fails", "failed on each of the ", "client 1: fuel: ",
			"The check did not end within 20000000 units on 16 of them: mend a loop that never ends, have it do less, or raise spec.limits.fuel (100000000 at most)"}},
		"never ends on some": {"cpu-loop", "Record", 11, []string{"spec rule_fails", "failed on 11 of the 60 clients it was tried on: client 1: fuel: ", "These failures took 220 million units of fuel",
			"did not end within 20000000 units on 11 of them: mend a loop that never ends", "what ran before goes on"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBase(t)
			lines := make([]string, 60)
			for i := range lines {
				kind := "company"
				if i < c.soleTraders {
					kind = "soleTrader"
				}
				lines[i] = fmt.Sprintf(`{"name":"C%d","kind":%q}`, i+1, kind)
			}
			b.importLines(nil, lines...)
			_, err := b.tryApply(b.hostileRule(c.module, c.isolation), false)
			if err == nil {
				t.Fatal("it is taken")
			}
			said := problems(err) + " " + err.Error()
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("%q is not in %s", want, said)
				}
			}
			for _, no := range []string{"spec.match", "has(", "ower spec.limits", "label"} {
				if strings.Contains(said, no) {
					t.Errorf("%q is in %s", no, said)
				}
			}
		})
	}
}

// patient is a module that behaves on the clients of every trial by itself, and remembers those of the base.
type patient struct{ engine.Module }

func (patient) Determinism(context.Context, abi.Configured, time.Time, [][]byte) (abi.Determinism, error) {
	return abi.Determinism{Deterministic: true}, nil
}

func TestARuleThatRemembersIsRefusedForItsIsolation(t *testing.T) {
	b := newBase(t)
	b.patient = true
	b.stock(60, func(int) bool { return false })
	_, err := b.tryApply(b.hostileRule("state-memory", "Batch"), false)
	if problems(err) != "spec.isolation not_deterministic" {
		t.Fatal(err)
	}
	for _, want := range []string{"depends on the clients before: client ", ": it says ", "clean", "leaks", ", and after other clients ", "Leave spec.isolation out or set it to Record, or have the module keep nothing of a client"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "label") {
		t.Error(err)
	}
}
