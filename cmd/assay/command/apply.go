package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/server/api"
)

// application is what `assay apply` was asked for.
type application struct {
	files    []string
	dryRun   bool
	prune    bool
	selector string
	wait     bool
	timeout  time.Duration
}

func (a *app) applyVerb() *cobra.Command {
	var o application
	verb := &cobra.Command{
		Use: "apply -f FILE|DIR|-", Short: "Declare rules, fields, dictionaries and webhooks", Args: exactly(),
		Long: "Applies manifests, YAML or JSON, several to a file when `---` parts them. Of a folder, the .yaml, .yml and .json files are read, those of its sub-folders too; cases.yaml, which holds examples of a rule, is passed over, and so is what else a rule project is made of. A rule that names a module by `path` has the file uploaded, and its digest put in; in a rule project the file must be newer than its sources.\n\n" +
			"With --prune -l SELECTOR, objects with these labels that are not among the manifests are deleted once everything is applied; when something is refused, nothing is deleted. Rules that belong to a field, and what the server's rules folder manages, are left alone. " +
			"It is refused when there is no manifest, when no manifest has the labels, or when nothing would be left of what was declared before; `assay delete` does that.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(cmd); err != nil {
				return err
			}
			manifests, err := readManifests(o.files, a.Stdin)
			if err != nil {
				return o.nothingToApply(err)
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			return a.applyAll(cmd.Context(), c, manifests, &o)
		},
	}
	f := verb.Flags()
	f.StringArrayVarP(&o.files, "file", "f", nil, "file, folder, or - for standard input; may be given several times")
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would happen; modules are uploaded, since they must be tried, and taken back")
	f.BoolVar(&o.prune, "prune", false, "delete what -l selects and the manifests do not hold")
	f.StringVarP(&o.selector, "selector", "l", "", "what --prune may delete: "+selectorFlag("objects"))
	f.BoolVar(&o.wait, "wait", false, "wait until every client is judged by what was applied")
	f.DurationVar(&o.timeout, "timeout", 5*time.Minute, "how long --wait waits, such as 90s or 10m")
	return verb
}

// check refuses flags that do not go together.
func (o *application) check(cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	switch {
	case len(o.files) == 0:
		return usagef("say what to apply: -f FILE, a folder, or - for standard input")
	case o.prune && !given("selector"):
		return usagef("say what --prune may delete: --prune -l SELECTOR, such as -l set=default")
	case given("selector") && !o.prune:
		return usagef("-l says what --prune may delete; add --prune, or leave -l out: all manifests are applied")
	case o.wait && o.dryRun:
		return usagef("--wait has nothing to wait for with --dry-run; leave one of them out")
	case given("timeout") && !o.wait:
		return usagef("--timeout says how long --wait waits; add --wait")
	case o.timeout < 0:
		return usagef("--timeout %s: give a time such as 90s or 10m", o.timeout)
	}
	return selected(given("selector"), o.selector)
}

// nothingToApply says what --prune would have done with a folder of nothing.
func (o *application) nothingToApply(err error) error {
	var none *noManifestError
	if o.prune && errors.As(err, &none) {
		return usagef("%s, so that --prune would delete everything that -l selects; `assay delete -l '%s'` does that", none, o.selector)
	}
	return err
}

func (a *app) applyAll(ctx context.Context, c *api.Client, manifests []*manifest, o *application) error {
	var pruned []*target
	if o.prune {
		var err error
		if pruned, err = planPrune(ctx, c, manifests, o.selector); err != nil {
			return err
		}
	}
	goals, err := a.apply(ctx, c, manifests, o.dryRun)
	if err != nil {
		if len(pruned) > 0 {
			return fmt.Errorf("%w\nnothing was pruned, since not everything was applied; %s would go", err, plural(int64(len(pruned)), "object", "objects"))
		}
		return err
	}
	if err := a.prune(ctx, c, pruned, o.dryRun); err != nil {
		return err
	}
	if o.wait {
		return a.await(ctx, c, goals, o.timeout)
	}
	return nil
}

// apply applies all manifests; one that is refused does not keep the others back. What was uploaded for nothing is
// taken back. It returns when what was applied is in force.
func (a *app) apply(ctx context.Context, c *api.Client, manifests []*manifest, dryRun bool) ([]*goal, error) {
	u := &uploads{app: a, client: c}
	goals, err := a.applyEach(ctx, u, manifests, dryRun)
	if err != nil || dryRun {
		err = errors.Join(err, u.takeBack(ctx))
	}
	return goals, err
}

func (a *app) applyEach(ctx context.Context, u *uploads, manifests []*manifest, dryRun bool) ([]*goal, error) {
	var failures []error
	var goals []*goal
	for _, m := range manifests {
		applied, replaces, err := u.apply(ctx, m, dryRun)
		var unreachable *api.UnreachableError
		if errors.As(err, &unreachable) {
			return nil, err
		}
		if err != nil {
			failures = append(failures, m.refused(err))
			continue
		}
		note, err := dryRunNote(applied, dryRun)
		if err != nil {
			return nil, err
		}
		if dryRun && m.Spec.Type == string(rules.Segmentation) {
			note += fmt.Sprintf("; which clients would get which label: `assay diff --against-base -f %s`", m.file)
		}
		fmt.Fprintf(a.Stdout, "%s %s%s\n", m.ref(), applied.Outcome, note)
		if replaces && !dryRun {
			a.noteShipped(m.Metadata.Name)
		}
		if m.Kind == api.KindWebhook {
			if err := a.showSecret(applied); err != nil {
				return nil, err
			}
		}
		more, err := goalsOf(applied.Object)
		if err != nil {
			return nil, err
		}
		goals = append(goals, more...)
	}
	return goals, errors.Join(failures...)
}

// dryRunNote says what a dry run found in the stored base, "" without one.
func dryRunNote(applied *api.Applied, dryRun bool) (string, error) {
	if !dryRun {
		return "", nil
	}
	seen, err := previewOf(applied.Object)
	if seen == nil {
		return " (dry run)", err
	}
	return fmt.Sprintf(" (dry run); %s would have a finding of %s%s", ofStored(seen), seen.Rule, unjudged(seen)), nil
}

// listed is as much of a declared object as choosing it needs.
type listed struct {
	Metadata struct {
		Name            string            `json:"name"`
		ResourceVersion string            `json:"resourceVersion"`
		Labels          map[string]string `json:"labels"`
		Annotations     map[string]string `json:"annotations"`
	} `json:"metadata"`
}

// list returns the declared objects of a kind that a selector chooses, all when it is empty.
func list(ctx context.Context, c *api.Client, kind api.Kind, selector string) ([]*listed, error) {
	found, err := c.ListObjects(ctx, kind, api.ListOptions{Selector: selector})
	if err != nil {
		return nil, err
	}
	objects := make([]*listed, len(found.Items))
	for i, item := range found.Items {
		if err := json.Unmarshal(item, &objects[i]); err != nil {
			return nil, fmt.Errorf("read the server's answer: %w", err)
		}
	}
	return objects, nil
}
