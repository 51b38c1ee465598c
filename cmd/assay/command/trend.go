package command

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
)

func (a *app) trendVerb() *cobra.Command {
	var from, to string
	var q api.TrendQuery
	out := output(outTable)
	verb := &cobra.Command{
		Use: "trend", Short: "Show how the base was, day by day", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			for text, day := range map[*string]*crm.Date{&from: &q.From, &to: &q.To} {
				if err := day.UnmarshalJSON([]byte(strconv.Quote(*text))); err != nil && *text != "" {
					return usagef("%q is not a day, such as 2026-12-31", *text)
				}
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			trend, err := c.Trend(cmd.Context(), q)
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, trend); done {
				return err
			}
			return a.trend(trend)
		},
	}
	f := verb.Flags()
	f.StringVar(&from, "from", "", "the first day, 30 days before the last unless given")
	f.StringVar(&to, "to", "", "the last day, today unless given")
	f.StringVar(&q.By, "by", "", "count rule, severity, manager, source or segment apart, too")
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// trend shows a trend to people: a line of bars, and a row a day.
func (a *app) trend(r *crm.QualityTrend) error {
	if len(r.Items) == 0 {
		fmt.Fprintln(a.Stdout, "No day was counted yet: the trend begins when the server has run for a while.")
		return nil
	}
	fmt.Fprintf(a.Stdout, "score %s\n\n", sparkline(r))
	t := a.newTable("DAY", "CLIENTS", "WITH FINDINGS", "SCORE", "")
	gaps := r.Gaps
	for i := range r.Items {
		day := &r.Items[i]
		for len(gaps) > 0 && gaps[0].From.UnixMilli() < day.Date.UnixMilli() {
			t.row(gaps[0].From.String(), "-", "-", "-", "not counted until "+gaps[0].To.String())
			gaps = gaps[1:]
		}
		remark := ""
		if day.Pending > 0 {
			remark = fmt.Sprintf("counted while %s to be judged", plural(day.Pending, "client was still", "clients were still"))
		}
		t.row(day.Date.String(), grouped(day.Clients), grouped(day.Violating), percent(day.Score), remark)
		for _, name := range slices.Sorted(maps.Keys(day.Groups)) {
			g := day.Groups[name]
			t.row("  "+orDash(name), grouped(g.Clients), grouped(g.Violating), percent(g.Score), "")
		}
	}
	for _, gap := range gaps {
		t.row(gap.From.String(), "-", "-", "-", "not counted until "+gap.To.String())
	}
	return t.flush()
}

// percent writes a score, rounded down: 100 % is said of nothing less, and what is close to it gets a second decimal.
func percent(score float64) string {
	const slack = 1e-6 // 0.577 is a little less than 577 thousandths; a base of ten million has scores 1e-7 apart
	tenths := math.Floor(1000*score + slack)
	if score < 1 && tenths >= 999 {
		return fmt.Sprintf("%.2f %%", math.Floor(10_000*score+slack)/100)
	}
	return fmt.Sprintf("%.1f %%", tenths/10)
}

// sparkline is a bar a day between the lowest and the highest score; a space is a
// day that was not counted.
func sparkline(r *crm.QualityTrend) string {
	const dayMillis = 24 * 60 * 60 * 1000
	bars := []rune("▁▂▃▄▅▆▇█")
	low, high := 1.0, 0.0
	for i := range r.Items {
		low, high = min(low, r.Items[i].Score), max(high, r.Items[i].Score)
	}
	var line strings.Builder
	next := r.Items[0].Date.UnixMilli()
	for i := range r.Items {
		for at := r.Items[i].Date.UnixMilli(); next < at; next += dayMillis {
			line.WriteByte(' ')
		}
		bar := len(bars) - 1
		if high > low {
			bar = int((r.Items[i].Score - low) / (high - low) * float64(len(bars)-1))
		}
		line.WriteRune(bars[bar])
		next += dayMillis
	}
	return fmt.Sprintf("%s  %s to %s", line.String(), percent(low), percent(high))
}
