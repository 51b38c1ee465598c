package command

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"assay/rules"
)

// unreadable says why a file cannot be read or written, in the words of a
// person and not of a system call.
func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usagef("%s does not exist", path)
	case errors.Is(err, fs.ErrPermission):
		return usagef("%s may not be read or written by you: permission denied", path)
	}
	return usagef("%s: %s", path, cause(err))
}

// cause strips what Go says around the reason of the operating system.
func cause(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno.Error()
	}
	return err.Error()
}

// needFolder refuses a path that is no folder, naming the flag it was given to.
func needFolder(flag, path string) error {
	stat, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return usagef("the folder %s does not exist (set %s)", path, flag)
	case err != nil:
		return unreadable(path, err)
	case !stat.IsDir():
		return usagef("%s is a file and no folder (set %s)", path, flag)
	}
	return nil
}

// needFolderOf refuses to write a file where there is no folder.
func needFolderOf(path, flag string) error { return needFolder(flag, filepath.Dir(path)) }

// notManifests says what is wrong with a file of manifests, a line a problem;
// nil when the manifests can be read.
func notManifests(file string, text []byte) error {
	if _, clients := extensions[strings.ToLower(filepath.Ext(file))]; clients {
		return usagef("%s: line 1, column 1: this is no manifest; one begins with apiVersion: %s and kind: Rule, Field, Dictionary or Webhook. Clients are stored by `assay import`",
			file, rules.APIVersion)
	}
	_, err := rules.Parse(text, rules.ParseOptions{ModulePaths: true})
	var bad *rules.ParseError
	if !errors.As(err, &bad) {
		return nil
	}
	lines := make([]string, len(bad.Problems))
	for i, p := range bad.Problems {
		lines[i] = file + ": " + p.String()
	}
	return usagef("%s", strings.Join(lines, "\n"))
}
