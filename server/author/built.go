package author

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

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
	isSource := isCompiled
	if hasCommand(dir) {
		isSource = isRead
	}
	return filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return unreadable(file, err)
		case file == dir:
			return nil
		case entry.IsDir() && isPassedOver(file):
			return fs.SkipDir
		case !entry.Type().IsRegular() || isTest(file) || !isSource(file):
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

// hasCommand reports whether a project's module is made by a command of its own. What is wrong with the file is for those who build.
func hasCommand(dir string) bool {
	var project struct {
		Build struct {
			Command []string `yaml:"command"`
		} `yaml:"build"`
	}
	text, err := os.ReadFile(filepath.Join(dir, rules.ProjectFile))
	return err == nil && yaml.Unmarshal(text, &project) == nil && len(project.Build.Command) > 0
}
