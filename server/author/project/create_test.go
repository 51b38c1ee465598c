package project_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/rules"
	"assay/server/author/project"
)

func TestCreate(t *testing.T) {
	for _, language := range project.Languages {
		t.Run(string(language), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "made")
			p, err := project.Create(dir, "bank-key", language)
			if err != nil {
				t.Fatal(err)
			}
			if p.Dir != dir || p.Language != language || (p.Module == "") != (language == project.CEL) {
				t.Errorf("%+v", p)
			}
			for _, name := range names(t, dir) {
				text, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				inSDK := strings.HasPrefix(name, "sdk/")
				if strings.HasSuffix(name, ".tmpl") || !inSDK && strings.Contains(string(text), "{{.") || strings.HasPrefix(filepath.Base(name), ".assay-") {
					t.Errorf("%s is as the template has it", name)
				}
			}
			for _, name := range []string{rules.ProjectRules, rules.ProjectCases, "README.md", ".github/workflows/rule.yml"} {
				if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
					t.Error(err)
				}
			}
			left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".assay-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

// A project whose rule divides clients has the same files as one whose rule finds something, and speaks of segments.
func TestCreateOfSegmentation(t *testing.T) {
	for _, language := range project.Languages {
		dir := t.TempDir()
		quality, segmentation := filepath.Join(dir, "quality"), filepath.Join(dir, "segmentation")
		if _, err := project.Create(quality, "bank-key", language); err != nil {
			t.Fatal(err)
		}
		if _, err := project.CreateOf(segmentation, "bank-key", language, rules.Segmentation); err != nil {
			t.Fatal(err)
		}
		if has, want := names(t, segmentation), names(t, quality); !slices.Equal(has, want) {
			t.Errorf("%s: has\n%q\nwant\n%q", language, has, want)
		}
		for file, want := range map[string]string{rules.ProjectRules: "type: Segmentation\n", rules.ProjectCases: "  label: large\n", "README.md": "assay get segments"} {
			if text := read(t, segmentation, file); !strings.Contains(text, want) || strings.Contains(read(t, quality, file), want) {
				t.Errorf("%s: %s is\n%s", language, file, text)
			}
		}
	}
}

func TestCreateInAnEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := project.Create(dir, "bank-key", project.CEL); err != nil {
		t.Fatal(err)
	}
	for _, name := range names(t, dir) {
		if strings.HasPrefix(name, ".assay-") {
			t.Errorf("left behind: %s", name)
		}
	}
}

func TestCreateRefuses(t *testing.T) {
	full := folder(t, map[string]string{"mine.txt": "mine"})
	for _, tt := range []struct{ name, dir, rule, want string }{
		{"a folder with something in it", full, "x", "exists and is not empty"},
		{"a file", filepath.Join(full, "mine.txt"), "x", "not a directory"},
		{"a folder in none", filepath.Join(full, "a", "b"), "x", "there is no folder"},
		{"a folder in a file", filepath.Join(full, "mine.txt", "b"), "x", "not a directory"},
		{"no name", filepath.Join(full, "new"), "", "is no name"},
		{"capitals", filepath.Join(full, "new"), "TaxID", "such as taxid"},
		{"a digit first", filepath.Join(full, "new"), "1c-code", "such as c-code"},
		{"a long name", filepath.Join(full, "new"), strings.Repeat("x", 64), "at most 63"},
		{"letters of another alphabet", filepath.Join(full, "new"), "инн", "is no name"},
	} {
		var refused *project.RefusedError
		_, err := project.Create(tt.dir, tt.rule, project.CEL)
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
	if got := names(t, full); len(got) != 1 {
		t.Errorf("something was made: %v", got)
	}
}
