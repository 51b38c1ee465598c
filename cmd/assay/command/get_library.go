package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) getLibrary() *cobra.Command {
	out := output(outTable)
	verb := &cobra.Command{
		Use: "library", Short: "Show the ready rules that a rule can name (spec.library)", Args: exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := a.caller()
			if err != nil {
				return err
			}
			list, err := c.Library(cmd.Context())
			if err != nil {
				return err
			}
			if done, err := out.structured(a.Stdout, list); done {
				return err
			}
			return a.tableLibrary(list.Items)
		},
	}
	out.flag(verb, outTable, outJSON, outYAML)
	return verb
}

func (a *app) tableLibrary(list []api.LibraryRule) error {
	t := a.newTable("NAME", "SEVERITY", "WHAT IT FINDS", "SETTINGS")
	for _, r := range list {
		settings, err := settingsText(r.Settings)
		if err != nil {
			return fmt.Errorf("read the settings of %s: %w", r.Name, err)
		}
		t.whole(r.Name, r.Severity, r.Title["en"], settings)
	}
	return t.flush()
}

// settingsText names the settings of a schema: those that must be given first, then the others with their defaults.
func settingsText(schema json.RawMessage) (string, error) {
	var s struct {
		Required   []string `json:"required"`
		Properties map[string]struct {
			Default json.RawMessage `json:"default"`
		} `json:"properties"`
	}
	if err := json.Unmarshal(schema, &s); err != nil {
		return "", err
	}
	parts := slices.Sorted(slices.Values(s.Required))
	for i := range parts {
		parts[i] += " (required)"
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		switch value := s.Properties[name].Default; {
		case slices.Contains(s.Required, name):
		case value == nil:
			parts = append(parts, name)
		default:
			parts = append(parts, name+"="+string(value))
		}
	}
	return strings.Join(parts, ", "), nil
}
