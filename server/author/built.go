package author

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"assay/rules"
)

// ModuleReader reads the module that a manifest in a folder names, which it may build first.
type ModuleReader func(ctx context.Context, dir, file string) ([]byte, error)

// ReadModule reads the module that a manifest in a folder names. One that the project in that folder builds must be there, and be
// what its sources make; a *BuildError says that it is not. One that was built there under another name is refused: nothing builds it any more.
func ReadModule(dir, file string) ([]byte, error) {
	f := newFolder(dir)
	if !f.builds(file) {
		wasm, err := readAnyModule(dir, file)
		if _, built := notedIn(wasm); built && f.Module != "" && filepath.Dir(file) == filepath.Clean(dir) {
			return nil, wrongf("", "%s is what `assay rule build` made some time ago, and %s says that %s is built here now; name that one, or keep modules of others in a folder of their own",
				file, rules.ProjectFile, f.Module)
		}
		return wasm, err
	}
	wasm, stale, err := f.readBuilt(file)
	if stale != nil {
		return nil, stale
	}
	return wasm, err
}

// readAnyModule reads a module whatever its sources are by now.
func readAnyModule(dir, file string) ([]byte, error) {
	wasm, err := os.ReadFile(file)
	if err == nil {
		return wasm, nil
	}
	f := newFolder(dir)
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case missing && f.builds(file):
		return nil, &BuildError{Project: dir, Module: file, Why: notBuilt}
	case missing && f.Module != "":
		return nil, wrongf("", "%s does not exist; what is built here, as %s says, is %s", file, rules.ProjectFile, f.Module)
	}
	return nil, unreadable(file, err)
}

// Stale says why a module in a folder is not what its sources make. It returns nil when it is, and for one that no project in that folder
// builds. The module itself says what it was built from, wherever it was copied to since; for one that does not, as of another tool, the
// times of the files decide.
func Stale(dir, file string) (*BuildError, error) {
	f := newFolder(dir)
	if !f.builds(file) {
		return nil, nil
	}
	_, stale, err := f.readBuilt(file)
	return stale, err
}

// readBuilt reads the module that is built from the folder, and says why it is not what its sources make.
func (f *folder) readBuilt(file string) (wasm []byte, stale *BuildError, err error) {
	opened, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &BuildError{Project: f.dir, Module: file, Why: notBuilt}, nil
	}
	if err != nil {
		return nil, nil, unreadable(file, err)
	}
	defer func() { _ = opened.Close() }() // it was only read
	stat, err := opened.Stat()
	if err != nil {
		return nil, nil, unreadable(file, err)
	}
	if wasm, err = io.ReadAll(opened); err != nil {
		return nil, nil, unreadable(file, err)
	}
	sources, err := SourcesOf(f.dir)
	if err != nil {
		return nil, nil, err
	}
	why := sources.newerThan(stat.ModTime())
	if noted, ok := notedIn(wasm); ok {
		why = sources.unlike(noted)
	}
	if why != "" {
		stale = &BuildError{Project: f.dir, Module: file, Why: why}
	}
	return wasm, stale, nil
}

// folder is what assay.yaml says of a folder, as far as reading its module goes. What is wrong with the file is for those who build.
type folder struct {
	dir      string
	Language string `yaml:"language"`
	Module   string `yaml:"module"`
	Build    struct {
		Command []string `yaml:"command"`
	} `yaml:"build"`
}

func newFolder(dir string) *folder {
	var f folder
	text, err := os.ReadFile(filepath.Join(dir, rules.ProjectFile))
	if err != nil || yaml.Unmarshal(text, &f) != nil {
		f = folder{}
	}
	f.dir = dir
	return &f
}

// builds reports whether a file is the module that is built from the folder. Others may lie there, of other sources.
func (f *folder) builds(file string) bool {
	if f.Module == "" {
		return false
	}
	own, err := filepath.Abs(filepath.Join(f.dir, filepath.FromSlash(f.Module)))
	if err != nil {
		return false
	}
	named, err := filepath.Abs(file)
	return err == nil && own == named
}

// Builds reports whether a file is the module that the project in a folder builds.
func Builds(dir, file string) bool { return newFolder(dir).builds(file) }

// isProject reports whether a folder is one that `assay rule build` builds.
func isProject(dir string) bool {
	stat, err := os.Stat(filepath.Join(dir, rules.ProjectFile))
	return err == nil && stat.Mode().IsRegular()
}
