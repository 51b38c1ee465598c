package project

import (
	"io/fs"
	"path"
	"regexp"
	"strings"

	"assay/rules"
	"assay/sdk"
)

// page is a page of this repository that comes along with a new project, so that its reader needs neither the
// repository nor a network.
type page struct {
	folder fs.FS
	root   string // the folder's path in the repository
	name   string // in the folder
	to     string // in the project
}

func (p page) home() string { return path.Join(p.root, p.name) }

// pagesOf returns the pages for a language.
func pagesOf(language Language) []page {
	pages := []page{
		{sdk.Pages, "sdk", "README.md", "reference/README.md"},
		{rules.Pages, "rules", "README.md", "reference/MANIFESTS.md"},
		{rules.Pages, "rules", "cel/LANGUAGE.md", "reference/CEL.md"},
		{sdk.Pages, "sdk", "abi/CLIENT.md", "reference/CLIENT.md"},
		{sdk.Pages, "sdk", "PROJECT.md", "reference/PROJECT.md"},
	}
	if language == Stdio {
		pages = append(pages,
			page{sdk.Pages, "sdk", "abi/STDIO.md", "reference/STDIO.md"},
			page{sdk.Pages, "sdk", "abi/ABI.md", "reference/ABI.md"})
	}
	return pages
}

// link finds links of Markdown, and passes over what stands in backquotes.
var link = regexp.MustCompile("`[^`\n]*`|\\[([^\\]\n]*)\\]\\(([^()\\s]+)\\)")

// moved returns a page that lay at home in the repository as it reads at another place in a project. Links to what came
// along lead there, by places, which has where each file of the repository went; of other links into the
// repository the words stay.
func moved(text, home, to string, places map[string]string) string {
	fenced := false
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if !fenced {
			line = link.ReplaceAllStringFunc(line, func(found string) string {
				return movedLink(found, path.Dir(home), path.Dir(to), places)
			})
		}
		out.WriteString(line)
	}
	return out.String()
}

// movedLink is moved for what link found, from one folder to another.
func movedLink(found, from, to string, places map[string]string) string {
	parts := link.FindStringSubmatch(found)
	target, anchor, _ := strings.Cut(parts[2], "#")
	if target == "" || strings.Contains(target, ":") {
		return found // no link, a place on the page itself, or elsewhere
	}
	place, came := places[path.Join(from, target)]
	if !came {
		return parts[1]
	}
	if anchor != "" {
		anchor = "#" + anchor
	}
	return "[" + parts[1] + "](" + relative(to, place) + anchor + ")"
}

// relative is the path to a file of the project as a link in one of its folders has it.
func relative(from, to string) string {
	up := ""
	for from != "." && !strings.HasPrefix(to, from+"/") {
		from, up = path.Dir(from), up+"../"
	}
	return up + strings.TrimPrefix(to, from+"/")
}
