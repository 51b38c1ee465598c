package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/author"
)

func (a *app) ruleInspectVerb() *cobra.Command {
	var out output
	verb := &cobra.Command{
		Use: "inspect [PATH]", Short: "What a module is made of, asks for and costs", Args: atMostOne,
		Long: "Shows what there is to know about a module before it judges anybody: its checks with their settings and languages, what it imports and exports, how far it is from the limits, what it takes to compile and start, " +
			"and whether what it says of a client depends on the clients before. PATH is a .wasm file, or a folder or manifest whose rules have modules; rules in CEL are compiled to theirs. Without PATH it is the project at hand.\n\n" +
			"Of a module that a server would refuse it says why and what to do, and the exit code is 1, as of one that is not built; it is 2 when the command or a file is written wrongly.",
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := pathOrProject(args)
			if err != nil {
				return err
			}
			options, err := a.authorOptions()
			if err != nil {
				return err
			}
			list, err := author.Inspect(cmd.Context(), path, options)
			if err != nil {
				return authors(err)
			}
			if done, err := out.structured(a.Stdout, list); err != nil {
				return err
			} else if !done {
				if err := a.showInspections(list); err != nil {
					return err
				}
			}
			return refusedModules(list)
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

// refusedModules says which modules a server would refuse, nil for none.
func refusedModules(list []*author.Inspection) error {
	var errs []error
	for _, i := range list {
		if i.Refused == nil {
			continue
		}
		text := fmt.Sprintf("%s is refused: %s: %s", nameOfModule(i), i.Refused.Code, i.Refused.Detail)
		if i.Refused.Advice != "" {
			text += "\nwhat to do: " + i.Refused.Advice
		}
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}

func nameOfModule(i *author.Inspection) string {
	if i.File != "" {
		return i.File
	}
	return "the module of rule " + strings.Join(i.Rules, " and ")
}
