package command

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"assay/rules"
	"assay/rules/library"
	"assay/server/api"
)

// The exit codes of diff besides 0: they leave 1 to a difference, as diff(1) does.
const (
	exitDiffers     = 1
	exitDiffRefused = 3
)

func (a *app) diffVerb() *cobra.Command {
	var files []string
	base := baseDiff{out: outTable}
	verb := &cobra.Command{
		Use: "diff -f FILE|DIR|- | diff --against-base (-f FILE|DIR|- | rule NAME)", Short: "Show what apply would change, in what is declared or in the stored base", Args: base.args,
		Long: "Compares manifests with what is stored, without what is the server's (status, generation, times), and prints a unified diff for every object that differs. Nothing is changed, nothing is uploaded, and nothing is tried: `assay apply --dry-run` says what the server thinks of it.\n\n" +
			"Ends with 0 when nothing differs, 1 when something does, 2 when a manifest or the command is wrong, 3 when the server said no or could not be asked.\n\n" + baseDiffHelp,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := base.check(cmd); err != nil {
				return err
			}
			if base.against {
				return a.diffBase(cmd.Context(), files, args, &base)
			}
			if len(files) == 0 {
				return usagef("say what to compare: -f FILE, a folder, or - for standard input")
			}
			manifests, err := readManifests(files, a.Stdin)
			if err != nil {
				return err
			}
			c, err := a.caller()
			if err != nil {
				return err
			}
			return a.diff(cmd.Context(), c, manifests)
		},
	}
	base.flags(verb)
	verb.Flags().StringArrayVarP(&files, "file", "f", nil, "file, folder, or - for standard input; may be given several times")
	return verb
}

// diff prints what apply would change; it says so with an error that has a code and no words.
func (a *app) diff(ctx context.Context, c *api.Client, manifests []*manifest) error {
	declared := make([][]byte, len(manifests))
	for i, m := range manifests { // all of them, before anything is printed
		var err error
		if declared[i], err = m.declared(); err != nil {
			return err
		}
	}
	differs := false
	for i, m := range manifests {
		stored, err := storedDeclaration(ctx, c, m.Kind, m.Metadata.Name)
		if err != nil {
			return &codedError{code: exitDiffRefused, err: fmt.Errorf("%s in %s: %w", m.ref(), m.where, err)}
		}
		text := difference(m.ref()+" stored", stored, m.ref()+" in "+m.where, declared[i])
		differs = differs || text != ""
		fmt.Fprint(a.Stdout, text)
	}
	if differs {
		return &codedError{code: exitDiffers}
	}
	return nil
}

// declared returns what the manifest declares once it is applied, with all defaults.
func (m *manifest) declared() ([]byte, error) {
	if _, err := m.parse(); err != nil {
		return nil, err
	}
	text, err := m.resolved(func(_ string, wasm []byte) (string, error) {
		return rules.ModuleDigest(wasm), nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s in %s: %w", m.ref(), m.where, err)
	}
	o, err := rules.ParseOne(text, rules.ParseOptions{})
	if err != nil {
		return nil, usagef("%s in %s: %v", m.ref(), m.where, err)
	}
	library.SetDefaults(o)
	if w, is := o.(*rules.Webhook); is {
		w.TakeSecrets() // which nobody is shown, here neither
	}
	object, err := rules.EncodeJSON(o)
	if err != nil {
		return nil, err
	}
	return declaration(json.RawMessage(object))
}
