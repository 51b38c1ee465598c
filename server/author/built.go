package author

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"assay/rules"
)

// ReadModule reads the module that a manifest in a folder names. In a project it must be there and newer than its
// sources; a *BuildError says that it is not.
func ReadModule(dir, file string) ([]byte, error) { return readModule(dir, file, false) }

// readModule reads the module that a rule names. In a project it must be newer than its sources, unless stale
// modules will do.
func readModule(dir, file string, stale bool) ([]byte, error) {
	wasm, err := os.ReadFile(file)
	inProject := isProject(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) && inProject:
		return nil, &BuildError{Project: dir, Module: file}
	case err != nil:
		return nil, unreadable(file, err)
	case !inProject || stale:
		return wasm, nil
	}
	newer, err := newerThan(dir, file)
	if err != nil {
		return nil, err
	}
	if newer != "" {
		return nil, &BuildError{Project: dir, Module: file, Newer: newer}
	}
	return wasm, nil
}

// isProject reports whether a folder is one that `assay rule build` builds.
func isProject(dir string) bool {
	stat, err := os.Stat(filepath.Join(dir, rules.ProjectFile))
	return err == nil && stat.Mode().IsRegular()
}

// notSources are folders of a project that hold what tools made, or examples.
var notSources = []string{"node_modules", "target", "build", "testdata"}

// newerThan returns the newest source of the project that is newer than the module, "" for none.
func newerThan(dir, module string) (newest string, err error) {
	stat, err := os.Stat(module)
	if err != nil {
		return "", unreadable(module, err)
	}
	latest := stat.ModTime()
	err = sources(dir, func(file string, at time.Time) {
		if at.After(latest) {
			newest, latest = file, at
		}
	})
	return newest, err
}

// sources visits the files of a project that its module is made of, as far as their names tell.
func sources(dir string, visit func(file string, at time.Time)) error {
	return filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return unreadable(file, err)
		case file == dir:
			return nil
		case entry.IsDir() && (strings.HasPrefix(name, ".") || slices.Contains(notSources, name)):
			return fs.SkipDir
		case !entry.Type().IsRegular() || !isSource(file, name):
			return nil
		}
		stat, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) { // an editor's file that came and went
			return nil
		}
		if err == nil {
			visit(file, stat.ModTime())
		}
		return err
	})
}

// sourcesInJSON are what compilers read, and the description of a command. Others are as likely what tools wrote.
var sourcesInJSON = []string{"asconfig.json", "description.json", "package.json", "package-lock.json", "tsconfig.json"}

// isSource tells what a module is made of from what is about it: manifests, cases, tests, texts for people, figures and reports.
func isSource(file, name string) bool {
	switch filepath.Ext(name) {
	case ".json":
		return slices.Contains(sourcesInJSON, name)
	case ".go", ".rs", ".ts", ".c", ".h", ".cc", ".cpp", ".zig", ".js", ".mod", ".sum", ".toml", ".lock":
		return !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, ".test.js") && !isTest(file)
	}
	return name == rules.ProjectFile
}

// isTest reports whether a file lies in a folder of tests.
func isTest(file string) bool {
	folder := filepath.Base(filepath.Dir(file))
	return folder == "tests" || folder == "test"
}
