package project

import (
	"errors"
	"os"
	"path/filepath"

	"assay/rules"
	"assay/server/author"
)

// me is the user who runs this process.
var me = os.Geteuid

// needOwn refuses a project that was found above the folder at hand and belongs to another user: whoever may write in a folder above,
// such as /tmp, would have their commands run.
func needOwn(root, dir string) error {
	owner, others, err := otherOwner(root)
	if others {
		return refusedf("%s is above %s and belongs to another user (%d), whose commands would run here. If you trust them, go to that folder or name it", filepath.Join(root, rules.ProjectFile), dir, owner)
	}
	return err
}

// OpenOwn opens the project in a folder to run its commands unasked. The error is a *RefusedError when it belongs to another user.
func OpenOwn(dir string) (*Project, error) {
	p, err := Open(dir)
	if err != nil {
		return nil, err
	}
	owner, others, err := otherOwner(p.Dir)
	if others {
		return nil, refusedf("%s belongs to another user (%d), whose commands are not run unasked", p.Path(rules.ProjectFile), owner)
	}
	return p, err
}

// OpenStale opens the project of a module that is not what its sources make, to build it unasked. Where it belongs to another user that is for who
// trusts them to do, as the *author.BuildError then says.
func OpenStale(stale *author.BuildError) (*Project, error) {
	p, err := OpenOwn(stale.Project)
	if refused, is := errors.AsType[*RefusedError](err); is {
		return nil, &author.BuildError{Project: stale.Project, Module: stale.Module, Why: stale.Why + ", and " + refused.Reason}
	}
	return p, err
}

// otherOwner returns the user, other than the one who runs this, to whom a project belongs.
func otherOwner(root string) (id int, others bool, err error) {
	for _, name := range []string{root, filepath.Join(root, rules.ProjectFile)} {
		stat, err := os.Lstat(name)
		if err != nil {
			return 0, false, err
		}
		if owner, known := ownerOf(stat); known && owner != me() {
			return owner, true, nil
		}
	}
	return 0, false, nil
}
