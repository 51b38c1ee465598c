package command

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/server/api"
)

func (a *app) describeVerb() *cobra.Command {
	return &cobra.Command{
		Use: "describe KIND NAME", Short: "Show all about a " + kindWords(one) + ", or about a module",
		Long: "Says in words what an object asks for, where it comes from, how it does (its conditions), how far the base is judged, what it finds and costs, and what happened to it lately.\n\n  assay describe rule tax-id\n  assay describe module sha256:…",
		RunE: func(cmd *cobra.Command, args []string) error {
			switch word := strings.TrimSuffix(strings.Join(args[:min(len(args), 1)], ""), "s"); {
			case word == "module" && len(args) == 2:
				return a.describeModule(cmd.Context(), args[1])
			case word == "module":
				return usagef("say which module: assay describe module DIGEST; `assay get modules -o wide` lists them")
			case word == "client":
				return usagef("describe shows declared objects; of a client: assay get client NUMBER")
			}
			kind, name, err := kindName("describe", args)
			if err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			object, err := c.Object(cmd.Context(), kind, name)
			if err != nil {
				return err
			}
			return a.describe(cmd.Context(), c, kind, object)
		},
	}
}

func (a *app) describe(ctx context.Context, c *api.Client, kind api.Kind, object json.RawMessage) error {
	o, err := rules.Decode(object)
	if err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	fmt.Fprintln(a.Stdout, refOf(kind, o.Meta().Name))
	a.lines("", metaLines(o))
	lines, err := specLines(o, object, c.Language)
	if err != nil {
		return err
	}
	a.lines("Spec", lines)
	if err := a.conditions(o.State().Conditions); err != nil {
		return err
	}
	if rule, ok := o.(*rules.Rule); ok {
		a.lines("Sweep", sweepLines(rule, time.Now()))
		a.lines("Figures", figureLines(rule))
	}
	return a.recentEvents(ctx, c, o)
}

// line is a thing and what is said of it.
type line struct{ label, text string }

// lines prints what has a text, under a title; nothing when nothing has.
func (a *app) lines(title string, lines []line) {
	lines = slices.DeleteFunc(lines, func(l line) bool { return l.text == "" })
	if len(lines) == 0 {
		return
	}
	if title != "" {
		fmt.Fprintf(a.Stdout, "\n%s\n", title)
	}
	width := 0
	for _, l := range lines {
		width = max(width, len([]rune(l.label)))
	}
	for _, l := range lines {
		rows := strings.Split(strings.TrimRight(l.text, "\n"), "\n") // an expression may go over several
		for i, row := range rows {
			label := l.label
			if i > 0 {
				label = ""
			}
			fmt.Fprintln(a.Stdout, strings.TrimRight(fmt.Sprintf("  %-*s  %s", width, label, oneLine(row)), " "))
		}
	}
}

// metaLines say where an object comes from and which edition it is.
func metaLines(o rules.Object) []line {
	m := o.Meta()
	generation := fmt.Sprint(m.Generation)
	if seen := o.State().ObservedGeneration; seen != 0 && seen != m.Generation {
		generation += fmt.Sprintf("; the status speaks of %d", seen)
	}
	return []line{
		{"Source", source(m)},
		{"Labels", pairs(m.Labels)},
		{"Annotations", pairs(m.Annotations)},
		{"Generation", generation},
		{"Version", m.ResourceVersion},
		{"Created", when(m.CreationTimestamp)},
	}
}

// source says who declared an object.
func source(m *rules.Metadata) string {
	if kind, name, owned := m.Owner(); owned {
		kind = strings.ToLower(kind)
		return fmt.Sprintf("made by the server for the %s %s: change that one (assay describe %s %s)", kind, name, kind, name)
	}
	if file, managed := m.Source(); managed {
		return "the file " + file + " of the server's rules folder: change it there"
	}
	return "applied over the API"
}

// pairs lists labels or annotations that are not the server's.
func pairs(of map[string]string) string {
	var list []string
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if !strings.HasPrefix(key, serverAnnotations) {
			list = append(list, key+"="+of[key])
		}
	}
	return strings.Join(list, ", ")
}

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func (a *app) conditions(conditions []rules.Condition) error {
	if len(conditions) == 0 {
		return nil
	}
	fmt.Fprintln(a.Stdout, "\nConditions")
	t := a.newTable("  TYPE", "STATUS", "SINCE", "REASON", "MESSAGE")
	t.out.Columns = 0 // a message is shown whole, whatever the terminal makes of it
	for _, c := range conditions {
		t.row("  "+c.Type, string(c.Status), orDash(when(c.LastTransitionTime)), orDash(c.Reason), orDash(c.Message))
	}
	return t.flush()
}

// sweepLines say how far the stored base is judged by a rule.
func sweepLines(r *rules.Rule, now time.Time) []line {
	s := r.Status.Sweep
	if s == nil || s.Done >= s.Total {
		return nil
	}
	share, text := sweepProgress([]rules.Sweep{*s}, now)
	return []line{{"Progress", bar(share) + text}, {"Begun", when(s.StartedAt)}}
}

// figureLines say what a rule finds and what it costs.
func figureLines(r *rules.Rule) []line {
	s := &r.Status
	lines := []line{{"Module", s.Module}}
	if r.Spec.Type == rules.Quality {
		lines = append(lines, line{"Finds", fmt.Sprintf("%s on %s", plural(s.Findings, "open finding", "open findings"), plural(s.Violating, "client", "clients"))})
	}
	if s.Errors > 0 {
		lines = append(lines, line{"Could not judge", plural(s.Errors, "client", "clients")})
	}
	if s.Evaluated > 0 {
		took := time.Duration(s.EvaluationSeconds * float64(time.Second))
		ran := map[string]string{"fused": ", fused with other rules", "apart": ", in a module of its own"}[s.RanIn]
		lines = append(lines, line{"Evaluated", fmt.Sprintf("%s since it was compiled, in %s%s", plural(s.Evaluated, "time", "times"), took.Round(time.Microsecond), ran)},
			line{"Fuel", fmt.Sprintf("%s an evaluation in the middle, %s at 99 %%, %s at most", grouped(s.FuelP50), grouped(s.FuelP99), grouped(s.FuelMax))})
	}
	if s.MemoryPeak > 0 {
		lines = append(lines, line{"Memory", fmt.Sprintf("%s KiB at most", grouped(s.MemoryPeak>>10))})
	}
	return append(lines, line{"Last error", s.LastError})
}
