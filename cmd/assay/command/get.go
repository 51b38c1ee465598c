package command

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/server/api"
)

func (a *app) getVerb() *cobra.Command {
	return withVerbs(
		&cobra.Command{Use: "get KIND [NAME]", Short: "Show rules, the library, fields, dictionaries, webhooks, the rules folder, modules, clients, segments, events"},
		a.getObjects(api.KindRule, "rules", "rule"), a.getObjects(api.KindField, "fields", "field"),
		a.getObjects(api.KindDictionary, "dictionaries", "dictionary"), a.getObjects(api.KindWebhook, "webhooks", "webhook"),
		a.getLibrary(), a.getFolder(), a.getModules(), a.getClients(), a.getSegments(), a.getEvents(),
	)
}

// atMostOne allows one optional argument.
func atMostOne(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usagef("%s takes at most one name; it got %d", cmd.CommandPath(), len(args))
	}
	return nil
}

// listing is what `assay get rules` and its like were asked for.
type listing struct {
	kind     api.Kind
	out      output
	selector string
	watch    bool
}

func (a *app) getObjects(kind api.Kind, many, one string) *cobra.Command {
	l := &listing{kind: kind, out: outTable}
	verb := &cobra.Command{
		Use: many + " [NAME]", Aliases: []string{one, string(kind)}, Short: "Show " + many, Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := l.check(cmd, args, many); err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			name := strings.Join(args, "")
			if l.watch {
				return a.watchObjects(cmd.Context(), c, l, name)
			}
			return a.listObjects(cmd.Context(), c, l, name)
		},
	}
	verb.Flags().StringVarP(&l.selector, "selector", "l", "", selectorFlag(many))
	verb.Flags().BoolVarP(&l.watch, "watch", "w", false, "go on as they change, and as the base is judged")
	l.out.flag(verb, outTable, outWide, outJSON, outYAML, outName)
	return verb
}

func (l *listing) check(cmd *cobra.Command, args []string, many string) error {
	given := cmd.Flags().Changed("selector")
	if given && len(args) > 0 {
		return usagef("-l says which %s to show; leave out the name %s", many, args[0])
	}
	return selected(given, l.selector)
}

func (a *app) listObjects(ctx context.Context, c *api.Client, l *listing, name string) error {
	if name != "" {
		object, err := c.Object(ctx, l.kind, name)
		if err != nil {
			return err
		}
		return a.showObject(l.out, l.kind, object)
	}
	list, err := c.ListObjects(ctx, l.kind, api.ListOptions{Selector: l.selector})
	if err != nil {
		return err
	}
	if done, err := l.out.structured(a.Stdout, list); done {
		return err
	}
	if len(list.Items) == 0 {
		fmt.Fprintln(a.Stderr, l.none())
		return a.folderNote(ctx, c)
	}
	if err := a.tableObjects(l.out, l.kind, list.Items); err != nil || l.out == outName {
		return err
	}
	return a.folderNote(ctx, c)
}

// none says that there is nothing to show.
func (l *listing) none() string {
	if l.selector != "" {
		return fmt.Sprintf("no %s has the labels %s", one(l.kind), l.selector)
	}
	return fmt.Sprintf("there are no %s: none is declared (assay apply -f FILE)", many(l.kind))
}

// showObject shows one object: whole as YAML unless a table was asked for by name.
func (a *app) showObject(out output, kind api.Kind, object json.RawMessage) error {
	if done, err := out.structured(a.Stdout, object); done {
		return err
	}
	return a.tableObjects(out, kind, []json.RawMessage{object})
}

// declared is as much of an object as tables show.
type declared struct {
	Metadata struct {
		Name              string            `json:"name"`
		Generation        int64             `json:"generation"`
		Labels            map[string]string `json:"labels"`
		Annotations       map[string]string `json:"annotations"`
		CreationTimestamp string            `json:"creationTimestamp"`
	} `json:"metadata"`
	Spec struct {
		Type     string            `json:"type"`
		Mode     string            `json:"mode"`
		Severity string            `json:"severity"`
		Label    json.RawMessage   `json:"label"`
		Of       string            `json:"of"`
		Values   []json.RawMessage `json:"values"`
		URL      string            `json:"url"`
		Events   []string          `json:"events"`
	} `json:"spec"`
	Status struct {
		Conditions []struct {
			Type, Status, Reason, Message string
		} `json:"conditions"`
		Sweep     *rules.Sweep `json:"sweep"`
		Module    string       `json:"module"`
		Violating int64        `json:"violating"`
		Errors    int64        `json:"errors"`
		Evaluated int64        `json:"evaluated"`
		FuelP99   int64        `json:"fuelP99"`
		Pending   int64        `json:"pending"`
		Dead      int64        `json:"deadLetters"`
	} `json:"status"`
}

// state says in a word how the object does, "-" for one that only is; why gives the
// sentence when all is not well.
func (d *declared) state() (word, why string) {
	word = "-"
	paused, pausedWhy := false, ""
	for _, c := range d.Status.Conditions {
		switch {
		case c.Type == "Synced" && c.Status == "False":
			return "NotSynced", c.Message
		case c.Type == "Degraded" && c.Status == "True" && c.Reason != "NotSynced":
			return "Degraded", c.Message
		case c.Type == "Ready" && c.Status == "True":
			word = "Ready"
		case c.Type == "Ready" && c.Status == "False":
			word, why = "NotReady", c.Message
		case c.Type == "Current" && c.Reason == "Paused":
			paused, pausedWhy = true, c.Message
		}
	}
	if paused && word == "Ready" {
		return "Paused", pausedWhy
	}
	if s := d.Status.Sweep; word == "Ready" && s != nil && s.Done < s.Total {
		word = fmt.Sprintf("Sweeping %d%%", 100*s.Done/s.Total)
		if left, known := timeLeft(s, time.Now()); known {
			word += fmt.Sprintf(", %s left", left)
		}
	}
	return word, why
}

