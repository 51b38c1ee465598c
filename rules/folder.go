package rules

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Files of a rule project: a folder in which a rule is written, built and tested.
const (
	ProjectFile  = "assay.yaml" // makes a folder a rule project, and says how its module is built
	ProjectRules = "rule.yaml"  // the manifests of a project
	ProjectCases = "cases.yaml" // the cases its rules must pass, see [ParseCases]
)

// manifestEndings are how the names of manifest files end.
var manifestEndings = []string{".yaml", ".yml", ".json"}

// ManifestFiles returns the paths of the manifest files in a folder and its
// sub-folders, sorted by path: .yaml, .yml and .json. What is hidden is passed
// over, and so are the case files cases.yaml (see [ParseCases]), which lie
// beside the rules they try. Of a rule project, which is the folder itself or one in it, rule.yaml is the only one: the rest
// is the project's own.
func ManifestFiles(folder fs.FS) (files []string, err error) {
	err = fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		hidden := file != "." && strings.HasPrefix(path.Base(file), ".")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() && isFile(folder, path.Join(file, ProjectFile)):
			if manifests := path.Join(file, ProjectRules); isFile(folder, manifests) {
				files = append(files, manifests)
			}
			return fs.SkipDir
		case !entry.IsDir() && !hidden && isManifestFile(path.Base(file)):
			files = append(files, file)
		}
		return nil
	})
	return files, err
}

func isFile(folder fs.FS, name string) bool {
	info, err := fs.Stat(folder, name)
	return err == nil && !info.IsDir()
}

func isManifestFile(name string) bool {
	ending := path.Ext(name)
	return slices.Contains(manifestEndings, ending) && strings.TrimSuffix(name, ending) != "cases"
}
