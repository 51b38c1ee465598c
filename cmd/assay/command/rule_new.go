package command

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"assay/rules/builtin"
	"assay/server/author"
	"assay/server/author/project"
)

func (a *app) ruleNewVerb() *cobra.Command {
	var language, what, dir string
	verb := &cobra.Command{
		Use: "new NAME --lang LANGUAGE", Short: "Make a rule project that builds and passes its tests", Args: exactly("NAME"),
		Long: "Makes a folder with a rule in the language of your choice: its manifest, cases that it must pass, a test in the language, how to build and test it in CI, " +
			"and the source of the SDK, so that it is built without a network.\n\n" +
			"  assay rule new licence --lang go\n\n" +
			"go, rust, assemblyscript and c are compiled to a module; cel is text that the server compiles, and needs nothing installed; " +
			"stdio is any language that compiles to a command of WASI.\n\n" +
			"The rule finds what is wrong with a client; with --type Segmentation it gives a client the label of the segment it belongs to.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if language == "" {
				return usagef("say in which language: --lang go, rust, assemblyscript, c, cel or stdio")
			}
			l, err := project.ParseLanguage(language)
			if err != nil {
				return authors(err)
			}
			if dir == "" {
				dir = args[0]
			}
			made, err := project.CreateOf(dir, args[0], l, ruleType(what))
			if err != nil {
				return authors(err)
			}
			if slices.ContainsFunc(builtin.All(), func(d builtin.Default) bool { return d.Name == args[0] }) {
				fmt.Fprintf(a.Stderr, "a rule named %s ships with Assay, and this one takes its place where it is applied; another name has both\n", args[0])
			}
			return a.sayNext(made, made.Missing(cmd.Context(), a.Getenv))
		},
	}
	verb.Flags().StringVar(&language, "lang", "", "go, rust, assemblyscript, c, cel or stdio")
	verb.Flags().StringVar(&what, "type", qualityType, "Quality or Segmentation, as in a manifest")
	verb.Flags().StringVar(&dir, "dir", "", "folder to make, or an empty one; NAME by default")
	return verb
}

// sayNext says what to do with a new project, and what to install before.
func (a *app) sayNext(made *project.Project, missing *project.ToolchainError) error {
	fmt.Fprintf(a.Stdout, "made %s, a rule in %s. Next:\n\n", made.Dir, made.Language.Title())
	steps := []string{"cd " + author.ShellWord(made.Dir), "assay rule test", "assay apply -f ."}
	if missing != nil && missing.Step != "" {
		steps = slices.Insert(steps, 1, missing.Step)
	}
	for _, step := range steps {
		if step != "cd ." {
			fmt.Fprintln(a.Stdout, "  "+step)
		}
	}
	switch {
	case missing == nil:
	case missing.Step != "":
		fmt.Fprintf(a.Stdout, "\n`%s` gets the compiler, which is not installed here. That needs a network, once.\n", missing.Step)
	default:
		fmt.Fprintf(a.Stdout, "\nIt cannot be built here yet: %v.\n", missing)
	}
	_, err := fmt.Fprintln(a.Stdout, "\nREADME.md says more.")
	return err
}
