package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
)

// deletion is what `assay delete` was asked for.
type deletion struct {
	files    []string
	selector string
	dryRun   bool
}

func (a *app) deleteVerb() *cobra.Command {
	var o deletion
	verb := &cobra.Command{
		Use: "delete KIND NAME… | -f FILE|DIR|- | [KIND] -l SELECTOR", Short: "Delete rules, fields, dictionaries, webhooks, modules or clients",
		Long: "Deletes objects by name, modules by digest, or clients by number:\n\n" +
			"  assay delete rule tax-id\n  assay delete client 1042 1043\n\n" +
			"or the objects that manifests declare (-f), or those with labels (-l): of one kind, of several with commas between them, or of all.\n\n" +
			"  assay delete -f rules/\n  assay delete rules -l set=old\n  assay delete rules,fields -l set=old --dry-run",
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(cmd, args); err != nil {
				return err
			}
			return a.deleteAll(cmd.Context(), &o, args)
		},
	}
	f := verb.Flags()
	f.StringArrayVarP(&o.files, "file", "f", nil, "delete what these manifests declare: file, folder, or - for standard input; may be given several times")
	f.StringVarP(&o.selector, "selector", "l", "", "delete "+selectorFlag("objects"))
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would happen, change nothing")
	return verb
}

// check refuses what does not say exactly one set of objects.
func (o *deletion) check(cmd *cobra.Command, args []string) error {
	byLabels := cmd.Flags().Changed("selector")
	switch {
	case len(o.files) > 0 && (byLabels || len(args) > 0):
		return usagef("-f says what to delete; leave out names and -l")
	case byLabels && len(args) > 1:
		return usagef("-l says which %s to delete; leave out their names", args[0])
	case len(o.files) == 0 && !byLabels && len(args) < 2:
		return usagef("say what to delete: assay delete rule NAME…, field, dictionary, webhook, module DIGEST… or client NUMBER…; or -f FILE, or -l SELECTOR")
	}
	return selected(byLabels, o.selector)
}

func (a *app) deleteAll(ctx context.Context, o *deletion, args []string) error {
	if len(o.files) == 0 && o.selector == "" {
		return a.deleteNamed(ctx, args[0], args[1:], o.dryRun)
	}
	var targets []*target
	var err error
	if len(o.files) > 0 {
		if targets, err = declaredTargets(o.files, a); err != nil {
			return err
		}
	}
	kinds, err := kindsOf(args)
	if err != nil {
		return err
	}
	c, err := a.caller()
	if err != nil {
		return err
	}
	if o.selector != "" {
		if targets, err = a.selectedTargets(ctx, c, kinds, o.selector); err != nil {
			return err
		}
	}
	return a.deleteEach(len(targets), func(i int) (string, error) {
		t := targets[i]
		return t.ref(), c.DeleteObject(ctx, t.kind, t.name, o.dryRun, t.version)
	}, o.dryRun)
}

// declaredTargets returns the objects that manifests declare, those that speak of others first.
func declaredTargets(files []string, a *app) ([]*target, error) {
	manifests, err := readManifests(files, a.Stdin)
	if err != nil {
		return nil, err
	}
	targets := make([]*target, len(manifests))
	for i, m := range manifests {
		targets[i] = &target{kind: m.Kind, name: m.Metadata.Name}
	}
	byKind(targets, deleteOrder(), func(t *target) api.Kind { return t.kind })
	return targets, nil
}

// kindsOf reads the kinds that -l chooses from: all of them unless some are named.
func kindsOf(args []string) (kinds []api.Kind, err error) {
	if len(args) == 0 {
		return api.Kinds, nil
	}
	for word := range strings.SplitSeq(args[0], ",") {
		if slices.Contains([]string{"module", "modules", "client", "clients"}, word) {
			return nil, usagef("%s have no labels: leave out -l, and give what to delete", strings.TrimSuffix(word, "s")+"s")
		}
		kind, err := kindOf(strings.TrimSpace(word))
		if err != nil {
			return nil, err
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

func (a *app) selectedTargets(ctx context.Context, c *api.Client, kinds []api.Kind, selector string) ([]*target, error) {
	chosen, err := choose(ctx, c, kinds, selector, nil)
	if err != nil {
		return nil, err
	}
	for _, why := range chosen.left {
		fmt.Fprintln(a.Stderr, why)
	}
	if len(chosen.targets) == 0 {
		fmt.Fprintf(a.Stderr, "nothing to delete: %s has the labels %s\n", map[bool]string{true: "nothing else", false: "nothing"}[len(chosen.left) > 0], selector)
	}
	return chosen.targets, nil
}

// deleteNamed deletes objects of a kind by their names.
func (a *app) deleteNamed(ctx context.Context, kind string, names []string, dryRun bool) error {
	deleteOne, word, err := a.deleterOf(ctx, kind, names, dryRun)
	if err != nil {
		return err
	}
	return a.deleteEach(len(names), func(i int) (string, error) { return word + "/" + names[i], deleteOne(names[i]) }, dryRun)
}

// deleterOf returns what deletes one thing of the kind, once all that can be
// known to be wrong before has been looked at.
func (a *app) deleterOf(ctx context.Context, kind string, names []string, dryRun bool) (deleteOne func(name string) error, word string, err error) {
	declared, unknown := kindOf(kind)
	switch word = strings.TrimSuffix(kind, "s"); {
	case word == "client":
		for _, name := range names {
			if _, err := clientNumber(name); err != nil {
				return nil, "", err
			}
		}
	case word != "module" && unknown != nil:
		return nil, "", usagef("%q cannot be deleted: give %s, module or client", kind, strings.Join(kindList(one), ", "))
	}
	c, err := a.caller()
	if err != nil {
		return nil, "", err
	}
	switch word {
	case "module":
		return func(name string) error { return c.DeleteModule(ctx, name, dryRun) }, word, nil
	case "client":
		return func(name string) error {
			id, err := clientNumber(name)
			if err != nil {
				return err
			}
			return c.Delete(ctx, id, api.WriteOptions{DryRun: dryRun})
		}, word, nil
	}
	return func(name string) error { return c.DeleteObject(ctx, declared, name, dryRun, "") }, one(declared), nil
}

// deleteEach deletes n things; one that is refused does not keep the others back.
func (a *app) deleteEach(n int, deleteOne func(i int) (ref string, err error), dryRun bool) error {
	var failures []error
	note := map[bool]string{true: " (dry run)"}[dryRun]
	for i := range n {
		ref, err := deleteOne(i)
		var unreachable *api.UnreachableError
		var p *api.Problem
		switch {
		case errors.As(err, &unreachable):
			return err
		case dryRun && i > 0 && errors.As(err, &p) && p.Code == api.CodeInUse: // by what would be gone by then, perhaps
			fmt.Fprintf(a.Stdout, "%s deleted%s if it is not in use by then: %s\n", ref, note, p.Detail)
		case err != nil:
			failures = append(failures, fmt.Errorf("delete %s: %w", ref, err))
		default:
			fmt.Fprintf(a.Stdout, "%s deleted%s\n", ref, note)
		}
	}
	return errors.Join(failures...)
}

func clientNumber(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, usagef("%q is not the number of a client, such as 1042", s)
	}
	return id, nil
}
