package command

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/server/api"
)

func (a *app) fieldVerb() *cobra.Command {
	return withVerbs(&cobra.Command{Use: "field", Short: "Declare custom fields of clients"}, a.fieldAddVerb())
}

// fieldAdd is what `assay field add` was asked for.
type fieldAdd struct {
	field       rules.Field
	labels      map[string]*string // by language
	dryRun, yes bool
	out         output
}

func (a *app) fieldAddVerb() *cobra.Command {
	add := &fieldAdd{out: outTable, labels: map[string]*string{}}
	verb := &cobra.Command{
		Use: "add NAME --type TYPE", Short: "Declare a custom field in one line", Args: exactly("NAME"),
		Long: "Declares a custom field and says first how many stored clients would lack it. A field that some would lack is saved when you say so: at the question, or with --yes.\n\n" +
			`  assay field add licenceUntil --type date --label-ru "Лицензия до" --require-for '"pharmacy" in client.industries'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if add.field.Spec.Type == "" {
				return usagef("say what the field holds: --type string, number, integer, bool, date or time")
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			add.field.Metadata.Name = args[0]
			return a.addField(cmd.Context(), c, add)
		},
	}
	f, spec := verb.Flags(), &add.field.Spec
	f.StringVar((*string)(&spec.Type), "type", "", "string, number, integer, bool, date (a day) or time (a moment)")
	for language, name := range map[string]string{"en": "English", "ru": "Russian", "uk": "Ukrainian"} {
		add.labels[language] = f.String("label-"+language, "", "what people call it in "+name)
	}
	f.StringVar(&spec.Description, "description", "", "what it is for")
	f.StringVar(&spec.RequiredFor, "require-for", "", `clients that must have it, in CEL, such as 'client.kind == "company"'; true for all`)
	f.BoolVar(&add.dryRun, "dry-run", false, "say what would happen, change nothing")
	f.BoolVarP(&add.yes, "yes", "y", false, "save it without asking")
	add.out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// manifest is the field as it is sent.
func (add *fieldAdd) manifest() ([]byte, error) {
	add.field.SetDefaults()
	for language, label := range add.labels {
		if *label == "" {
			continue
		}
		if add.field.Spec.Label == nil {
			add.field.Spec.Label = map[string]string{}
		}
		add.field.Spec.Label[language] = *label
	}
	return rules.EncodeJSON(&add.field)
}

func (a *app) addField(ctx context.Context, c *api.Client, add *fieldAdd) error {
	name := add.field.Metadata.Name
	manifest, err := add.manifest()
	if err != nil {
		return err
	}
	tried, err := c.Apply(ctx, api.KindField, name, manifest, true)
	if err != nil {
		return fmt.Errorf("field %s: %w", name, unplaced(err))
	}
	switch tried.Outcome {
	case api.AppliedUnchanged:
		return a.added(add, tried, "is declared so already")
	case api.AppliedConfigured:
		return fmt.Errorf("there is a field %s already, and it is another one: change it with `assay get field %s -o yaml` and `assay apply -f`", name, name)
	}
	seen, err := previewOf(tried.Object)
	if err != nil {
		return err
	}
	if seen != nil {
		fmt.Fprintln(a.Stderr, lacking(seen))
	}
	if add.dryRun {
		return a.added(add, tried, "would be created (dry run)")
	}
	if err := a.agree(add, seen); err != nil {
		return err
	}
	applied, err := c.Apply(ctx, api.KindField, name, manifest, false)
	if err != nil {
		return fmt.Errorf("field %s: %w", name, err)
	}
	if seen != nil && !clean(seen) {
		defer fmt.Fprintf(a.Stderr, "who lacks it: assay report --rule %s\n", seen.Rule)
	}
	return a.added(add, applied, applied.Outcome)
}

// clean reports whether a preview looked at every client and found nothing.
func clean(p *rules.Preview) bool { return p.Judged >= p.Clients && p.Violating+p.Failed == 0 }

// unplaced takes the places in the manifest, which nobody has seen here, out of a refusal; those inside expressions stay.
func unplaced(err error) error {
	var p *api.Problem
	if errors.As(err, &p) {
		for i, e := range p.Errors {
			p.Errors[i].Message = manifestPlace.ReplaceAllString(e.Message, "")
		}
	}
	return err
}

// added says what became of the field, or shows it when a form of output was asked for.
func (a *app) added(add *fieldAdd, applied *api.Applied, what string) error {
	var shown map[string]any
	if err := json.Unmarshal(applied.Object, &shown); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	if done, err := add.out.structured(a.Stdout, shown); done {
		return err
	}
	fmt.Fprintf(a.Stdout, "field/%s %s\n", add.field.Metadata.Name, what)
	return nil
}

// agree asks whether to save a field that clients would lack. Where nobody can
// be asked, --yes must have been given.
func (a *app) agree(add *fieldAdd, seen *rules.Preview) error {
	if add.yes || seen == nil || clean(seen) {
		return nil
	}
	name := add.field.Metadata.Name
	if !a.Interactive {
		return fmt.Errorf("field %s was not saved: add --yes to save it", name)
	}
	fmt.Fprintf(a.Stderr, "Save the field %s? [y/N] ", name)
	answer, _ := bufio.NewReader(a.Stdin).ReadString('\n') // no answer is no
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "д", "да", "т", "так":
		return nil
	}
	return errors.New("nothing was saved")
}

// previewOf reads what a dry run says of the stored base, nil when it says nothing.
func previewOf(object json.RawMessage) (*rules.Preview, error) {
	var o struct {
		Status struct {
			Preview *rules.Preview `json:"preview"`
		} `json:"status"`
	}
	if err := json.Unmarshal(object, &o); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	return o.Status.Preview, nil
}

// lacking says how many stored clients would lack a required field.
func lacking(p *rules.Preview) string {
	return ofStored(p) + " would lack it" + unjudged(p)
}

// ofStored is the clients a preview found, of those it looked at.
func ofStored(p *rules.Preview) string {
	if p.Judged < p.Clients {
		return fmt.Sprintf("of the first %s looked at in the time for a preview (%s in all), %s", grouped(p.Judged), grouped(p.Clients), grouped(p.Violating))
	}
	return fmt.Sprintf("%s of %s", grouped(p.Violating), plural(p.Clients, "stored client", "stored clients"))
}

// unjudged is what a preview says of clients on which the rule fails.
func unjudged(p *rules.Preview) string {
	if p.Failed == 0 {
		return ""
	}
	return fmt.Sprintf("; %s could not be judged, %s", grouped(p.Failed), p.Failure)
}
