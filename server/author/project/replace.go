package project

import (
	"errors"
	"os"
	"path/filepath"
)

// replace writes a file so that its readers see the old one or the new one, and never a part.
func replace(name string, text []byte) (err error) {
	to, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(to.Name()))
		}
	}()
	_, err = to.Write(text)
	if err = errors.Join(err, to.Chmod(0o644), to.Sync(), to.Close()); err != nil {
		return err
	}
	return os.Rename(to.Name(), name)
}
