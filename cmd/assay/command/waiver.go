package command

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
)

func (a *app) waiverVerb() *cobra.Command {
	return withVerbs(&cobra.Command{Use: "waiver", Short: "Waive what a rule finds at a client, or at the clients of a filter"},
		a.waiverListVerb(), a.waiverAddVerb(), a.waiverEndVerb())
}

func (a *app) waiverListVerb() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "list", Short: "List the waivers in force", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			list, err := c.Waivers(cmd.Context())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			t := a.newTable("ID", "RULE", "WHERE", "UNTIL", "BY", "REASON")
			for i := range list.Items {
				w := &list.Items[i]
				t.whole(w.ID, w.Rule, where(w), w.Until.String(), w.By, w.Reason)
			}
			return t.flush()
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// where says which findings of its rule a waiver is for.
func where(w *crm.WaiverView) string {
	switch {
	case w.Filter != "" && w.Pending > 0:
		return fmt.Sprintf("%s (%s to go)", w.Filter, grouped(w.Pending))
	case w.Filter != "":
		return w.Filter
	case w.Code != "":
		return "one finding"
	}
	return "client " + strconv.FormatInt(w.Client, 10)
}

func (a *app) waiverAddVerb() *cobra.Command {
	var w api.NewWaiver
	var until string
	verb := &cobra.Command{
		Use: "add", Short: "Waive a rule", Args: exactly(),
		Long: "Waives all that a rule finds at one client, or at the clients of a filter:\n\n" +
			"  assay waiver add --rule tax-id --client 1042 --until 2026-12-31 --reason 'a branch'\n" +
			"  assay waiver add --rule tax-id --filter 'client.country != \"RU\"' --until 2026-12-31 --reason 'foreign'",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := w.Until.UnmarshalJSON([]byte(strconv.Quote(until))); err != nil || until == "" {
				return usagef("--until %q: give the last day of the waiver, such as 2026-12-31", until)
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			made, err := c.Waive(cmd.Context(), w)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.Stdout, "waiver/%s created\n", made.ID)
			return nil
		},
	}
	f := verb.Flags()
	f.StringVar(&w.Rule, "rule", "", "the rule")
	f.Int64Var(&w.Client, "client", 0, "the `number` of the client")
	f.StringVar(&w.Filter, "filter", "", `condition in CEL, such as 'client.country != "RU"'`)
	waiverFlags(verb, &until, &w.Reason)
	return verb
}

func (a *app) waiverEndVerb() *cobra.Command {
	return &cobra.Command{
		Use: "end WAIVER", Short: "End a waiver", Args: exactly("WAIVER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			if err := c.EndWaiver(cmd.Context(), args[0]); err != nil {
				return err
			}
			fmt.Fprintf(a.Stdout, "waiver/%s ended\n", args[0])
			return nil
		},
	}
}
