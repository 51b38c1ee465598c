package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
	"assay/server/crm"
)

const baseDiffHelp = "With --against-base: judges the stored base by the rules of manifests, or by a rule's shadow, and says which findings would be opened, closed or changed, and which clients would get another label. " +
	"Compared is with what reports show now. Nothing is changed; modules that a manifest names by `path` are uploaded, since they must run, and taken back. Ends with 0 whatever would change, and with 1 when the server said no."

// baseDiff is what `assay diff --against-base` was asked for.
type baseDiff struct {
	against bool
	sample  int
	out     output
}

func (o *baseDiff) flags(verb *cobra.Command) {
	verb.Flags().BoolVar(&o.against, "against-base", false, "compare with what is stored of the clients")
	verb.Flags().IntVar(&o.sample, "sample", api.DefaultSample, "changes of each kind that are listed, at most 1000")
	o.out.flag(verb, outTable, outJSON, outYAML)
}

// args lets arguments be given with --against-base alone.
func (o *baseDiff) args(cmd *cobra.Command, args []string) error {
	if o.against {
		return nil
	}
	return exactly()(cmd, args)
}

// check refuses flags that say something of a comparison with the base without one.
func (o *baseDiff) check(cmd *cobra.Command) error {
	for _, flag := range []string{"sample", "output"} {
		if !o.against && cmd.Flags().Changed(flag) {
			return usagef("--%s is for --against-base; add that, or leave it out", flag)
		}
	}
	return nil
}

// diffBase compares rules with the stored base: those of the file, or the shadow of the one that args name.
func (a *app) diffBase(ctx context.Context, files []string, args []string, o *baseDiff) error {
	if o.sample < 0 || o.sample > api.MaxLimit {
		return usagef("--sample %d: give 0 to %d", o.sample, api.MaxLimit)
	}
	named := len(args) == 2 && (args[0] == "rule" || args[0] == "rules")
	switch {
	case len(files) == 0 && !named:
		return usagef("say what to compare: -f FILE, a folder, - for standard input, or rule NAME")
	case len(files) > 0 && len(args) > 0:
		return usagef("compare -f %s or %s, not both at once", strings.Join(files, " "), strings.Join(args, " "))
	}
	if named {
		return a.diffDeclared(ctx, args[1], o)
	}
	return a.diffManifests(ctx, files, o)
}

func (a *app) diffDeclared(ctx context.Context, name string, o *baseDiff) error {
	c, err := a.caller()
	if err != nil {
		return err
	}
	d, err := c.RuleDiff(ctx, name, o.sample)
	if err != nil {
		return err
	}
	if done, err := o.out.structured(a.Stdout, d); done {
		return err
	}
	return a.showDiff(d)
}

// diffManifests compares the rules of files and folders; one that is refused does not keep the others back.
func (a *app) diffManifests(ctx context.Context, files []string, o *baseDiff) error {
	manifests, err := readManifests(files, a.Stdin)
	if err != nil {
		return err
	}
	manifests = slices.DeleteFunc(manifests, func(m *manifest) bool { return m.Kind != api.KindRule })
	if len(manifests) == 0 {
		return usagef("%s holds no rule", strings.Join(files, " "))
	}
	c, err := a.caller()
	if err != nil {
		return err
	}
	u := &uploads{app: a, client: c}
	err = a.diffEach(ctx, u, manifests, o)
	return errors.Join(err, u.takeBack(ctx))
}

func (a *app) diffEach(ctx context.Context, u *uploads, manifests []*manifest, o *baseDiff) error {
	list := api.List[crm.RuleDiff]{Items: []crm.RuleDiff{}}
	var failures []error
	for _, m := range manifests {
		d, err := diffOne(ctx, u, m, o.sample)
		var unreachable *api.UnreachableError
		if errors.As(err, &unreachable) {
			return err
		}
		if err != nil {
			failures = append(failures, m.refused(err))
			continue
		}
		list.Items = append(list.Items, *d)
	}
	if done, err := o.out.structured(a.Stdout, oneOrMany(&list, len(manifests))); done {
		return errors.Join(append(failures, err)...)
	}
	for i := range list.Items {
		if i > 0 {
			fmt.Fprintln(a.Stdout)
		}
		failures = append(failures, a.showDiff(&list.Items[i]))
	}
	return errors.Join(failures...)
}

func diffOne(ctx context.Context, u *uploads, m *manifest, sample int) (*crm.RuleDiff, error) {
	text, err := u.text(ctx, m)
	if err != nil {
		return nil, err
	}
	return u.client.ManifestDiff(ctx, m.Metadata.Name, text, sample)
}

// oneOrMany is the diff itself of one manifest, as the server answers it, and a list of several.
func oneOrMany(list *api.List[crm.RuleDiff], asked int) any {
	if asked == 1 && len(list.Items) == 1 {
		return &list.Items[0]
	}
	return list
}

// showDiff shows people what a version of a rule would change.
func (a *app) showDiff(d *crm.RuleDiff) error {
	fmt.Fprintln(a.Stdout, diffVerdict(d))
	if err := a.diffFindings(d); err != nil {
		return err
	}
	return a.diffLabels(d)
}

