package reconcile

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/cases"
	"assay/server/crm"
	"assay/server/engine"
)

func (r *Reconciler) prepareRule(ctx context.Context, rule *rules.Rule) (*next, error) {
	if owner := r.owner(rule.Metadata.Name); owner != "" {
		return nil, invalid("metadata.name", "name_in_use", "the rule %s belongs to the field %s; change spec.requiredFor there, or choose another name", rule.Metadata.Name, owner)
	}
	if IsSelector(rule.Metadata.Name) {
		return nil, invalid("metadata.name", "name_in_use", "rules of names like %s belong to waivers; choose another name", rule.Metadata.Name)
	}
	n := &next{affects: true}
	if err := r.add(ctx, n, r.compiler.Load(), rule); err != nil {
		return nil, err
	}
	return n, nil
}

// add compiles and tries a rule and makes it part of n.
func (r *Reconciler) add(ctx context.Context, n *next, compiler *engine.Compiler, rule *rules.Rule) error {
	compiled := r.takeReady(compiler, rule)
	if compiled == nil {
		var err error
		if compiled, err = compiler.Compile(ctx, rule); err != nil {
			return err
		}
		if err := r.try(ctx, rule, compiled, r.fields()); err != nil {
			r.closeAll(ctx, compiled.Close)
			n.discard(ctx)
			return err
		}
	}
	n.rules = append(n.rules, compiled)
	if !sameVerdicts(r.running[rule.Metadata.Name], compiled) {
		n.judge = append(n.judge, rule.Metadata.Name)
	}
	return r.keepModule(n, compiled)
}

// keepModule has the module stored that compilation made of a rule, if it made one.
func (r *Reconciler) keepModule(n *next, compiled *engine.Rule) (err error) {
	if compiled.Wasm == nil || IsSelector(compiled.Name) {
		return nil
	}
	m := r.module(compiled.Digest, compiled.Wasm)
	m.Made = true
	if check, ok := compiled.Description(); ok {
		m.Meta, err = json.Marshal(abi.Description{ABI: abi.ModuleVersion, Checks: []abi.CheckDescription{check}})
	}
	n.modules = append(n.modules, m)
	return err
}

// owner returns the field that a generated rule of that name belongs to.
func (r *Reconciler) owner(rule string) string {
	for key, o := range r.objects {
		if f, ok := o.Object.(*rules.Field); ok {
			if generated, ok := f.RequiredRule(); ok && generated.Metadata.Name == rule {
				return key.name
			}
		}
	}
	return ""
}

// tryCases runs the rule's own cases and lists every one it misses.
func tryCases(ctx context.Context, now time.Time, rule *engine.Rule, fields map[string]crm.FieldType) error {
	missed := &crm.InvalidError{}
	for i := range rule.Spec.Cases {
		c := &rule.Spec.Cases[i]
		problem := func(code, message string) {
			missed.Problems = append(missed.Problems, crm.Problem{Field: fmt.Sprintf("spec.cases[%d]", i), Code: code, Message: message})
		}
		var batch abi.Batch
		card, err := cases.Card(c.Client, fields)
		if err != nil {
			problem("invalid_case", "client: "+err.Error())
			continue
		}
		batch.Add(card)
		at := now
		if !c.Now.IsZero() {
			at = c.Now
		}
		verdicts, err := rule.Judge(ctx, at, &batch)
		if err != nil {
			return err
		}
		if differences := cases.Compare(rule, c, &verdicts[0]); differences != nil {
			problem("case_missed", cases.Text(differences))
		}
	}
	if len(missed.Problems) > 0 {
		return missed
	}
	return nil
}
