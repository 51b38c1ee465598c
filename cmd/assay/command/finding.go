package command

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/crm"
)

func (a *app) findingVerb() *cobra.Command {
	return withVerbs(&cobra.Command{
		Use: "finding", Short: "Assign and waive findings, and see what became of them",
		Long: "A finding's id is shown by `assay finding list CLIENT`: 1042:tax-id:tax-id:",
	}, a.findingListVerb(), a.findingAssignVerb(), a.findingWaiveVerb(), a.findingUnwaiveVerb(), a.findingHistoryVerb())
}

func (a *app) findingListVerb() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "list CLIENT", Short: "List a client's findings with their ids", Args: exactly("CLIENT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := clientNumber(args[0])
			if err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			list, err := c.Findings(cmd.Context(), id)
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			t := a.newTable("ID", "SEVERITY", "ASSIGNEE", "DUE", "WAIVED UNTIL", "WHAT IS WRONG")
			for _, f := range list.Items {
				t.whole(f.ID, string(f.Severity), orDash(f.Assignee), orDash(f.Due.String()), orDash(f.WaivedUntil.String()), f.Message)
			}
			return t.flush()
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) findingAssignVerb() *cobra.Command {
	var to, due, note string
	verb := &cobra.Command{
		Use: "assign FINDING", Short: "Say who mends a finding and until when", Args: exactly("FINDING"),
		Long: "Changes what is given and leaves the rest; an empty value clears: assay finding assign 1042:tax-id:tax-id: --to petrov --due 2026-12-31",
		RunE: func(cmd *cobra.Command, args []string) error {
			patch := map[string]any{}
			for flag, value := range map[string]string{"to": to, "due": due, "note": note} {
				if !cmd.Flags().Changed(flag) {
					continue
				}
				name := map[string]string{"to": "assignee"}[flag]
				if name == "" {
					name = flag
				}
				patch[name] = orNull(value)
			}
			if len(patch) == 0 {
				return usagef("say what to change: --to, --due or --note")
			}
			return a.changeFinding(cmd, args[0], patch)
		},
	}
	verb.Flags().StringVar(&to, "to", "", "who is to mend it")
	verb.Flags().StringVar(&due, "due", "", "until when, such as 2026-12-31")
	verb.Flags().StringVar(&note, "note", "", "a note")
	return verb
}

// orNull makes an empty text what clears a member.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (a *app) findingWaiveVerb() *cobra.Command {
	var until, reason string
	verb := &cobra.Command{
		Use: "waive FINDING", Short: "Leave a finding out of counts for a while", Args: exactly("FINDING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			patch := map[string]any{"waivedUntil": orNull(until), "waiverReason": reason}
			if until == "" {
				return usagef("say how long: --until 2026-12-31")
			}
			return a.changeFinding(cmd, args[0], patch)
		},
	}
	waiverFlags(verb, &until, &reason)
	return verb
}

func waiverFlags(verb *cobra.Command, until, reason *string) {
	verb.Flags().StringVar(until, "until", "", "the last day of the waiver, such as 2026-12-31")
	verb.Flags().StringVar(reason, "reason", "", "why")
}

func (a *app) findingUnwaiveVerb() *cobra.Command {
	return &cobra.Command{
		Use: "unwaive FINDING", Short: "End a finding's own waiver", Args: exactly("FINDING"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeFinding(cmd, args[0], map[string]any{"waivedUntil": nil})
		},
	}
}

// changeFinding changes what was decided about a finding and says how it stands now.
func (a *app) changeFinding(cmd *cobra.Command, id string, patch any) error {
	if client, _, _ := strings.Cut(id, ":"); strings.Count(id, ":") < 3 || !isNumber(client) {
		return usagef("%q is not the id of a finding; `assay finding list CLIENT` shows them", id)
	}
	c, err := a.caller()
	if err != nil {
		return err
	}
	f, err := c.ChangeFinding(cmd.Context(), id, patch)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.Stdout, "%s: %s\n", f.ID, standing(f))
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.ParseInt(s, 10, 64)
	return err == nil
}

// standing says what was decided about a finding.
func standing(f *crm.FindingView) string {
	parts := []string{"open"}
	if f.Waived {
		parts[0] = fmt.Sprintf("waived until %s (%s)", f.WaivedUntil, oneLine(f.WaiverReason))
	}
	if f.Assignee != "" {
		parts = append(parts, "assigned to "+oneLine(f.Assignee))
	}
	if !f.Due.IsZero() {
		parts = append(parts, "due "+f.Due.String())
	}
	return strings.Join(parts, ", ")
}

func (a *app) findingHistoryVerb() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "history CLIENT", Short: "Show the findings a client has and had", Args: exactly("CLIENT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := clientNumber(args[0])
			if err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			list, err := c.FindingHistory(cmd.Context(), id)
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			return a.findingHistory(list.Items)
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) findingHistory(items []crm.FindingHistory) error {
	t := a.newTable("WHEN", "FINDING", "WHAT", "BY", "WHY")
	for i := range items {
		h := &items[i]
		if !h.OpenedAt.IsZero() {
			t.whole(h.OpenedAt.String(), h.ID, "opened", "", "")
		}
		for _, change := range h.Changes {
			t.whole(change.At.String(), h.ID, changed(change), change.By, change.Reason)
		}
		if !h.ClosedAt.IsZero() {
			t.whole(h.ClosedAt.String(), h.ID, "closed", h.By, h.Reason)
		}
	}
	return t.flush()
}

func changed(c crm.LifeChange) string {
	switch {
	case c.Type == "waived":
		return "waived until " + c.WaivedUntil.String()
	case c.Type == "changed":
		return "assigned to " + orDash(c.Assignee) + ", due " + orDash(c.Due.String())
	}
	return c.Type
}
