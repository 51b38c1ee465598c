package reconcile

import (
	"context"

	"assay/rules"
	"assay/server/engine"
)

// What takes long of a change, the compilation of a rule and its trial, is done ahead of
// the lock: nobody waits for it who reads the status of a rule or applies another. Under
// the lock it is looked whether the language is still the one that the rule was compiled in.

// readied is a rule that was compiled and tried ahead.
type readied struct {
	compiler *engine.Compiler
	rule     *engine.Rule
}

// ready compiles and tries the rule that o is, if it is one that changes, for the apply that follows. What that does
// not take is freed by done.
func (r *Reconciler) ready(ctx context.Context, o rules.Object) (done func(), err error) {
	rule, is := o.(*rules.Rule)
	if !is {
		return func() {}, nil
	}
	r.mu.Lock()
	old := r.objects[objectKey{rules.KindRule, rule.Metadata.Name}]
	stale := checkVersion(o, old, o.Meta().ResourceVersion)
	changes := old == nil || !rules.SameSpec(old.Object, o) || r.failing(o)
	owned := r.owner(rule.Metadata.Name) != ""
	compiler, fields := r.compiler.Load(), r.fields()
	r.mu.Unlock()
	if stale != nil || !changes || owned { // apply says what is wrong
		return func() {}, nil
	}
	compiled, err := compiler.Compile(ctx, rule)
	if err != nil {
		return nil, err
	}
	if err := r.try(ctx, rule, compiled, fields); err != nil {
		r.closeAll(ctx, compiled.Close)
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.readied[rule] = readied{compiler, compiled}
	return func() { r.unready(ctx, rule) }, nil
}

// takeReady returns the rule as it was compiled and tried ahead in this language, nil when it was not: a field was
// declared meanwhile, or the rule is one that a field asks for. The caller holds r.mu.
func (r *Reconciler) takeReady(compiler *engine.Compiler, rule *rules.Rule) *engine.Rule {
	ahead, is := r.readied[rule]
	if !is || ahead.compiler != compiler {
		return nil
	}
	delete(r.readied, rule)
	return ahead.rule
}

// unready frees what was compiled ahead and not taken.
func (r *Reconciler) unready(ctx context.Context, rule *rules.Rule) {
	r.mu.Lock()
	ahead, is := r.readied[rule]
	delete(r.readied, rule)
	r.mu.Unlock()
	if is {
		r.closeAll(ctx, ahead.rule.Close)
	}
}
