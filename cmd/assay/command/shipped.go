package command

import (
	"context"
	"encoding/json"
	"fmt"

	"assay/server/api"
)

// replacesShipped reports whether a manifest puts another rule in the place of one that ships with Assay: under a name
// that its author may have taken for free.
func (m *manifest) replacesShipped(ctx context.Context, c *api.Client) (bool, error) {
	if m.Kind != api.KindRule {
		return false, nil
	}
	object, err := c.Object(ctx, m.Kind, m.Metadata.Name)
	if isProblem(err, api.CodeNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	var before manifest
	if err := json.Unmarshal(object, &before); err != nil {
		return false, fmt.Errorf("read the server's answer: %w", err)
	}
	return before.isDefault() && !(m.isDefault() && m.runsModule() == before.runsModule()), nil
}

// isDefault reports whether the object bears the label of what ships with Assay.
func (m *manifest) isDefault() bool { return m.Metadata.Labels["set"] == "default" }

func (m *manifest) runsModule() bool { return m.Spec.Module.Path != "" || m.Spec.Module.Digest != "" }

// noteShipped says how to get the rule back.
func (a *app) noteShipped(name string) {
	fmt.Fprintf(a.Stderr, "%s was the rule that ships with Assay; `assay rollback rule %s` brings it back\n", name, name)
}
