package author

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"assay/rules"
	"assay/server/cases"
	"assay/server/crm"
	"assay/server/engine"
)

// Case is a case of a project and the rule it is of.
type Case struct {
	rules.Case
	Of     *Rule
	File   string
	Line   int
	Column int
	Path   string // in the document of the file: [3] in a case file, spec.cases[0] in a manifest

	project *Project
	rule    *engine.Rule // with the settings of the case
}

// Title is the case's name, or its number where it has none.
func (c *Case) Title() string {
	if c.Name != "" {
		return c.Name
	}
	var i int
	_, number, _ := strings.Cut(c.Path, "[")
	_, _ = fmt.Sscanf(number, "%d]", &i) // it is an index
	return fmt.Sprintf("case %d", i+1)
}

// Card is the card of the case's client: as it stands, or as a write of it at the time of the case would store it. now is
// the time of cases that name none.
func (c *Case) Card(now time.Time) (card []byte, err error) {
	if !c.Raw {
		return c.project.Card(c.Client)
	}
	_, card, err = c.project.Written(c.Client, c.at(now))
	return card, err
}

// Where is the file and line of the case.
func (c *Case) Where() string { return fmt.Sprintf("%s:%d", c.File, c.Line) }

// readCases reads the cases of the rules that were opened: those in their manifests, then those of the folder's file.
func (p *Project) readCases(ctx context.Context, all []declared) error {
	for _, r := range p.Rules {
		if r.from == nil || r.Owner != "" {
			continue
		}
		t := &table{project: p, bad: &Error{File: r.File}, named: map[string]int{}}
		for i, c := range r.Manifest.Spec.Cases {
			path := fmt.Sprintf("spec.cases[%d]", i)
			t.add(ctx, r, rules.PlacedCase{Case: c, Path: path}, func(in string) (int, int) { return r.from.Place(join(path, in)) })
		}
		if err := t.err(); err != nil {
			return err
		}
	}
	file := filepath.Join(p.Dir, rules.ProjectCases)
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
	return p.assign(ctx, file, placed, p.others(all))
}

func join(path, in string) string { return strings.TrimSuffix(path+"."+in, ".") }

// table is the cases of a file on their way into the project.
type table struct {
	project *Project
	bad     *Error
	named   map[string]int // the lines of cases by their rule and name
}

func (t *table) err() error {
	if len(t.bad.Problems) == 0 {
		return nil
	}
	slices.SortStableFunc(t.bad.Problems, func(a, b rules.Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return t.bad
}

func (t *table) note(c rules.PlacedCase, place func(string) (int, int), path, message string) {
	line, column := place(path)
	t.bad.Problems = append(t.bad.Problems, rules.Problem{Line: line, Column: column, Path: join(c.Path, path), Message: message})
}

// add makes a case of the rule ready to be tried, or notes why it cannot be.
func (t *table) add(ctx context.Context, r *Rule, c rules.PlacedCase, place func(string) (int, int)) {
	line, column := place("")
	if first := t.named[r.Name+"/"+c.Name]; c.Name != "" && first > 0 {
		t.note(c, place, "name", fmt.Sprintf("the case on line %d has this name, too; give each one of its own", first))
	} else {
		t.named[r.Name+"/"+c.Name] = line
	}
	made := &Case{project: t.project, Case: c.Case, Of: r, File: t.bad.File, Line: line, Column: column, Path: c.Path}
	t.project.Cases = append(t.project.Cases, made)
	if _, err := made.Card(time.Now()); err != nil {
		for _, wrong := range clientProblems(err) {
			t.note(c, place, join("client", wrong.Path), wrong.Message)
		}
	}
	if t.project.options.Cases == OnlyClients {
		return
	}
	for _, wrong := range c.Expectations(r.Spec.Type) {
		t.note(c, place, wrong.Path, wrong.Message)
	}
	var err error
	made.rule, err = t.project.With(ctx, r, c.Settings)
	if bad, ok := errors.AsType[*crm.InvalidError](err); ok {
		for _, wrong := range bad.Problems {
			t.note(c, place, strings.TrimPrefix(wrong.Field, "spec."), wrong.Message)
		}
	} else if err != nil {
		t.note(c, place, "settings", err.Error())
	}
}

// clientProblems says what is wrong with the client of a case; paths begin in the client.
func clientProblems(err error) (list []rules.Problem) {
	if bad, ok := errors.AsType[*cases.ClientError](err); ok {
		return bad.Problems
	}
	bad, ok := errors.AsType[*crm.InvalidError](err)
	if !ok {
		return []rules.Problem{{Message: err.Error()}}
	}
	for _, p := range bad.Problems {
		list = append(list, rules.Problem{Path: p.Field, Message: p.Message})
	}
	return list
}

// assign gives each case of a file its rule. Cases of the folder's other rules are left out.
func (p *Project) assign(ctx context.Context, file string, placed []rules.PlacedCase, others map[string]bool) error {
	t := &table{project: p, bad: &Error{File: file}, named: map[string]int{}}
	for _, c := range placed {
		r, problem := p.ruleOf(&c.Case, others)
		if problem != "" && p.options.Cases == AllCases {
			t.note(c, c.Place, "rule", problem)
		}
		if r != nil {
			t.add(ctx, r, c, c.Place)
		}
	}
	return t.err()
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
