package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) deleteVerb() *cobra.Command {
	var dryRun bool
	verb := &cobra.Command{
		Use: "delete KIND NAME…", Short: "Delete rules, fields, dictionaries, modules or clients",
		Long: "Deletes objects by name, modules by digest, or clients by number: assay delete rule tax-id, assay delete client 1042.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("say what to delete: assay delete rule NAME…, field, dictionary, module DIGEST… or client NUMBER…")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			for _, name := range args[1:] {
				if err := deleteOne(cmd.Context(), c, args[0], name, dryRun); err != nil {
					return err
				}
				fmt.Fprintf(a.Stdout, "%s/%s deleted%s\n", strings.TrimSuffix(args[0], "s"), name, map[bool]string{true: " (dry run)"}[dryRun])
			}
			return nil
		},
	}
	verb.Flags().BoolVar(&dryRun, "dry-run", false, "say what would happen, change nothing")
	return verb
}

func deleteOne(ctx context.Context, c *api.Client, kind, name string, dryRun bool) error {
	switch kind {
	case "rule", "rules":
		return c.DeleteObject(ctx, api.KindRule, name, dryRun, "")
	case "field", "fields":
		return c.DeleteObject(ctx, api.KindField, name, dryRun, "")
	case "dictionary", "dictionaries":
		return c.DeleteObject(ctx, api.KindDictionary, name, dryRun, "")
	case "module", "modules":
		return c.DeleteModule(ctx, name, dryRun)
	case "client", "clients":
		id, err := clientNumber(name)
		if err != nil {
			return err
		}
		return c.Delete(ctx, id, api.WriteOptions{DryRun: dryRun})
	}
	return usagef("%q cannot be deleted: give rule, field, dictionary, module or client", kind)
}

func clientNumber(s string) (int64, error) {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil || id <= 0 {
		return 0, usagef("%q is not the number of a client, such as 1042", s)
	}
	return id, nil
}