func (a *app) tableObjects(out output, kind api.Kind, objects []json.RawMessage) error {
	wide := out == outWide
	t := a.newTable()
	if out != outName {
		t = a.newTable(objectColumns(kind, wide)...)
	}
	for _, o := range objects {
		var d declared
		if err := json.Unmarshal(o, &d); err != nil {
			return fmt.Errorf("read the answer: %w", err)
		}
		if out == outName {
			fmt.Fprintf(a.Stdout, "%s/%s\n", strings.ToLower(string(kind)), d.Metadata.Name)
			continue
		}
		t.row(d.cells(kind, wide)...)
	}
	return t.flush()
}

// stateColumn says how an object does.
const stateColumn = "STATE"

func objectColumns(kind api.Kind, wide bool) []string {
	columns := map[api.Kind][]string{
		api.KindRule:       {"NAME", "TYPE", "MODE", "SEVERITY", stateColumn, "VIOLATING", "ERRORS"},
		api.KindField:      {"NAME", "TYPE", stateColumn},
		api.KindDictionary: {"NAME", "OF", "VALUES", stateColumn},
		api.KindWebhook:    {"NAME", "URL", "EVENTS", stateColumn, "PENDING", "DEAD"},
	}[kind]
	if wide && kind == api.KindRule {
		columns = append(columns, "EVALUATED", "FUEL P99")
	}
	if wide {
		columns = append(columns, "GENERATION", "MODULE", "SOURCE", "WHY")
	}
	return columns
}

func (d *declared) cells(kind api.Kind, wide bool) []string {
	state, why := d.state()
	var cells []string
	switch kind {
	case api.KindRule:
		cells = []string{d.Metadata.Name, d.Spec.Type, d.Spec.Mode, orDash(d.Spec.Severity), state, grouped(d.Status.Violating), grouped(d.Status.Errors)}
	case api.KindField:
		cells = []string{d.Metadata.Name, d.Spec.Type, state}
	case api.KindDictionary:
		cells = []string{d.Metadata.Name, d.Spec.Of, fmt.Sprint(len(d.Spec.Values)), state}
	case api.KindWebhook:
		cells = []string{d.Metadata.Name, d.Spec.URL, strings.Join(d.Spec.Events, ","), state, grouped(d.Status.Pending), grouped(d.Status.Dead)}
	}
	if wide && kind == api.KindRule {
		cells = append(cells, grouped(d.Status.Evaluated), grouped(d.Status.FuelP99))
	}
	if wide {
		cells = append(cells, fmt.Sprint(d.Metadata.Generation), orDash(shortDigest(d.Status.Module)), orDash(d.Metadata.Annotations[rules.AnnotationSource]), orDash(why))
	}
	return cells
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// shortDigest is enough of a digest to tell it by.
func shortDigest(d string) string {
	if len(d) > 19 {
		return d[:19]
	}
	return d
}

func (a *app) getModules() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "modules [DIGEST]", Aliases: []string{"module"}, Short: "Show modules", Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return a.getModule(cmd.Context(), c, out, args[0])
			}
			list, err := c.Modules(cmd.Context())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			if len(list.Items) == 0 {
				fmt.Fprintln(a.Stderr, "there are no modules: none was uploaded, and no rule needed one")
				return nil
			}
			return a.tableModules(out, list.Items)
		},
	}
	out.flag(verb, outTable, outWide, outJSON, outYAML, outName)
	return verb
}

// getModule shows one module: as a resource, or its row of the table.
func (a *app) getModule(ctx context.Context, c *api.Client, out output, digest string) error {
	object, err := c.Module(ctx, digest)
	if err != nil {
		return err
	}
	if done, err := out.structured(a.Stdout, object); done {
		return err
	}
	list, err := c.Modules(ctx)
	if err != nil {
		return err
	}
	return a.tableModules(out, slices.DeleteFunc(list.Items, func(m api.Module) bool { return m.Digest != digest }))
}

func (a *app) tableModules(out output, modules []api.Module) error {
	t := a.newTable()
	if out != outName {
		t.row("DIGEST", "SIZE", "CHECKS", "RULES", "ADDED")
	}
	for _, m := range modules {
		if out == outName {
			fmt.Fprintf(a.Stdout, "module/%s\n", m.Digest)
			continue
		}
		digest := shortDigest(m.Digest)
		if out == outWide {
			digest = m.Digest
		}
		var checks []string
		for _, c := range m.Checks {
			checks = append(checks, c.Name)
		}
		t.whole(digest, grouped(m.Size), strings.Join(checks, ","), orDash(strings.Join(m.Rules, ",")), m.AddedAt.String())
	}
	return t.flush()
}

func (a *app) getSegments() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "segments", Aliases: []string{"segment"}, Short: "Show segments", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			list, err := c.Segments(cmd.Context())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			if len(list.Items) == 0 {
				fmt.Fprintln(a.Stderr, "there are no segments: no segmentation rule has given a label")
				return nil
			}
			t := a.newTable("RULE", "LABEL", "TITLE", "CLIENTS", "PENDING")
			for _, s := range list.Items {
				t.row(s.Rule, s.Label, s.Title, grouped(s.Clients), grouped(s.Pending))
			}
			return t.flush()
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// moreNote tells on stderr that a list goes on.
func (a *app) moreNote(next string) {
	if next != "" {
		fmt.Fprintf(a.Stderr, "there is more: --after %s\n", next)
	}
}
