package project

import (
	"os"
	"path/filepath"

	"assay/rules"
)

// me is the user who runs this process.
var me = os.Geteuid

// needOwn refuses a project that was found above the folder at hand and belongs to another user: whoever may write in a folder above,
// such as /tmp, would have their commands run.
func needOwn(root, dir string) error {
	for _, name := range []string{root, filepath.Join(root, rules.ProjectFile)} {
		stat, err := os.Lstat(name)
		if err != nil {
			return err
		}
		if owner, known := ownerOf(stat); known && owner != me() {
			return refusedf("%s is above %s and belongs to another user (%d), whose commands would run here. If you trust them, go to that folder or name it", filepath.Join(root, rules.ProjectFile), dir, owner)
		}
	}
	return nil
}
