package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/crm"
	"assay/server/engine"
)

// tried is a module that notes how its checks are configured and run.
type tried struct {
	configured, evaluated abi.Configured
	refusal               error
}

func (*tried) Digest() string               { return "sha256:0" }
func (*tried) Description() abi.Description { return abi.Description{} }
func (*tried) Close(context.Context) error  { return nil }

func (*tried) Determinism(context.Context, abi.Configured, time.Time, [][]byte) (abi.Determinism, error) {
	return abi.Determinism{Deterministic: true}, nil
}

func (m *tried) Configure(_ context.Context, c abi.Configured) error {
	m.configured = c
	return m.refusal
}

func (m *tried) Evaluate(_ context.Context, _ time.Time, checks []abi.Configured, _ *abi.Batch, _ abi.Receiver) error {
	m.evaluated = checks[0]
	return nil
}

// A rule's limits go with its check into the module, which is asked about them first.
func TestLimitsOfARuleReachItsModule(t *testing.T) {
	module := &tried{}
	compiler, err := engine.NewCompiler(nil, func(context.Context, []byte) (engine.Module, error) { return module, nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	rule := &rules.Rule{Metadata: rules.Metadata{Name: "named"}, Spec: rules.RuleSpec{
		Type: rules.Quality, Require: `client.name != ""`, Message: map[string]string{"en": "no name"},
		Limits: &rules.Limits{Fuel: 5000, Memory: "2Mi"},
	}}
	compiled, err := compiler.Compile(t.Context(), rule)
	if err != nil {
		t.Fatal(err)
	}
	want := abi.Configured{Check: "named", Fuel: 5000, Memory: 2 << 20, Isolation: abi.IsolateNone, OwnCost: true}
	if module.configured != want {
		t.Errorf("configured %+v, want %+v", module.configured, want)
	}
	set := engine.NewSet(1, []*engine.Rule{compiled}, nil, nil)
	if _, _, err := set.EvaluateOne(t.Context(), time.Now(), nil); err != nil || module.evaluated != want {
		t.Errorf("evaluated %+v, %v", module.evaluated, err)
	}
	module.refusal = errors.New("not in so little memory")
	var invalid *crm.InvalidError
	if _, err := compiler.Compile(t.Context(), rule); !errors.As(err, &invalid) || invalid.Problems[0].Field != "spec.limits" {
		t.Errorf("got %v", err)
	}
}
