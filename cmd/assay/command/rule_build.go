package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/sdk/abi"
	"assay/server/author"
	"assay/server/author/project"
)

func (a *app) ruleBuildVerb() *cobra.Command {
	form, names := output(outTable), false
	verb := &cobra.Command{
		Use: "build [DIR]", Short: "Build the module of a rule project", Args: atMostOne,
		Long: "Builds the rule project in a folder, or in the nearest one above it that has an assay.yaml, by the compiler of its language, which must be installed; nothing is fetched. " +
			"The same sources give the same bytes in any folder. The module is looked at as a server would and gets its description in a custom section; it is " +
			"written when all is well, and until then the one before stays. test, run and bench do the same by themselves when the module is not what its sources make.\n\n" +
			"A project in CEL has no module: its rules are compiled as the server will, and it is said what they become and what they cost: " +
			"fuel is the most that a client of their cases takes.\n\n" +
			"The exit code is 1 when there is nothing to build with, the sources do not compile or the module is refused, and 2 when the command or a file is written wrongly, a rule in CEL among them.",
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			p, err := project.Open(dir)
			if err != nil {
				return authors(err)
			}
			return a.buildRule(cmd.Context(), p, form, names)
		},
	}
	verb.Flags().BoolVar(&names, "names", false, "keep the names of functions in the module, for tools that show them")
	form.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) buildRule(ctx context.Context, p *project.Project, form output, names bool) error {
	options, err := a.building()
	if err != nil {
		return err
	}
	options.Names, options.Announce = names, a.Terminal > 0
	built, err := p.Build(ctx, options)
	if err != nil {
		return authors(err)
	}
	if done, err := form.structured(a.Stdout, built); done {
		return err
	}
	if built.Module == nil {
		return a.showCEL(built)
	}
	return a.showModule(built)
}

func (a *app) showModule(built *project.Built) error {
	m := built.Module
	fmt.Fprintf(a.Stdout, "%s: %s bytes, with %s in %.1f s\n%s\n\n", m.Path, grouped(m.Size), built.Toolchain, built.Seconds, m.Digest)
	t := a.newTable("CHECK", "TYPE", "SETTINGS")
	for _, c := range m.Checks {
		kind := c.Type
		if kind == "" {
			kind = "as the rule says"
		}
		t.whole(c.Name, kind, settingWords(c))
	}
	return t.flush()
}

func (a *app) showCEL(built *project.Built) error {
	t := a.newTable("RULE", "TYPE", "BYTES", "FUEL", "DIGEST")
	for _, r := range built.Rules {
		t.whole(r.Name, string(r.Type), grouped(r.Size), grouped(r.Fuel), r.Digest)
	}
	return t.flush()
}

// settingWords lists the settings of a check: days integer (30), name text (required).
func settingWords(c abi.CheckDescription) string {
	check := author.CheckOf(c)
	switch {
	case len(c.Settings) == 0:
		return "none"
	case check.Parameters == nil:
		return compact(c.Settings)
	}
	words := make([]string, len(check.Parameters))
	for i, p := range check.Parameters {
		words[i] = strings.TrimSpace(p.Name + " " + p.Type)
		switch {
		case p.Required:
			words[i] += " (required)"
		case p.Default != "":
			words[i] += " (" + compact(json.RawMessage(p.Default)) + ")"
		}
	}
	return strings.Join(words, ", ")
}
