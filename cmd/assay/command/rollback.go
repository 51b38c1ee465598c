package command

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) rollbackVerb() *cobra.Command {
	var to int64
	var dryRun bool
	verb := &cobra.Command{
		Use: "rollback KIND NAME", Short: "Bring an earlier revision of an object back",
		Long: "Applies an earlier revision of a " + kindWords(one) + " anew: the one before the current one, or the last one of an object that was deleted, unless --to names another (`assay history KIND NAME` lists them). It is validated, compiled and tried as any apply is, and prints what changes as a diff.",
		RunE: func(cmd *cobra.Command, args []string) error {
			kind, name, err := kindName("rollback", args)
			if err != nil {
				return err
			}
			if cmd.Flags().Changed("to") && to < 1 {
				return usagef("--to %d: give the number of a revision; `assay history %s %s` lists them", to, one(kind), name)
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			return a.rollback(cmd.Context(), c, kind, name, to, dryRun)
		},
	}
	verb.Flags().Int64Var(&to, "to", 0, "the revision to bring back; the one before unless given")
	verb.Flags().BoolVar(&dryRun, "dry-run", false, "say what would change, change nothing")
	return verb
}

func (a *app) rollback(ctx context.Context, c *api.Client, kind api.Kind, name string, to int64, dryRun bool) error {
	before, err := storedDeclaration(ctx, c, kind, name)
	if err != nil {
		return err
	}
	applied, err := c.Rollback(ctx, kind, name, to, dryRun)
	if err != nil {
		return err
	}
	after, err := declaration(applied.Object)
	if err != nil {
		return err
	}
	ref, what := refOf(kind, name), "rolled back"
	if applied.Outcome == api.AppliedUnchanged {
		what = "unchanged: it is like that revision already"
	}
	fmt.Fprint(a.Stdout, difference(ref+" before", before, ref+" after", after))
	note, err := dryRunNote(applied, dryRun)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "%s %s%s\n", ref, what, note)
	return nil
}

// storedDeclaration returns what is declared of an object now, nothing when it is not there.
func storedDeclaration(ctx context.Context, c *api.Client, kind api.Kind, name string) ([]byte, error) {
	object, err := c.Object(ctx, kind, name)
	if isProblem(err, api.CodeNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return declaration(object)
}
