package author

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"assay/rules"
)

// Case is a case of a project and the rule it is of.
type Case struct {
	rules.Case
	Of     *Rule
	File   string
	Line   int
	Column int
	Path   string // in the document of the file: [3] in a case file, spec.cases[0] in a manifest
}

// Title is the case's name, or its place where it has none.
func (c *Case) Title() string {
	if c.Name != "" {
		return c.Name
	}
	return c.Path
}

// Where is the file and line of the case.
func (c *Case) Where() string { return fmt.Sprintf("%s:%d", c.File, c.Line) }

// readCases reads the cases of the rules that were opened: those in their manifests, then those of the folder's file.
func (p *Project) readCases(all []declared, found place) error {
	for _, r := range p.Rules {
		if r.from == nil || r.Owner != "" {
			continue
		}
		for i, c := range r.Manifest.Spec.Cases {
			path := fmt.Sprintf("spec.cases[%d]", i)
			line, column := r.from.Place(path)
			p.Cases = append(p.Cases, &Case{Case: c, Of: r, File: r.File, Line: line, Column: column, Path: path})
		}
	}
	file := filepath.Join(p.Dir, CasesFile)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return unreadable(file, err)
	}
	placed, err := rules.ParsePlacedCases(text)
	if err != nil {
		return inFile(file, err)
	}
	return p.assign(file, placed, p.others(all))
}

// others are the names of the folder's rules that were not opened, and whether a field asks for them.
func (p *Project) others(all []declared) map[string]bool {
	names := map[string]bool{}
	for _, d := range all {
		r, declares := d.Object.(*rules.Rule)
		field, isField := d.Object.(*rules.Field)
		if isField {
			r, declares = field.RequiredRule()
		}
		if declares && p.Rule(r.Metadata.Name) == nil {
			names[r.Metadata.Name] = isField
		}
	}
	return names
}

// assign gives each case of a file its rule. Cases of the folder's other rules are left out.
func (p *Project) assign(file string, placed []rules.PlacedCase, others map[string]bool) error {
	bad := &Error{File: file}
	for _, c := range placed {
		note := func(path, message string) {
			line, column := c.Place(path)
			bad.Problems = append(bad.Problems, rules.Problem{Line: line, Column: column, Path: strings.TrimSuffix(c.Path+"."+path, "."), Message: message})
		}
		r, problem := p.ruleOf(&c.Case, others)
		if problem != "" {
			note("rule", problem)
		}
		if r == nil {
			continue
		}
		for _, wrong := range c.Expectations(r.Spec.Type) {
			note(wrong.Path, wrong.Message)
		}
		line, column := c.Place("")
		p.Cases = append(p.Cases, &Case{Case: c.Case, Of: r, File: file, Line: line, Column: column, Path: c.Path})
	}
	if len(bad.Problems) > 0 {
		return bad
	}
	return nil
}

// ruleOf returns the rule that a case is of, or says why there is none. Neither: it is of a rule that was not opened.
func (p *Project) ruleOf(c *rules.Case, others map[string]bool) (r *Rule, problem string) {
	known, more := slices.Collect(maps.Keys(others)), false
	for _, ofField := range others {
		more = more || !ofField
	}
	var declared []*Rule // not for a field
	for _, r := range p.Rules {
		known = append(known, r.Name)
		if r.Owner == "" {
			declared = append(declared, r)
		}
	}
	slices.Sort(known)
	ofModule := len(p.Rules) > 0 && p.Rules[0].from == nil
	switch {
	case c.Rule != "" && !slices.Contains(known, c.Rule):
		return nil, fmt.Sprintf("there is no rule %q here%s", c.Rule, rules.Hint(c.Rule, slices.Values(known)))
	case c.Rule != "":
		return p.Rule(c.Rule), ""
	case len(declared) == 1 && (ofModule || !more):
		return declared[0], ""
	case len(known) == 1:
		return p.Rule(known[0]), ""
	}
	return nil, "say which rule the case is of: rule: " + strings.Join(known, ", or rule: ")
}
