package project_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"assay/rules"
	"assay/server/author/project"
)

// Whatever a page of a new project links to is in the project: its reader has nothing else.
func TestLinksOfNewProjects(t *testing.T) {
	for _, what := range []rules.RuleType{rules.Quality, rules.Segmentation} {
		for _, language := range project.Languages {
			dir := filepath.Join(t.TempDir(), "made")
			if _, err := project.CreateOf(dir, "bank-key", language, what); err != nil {
				t.Fatal(err)
			}
			pages := pagesBelow(t, dir)
			if n := checkLinks(t, dir, pages); len(pages) < 5 || n < 10 {
				t.Errorf("%s: %d links of %q were looked at", language, n, pages)
			}
		}
	}
}

// But for their links, pages come along as they are.
func TestPagesKeepTheirWords(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made")
	if _, err := project.Create(dir, "bank-key", project.Stdio); err != nil {
		t.Fatal(err)
	}
	words := func(page string) string {
		return regexp.MustCompile(`\[([^\]\n]*)\]\([^()\s]+\)`).ReplaceAllString(page, "$1")
	}
	for to, home := range map[string]string{
		"README.md": "sdk/README.md", "PROJECT.md": "sdk/PROJECT.md", "CLIENT.md": "sdk/abi/CLIENT.md", "STDIO.md": "sdk/abi/STDIO.md",
		"ABI.md": "sdk/abi/ABI.md", "MANIFESTS.md": "rules/README.md", "CEL.md": "rules/cel/LANGUAGE.md",
	} {
		if words(read(t, dir, "reference/"+to)) != words(read(t, "../../..", home)) {
			t.Errorf("%s says something else than %s", to, home)
		}
	}
	for page, link := range map[string]string{
		"CEL.md": "[fields](CLIENT.md)", "STDIO.md": "[fuel](ABI.md#limits)", "PROJECT.md": "[CEL](CEL.md)", "README.md": "[abi/STDIO.md](STDIO.md)",
	} {
		if !strings.Contains(read(t, dir, "reference/"+page), link) {
			t.Errorf("%s has no %s", page, link)
		}
	}
}

// What is said of servers is the same in every language.
func TestReadmesAreOneShape(t *testing.T) {
	const heading = "## A server to try it on\n"
	section := regexp.MustCompile("(?s)" + heading + ".*?assay report --rule bank-key .*?\n")
	first := ""
	for _, language := range project.Languages {
		dir := filepath.Join(t.TempDir(), "made")
		if _, err := project.Create(dir, "bank-key", language); err != nil {
			t.Fatal(err)
		}
		said := section.FindString(read(t, dir, "README.md"))
		if first == "" {
			first = said
		}
		if said == "" || said != first {
			t.Errorf("%s says of servers\n%s\n%s says\n%s", language, said, project.Languages[0], first)
		}
	}
}

// The pages of this repository lead where they say.
func TestLinksOfPages(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	if n := checkLinks(t, root, pagesBelow(t, root)); n < 100 {
		t.Errorf("%d links were looked at", n)
	}
}

// A page whose links were not looked at may lead nowhere.
func TestBrokenLinksAreSeen(t *testing.T) {
	for text, want := range map[string]string{
		"[a](b.md)":                   "b.md",
		"[a](README.md#Here)":         "README.md#Here",
		"[a](#nowhere)":               "#nowhere",
		"[a](../x/README.md)":         "../x/README.md",
		"[`a`](README.md#none)":       "README.md#none",
		"# Here, we go\n[a](#here)":   "#here",
		"# A `b()`: c_d\n[a](#a-b)":   "#a-b",
		"```\n# Here\n```\n[](#here)": "#here",
		"# Here, we go\n[a](#here-we-go) [b](README.md) `[c](x.md)` [d](https://cel.dev)\n# A `b()`: c_d\n[e](#a-b-c_d)\n```\n[f](y.md)\n```": "",
	} {
		dir := folder(t, map[string]string{"README.md": text})
		_, broken := linksOf(t, dir, filepath.Join(dir, "README.md"))
		if strings.Join(broken, " ") != want {
			t.Errorf("%q: %q, want %q", text, broken, want)
		}
	}
}

// checkLinks complains of the links of pages that lead out of a folder, or to what is not there. It returns how many there are.
func checkLinks(t *testing.T, dir string, pages []string) (links int) {
	t.Helper()
	for _, page := range pages {
		n, broken := linksOf(t, dir, page)
		links += n
		for _, target := range broken {
			t.Errorf("%s: there is no %s", strings.TrimPrefix(page, dir), target)
		}
	}
	return links
}

// pagesBelow returns the pages of a folder, but for those of what is installed, built or taken from elsewhere.
func pagesBelow(t *testing.T, dir string) (pages []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && slices.Contains([]string{".git", ".cache", "node_modules", "target", "testdata"}, entry.Name()) {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".md") {
			pages = append(pages, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

var (
	anyLink = regexp.MustCompile(`\[[^\]]*\]\(([^()\s]+)\)`)
	quoted  = regexp.MustCompile("`[^`]*`")
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	noSlug  = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// linksOf counts the links of a page into a folder, and returns those that lead out of it, to no file or to no heading.
func linksOf(t *testing.T, dir, page string) (links int, broken []string) {
	t.Helper()
	for _, found := range anyLink.FindAllStringSubmatch(quoted.ReplaceAllString(running(t, page), ""), -1) {
		if strings.Contains(found[1], ":") {
			continue
		}
		links++
		target, anchor, _ := strings.Cut(found[1], "#")
		file := page
		if target != "" {
			file = filepath.Join(filepath.Dir(page), filepath.FromSlash(target))
		}
		_, err := os.Stat(file)
		inside := strings.HasPrefix(file, dir+string(filepath.Separator))
		if !inside || err != nil || anchor != "" && !slices.Contains(anchors(t, file), anchor) {
			broken = append(broken, found[1])
		}
	}
	return links, broken
}

// anchors are the names of a page's headings, as they are linked to.
func anchors(t *testing.T, page string) (names []string) {
	t.Helper()
	for _, found := range heading.FindAllStringSubmatch(running(t, page), -1) {
		names = append(names, strings.ReplaceAll(noSlug.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-"))
	}
	return names
}

// running returns the text of a page without its blocks of code.
func running(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile("(?ms)^```.*?^```").ReplaceAllString(string(text), "")
}
