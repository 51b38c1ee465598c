package command

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) historyVerb() *cobra.Command {
	out := output(outTable)
	var revision int64
	verb := &cobra.Command{
		Use: "history KIND NAME", Short: "Show the revisions of a " + kindWords(one),
		Long: "Shows the last revisions of an object that are kept, the newest first, those of a deleted one too. --revision shows what one of them declared; rollback brings one back.",
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, name, err := kindName("history", args)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("revision") && revision < 1 {
				return usagef("--revision %d: give the number of a revision; `assay history %s %s` lists them", revision, one(kind), name)
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			if revision > 0 {
				return a.showRevision(cmd.Context(), c, out, kind, name, revision)
			}
			return a.history(cmd.Context(), c, out, kind, name)
		},
	}
	verb.Flags().Int64Var(&revision, "revision", 0, "show what this revision declared")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) history(ctx context.Context, c *api.Client, out output, kind api.Kind, name string) error {
	list, err := c.Revisions(ctx, kind, name)
	if err != nil {
		return err
	}
	if done, err := out.structured(a.Stdout, list); done {
		return err
	}
	t := a.newTable("REVISION", "AT", "BY", "CHANGE", "CURRENT")
	for _, r := range list.Items {
		t.row(strconv.FormatInt(r.Revision, 10), r.At.String(), orDash(r.By), r.Change, map[bool]string{true: "current", false: "-"}[r.Current])
	}
	return t.flush()
}

// showRevision shows what a revision declared, as YAML unless JSON was asked for.
func (a *app) showRevision(ctx context.Context, c *api.Client, out output, kind api.Kind, name string, revision int64) error {
	r, err := c.Revision(ctx, kind, name, revision)
	if err != nil {
		return err
	}
	if len(r.Object) == 0 {
		return fmt.Errorf("revision %d of %s is its deletion: it declares nothing", revision, refOf(kind, name))
	}
	if out == outTable {
		out = outYAML
	}
	_, err = out.structured(a.Stdout, r.Object)
	return err
}
