package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"assay/server/api"
)

func (a *app) applyVerb() *cobra.Command {
	var file string
	var dryRun bool
	verb := &cobra.Command{
		Use: "apply -f FILE|DIR|-", Short: "Declare rules, fields and dictionaries", Args: exactly(),
		Long: "Applies manifests, YAML or JSON, several to a file when `---` parts them. Of a folder, the .yaml, .yml and .json files are read, those of its sub-folders too; cases.yaml, which holds examples of a rule, is passed over. A rule that names a module by `path` has the file uploaded, and its digest put in.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usagef("say what to apply: -f FILE, a folder, or - for standard input")
			}
			manifests, err := readManifests(file, a.Stdin)
			if err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			return a.apply(cmd.Context(), c, manifests, dryRun)
		},
	}
	verb.Flags().StringVarP(&file, "file", "f", "", "file, folder, or - for standard input")
	verb.Flags().BoolVar(&dryRun, "dry-run", false, "say what would happen; modules are uploaded, since they must be tried, but no rule runs them")
	return verb
}

// apply applies all manifests; one that is refused does not keep the others back.
func (a *app) apply(ctx context.Context, c *api.Client, manifests []*manifest, dryRun bool) error {
	var failures []error
	for _, m := range manifests {
		applied, err := a.applyOne(ctx, c, m, dryRun)
		var unreachable *api.UnreachableError
		if errors.As(err, &unreachable) {
			return err
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("%s in %s: %w", m.ref(), m.where, err))
			continue
		}
		note, err := dryRunNote(applied, dryRun)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Stdout, "%s %s%s\n", m.ref(), applied.Outcome, note)
	}
	return errors.Join(failures...)
}

// dryRunNote says what a dry run found in the stored base, "" without one.
func dryRunNote(applied *api.Applied, dryRun bool) (string, error) {
	if !dryRun {
		return "", nil
	}
	seen, err := previewOf(applied.Object)
	if seen == nil {
		return " (dry run)", err
	}
	return fmt.Sprintf(" (dry run); %s would have a finding of %s%s", ofStored(seen), seen.Rule, unjudged(seen)), nil
}

func (a *app) applyOne(ctx context.Context, c *api.Client, m *manifest, dryRun bool) (*api.Applied, error) {
	text := m.text
	if m.Spec.Module.Path != "" {
		path := m.Spec.Module.Path
		if !filepath.IsAbs(path) {
			path = filepath.Join(m.dir, path)
		}
		wasm, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("spec.module.path: %w", unreadable(path, err))
		}
		module, err := c.AddModule(ctx, wasm)
		if err != nil {
			return nil, fmt.Errorf("upload %s: %w", path, err)
		}
		if text, err = m.withDigest(module.Digest); err != nil {
			return nil, err
		}
	}
	return c.Apply(ctx, m.Kind, m.Metadata.Name, text, dryRun)
}
