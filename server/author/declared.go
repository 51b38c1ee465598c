package author

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"assay/rules"
)

// The files of a rule project.
const (
	ProjectFile  = "assay.yaml" // how it is built
	ManifestFile = "rule.yaml"
	CasesFile    = "cases.yaml"
)

// declared is a manifest and the file it stands in.
type declared struct {
	rules.Placed
	file string
}

// readFolder reads the manifests of a folder, not of those below it: rule.yaml, and every other .yaml, .yml or
// .json file that says it is one. Projects have files of other tools beside their manifests.
func readFolder(dir string) ([]declared, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	var all []declared
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() || !mayBeManifest(name) {
			continue
		}
		file := filepath.Join(dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, unreadable(file, err)
		}
		if name != ManifestFile && !saysItIsOne.Match(text) {
			continue
		}
		list, err := parse(file, text)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, declaredOnce(all)
}

var saysItIsOne = regexp.MustCompile(`(?m)^[\s{]*"?apiVersion"?\s*:\s*"?assay/`)

func mayBeManifest(name string) bool {
	others := []string{ProjectFile, CasesFile, "package.json", "package-lock.json", "tsconfig.json", "asconfig.json"}
	return !strings.HasPrefix(name, ".") && !slices.Contains(others, name) &&
		slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(name))
}

func parse(file string, text []byte) (list []declared, err error) {
	placed, err := rules.ParsePlaced(text, rules.ParseOptions{ModulePaths: true})
	if err != nil {
		return nil, inFile(file, err)
	}
	for _, p := range placed {
		list = append(list, declared{p, file})
	}
	return list, nil
}

// declaredOnce refuses what two files of a folder declare.
func declaredOnce(all []declared) error {
	first := map[string]*declared{}
	for i := range all {
		d := &all[i]
		ref := d.ResourceKind() + " " + d.Meta().Name
		if other := first[ref]; other != nil {
			line, column := d.Place("metadata.name")
			return &Error{File: d.file, Problems: []rules.Problem{{Line: line, Column: column, Path: "metadata.name",
				Message: fmt.Sprintf("%s is declared in %s, too; remove one of the two", ref, other.file)}}}
		}
		first[ref] = d
	}
	return nil
}

// unreadable says why a file cannot be read.
func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return wrongf("", "%s does not exist", path)
	case errors.Is(err, fs.ErrPermission):
		return wrongf("", "%s may not be read by you: permission denied", path)
	}
	return fmt.Errorf("read %s: %w", path, err)
}

// isModule reports whether a file is a WebAssembly module, by its name or its first bytes.
func isModule(path string, text []byte) bool {
	return filepath.Ext(path) == ".wasm" || bytes.HasPrefix(text, []byte("\x00asm"))
}
