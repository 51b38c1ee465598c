package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
)

// Strangers' modules are set back before each record, unless their rule says otherwise; what our compiler
// makes of CEL is not, unless its rule says so.
func TestIsolationOfARule(t *testing.T) {
	tests := map[string]abi.Isolation{
		`{type: Quality, module: {digest: "` + known + `", check: plain}}`:                    abi.IsolateRecord,
		`{type: Quality, module: {digest: "` + known + `", check: plain}, isolation: Record}`: abi.IsolateRecord,
		`{type: Quality, module: {digest: "` + known + `", check: plain}, isolation: Batch}`:  abi.IsolateBatch,
		`{type: Quality, require: "true"}`:                                                    abi.IsolateNone,
		`{type: Quality, require: "true", isolation: Record}`:                                 abi.IsolateRecord,
		`{type: Quality, require: "true", isolation: Batch}`:                                  abi.IsolateBatch,
	}
	for spec, want := range tests {
		g := newGuest(func(int) ([]byte, error) { return nil, nil })
		c := newCompiler(t, func(context.Context, []byte) (engine.Module, error) { return g, nil })
		set := engine.NewSet(1, []*engine.Rule{compile(t, c, "x", spec)}, nil, nil)
		judge(t, set, cards(t, `{}`))
		if len(*g.asked) != 1 || (*g.asked)[0].Isolation != want {
			t.Errorf("%s: %+v, want isolation %d", spec, *g.asked, want)
		}
	}
}

// A module whose results depend on the clients before is not asked to judge many without being set back.
func TestADependentModuleIsIsolated(t *testing.T) {
	g := newGuest(func(int) ([]byte, error) { return nil, nil })
	g.depends = true
	c := newCompiler(t, func(context.Context, []byte) (engine.Module, error) { return g, nil })
	spec := `{type: Quality, module: {digest: "` + known + `", check: plain}}`
	compile(t, c, "x", spec)
	closed := *g.closed
	_, err := c.Compile(ctx, declared(t, "x", strings.TrimSuffix(spec, "}")+", isolation: Batch}"))
	var refused *crm.InvalidError
	if !errors.As(err, &refused) || refused.Problems[0].Field != "spec.isolation" || refused.Problems[0].Code != "not_deterministic" ||
		!strings.Contains(refused.Problems[0].Message, "client 3; leave isolation out") {
		t.Errorf("got %v", err)
	}
	if *g.closed != closed+1 {
		t.Error("the refused rule's module was not closed")
	}
	if d, tried, err := engine.Try(ctx, g, nil); err != nil || !tried || d.Deterministic || d.Reason != "client 3" {
		t.Errorf("tried %v: %+v, %v", tried, d, err)
	}
	g.refuse = errors.New("settings, please")
	if _, tried, err := engine.Try(ctx, g, nil); err != nil || tried {
		t.Errorf("a module that wants settings: tried %v, %v", tried, err)
	}
}

// What could not be tried is not known to depend on anything, but may not be run without being set back either.
func TestAnUndecidedTrial(t *testing.T) {
	g := newGuest(func(int) ([]byte, error) { return nil, nil })
	g.undecided = true
	c := newCompiler(t, func(context.Context, []byte) (engine.Module, error) { return g, nil })
	spec := `{type: Quality, module: {digest: "` + known + `", check: plain}`
	compile(t, c, "x", spec+"}")
	_, err := c.Compile(ctx, declared(t, "x", spec+", isolation: Batch}"))
	var refused *crm.InvalidError
	if !errors.As(err, &refused) || refused.Problems[0].Code != "not_deterministic" || !strings.Contains(refused.Problems[0].Message, "it is not known") {
		t.Errorf("got %v", err)
	}
	if d, tried, err := engine.Try(ctx, g, nil); err != nil || !tried || d.Deterministic || !d.Undecided || d.Reason != "client 3" {
		t.Errorf("tried %v: %+v, %v", tried, d, err)
	}
}

// What kept the trial from telling is named where the author mends it, and isolation is not to blame.
func TestATrialThatFailsSaysWhatToMend(t *testing.T) {
	spec := `{type: Quality, module: {digest: "` + known + `", check: plain}, isolation: Batch}`
	for _, c := range []struct {
		field           string
		failed, tooDear bool
		message         string
	}{
		{"spec.module", true, false, "client 3"},
		{"spec.module", true, true, "client 3: mend a loop that never ends, have the check do less, or raise spec.limits.fuel (100000000 at most)"},
		{"spec.limits.fuel", false, true, "client 3: set spec.limits.fuel to more (100000000 at most), or have the check do less"},
	} {
		g := newGuest(func(int) ([]byte, error) { return nil, nil })
		g.undecided, g.failed, g.tooDear = true, c.failed, c.tooDear
		compiler := newCompiler(t, func(context.Context, []byte) (engine.Module, error) { return g, nil })
		_, err := compiler.Compile(ctx, declared(t, "x", spec))
		refused, ok := errors.AsType[*crm.InvalidError](err)
		if want := c.field + " rule_fails " + c.message; !ok || refused.Problems[0].Field+" "+refused.Problems[0].Code+" "+refused.Problems[0].Message != want {
			t.Errorf("got %v, want %s", err, want)
		}
		compile(t, compiler, "x", strings.Replace(spec, "Batch", "Record", 1))
	}
}

// A rule that was in force is not tried again.
func TestRecompilingTriesNothing(t *testing.T) {
	g := newGuest(func(int) ([]byte, error) { return nil, nil })
	g.depends = true
	c := newCompiler(t, func(context.Context, []byte) (engine.Module, error) { return g, nil })
	r, err := c.Recompile(ctx, declared(t, "x", `{type: Quality, module: {digest: "`+known+`", check: plain}, isolation: Batch}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(ctx); err != nil {
		t.Error(err)
	}
}
