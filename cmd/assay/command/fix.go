package command

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
)

// fixPoll is how often a job is asked how far it has come.
const fixPoll = 300 * time.Millisecond

func (a *app) fixVerb() *cobra.Command {
	return withVerbs(&cobra.Command{
		Use: "fix", Short: "Apply what rules suggest to many clients, and take it back",
		Long: "Puts the values that rules suggest in the places they are suggested for, one write a client: each is cleaned, judged and may be refused like any other. " +
			"What was done can be seen client by client, and undone by the id of the job.\n\n" +
			"  assay fix start --rule phone-format --dry-run     what would be changed\n" +
			"  assay fix start --rule phone-format               change it\n" +
			"  assay fix undo ID                                 take it back",
	}, a.fixStart(), a.fixList(), a.fixShow(), a.fixCancel(), a.fixUndo())
}

func (a *app) fixStart() *cobra.Command {
	var s selection
	var dryRun, detach bool
	out := output(outTable)
	verb := &cobra.Command{
		Use: "start", Short: "Apply the suggestions for the selected clients", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			if dryRun {
				p, err := c.PreviewFix(cmd.Context(), s.clients())
				if err != nil {
					return err
				}
				if done, err := out.structured(a.Stdout, p); done {
					return err
				}
				return a.showFixPreview(p)
			}
			j, err := c.StartFix(cmd.Context(), s.clients())
			if err != nil {
				return err
			}
			return a.followFix(cmd.Context(), c, out, j, detach)
		},
	}
	s.flags(verb.Flags())
	hide(verb, "search")
	verb.Flags().Lookup("rule").Usage = "rules whose suggestions are applied; all unless given"
	verb.Flags().BoolVar(&dryRun, "dry-run", false, "say what would be changed, and change nothing")
	verb.Flags().BoolVar(&detach, "detach", false, "do not wait for the end")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// hide takes a flag away that a verb does not know.
func hide(verb *cobra.Command, flag string) {
	verb.Flags().Lookup(flag).Hidden = true
}

// followFix waits for the end of a job and says what it did.
func (a *app) followFix(ctx context.Context, c *api.Client, out output, j *crm.Fix, detach bool) error {
	total := float64(max(j.Total, 1))
	bar := newProgress(a.Stderr, a.Terminal, func(at api.ImportProgress) float64 { return float64(at.Line) / total })
	bar.words = "%s looked at, %s changed"
	for !detach && !j.Ended() {
		bar.report(api.ImportProgress{Line: j.Counts.Looked, Stored: j.Counts.Applied})
		select {
		case <-ctx.Done():
			bar.done()
			return fmt.Errorf("job %s goes on; `assay fix show %s` says how far it is: %w", j.ID, j.ID, ctx.Err())
		case <-time.After(fixPoll):
		}
		var err error
		if j, err = c.Fix(ctx, j.ID); err != nil {
			bar.done()
			return err
		}
	}
	bar.done()
	if done, err := out.structured(a.Stdout, j); done {
		return err
	}
	return a.showFix(j)
}

// showFix says in words how far a job is.
func (a *app) showFix(j *crm.Fix) error {
	n := j.Counts
	fmt.Fprintf(a.Stdout, "%s %s: %s of %s looked at, %s changed, %s resolved\n", j.ID, j.State, grouped(n.Looked), plural(j.Total, "client", "clients"),
		grouped(n.Applied), plural(n.Resolved, "finding", "findings"))
	for _, left := range []struct {
		n   int64
		why string
	}{{n.Refused, "refused by rules"}, {n.Conflicts, "changed by others meanwhile"}, {n.Failed, "could not take the value"}} {
		if left.n > 0 {
			fmt.Fprintf(a.Stdout, "  %s %s\n", grouped(left.n), left.why)
		}
	}
	if n.Refused+n.Conflicts+n.Failed > 0 {
		fmt.Fprintf(a.Stderr, "which ones: assay fix show %s\n", j.ID)
	}
	if j.State == crm.FixFailed {
		return fmt.Errorf("job %s ended early: %s", j.ID, j.Error)
	}
	if n.Applied > 0 && j.Ended() {
		fmt.Fprintf(a.Stderr, "take it back: assay fix undo %s\n", j.ID)
	}
	return nil
}

