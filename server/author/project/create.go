package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/template"

	"assay/rules"
	"assay/sdk"
)

// sdkFolder is where a project has the source of its SDK.
const sdkFolder = "sdk"

// RefusedError is a request that cannot be carried out as it was made; nothing was done.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

func refusedf(format string, args ...any) error {
	return &RefusedError{fmt.Sprintf(format, args...)}
}

// Create writes a new project for a rule that finds what is wrong with a client. See CreateOf.
func Create(dir, name string, language Language) (*Project, error) {
	return CreateOf(dir, name, language, rules.Quality)
}

// CreateOf writes a new project for a rule of a type into dir, which must not exist or be empty, and opens it. It is there
// with all its files or not at all. A name, a folder, a language or a type that will not do is a *RefusedError.
func CreateOf(dir, name string, language Language, what rules.RuleType) (*Project, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	if why := language.invalid(); why != "" {
		return nil, refusedf("the language %s", why)
	}
	if what != rules.Quality && what != rules.Segmentation {
		return nil, refusedf("the type %q of a rule is not known; known are %s, %s", what, rules.Quality, rules.Segmentation)
	}
	files, err := render(language, naming{Name: name, Segmentation: what == rules.Segmentation})
	if err != nil {
		return nil, err
	}
	exists, err := needEmpty(dir)
	if err != nil {
		return nil, err
	}
	if err := install(dir, exists, files); err != nil {
		return nil, err
	}
	return Open(dir)
}

// render returns the files of a new project by their paths.
func render(language Language, n naming) (map[string][]byte, error) {
	files := map[string][]byte{}
	folders, err := sdk.Template(string(language), n.Segmentation)
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		if err := eachFile(folder, func(name string, text []byte) error {
			out, err := n.fill(name, string(text))
			files[strings.TrimSuffix(name, sdk.TemplateEnding)] = out
			return err
		}); err != nil {
			return nil, fmt.Errorf("the template of %s: %w", language, err)
		}
	}
	return files, bring(files, language)
}

// fill executes a template.
func (n naming) fill(name, text string) ([]byte, error) {
	t, err := template.New(name).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, n)
	return out.Bytes(), err
}

// bring adds what comes along from this repository: the source of the SDK, and pages, whose links stay good.
func bring(files map[string][]byte, language Language) error {
	places := map[string]string{} // of what comes along, by its path in the repository
	if source := sdk.Source(string(language)); source != nil {
		if err := eachFile(source, func(name string, text []byte) error {
			to := path.Join(sdkFolder, name)
			files[to], places[path.Join("sdk", string(language), name)] = text, to
			return nil
		}); err != nil {
			return err
		}
	}
	for _, p := range pagesOf(language) {
		text, err := fs.ReadFile(p.folder, p.name)
		if err != nil {
			return err
		}
		files[p.to], places[p.home()] = text, p.to
	}
	for home, to := range places {
		if strings.HasSuffix(to, ".md") {
			files[to] = []byte(moved(string(files[to]), home, to, places))
		}
	}
	return nil
}

func eachFile(from fs.FS, do func(name string, text []byte) error) error {
	return fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		return do(name, text)
	})
}

// needEmpty refuses a folder that has something in it, and one whose parent is not there.
func needEmpty(dir string) (exists bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return true, refusedf("the folder %s exists and is not empty; give another one with --dir, or remove it", dir)
	case err == nil:
		return true, nil
	case !errors.Is(err, fs.ErrNotExist):
		return true, refusedf("%s: %v; give another folder with --dir", dir, cause(err))
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if stat, err := os.Stat(parent); err != nil || !stat.IsDir() {
		return false, refusedf("there is no folder %s to make %s in", parent, filepath.Base(dir))
	}
	return false, nil
}

// install writes the files into a folder of their own first, beside the place where they go or, when that is a folder
// already, inside it, and then moves them.
func install(dir string, exists bool, files map[string][]byte) (err error) {
	beside := filepath.Dir(filepath.Clean(dir))
	if exists {
		beside = dir
	}
	stage, err := os.MkdirTemp(beside, ".assay-new-")
	if err != nil {
		return refusedf("nothing can be written in %s: %v; give another folder with --dir", beside, cause(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	whole := filepath.Join(stage, "project") // with the rights of any folder; stage is its maker's alone
	for name, text := range files {
		to := filepath.Join(whole, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(to, text, 0o666); err != nil {
			return err
		}
	}
	if !exists {
		return os.Rename(whole, dir)
	}
	return moveAll(whole, dir)
}

// moveAll moves what is in a folder into another one, an empty one; when something cannot be moved, all goes back.
func moveAll(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for i, entry := range entries {
		err := os.Rename(filepath.Join(from, entry.Name()), filepath.Join(to, entry.Name()))
		if err == nil {
			continue
		}
		for _, moved := range entries[:i] {
			err = errors.Join(err, os.Rename(filepath.Join(to, moved.Name()), filepath.Join(from, moved.Name())))
		}
		return err
	}
	return nil
}
