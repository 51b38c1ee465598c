package author

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"assay/rules"
	"assay/sdk/abi"
)

// declared is a manifest and the file it stands in.
type declared struct {
	rules.Placed
	file   string
	source []byte // all of the file
}

// readFolder reads the manifests of a folder, not of those below it.
func readFolder(dir string) (all []declared, err error) {
	files, err := rules.ProjectManifests(os.DirFS(dir), ".")
	if err != nil {
		return nil, unreadable(dir, err)
	}
	for _, name := range files {
		file := filepath.Join(dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, unreadable(file, err)
		}
		list, err := parse(file, text)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, declaredOnce(all)
}

func parse(file string, text []byte) (list []declared, err error) {
	placed, err := rules.ParsePlaced(text, rules.ParseOptions{ModulePaths: true})
	if err != nil {
		return nil, inFile(file, err)
	}
	for _, p := range placed {
		list = append(list, declared{p, file, text})
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
	return filepath.Ext(path) == ".wasm" || bytes.HasPrefix(text, []byte(abi.ModuleMagic))
}
