package command

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
)

func (a *app) reportVerb() *cobra.Command {
	var s selection
	var severities []string
	var waived bool
	out := output(outTable)
	verb := &cobra.Command{
		Use: "report", Short: "Show what is wrong with the base", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := limited(cmd.Flags()); err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			if out == outTable && s.query.Limit == 0 {
				s.query.Limit = 10
			}
			r, err := c.Quality(cmd.Context(), api.QualityQuery{ClientQuery: s.clients(), Severities: severities, Waived: waived})
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, r); done {
				return err
			}
			defer a.filterNote(r.Filtered)
			return a.report(r)
		},
	}
	f := verb.Flags()
	s.flags(f)
	explainFlag(f, &s.query)
	f.Lookup("rule").Usage = "rules that are reported"
	f.StringSliceVar(&severities, "severity", nil, "severities that are reported: info, warning, error")
	f.BoolVar(&waived, "waived", false, "waived findings in place of the open ones")
	f.IntVar(&s.query.Limit, "limit", 0, "clients listed, 10 unless given, at most 1000")
	f.StringVar(&s.query.After, "after", "", "`next` of the page before")
	out.flag(verb, outTable, outJSON, outYAML)
	verb.AddCommand(a.trendVerb())
	return verb
}

// report shows a quality report to people.
func (a *app) report(r *crm.QualityReport) error {
	fmt.Fprintln(a.Stdout, verdict(r))
	if len(r.Rules) > 0 {
		fmt.Fprintln(a.Stdout)
		t := a.newTable("RULE", "SEVERITY", "STATE", "CLIENTS", "FINDINGS", "ERRORS")
		for _, rule := range r.Rules {
			t.row(rule.Name, string(rule.Severity), string(rule.State), grouped(rule.Clients), grouped(rule.Findings), grouped(rule.Errors))
		}
		if err := t.flush(); err != nil {
			return err
		}
	}
	if len(r.Items) == 0 {
		return nil
	}
	fmt.Fprintln(a.Stdout)
	if err := a.violating(r.Items); err != nil {
		return err
	}
	a.moreNote(r.Next)
	return nil
}

func (a *app) violating(items []crm.QualityItem) error {
	t := a.newTable("CLIENT", "NAME", "MANAGER", "SEVERITY", "WHAT IS WRONG")
	for _, item := range items {
		id, name, manager := strconv.FormatInt(item.Client.ID, 10), orDash(item.Client.Name), orDash(item.Client.Manager)
		for _, f := range item.Findings {
			t.row(id, name, manager, string(f.Severity), f.Message)
			id, name, manager = "", "", ""
		}
	}
	return t.flush()
}

// verdict says in a few sentences how the base is, and never better than is known.
func verdict(r *crm.QualityReport) string {
	if r.Clients == 0 {
		return "No clients: there is nothing to judge."
	}
	total := plural(r.Clients, "client", "clients")
	text := fmt.Sprintf("%s, %s with findings, score %s.", total, grouped(r.Violating), percent(r.Score))
	unsure := doubts(r)
	if r.Violating == 0 {
		if unsure == "" && len(r.Rules) > 0 {
			return fmt.Sprintf("All is well: %s, and no rule finds anything wrong.", total)
		}
		text = fmt.Sprintf("%s, no findings so far.", total)
	}
	if len(r.Rules) == 0 {
		text += " No quality rule is in force, so nothing was judged."
	}
	return text + unsure
}

// doubts says why the counts are not the whole truth, "" when they are.
func doubts(r *crm.QualityReport) string {
	text := ""
	if r.Pending > 0 {
		text += fmt.Sprintf(" %s not judged yet by some rule.", plural(r.Pending, "client is", "clients are"))
	}
	for _, rule := range r.Rules {
		if rule.Errors > 0 {
			text += fmt.Sprintf(" %s could not be judged by %s.", plural(rule.Errors, "client", "clients"), rule.Name)
		}
		if rule.Stale || rule.State == crm.RuleDegraded && rule.Errors == 0 {
			text += fmt.Sprintf(" The rule %s does not run as declared (assay get rule %s -o wide).", rule.Name, rule.Name)
		}
	}
	return text
}
