package command

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) sweepVerb() *cobra.Command {
	var below []*cobra.Command
	out := output(outTable)
	for _, do := range []struct {
		name, short string
		call        func(*api.Client, context.Context) (*api.Sweep, error)
	}{
		{"status", "Say how far the base is judged anew", (*api.Client).Sweep},
		{"pause", "Have nothing judged anew until it is resumed", (*api.Client).PauseSweep},
		{"resume", "Have judging go on", (*api.Client).ResumeSweep},
	} {
		sub := &cobra.Command{Use: do.name, Short: do.short, Args: exactly(),
			RunE: func(cmd *cobra.Command, _ []string) error {
				c, err := a.caller()
				if err != nil {
					return err
				}
				s, err := do.call(c, cmd.Context())
				if err != nil {
					return err
				}
				return a.showSweep(s, out)
			}}
		out.flag(sub, outTable, outJSON, outYAML)
		below = append(below, sub)
	}
	return withVerbs(&cobra.Command{
		Use: "sweep status|pause|resume", Short: "Say how far the base is judged anew, pause that, or have it go on",
		Long: "When a rule changes, or what it depends on, or a day begins, the stored clients are judged anew. `pause` stops that until `resume`, also when the\n" +
			"server is started again; clients that are written are judged at once all the same.",
	}, below...)
}

// showSweep says in a line how a sweep stands, and below it how its rules do.
func (a *app) showSweep(s *api.Sweep, out output) error {
	if done, err := out.structured(a.Stdout, s); done {
		return err
	}
	if len(s.Rules) == 0 {
		fmt.Fprintf(a.Stdout, "%s: nothing is left to judge\n", s.State)
		return nil
	}
	left := ""
	if s.SecondsLeft != nil {
		left = fmt.Sprintf(", %s left", time.Duration(*s.SecondsLeft)*time.Second)
	}
	fmt.Fprintf(a.Stdout, "%s: %s of %s judged%s\n", s.State, grouped(s.Done), plural(s.Total, "client", "clients"), left)
	t := a.newTable("RULE", "DONE", "TOTAL")
	for _, r := range s.Rules {
		t.row(r.Name, grouped(r.Done), grouped(r.Total))
	}
	return t.flush()
}
