package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"assay/rules"
	"assay/server/api"
)

// target is an object that is to be deleted.
type target struct {
	kind    api.Kind
	name    string
	version string // that it must still have, "" for any
}

func (t *target) ref() string { return refOf(t.kind, t.name) }

// planPrune returns the objects that the selector chooses and the manifests do not
// hold, those that speak of others first. It refuses to plan what nobody means.
func planPrune(ctx context.Context, c *api.Client, manifests []*manifest, selector string) ([]*target, error) {
	chosen, err := rules.ParseSelector(selector)
	if err != nil {
		return nil, err
	}
	kept, matching := map[string]bool{}, 0
	for _, m := range manifests {
		kept[m.ref()] = true
		if chosen.Matches(m.Metadata.Labels) {
			matching++
		}
	}
	plan, err := choose(ctx, c, api.Kinds, selector, kept)
	if err != nil || len(plan.targets) == 0 {
		return nil, err
	}
	if matching == 0 {
		return nil, fmt.Errorf("--prune -l '%s' would delete %s, and no manifest has these labels: nothing was applied or deleted. "+
			"Give the labels of the manifests; to delete the objects, `assay delete -l '%s'`", selector, plan.words(), selector)
	}
	left, err := otherObjects(ctx, c, plan.targets)
	if err != nil {
		return nil, err
	}
	if left == 0 {
		return nil, fmt.Errorf("--prune -l '%s' would delete everything that was declared before, %s: nothing was applied or deleted. "+
			"If these are the right manifests, apply them without --prune, and then delete the rest by name", selector, plan.words())
	}
	return plan.targets, nil
}

// choice is objects that are to be deleted, and those that are not for us to delete.
type choice struct {
	targets []*target
	left    []string // why each was left
}

// choose returns the objects of the kinds that a selector chooses, but for those that are kept.
func choose(ctx context.Context, c *api.Client, kinds []api.Kind, selector string, kept map[string]bool) (*choice, error) {
	chosen := &choice{}
	for _, kind := range kinds {
		objects, err := list(ctx, c, kind, selector)
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			ref := refOf(kind, o.Metadata.Name)
			switch holder := o.holder(); {
			case kept[ref]:
			case holder != "":
				chosen.left = append(chosen.left, fmt.Sprintf("%s is left: it belongs to %s", ref, holder))
			default:
				chosen.targets = append(chosen.targets, &target{kind, o.Metadata.Name, o.Metadata.ResourceVersion})
			}
		}
	}
	byKind(chosen.targets, deleteOrder(), func(t *target) api.Kind { return t.kind })
	return chosen, nil
}

// words counts what is to be deleted by kind: 5 rules, 2 fields.
func (c *choice) words() string {
	var parts []string
	for _, kind := range api.Kinds {
		n := 0
		for _, t := range c.targets {
			if t.kind == kind {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, someOf(kind, n))
		}
	}
	return strings.Join(parts, ", ")
}

// holder says whom an object belongs to that is not anybody's to delete, "" for others.
func (o *listed) holder() string {
	m := rules.Metadata{Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations}
	if kind, name, owned := m.Owner(); owned {
		return strings.ToLower(kind) + " " + name
	}
	if file, managed := m.Source(); managed {
		return "the file " + file + " of the server's rules folder"
	}
	return ""
}

// otherObjects counts the declared objects besides the targets. Those that belong to others do not count: they go with them.
func otherObjects(ctx context.Context, c *api.Client, targets []*target) (n int, err error) {
	gone := map[string]bool{}
	for _, t := range targets {
		gone[t.ref()] = true
	}
	for _, kind := range api.Kinds {
		objects, err := list(ctx, c, kind, "")
		if err != nil {
			return 0, err
		}
		for _, o := range objects {
			if o.holder() == "" && !gone[refOf(kind, o.Metadata.Name)] {
				n++
			}
		}
	}
	return n, nil
}

// prune deletes what a plan says; one object that is refused does not keep the others back.
func (a *app) prune(ctx context.Context, c *api.Client, targets []*target, dryRun bool) error {
	var failures []error
	for _, t := range targets {
		if dryRun {
			fmt.Fprintf(a.Stdout, "%s pruned (dry run)\n", t.ref())
			continue
		}
		if err := c.DeleteObject(ctx, t.kind, t.name, false, t.version); err != nil {
			failures = append(failures, fmt.Errorf("prune %s: %w", t.ref(), err))
			continue
		}
		fmt.Fprintf(a.Stdout, "%s pruned\n", t.ref())
	}
	return errors.Join(failures...)
}
