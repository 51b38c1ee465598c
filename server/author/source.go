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

// cargoFolder is the hidden folder that a compiler reads.
const cargoFolder = ".cargo"

// serverBase is what a server keeps its clients in, in a folder of its own that changes all the time.
const serverBase = "assay.db"

// passesOver tells folders without sources by their names, and those of servers' data. What npm installs is in package-lock.json.
func (f *folder) passesOver(path string) bool {
	name := filepath.Base(path)
	switch {
	case isHidden(name) && name != cargoFolder, name == "node_modules":
		return true
	case filepath.Dir(path) == filepath.Clean(f.dir) && f.isMade(name):
		return true
	}
	_, err := os.Stat(filepath.Join(path, serverBase))
	return err == nil
}

// isMade reports whether a folder at the top of the project holds what tools make. Go compiles packages of any such name.
func (f *folder) isMade(name string) bool {
	switch f.Language {
	case "go":
		return false
	case "rust":
		return name == "target"
	case "c", "assemblyscript":
		return name == "build"
	}
	return name == "target" || name == "build"
}

func isHidden(name string) bool { return strings.HasPrefix(name, ".") }

// isTest reports whether a file tests the rule, by the names and folders that compilers leave out and those that tests have by custom.
func (f *folder) isTest(file string) bool {
	folders := strings.Split(filepath.ToSlash(filepath.Dir(file)), "/")
	ending := filepath.Ext(file)
	stem := strings.TrimSuffix(filepath.Base(file), ending)
	switch {
	case f.Language != "go" && (folders[0] == "tests" || folders[0] == "test" && f.Language != "rust"):
		return true
	case f.Language != "c" && f.Language != "rust" && slices.Contains(folders, "testdata"):
		return true
	}
	switch ending {
	case ".go":
		return strings.HasSuffix(stem, "_test")
	case ".rs":
		return stem == "tests"
	case ".ts", ".js", ".mjs":
		return strings.HasSuffix(stem, ".test")
	case ".c":
		return strings.HasSuffix(stem, "_test") || f.Language == "c" && strings.HasPrefix(stem, "test_")
	}
	return false
}

// sourcesInJSON are what compilers read, and the description of a command.
var sourcesInJSON = []string{"asconfig.json", "description.json", "package.json", "package-lock.json", "tsconfig.json"}

// isCompiled tells what compilers read from what is about it: manifests, cases, texts for people, figures and reports.
func isCompiled(file string) bool {
	name := filepath.Base(file)
	switch filepath.Ext(name) {
	case ".json":
		return slices.Contains(sourcesInJSON, name)
	case ".go", ".rs", ".ts", ".c", ".h", ".inc", ".s", ".S", ".js", ".mjs", ".mod", ".sum", ".toml", ".lock":
		return true
	}
	return name == rules.ProjectFile
}

// embeds reports whether a source puts other files into the program, of any kind, or is a program that may read any while it is built.
func (f *folder) embeds(file string, text []byte) bool {
	name := filepath.Base(file)
	switch filepath.Ext(name) {
	case ".go":
		return bytes.Contains(text, []byte("//go:embed"))
	case ".rs":
		return name == "build.rs" && f.has(filepath.Join(filepath.Dir(file), "Cargo.toml")) || takesInRust.Match(text) // elsewhere it is a module
	case ".toml":
		return name == "Cargo.toml" && buildsInCargo.Match(text)
	case ".json":
		return name == "asconfig.json" && bytes.Contains(text, []byte(`"transform"`))
	case ".c", ".h", ".inc":
		return embedsInC(text)
	}
	return false
}

var (
	takesInRust   = regexp.MustCompile(`\binclude\w*\s*!|#\s*\[\s*path\b`) // include_str!, include_dir! of a crate, #[path = "table.txt"] mod table
	buildsInCargo = regexp.MustCompile(`(?m)^\s*build\s*=`)                // the name of a build.rs that is called otherwise
	includesInC   = regexp.MustCompile(`^#\s*(include|embed)`)
	plainInC      = regexp.MustCompile(`^#\s*include\s*("[^"]*\.(h|c|inc)"|<[^>]*\.(h|c|inc)>)`) // by its name a source of C
)

func (f *folder) has(file string) bool {
	_, err := os.Stat(filepath.Join(f.dir, file))
	return err == nil
}

// embedsInC reports whether a source of C takes in what is none of C by its name, or has the name from a macro.
func embedsInC(text []byte) bool {
	for line := range bytes.Lines(text) { // a regular expression over all of it takes ten times as long
		if line = bytes.TrimLeft(line, " \t"); len(line) > 0 && line[0] == '#' && includesInC.Match(line) && !plainInC.Match(line) {
			return true
		}
	}
	return bytes.Contains(text, []byte(".incbin"))
}

// isAside tells what has no part in a module unless a source names it: hidden files, other modules, manifests and cases, texts for
// people, tests, and what other verbs and editors write.
func (f *folder) isAside(file string) bool {
	name := filepath.Base(file)
	top, _, below := strings.Cut(filepath.ToSlash(file), "/")
	stem, _, _ := strings.Cut(name, ".")
	switch {
	case name == rules.ProjectFile:
		return false
	case f.isTest(file), below && (top == "target" || top == "build"):
		return true
	case isHidden(name), strings.HasSuffix(name, "~"), name == rules.ProjectCases, stem == "README", stem == "LICENSE":
		return true
	}
	path := filepath.Join(f.dir, file)
	switch filepath.Ext(name) {
	case ".wasm", ".md", ".ndjson", ".pprof", ".orig", ".swp":
		return true
	case ".xml":
		return begins(path, junit)
	case ".json":
		return begins(path, baseline)
	case ".yaml", ".yml":
		return begins(path, manifest)
	}
	return false
}

// globInGo matches a line that embeds files by a pattern.
var globInGo = regexp.MustCompile(`(?m)^//go:embed\s.*[*?\[]`)

// names reports whether a source that takes in others may mean this file: by its name, its ending, a folder that it is in or a pattern.
func names(source []byte, file string) bool {
	for part := range strings.SplitSeq(filepath.ToSlash(file), "/") {
		if bytes.Contains(source, []byte(part)) {
			return true
		}
	}
	ending := filepath.Ext(file)
	return len(ending) > 1 && (bytes.Contains(source, []byte("*"+ending)) || bytes.Contains(source, []byte(`"`+ending[1:]+`"`))) || globInGo.Match(source)
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
