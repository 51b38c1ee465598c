package reconcile

import (
	"context"
	"time"

	"assay/rules"
	"assay/server/crm"
	"assay/server/engine"
	"assay/server/preview"
)

// previewBudget is how long a dry run may judge the stored base.
const previewBudget = 10 * time.Second

// preview puts into o's status what its rule would find in the stored base.
// Previews happen one at a time: each takes all processors.
func (r *Reconciler) preview(ctx context.Context, o rules.Object, n *next) error {
	name := ruleOf(o)
	var rule *engine.Rule
	for _, compiled := range n.rules {
		if compiled.Name == name && compiled.Spec.Type == rules.Quality {
			rule = compiled
		}
	}
	if rule == nil {
		return nil
	}
	select {
	case r.previews <- struct{}{}:
		defer func() { <-r.previews }()
	case <-ctx.Done():
		return ctx.Err()
	}
	run := preview.Run{Store: r.Store, Scope: crm.Everything, Rules: []*engine.Rule{rule}, At: r.Now(), Clock: r.Now, Budget: previewBudget}
	if f, is := o.(*rules.Field); is {
		run.Card = func(card []byte) ([]byte, error) {
			return r.Retype(card, f.Metadata.Name, crm.FieldType(f.Spec.Type))
		}
	}
	out, err := run.Do(ctx)
	if err != nil {
		return err
	}
	found := out.Rules[0]
	o.State().Preview = &rules.Preview{Rule: name, Clients: out.Clients, Judged: out.Judged, Violating: found.Clients, Findings: found.Findings,
		Failed: found.Failed, Failure: found.Failure}
	return nil
}

// ruleOf names the rule that an object is or asks for, "" for none.
func ruleOf(o rules.Object) string {
	switch o := o.(type) {
	case *rules.Rule:
		return o.Metadata.Name
	case *rules.Field:
		if required, ok := o.RequiredRule(); ok {
			return required.Metadata.Name
		}
	}
	return ""
}
