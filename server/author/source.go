package author

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"assay/rules"
)

// notSources are folders of a project that hold what tools made, or examples.
var notSources = []string{"node_modules", "target", "build", "testdata"}

// cargoFolder is the hidden folder that a compiler reads.
const cargoFolder = ".cargo"

// serverBase is what a server keeps its clients in, in a folder of its own that changes all the time.
const serverBase = "assay.db"

// isPassedOver tells folders without sources by their names, and those of servers' data.
func isPassedOver(folder string) bool {
	name := filepath.Base(folder)
	if isHidden(name) && name != cargoFolder || slices.Contains(notSources, name) {
		return true
	}
	_, err := os.Stat(filepath.Join(folder, serverBase))
	return err == nil
}

func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// isTest reports whether a file tests the rule, by its name or its folder's.
func isTest(file string) bool {
	name := filepath.Base(file)
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	folder := filepath.Base(filepath.Dir(file))
	return strings.HasSuffix(stem, "_test") || strings.HasSuffix(stem, ".test") || strings.HasPrefix(stem, "test_") || name == "tests.rs" ||
		folder == "tests" || folder == "test"
}

// sourcesInJSON are what compilers read, and the description of a command.
var sourcesInJSON = []string{"asconfig.json", "description.json", "package.json", "package-lock.json", "tsconfig.json"}

// isCompiled tells what the compiler of a language reads from what is about it: manifests, cases, texts for people, figures and reports.
func isCompiled(file string) bool {
	name := filepath.Base(file)
	switch filepath.Ext(name) {
	case ".json":
		return slices.Contains(sourcesInJSON, name)
	case ".go", ".rs", ".ts", ".c", ".h", ".inc", ".js", ".mjs", ".mod", ".sum", ".toml", ".lock":
		return true
	}
	return name == rules.ProjectFile
}

// embeds reports whether a source puts other files into the program, of any kind.
func embeds(file string, text []byte) bool {
	switch filepath.Ext(file) {
	case ".go":
		return bytes.Contains(text, []byte("//go:embed "))
	case ".rs":
		return bytes.Contains(text, []byte("include_str!")) || bytes.Contains(text, []byte("include_bytes!")) || bytes.Contains(text, []byte("include!"))
	case ".c", ".h", ".inc":
		for line := range bytes.Lines(text) { // a regular expression over all of it takes ten times as long
			if line = bytes.TrimLeft(line, " \t"); len(line) > 0 && line[0] == '#' && includes.Match(line) {
				return true
			}
		}
	}
	return false
}

// includes matches a line of C that takes in what is no source of C by its name.
var includes = regexp.MustCompile(`^#\s*(embed\b|include\s+"[^"]*\.([^hc"]|[hc][^"])[^"]*")`)

// isRead tells what a command may read, and a program may have put into it, which is all but what certainly has no part in a module: hidden files, modules, manifests and cases, texts for people,
// and what other verbs write.
func isRead(file string) bool {
	name := filepath.Base(file)
	switch {
	case name == rules.ProjectFile:
		return true
	case isHidden(name), strings.HasSuffix(name, "~"), name == rules.ProjectCases, strings.HasPrefix(name, "README"), strings.HasPrefix(name, "LICENSE"):
		return false
	}
	switch filepath.Ext(name) {
	case ".wasm", ".md", ".ndjson", ".pprof", ".orig", ".swp":
		return false
	case ".xml":
		return !begins(file, junit)
	case ".json":
		return !begins(file, baseline)
	case ".yaml", ".yml":
		return !begins(file, manifest)
	}
	return true
}

// What begins a file that has no part in a module.
var (
	manifest = regexp.MustCompile(`(?m)^apiVersion:`)
	baseline = regexp.MustCompile(`^\s*\{\s*"version":\s*\d+,\s*"assay":`) // of assay rule bench
	junit    = regexp.MustCompile(`<testsuites?[ >]`)
)

// begins reports whether the beginning of a file matches.
func begins(file string, with *regexp.Regexp) bool {
	opened, err := os.Open(file)
	if err != nil {
		return false
	}
	defer func() { _ = opened.Close() }()
	head, err := io.ReadAll(io.LimitReader(opened, 4<<10))
	return err == nil && with.Match(head)
}
