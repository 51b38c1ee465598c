package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) getFolder() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "folder", Short: "Show what is wrong in the server's rules folder (serve --rules)", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			folder, err := c.RulesFolder(cmd.Context())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, folder); done {
				return err
			}
			return a.showFolder(folder)
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) showFolder(f *api.Folder) error {
	switch {
	case f.Folder == "":
		fmt.Fprintln(a.Stderr, "the server keeps no rules folder (assay serve --rules DIR)")
		return nil
	case len(f.Faults) == 0:
		fmt.Fprintf(a.Stderr, "%s is in force: %s\n", f.Folder, plural(int64(f.Objects), "object", "objects"))
		return nil
	}
	t := a.newTable("FILE", "LINE", "OBJECT", "FAULT")
	for _, fault := range f.Faults {
		place, object, message := "-", "-", fault.Message
		if fault.Line > 0 {
			place = fmt.Sprintf("%d:%d", fault.Line, fault.Column)
		}
		if fault.Name != "" {
			object = strings.ToLower(string(fault.Kind)) + "/" + fault.Name
		}
		if fault.Field != "" {
			message = fault.Field + ": " + message
		}
		t.whole(orDash(fault.File), place, object, message)
	}
	return t.flush()
}

// folderNote tells on stderr that not all of the server's rules folder is in force.
func (a *app) folderNote(ctx context.Context, c *api.Client) error {
	folder, err := c.RulesFolder(ctx)
	if err == nil && len(folder.Faults) > 0 {
		fmt.Fprintf(a.Stderr, "the rules folder has %s: assay get folder\n", plural(int64(len(folder.Faults)), "fault", "faults"))
	}
	return err
}
