// Command gen compiles the default rules: it writes <name>/<name>.wasm beside
// every <name>/rule.yaml. Run it by go generate in rules/builtin.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"assay/rules"
	"assay/rules/cel"
)

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// generate compiles every rule in the folders of root.
func generate(root string) error {
	manifests, err := filepath.Glob(filepath.Join(root, "*", "rule.yaml"))
	if err != nil {
		return err
	}
	if len(manifests) == 0 {
		return fmt.Errorf("there is no */rule.yaml in %s; run go generate in rules/builtin", root)
	}
	for _, manifest := range manifests {
		wasm, err := compile(manifest)
		if err != nil {
			return fmt.Errorf("%s: %w", manifest, err)
		}
		if err := os.WriteFile(modulePath(manifest), wasm, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// modulePath returns the place of the module that a manifest is compiled to.
func modulePath(manifest string) string {
	folder := filepath.Dir(manifest)
	return filepath.Join(folder, filepath.Base(folder)+".wasm")
}

// compile returns the module of a manifest.
func compile(manifest string) ([]byte, error) {
	text, err := os.ReadFile(manifest)
	if err != nil {
		return nil, err
	}
	object, err := rules.ParseOne(text, rules.ParseOptions{})
	if err != nil {
		return nil, err
	}
	rule, ok := object.(*rules.Rule)
	if !ok {
		return nil, fmt.Errorf("is a %s, not a Rule", object.ResourceKind())
	}
	env, err := cel.NewEnv(nil)
	if err != nil {
		return nil, err
	}
	compiled, err := env.Compile(cel.CheckOf(rule))
	if err != nil {
		return nil, err
	}
	return compiled.Wasm, nil
}