// diffVerdict says in a few sentences what changes, and what is not known.
func diffVerdict(d *crm.RuleDiff) string {
	var ways []string
	if d.Opened != nil {
		ways = append(ways, fmt.Sprintf("%s opened, %s closed, %s changed", plural(d.Opened.Findings, "finding", "findings"), grouped(d.Closed.Findings), grouped(d.Changed.Findings)))
	}
	if d.Entered != nil {
		ways = append(ways, fmt.Sprintf("%s would enter a segment, %s leave one, %s move to another", plural(d.Entered.Clients, "client", "clients"), grouped(d.Left.Clients), grouped(d.Moved.Clients)))
	}
	text := fmt.Sprintf("rule/%s%s: %s.", d.Rule, tried(d), strings.Join(ways, "; "))
	switch {
	case d.Partial:
		text += fmt.Sprintf(" Only %s of %s clients were judged in the time there is.", grouped(d.Judged), grouped(d.Clients))
	case d.Errors > 0:
		text += fmt.Sprintf(" %s of %s judged.", grouped(d.Judged), plural(d.Clients, "client was", "clients were"))
	default:
		text += fmt.Sprintf(" All %s were judged.", plural(d.Clients, "client", "clients"))
	}
	return text + notCompared(d)
}

// notCompared says what is in no count, and what comes of it when the version is applied: the server drops what a
// rule said of a client that the rule cannot judge any more.
func notCompared(d *crm.RuleDiff) string {
	if d.Errors == 0 {
		return ""
	}
	drops := "Findings that they have by this rule now"
	if d.Entered != nil {
		drops = "Labels that they have by this rule now"
	}
	return fmt.Sprintf(" %s could not be judged: %s. %s are not counted here; they go when this is applied.",
		plural(d.Errors, "client", "clients"), d.Failure, drops)
}

func tried(d *crm.RuleDiff) string {
	switch {
	case d.Shadow != "":
		return " as rule/" + d.Shadow
	case d.Version == "running":
		return " as it runs"
	}
	return ""
}

func (a *app) diffFindings(d *crm.RuleDiff) error {
	if d.Opened == nil || d.Opened.Findings+d.Closed.Findings+d.Changed.Findings == 0 {
		return nil
	}
	ways := []*crm.FindingChanges{d.Opened, d.Closed, d.Changed}
	fmt.Fprintln(a.Stdout)
	t := a.newTable("CHANGE", "FINDINGS", "CLIENTS", "ERROR", "WARNING", "INFO")
	for i, w := range ways {
		t.row(wayNames[i], grouped(w.Findings), grouped(w.Clients), grouped(w.BySeverity[crm.SeverityError]), grouped(w.BySeverity[crm.SeverityWarning]), grouped(w.BySeverity[crm.SeverityInfo]))
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := errors.Join(a.diffBy("MANAGER", wayNames[:], d.Opened.ByManager, d.Closed.ByManager, d.Changed.ByManager),
		a.diffBy("SOURCE", wayNames[:], d.Opened.BySource, d.Closed.BySource, d.Changed.BySource)); err != nil {
		return err
	}
	t = a.newTable("CHANGE", "CLIENT", "NAME", "MANAGER", "SEVERITY", "WHAT IS WRONG")
	for i, w := range ways {
		for _, s := range w.Sample {
			t.row(wayNames[i], strconv.FormatInt(s.Client.ID, 10), orDash(s.Client.Name), orDash(s.Client.Manager), string(s.Finding.Severity), s.Finding.Message)
		}
	}
	return a.sampled(t)
}

var (
	wayNames   = [...]string{"opened", "closed", "changed"}
	labelNames = [...]string{"entered", "left", "moved"}
)

// sampled writes a table of samples, if there are any.
func (a *app) sampled(t *table) error {
	if len(t.cells) == 1 {
		return nil
	}
	fmt.Fprintln(a.Stdout)
	return t.flush()
}

// shownValues is how many managers or sources a table lists.
const shownValues = 10

// diffBy shows the values with most changes; counts are by value, a map a way.
func (a *app) diffBy(what string, ways []string, counts ...map[string]int64) error {
	total := map[string]int64{}
	for _, c := range counts {
		for value, n := range c {
			total[value] += n
		}
	}
	values := slices.SortedFunc(maps.Keys(total), func(x, y string) int { return cmp.Or(cmp.Compare(total[y], total[x]), strings.Compare(x, y)) })
	fmt.Fprintln(a.Stdout)
	head := []string{what}
	for _, way := range ways {
		head = append(head, strings.ToUpper(way))
	}
	t := a.newTable(head...)
	for _, value := range values[:min(len(values), shownValues)] {
		row := []string{orDash(value)}
		for _, c := range counts {
			row = append(row, grouped(c[value]))
		}
		t.row(row...)
	}
	if more := int64(len(values) - shownValues); more > 0 {
		t.row(fmt.Sprintf("… and %s; -o json lists all", grouped(more)))
	}
	return t.flush()
}

func (a *app) diffLabels(d *crm.RuleDiff) error {
	if d.Entered == nil || d.Entered.Clients+d.Left.Clients+d.Moved.Clients == 0 {
		return nil
	}
	ways := []*crm.LabelChanges{d.Entered, d.Left, d.Moved}
	fmt.Fprintln(a.Stdout)
	t := a.newTable("CHANGE", "FROM", "TO", "CLIENTS")
	for i, w := range ways {
		for _, l := range w.Labels {
			t.row(labelNames[i], orDash(l.From), orDash(l.To), grouped(l.Clients))
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if err := errors.Join(a.diffBy("MANAGER", labelNames[:], d.Entered.ByManager, d.Left.ByManager, d.Moved.ByManager),
		a.diffBy("SOURCE", labelNames[:], d.Entered.BySource, d.Left.BySource, d.Moved.BySource)); err != nil {
		return err
	}
	t = a.newTable("CHANGE", "CLIENT", "NAME", "MANAGER", "FROM", "TO", "WHY")
	for i, w := range ways {
		for _, s := range w.Sample {
			t.row(labelNames[i], strconv.FormatInt(s.Client.ID, 10), orDash(s.Client.Name), orDash(s.Client.Manager), orDash(s.From), orDash(s.To), s.Reason)
		}
	}
	return a.sampled(t)
}
