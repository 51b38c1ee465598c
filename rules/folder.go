package rules

import (
	"cmp"
	"io/fs"
	"path"
	"regexp"
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
// beside the rules they try.
//
// A rule project, which is the folder itself or one in it, has files of other tools beside its manifests, and
// sources in its sub-folders. Of it, rule.yaml is a manifest file, and so is what lies beside it and says that it is one.
func ManifestFiles(folder fs.FS) (files []string, err error) {
	err = fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		hidden := file != "." && strings.HasPrefix(path.Base(file), ".")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case entry.IsDir() && isFile(folder, path.Join(file, ProjectFile)):
			manifests, err := ProjectManifests(folder, file)
			files = append(files, manifests...)
			return cmp.Or(err, fs.SkipDir)
		case !entry.IsDir() && !hidden && IsManifestFile(path.Base(file)):
			files = append(files, file)
		}
		return nil
	})
	return files, err
}

// saysManifest is how a manifest begins, in YAML and in JSON.
var saysManifest = regexp.MustCompile(`(?m)^[\s{]*"?apiVersion"?\s*:\s*"?assay/`)

// ProjectManifests returns the manifest files of a rule project: rule.yaml, and every other file beside it that says it
// is one. Projects have files of other tools there, too.
func ProjectManifests(folder fs.FS, project string) (files []string, err error) {
	entries, err := fs.ReadDir(folder, project)
	for _, entry := range entries {
		name := entry.Name()
		file := path.Join(project, name)
		if entry.IsDir() || strings.HasPrefix(name, ".") || !IsManifestFile(name) {
			continue
		}
		text, err := fs.ReadFile(folder, file)
		if err != nil {
			return nil, err
		}
		if name == ProjectRules || saysManifest.Match(text) {
			files = append(files, file)
		}
	}
	return files, err
}

func isFile(folder fs.FS, name string) bool {
	info, err := fs.Stat(folder, name)
	return err == nil && !info.IsDir()
}

// IsManifestFile reports whether a file of that name may hold manifests.
func IsManifestFile(name string) bool {
	ending := path.Ext(name)
	return slices.Contains(manifestEndings, ending) && strings.TrimSuffix(name, ending) != "cases"
}
