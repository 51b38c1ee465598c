package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/rules/schema"
)

func (a *app) schemaVerb() *cobra.Command {
	return &cobra.Command{
		Use: "schema [KIND]", Short: "Print the JSON Schema of manifests, for editors", Args: atMostOne,
		Long: "Prints the JSON Schema of manifests, of one kind or of all, by which an editor completes and checks them. It asks no server.\n\n" +
			"  assay schema > assay.json\n\n" +
			"and as the first line of a manifest, for VS Code's YAML extension and others that speak with yaml-language-server:\n\n" +
			"  # yaml-language-server: $schema=assay.json\n\n" +
			"A running server has them at /schemas/manifest.json, /schemas/rule.json and so on.",
		RunE: func(_ *cobra.Command, args []string) error {
			name := schema.All
			if len(args) == 1 {
				name = args[0]
			}
			text, ok := schema.Of(name)
			if !ok {
				return usagef("there is no schema %q: give %s", name, strings.Join(schema.Names(), ", "))
			}
			_, err := fmt.Fprintf(a.Stdout, "%s", text)
			return err
		},
	}
}
