package author

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"assay/sdk/abi"
)

// sourcesSection is the custom section of a module that says what it was built from: a sum for each source, in order, sumSize bytes
// little-endian. It is in the module, so that it is never told of another, and holds no times, so that the same sources give the same bytes.
const (
	sourcesSection = "assay.sources"
	sumSize        = 8
)

// Sources are the files that the module of a project is made of, as they are at a moment.
type Sources []Source

// Source is a file of a project.
type Source struct {
	File string    // in the folder of the project
	sum  uint64    // the beginning of SHA-256 over its name and what it holds
	at   time.Time // when it was written
}

// SourcesOf reads the sources of the project in a folder: what its compiler reads, and all else where a command builds the module or a source takes
// other files into it. In doubt a file is a source, for a build too many takes seconds and one too few leaves an old module. The module itself is
// none; tests, manifests, cases and texts for people are none unless a source names them; nor is what lies outside the folder.
func SourcesOf(dir string) (Sources, error) {
	f := newFolder(dir)
	files, err := f.candidates()
	if err != nil {
		return nil, err
	}
	var list Sources
	var others []string // which a program may have put into itself
	var takers [][]byte // the texts of sources that take in others
	for _, file := range files {
		if !isCompiled(file) || f.isTest(file) {
			others = append(others, file)
			continue
		}
		text, err := list.addText(dir, file)
		if err != nil {
			return nil, err
		}
		if f.embeds(file, text) {
			takers = append(takers, text)
		}
	}
	if takers == nil && len(f.Build.Command) == 0 {
		return list, nil
	}
	for _, file := range others {
		if f.isAside(file) && !slices.ContainsFunc(takers, func(text []byte) bool { return names(text, file) }) {
			continue
		}
		if err := list.add(dir, file, nil); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// addText adds a file and returns what it holds.
func (s *Sources) addText(dir, file string) ([]byte, error) {
	var text bytes.Buffer
	err := s.add(dir, file, &text)
	return text.Bytes(), err
}

// add reads a file, of any size, into its sum, and into what else there is. One that came and went, or that a compiler may not read either, is none.
func (s *Sources) add(dir, file string, also *bytes.Buffer) error {
	path := filepath.Join(dir, file)
	opened, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return unreadable(path, err)
	}
	defer func() { _ = opened.Close() }() // it was only read
	stat, err := opened.Stat()
	if err != nil {
		return unreadable(path, err)
	}
	sum := sha256.New()
	sum.Write(append([]byte(filepath.ToSlash(file)), 0))
	var to io.Writer = sum
	if also != nil {
		to = io.MultiWriter(sum, also)
	}
	if _, err := io.Copy(to, opened); err != nil {
		return unreadable(path, err)
	}
	*s = append(*s, Source{File: file, sum: binary.LittleEndian.Uint64(sum.Sum(nil)), at: stat.ModTime()})
	return nil
}

// candidates are the files of a project that may be sources, by where they lie, as named in its folder.
func (f *folder) candidates() (files []string, err error) {
	err = filepath.WalkDir(f.dir, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && path != f.dir && errors.Is(err, fs.ErrNotExist): // an editor's file that came and went
			return nil
		case err != nil:
			return unreadable(path, err)
		case path == f.dir:
			return nil
		case entry.IsDir() && f.passesOver(path):
			return fs.SkipDir
		}
		file, err := filepath.Rel(f.dir, path)
		if err != nil || f.Module != "" && file == filepath.Clean(filepath.FromSlash(f.Module)) {
			return err
		}
		if stat, err := os.Stat(path); err == nil && stat.Mode().IsRegular() { // links, too
			files = append(files, file)
		}
		return nil
	})
	return files, err
}

// NotedIn returns a module with a note that it is made of these sources.
func (s Sources) NotedIn(wasm []byte) ([]byte, error) {
	sums := make([]uint64, len(s))
	for i := range s {
		sums[i] = s[i].sum
	}
	slices.Sort(sums)
	var content []byte
	for _, sum := range sums {
		content = binary.LittleEndian.AppendUint64(content, sum)
	}
	return abi.WithCustomSection(wasm, sourcesSection, content)
}

// notedIn returns the sums of the sources that a module is made of; false when it does not say.
func notedIn(wasm []byte) (sums []uint64, ok bool) {
	sections, err := abi.CustomSections(wasm, sourcesSection)
	if err != nil || len(sections) != 1 || len(sections[0]) == 0 || len(sections[0])%sumSize != 0 {
		return nil, false
	}
	for sum := range slices.Chunk(sections[0], sumSize) {
		sums = append(sums, binary.LittleEndian.Uint64(sum))
	}
	return sums, true
}

// Changed returns the files of the sources that hold something else at a later time, or are gone.
func (s Sources) Changed(later Sources) (files []string) {
	is := map[uint64]bool{}
	for _, one := range later {
		is[one.sum] = true
	}
	for _, one := range s {
		if !is[one.sum] {
			files = append(files, one.File)
		}
	}
	return files
}

// With returns the sources together with the files that a build made of them: those of a later time that these do not have, and those
// rewritten, as they were later.
func (s Sources) With(later Sources, rewritten []string) Sources {
	kept := map[string]bool{}
	var all Sources
	for _, one := range s {
		if !slices.Contains(rewritten, one.File) {
			kept[one.File] = true
			all = append(all, one)
		}
	}
	for _, one := range later {
		if !kept[one.File] {
			all = append(all, one)
		}
	}
	return all
}

// unlike says which of the sources a module is not made of, "" when it is made of them and no others. Of several it is the one that was written last.
func (s Sources) unlike(noted []uint64) string {
	var changed Sources
	for _, one := range s {
		if !slices.Contains(noted, one.sum) {
			changed = append(changed, one)
		}
	}
	switch {
	case len(changed) > 0:
		return "was built before " + changed.last().File + " changed"
	case len(s) < len(noted):
		return "was built from a source that is gone"
	}
	return ""
}

// newerThan says which source was written last after a module was, "" for none.
func (s Sources) newerThan(at time.Time) string {
	if len(s) == 0 || !s.last().at.After(at) {
		return ""
	}
	return "is older than " + s.last().File
}

func (s Sources) last() Source {
	return slices.MaxFunc(s, func(a, b Source) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(b.File, a.File)) })
}
