package rules

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// manifestEndings are how the names of manifest files end.
var manifestEndings = []string{".yaml", ".yml", ".json"}

// ManifestFiles returns the paths of the manifest files in a folder and its
// sub-folders, sorted by path: .yaml, .yml and .json. What is hidden is passed
// over, and so are the case files cases.yaml (see [ParseCases]), which lie
// beside the rules they try.
func ManifestFiles(folder fs.FS) (files []string, err error) {
	err = fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		hidden := file != "." && strings.HasPrefix(path.Base(file), ".")
		switch {
		case err != nil:
			return err
		case entry.IsDir() && hidden:
			return fs.SkipDir
		case !entry.IsDir() && !hidden && isManifestFile(path.Base(file)):
			files = append(files, file)
		}
		return nil
	})
	return files, err
}

func isManifestFile(name string) bool {
	ending := path.Ext(name)
	return slices.Contains(manifestEndings, ending) && strings.TrimSuffix(name, ending) != "cases"
}
