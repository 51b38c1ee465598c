package reconcile

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"assay/rules"
	"assay/server/crm"
)

// prepareField compiles the language with the field in it: the rule the field
// asks for, and every CEL rule there is, for one of them may speak of the
// field by another type.
func (r *Reconciler) prepareField(ctx context.Context, f *rules.Field) (*next, error) {
	fields := r.fields()
	fields[f.Metadata.Name] = crm.FieldType(f.Spec.Type)
	n, err := r.prepareLanguage(ctx, fields, f)
	var broken *brokenRules
	if errors.As(err, &broken) {
		return nil, &crm.InvalidError{Problems: broken.problems}
	}
	return n, err
}

// prepareFieldGone compiles the language without the field.
func (r *Reconciler) prepareFieldGone(ctx context.Context, f *rules.Field) (*next, error) {
	fields := r.fields()
	delete(fields, f.Metadata.Name)
	n, err := r.prepareLanguage(ctx, fields, &rules.Field{Metadata: f.Metadata})
	var broken *brokenRules
	if errors.As(err, &broken) {
		return nil, &InUseError{What: "field " + f.Metadata.Name, By: strings.Join(broken.names, " and ")}
	}
	return n, err
}

// brokenRules are rules, and filters of webhooks, that a change of the declared fields would end.
type brokenRules struct {
	names    []string
	problems []crm.Problem
}

func (e *brokenRules) Error() string { return (&crm.InvalidError{Problems: e.problems}).Error() }

// prepareLanguage compiles what the declared fields being these makes different;
// f is the one that changes, without a spec when it goes.
func (r *Reconciler) prepareLanguage(ctx context.Context, fields map[string]crm.FieldType, f *rules.Field) (*next, error) {
	compiler, err := r.newCompiler(fields)
	if err != nil {
		return nil, invalid("metadata.name", "invalid_name", "%v", err)
	}
	n := &next{compiler: compiler, affects: true}
	required, wanted := f.RequiredRule()
	if err := r.replaceRequired(ctx, n, f.Metadata.Name, required, wanted); err != nil {
		return nil, err
	}
	if err := r.recompileAll(ctx, n, f.Metadata.Name); err != nil {
		n.discard(ctx)
		return nil, err
	}
	return n, nil
}

// recompileAll compiles every CEL rule but the one that the changing field asks for, and tries the filters of webhooks.
func (r *Reconciler) recompileAll(ctx context.Context, n *next, changing string) error {
	broken := &brokenRules{}
	for _, rule := range r.declaredRules() {
		name := rule.Metadata.Name
		if _, owner, owned := rule.Metadata.Owner(); owned && owner == changing || rule.Spec.Module != nil {
			continue
		}
		err := r.recompile(ctx, n, rule)
		var bad *crm.InvalidError
		switch {
		case errors.As(err, &bad):
			broken.names = append(broken.names, "rule "+name)
			broken.problems = append(broken.problems, crm.Problem{Field: "spec.type", Code: "breaks_rule",
				Message: fmt.Sprintf("rule %s would not compile any more: %v", name, bad)})
		case err != nil:
			return fmt.Errorf("compile rule %s: %w", name, err)
		}
	}
	names, problems, err := r.brokenWebhooks(ctx, n.compiler)
	if err != nil {
		return err
	}
	broken.names, broken.problems = append(broken.names, names...), append(broken.problems, problems...)
	if len(broken.names) > 0 {
		return broken
	}
	return nil
}

func (r *Reconciler) replaceRequired(ctx context.Context, n *next, field string, required *rules.Rule, wanted bool) error {
	old, had := r.requiredOf(field)
	if had && (!wanted || old.Metadata.Name != required.Metadata.Name) {
		n.gone = append(n.gone, old.Metadata.Name)
	}
	if !wanted {
		return nil
	}
	name := required.Metadata.Name
	if o := r.objects[objectKey{rules.KindRule, name}]; o != nil {
		return invalid("metadata.name", "name_in_use", "the field asks for a rule named %s, and there is one of that name already; delete or rename it", name)
	}
	if err := r.add(ctx, n, n.compiler, required); err != nil {
		return requiredProblems(err)
	}
	return nil
}

// requiredProblems names the place in the field's manifest instead of the
// generated rule's.
func requiredProblems(err error) error {
	var bad *crm.InvalidError
	if errors.As(err, &bad) {
		for i := range bad.Problems {
			bad.Problems[i].Field = "spec.requiredFor"
		}
	}
	return err
}

func (r *Reconciler) requiredOf(field string) (*rules.Rule, bool) {
	if o := r.objects[objectKey{rules.KindField, field}]; o != nil {
		return o.Object.(*rules.Field).RequiredRule()
	}
	return nil, false
}

// recompile makes rule part of n when the new language makes another module of it.
func (r *Reconciler) recompile(ctx context.Context, n *next, rule *rules.Rule) error {
	compiled, err := n.compiler.Recompile(ctx, rule)
	if err != nil {
		if r.failures[rule.Metadata.Name] != nil {
			return nil // it did not run before either
		}
		return err
	}
	if old := r.running[rule.Metadata.Name]; old != nil && old.Digest == compiled.Digest {
		return compiled.Close(ctx)
	}
	n.rules = append(n.rules, compiled)
	n.judge = append(n.judge, rule.Metadata.Name)
	return r.keepModule(n, compiled)
}

func (r *Reconciler) checkDictionary(d *rules.Dictionary) error {
	for key, o := range r.objects {
		if other, ok := o.Object.(*rules.Dictionary); ok && other.Spec.Of == d.Spec.Of && key.name != d.Metadata.Name {
			return invalid("spec.of", "name_in_use", "%s has a dictionary already: %s", d.Spec.Of, key.name)
		}
	}
	return nil
}
