package author

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
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

// SourcesOf reads the sources of the project in a folder. The module itself, tests, manifests, cases and texts for people are none of them, nor
// is what lies outside the folder.
func SourcesOf(dir string) (Sources, error) {
	files, err := candidates(dir)
	if err != nil {
		return nil, err
	}
	readsAll := len(newFolder(dir).Build.Command) > 0
	var list Sources
	var others []string // which a program may have put into itself
	for _, file := range files {
		if !isCompiled(file) {
			others = append(others, file)
			continue
		}
		text, err := list.add(dir, file)
		if err != nil {
			return nil, err
		}
		readsAll = readsAll || embeds(file, text)
	}
	for _, file := range others {
		if !readsAll || !isRead(file) {
			continue
		}
		if _, err := list.add(dir, file); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// add reads a file. One that came and went, or that a compiler may not read either, is none.
func (s *Sources) add(dir, file string) (text []byte, err error) {
	stat, err := os.Stat(file)
	if err == nil {
		text, err = os.ReadFile(file)
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(file, err)
	}
	name, err := filepath.Rel(dir, file)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	sum.Write(append([]byte(filepath.ToSlash(name)), 0))
	sum.Write(text)
	*s = append(*s, Source{File: name, sum: binary.LittleEndian.Uint64(sum.Sum(nil)), at: stat.ModTime()})
	return text, nil
}

// candidates are the files of a project that may be sources, by where they lie.
func candidates(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && file != dir && errors.Is(err, fs.ErrNotExist): // an editor's file that came and went
			return nil
		case err != nil:
			return unreadable(file, err)
		case file == dir:
			return nil
		case entry.IsDir() && isPassedOver(file):
			return fs.SkipDir
		case isTest(file):
			return nil
		}
		if stat, err := os.Stat(file); err == nil && stat.Mode().IsRegular() { // links, too
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