func (a *app) showFixPreview(p *crm.FixPreview) error {
	fmt.Fprintf(a.Stdout, "%s would be changed in %s places", plural(p.Clients, "client", "clients"), grouped(p.Edits))
	if !p.Finished {
		fmt.Fprintf(a.Stdout, "; %s of %s were looked at in the time there was", grouped(p.Looked), grouped(p.Total))
	}
	if p.Unfit > 0 {
		fmt.Fprintf(a.Stdout, "; the suggestions for %s have no place to go", plural(p.Unfit, "client", "clients"))
	}
	fmt.Fprintln(a.Stdout)
	if len(p.Sample) == 0 {
		return nil
	}
	fmt.Fprintln(a.Stdout)
	t := a.newTable("CLIENT", "NAME", "WHERE", "NOW", "THEN", "RULE")
	for _, s := range p.Sample {
		id, name := strconv.FormatInt(s.Client.ID, 10), orDash(s.Client.Name)
		for _, e := range s.Edits {
			then := plainJSON(e.After)
			if s.Refused != "" {
				then += " (" + s.Refused + ")"
			}
			t.row(id, name, e.Path, plainJSON(e.Before), then, e.Rule)
			id, name = "", ""
		}
	}
	return t.flush()
}

// plainJSON shows a value as people write it.
func plainJSON(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return orDash(text)
	}
	return string(value)
}

func (a *app) fixList() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "list", Short: "Show the jobs, the newest first", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			jobs, err := c.Fixes(cmd.Context())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, jobs); done {
				return err
			}
			if len(jobs.Items) == 0 {
				fmt.Fprintln(a.Stderr, "there are no jobs: nothing was fixed yet (assay fix start)")
				return nil
			}
			t := a.newTable("ID", "STATE", "BY", "BEGUN", "CHANGED", "REFUSED", "CONFLICTS", "FAILED", "WHAT")
			for _, j := range jobs.Items {
				what := orDash(plainQuery(j.Query))
				if j.Undoes != "" {
					what = "undoes " + j.Undoes
				}
				t.whole(j.ID, string(j.State), j.By, j.CreatedAt.String(), grouped(j.Counts.Applied), grouped(j.Counts.Refused), grouped(j.Counts.Conflicts), grouped(j.Counts.Failed), what)
			}
			return t.flush()
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// plainQuery shows the parameters of a request as people write them.
func plainQuery(query string) string {
	if plain, err := url.QueryUnescape(query); err == nil {
		return plain
	}
	return query
}

func (a *app) fixShow() *cobra.Command {
	var outcome, after string
	var limit int
	out := output(outTable)
	verb := &cobra.Command{
		Use: "show ID", Short: "Show what a job did, client by client", Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := limited(cmd.Flags()); err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			j, err := c.Fix(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			clients, err := c.FixClients(cmd.Context(), args[0], outcome, limit, after)
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, clients); done {
				return err
			}
			if err := a.showFix(j); err != nil || len(clients.Items) == 0 {
				return err
			}
			fmt.Fprintln(a.Stdout)
			t := a.newTable("CLIENT", "OUTCOME", "WHERE", "BEFORE", "AFTER", "WHY")
			for i := range clients.Items {
				fixedRows(t, &clients.Items[i])
			}
			defer a.moreNote(clients.Next)
			return t.flush()
		},
	}
	f := verb.Flags()
	f.StringVar(&outcome, "outcome", "", "clients with this outcome: applied, unchanged, refused, conflict, failed")
	f.IntVar(&limit, "limit", 0, "clients listed, 50 unless given, at most 1000")
	f.StringVar(&after, "after", "", "`next` of the page before")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func fixedRows(t *table, c *crm.FixedClient) {
	id, outcome, why := strconv.FormatInt(c.Client, 10), string(c.Outcome), c.Message
	if len(c.Edits) == 0 {
		t.row(id, outcome, "", "", "", why)
	}
	for _, e := range c.Edits {
		t.row(id, outcome, e.Path, plainJSON(e.Before), plainJSON(e.After), why)
		id, outcome, why = "", "", ""
	}
}

func (a *app) fixCancel() *cobra.Command {
	return &cobra.Command{
		Use: "cancel ID", Short: "End a job; what it has done stays", Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			j, err := c.CancelFix(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(a.Stdout, "%s is cancelled; take back what it did: assay fix undo %s\n", j.ID, j.ID)
			return nil
		},
	}
}

func (a *app) fixUndo() *cobra.Command {
	var detach bool
	out := output(outTable)
	verb := &cobra.Command{
		Use: "undo ID", Short: "Put back what a job replaced, where nobody has changed it since", Args: exactly("ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			j, err := c.UndoFix(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.followFix(cmd.Context(), c, out, j, detach)
		},
	}
	verb.Flags().BoolVar(&detach, "detach", false, "do not wait for the end")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}
