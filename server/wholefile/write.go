package wholefile

import (
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// Write puts what write writes in the place of a file. A new one gets the permissions, less the umask. Where write fails, or
// anything else, the file stays as it was.
func Write(name string, permissions fs.FileMode, write func(io.Writer) error) (err error) {
	folder, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	return WriteIn(folder, filepath.Base(name), permissions, write)
}

// WriteIn is Write of a file in a folder, which no link in the name leads out of; the name is one of package path.
func WriteIn(folder *os.Root, name string, permissions fs.FileMode, write func(io.Writer) error) (err error) {
	beside := path.Join(path.Dir(name), "."+path.Base(name)+"-"+rand.Text())
	to, err := folder.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, permissions)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, folder.Remove(beside))
		}
	}()
	err = write(to)
	if err = errors.Join(err, keepMode(folder, name, to), to.Sync(), to.Close()); err != nil {
		return err
	}
	return folder.Rename(beside, name)
}

// keepMode gives a new file the permissions of the one that it replaces.
func keepMode(folder *os.Root, name string, to *os.File) error {
	was, err := folder.Lstat(name)
	if err != nil || !was.Mode().IsRegular() {
		return nil // there is none to keep; Rename says what else is wrong
	}
	return to.Chmod(was.Mode().Perm())
}

// Text is the write of a text that is there already.
func Text(text []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}
}
