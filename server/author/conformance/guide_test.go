package conformance_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assay/sdk"
	"assay/server/author"
	"assay/server/author/project"
)

// guide is the page that shows one check in every way there is.
const guide = sdkDir + "/README.md"

// guideWays are the ways, by the headings of the page, and which of its blocks becomes which file of a new project.
var guideWays = []guideWay{
	{"CEL", project.CEL, map[string]string{"yaml": "rule.yaml"}},
	{"Go", project.Go, map[string]string{"go": "main.go"}},
	{"Rust", project.Rust, map[string]string{"rust": "src/lib.rs"}},
	{"AssemblyScript", project.AssemblyScript, map[string]string{"ts": "rule.ts"}},
	{"C", project.C, map[string]string{"c": "rule.c"}},
	{"stdio in Go", project.Stdio, map[string]string{"json": "description.json", "go": "main.go"}},
	{"stdio in C", project.Stdio, map[string]string{"c": "rule.c"}},
}

type guideWay struct {
	heading  string
	language project.Language
	files    map[string]string // by the language of the block
}

// The check that sdk/README.md shows in every way builds as it stands there, and passes the cases that stand there.
func TestTheCheckOfTheGuide(t *testing.T) {
	noteSources(t, sdkDir)
	for _, way := range guideWays {
		t.Run(way.heading, func(t *testing.T) {
			t.Parallel()
			passes(t, way.build(t))
		})
	}
}

// The settings that sdk/README.md shows are those of the projects that `assay rule new` makes.
func TestTheSettingsOfTheGuide(t *testing.T) {
	for heading, file := range map[string]string{
		"go": "go/template/main.go.tmpl", "rust": "rust/template/src/lib.rs.tmpl", "ts": "assemblyscript/template/rule.ts.tmpl", "c": "c/template/rule.c.tmpl",
	} {
		template, err := os.ReadFile(filepath.Join(sdkDir, file))
		if err != nil {
			t.Fatal(err)
		}
		if shown := guideBlock(t, "Settings", heading); !strings.Contains(string(template), shown) {
			t.Errorf("%s has no\n%s", file, shown)
		}
	}
}

// Every name in the tables of sdk/README.md that show the SDKs beside one another is one of that SDK.
func TestTheWordsOfTheGuide(t *testing.T) {
	columns := []string{"go", "rust", "assemblyscript", "c"}
	own := strings.Fields("client report found key code text finding s name n")
	words := regexp.MustCompile(`\w+`)
	rows := 0
	for line := range strings.Lines(guideSection(t, "The words")) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 1+len(columns) || !strings.Contains(line, "`") {
			continue
		}
		rows++
		for i, language := range columns {
			for _, word := range words.FindAllString(cells[1+i], -1) {
				if !slices.Contains(own, word) && !regexp.MustCompile(`\b`+word+`\b`).MatchString(sourceOf(t, language)) {
					t.Errorf("%s shows %s: the SDK of %s has no %s", guide, strings.TrimSpace(cells[1+i]), language, word)
				}
			}
		}
	}
	if rows < 5 {
		t.Errorf("%d rows were looked at", rows)
	}
}

// sourceOf returns the SDK's source as a project gets it.
func sourceOf(t *testing.T, language string) string {
	t.Helper()
	var all strings.Builder
	source := sdk.Source(language)
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(source, name)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// build makes a project, writes what the page shows over it, and builds it. It returns its folder.
func (w guideWay) build(t testing.TB) string {
	t.Helper()
	files := map[string]string{"rule.yaml": w.manifest(t), "cases.yaml": guideBlock(t, "The cases", "yaml")}
	if w.heading == "stdio in C" {
		files["description.json"] = guideBlock(t, "stdio in Go", "json")
		files["json.h"] = guideExample(t, "json.h")
		files["assay.yaml"] = strings.ReplaceAll(strings.ReplaceAll(guideExample(t, "assay.yaml"), "unreachable.wasm", "job-title.wasm"), "unreachable.c", "rule.c")
	}
	for block, name := range w.files {
		files[name] = guideBlock(t, w.heading, block)
	}
	return newProject(t, w.language, "job-title", files)
}

// manifest returns what the page says of a module's rule, and beside it what it says of this way.
func (w guideWay) manifest(t testing.TB) string {
	t.Helper()
	manifest := guideBlock(t, "The manifest", "yaml")
	if w.heading == "stdio in Go" {
		manifest += guideBlock(t, w.heading, "yaml")
	}
	return manifest
}

// openProject opens the rules and cases of a project that was built.
func openProject(t testing.TB, dir string) *author.Project {
	t.Helper()
	p, err := author.Open(t.Context(), dir, author.Options{CacheDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

var guideHeading = regexp.MustCompile(`(?m)^##+ `)

// guideBlock returns the block of a language below a heading of the page, where there must be one.
func guideBlock(t testing.TB, heading, language string) string {
	t.Helper()
	blocks := strings.Split(guideSection(t, heading), "\n```"+language+"\n")
	if len(blocks) != 2 {
		t.Fatalf("%s has %d blocks of %s below %q, want 1", guide, len(blocks)-1, language, heading)
	}
	block, _, _ := strings.Cut(blocks[1], "\n```")
	return block + "\n"
}

// guideSection returns what stands below a heading, up to the next one.
func guideSection(t testing.TB, heading string) string {
	t.Helper()
	page, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	sections := guideHeading.Split(string(page), -1)
	i := slices.IndexFunc(sections, func(s string) bool { return strings.HasPrefix(s, heading+"\n") })
	if i < 0 {
		t.Fatalf("%s has no heading %q", guide, heading)
	}
	return sections[i]
}

// guideExample returns a file of the example in C to which the page refers.
func guideExample(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sdkDir, "..", "examples", "rules", "stdio-any", "c", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
