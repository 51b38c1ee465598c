package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"assay/rules"
	"assay/server/api"
)

// moduleResource is a module as the API shows it: as much as people are shown of it.
type moduleResource struct {
	Metadata rules.Metadata `json:"metadata"`
	Spec     struct {
		Size   int64       `json:"size"`
		Checks []api.Check `json:"checks"`
	} `json:"spec"`
	Status struct {
		Conditions []rules.Condition `json:"conditions"`
		UsedBy     []string          `json:"usedBy"`
		Revisions  []string          `json:"revisions"`
	} `json:"status"`
}

// describeModule says what a module has in it and who runs it.
func (a *app) describeModule(ctx context.Context, digest string) error {
	c, err := a.caller()
	if err != nil {
		return err
	}
	object, err := c.Module(ctx, digest)
	if err != nil {
		return err
	}
	var m moduleResource
	if err := json.Unmarshal(object, &m); err != nil {
		return fmt.Errorf("read the server's answer: %w", err)
	}
	from := "uploaded"
	if _, _, owned := m.Metadata.Owner(); owned {
		from = source(&m.Metadata)
	}
	fmt.Fprintln(a.Stdout, "module/"+m.Metadata.Name)
	a.lines("", []line{{"Source", from}, {"Size", grouped(m.Spec.Size) + " bytes"}, {"Added", when(m.Metadata.CreationTimestamp)},
		{"Run by", orNobody(m.Status.UsedBy)}, {"Kept for", keptFor(m.Status.Revisions)}})
	var checks []line
	for _, c := range m.Spec.Checks {
		text := c.Type
		if len(c.Settings) > 0 {
			text += "  settings " + compact(c.Settings)
		}
		checks = append(checks, line{c.Name, strings.TrimSpace(text) + " "})
	}
	a.lines("Checks", checks)
	return a.conditions(m.Status.Conditions)
}

func orNobody(rules []string) string {
	if len(rules) == 0 {
		return "no rule"
	}
	return strings.Join(rules, ", ")
}

func keptFor(rules []string) string {
	if len(rules) == 0 {
		return ""
	}
	return "earlier revisions of " + strings.Join(rules, ", ") + " (assay history rule NAME)"
}
