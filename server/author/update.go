package author

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"go.yaml.in/yaml/v3"

	"assay/rules"
	"assay/server/wholefile"
)

// Updated is a file some of whose cases were changed.
type Updated struct {
	File  string `json:"file"`
	Cases int    `json:"cases"`
}

// Update writes what the rules said into the files of the cases that expect something else. What a case leaves out
// stays left out, and what it does not expect stays as it is, comments and blanks too. A case whose client could
// not be judged is left alone, unless it expects an error: nobody wants that confirmed unseen.
func Update(outcomes []*Outcome) ([]Updated, error) {
	files := map[string][]*Outcome{}
	var order []string
	for _, o := range outcomes {
		if o.Differences == nil || o.Verdict.Error != "" && o.Error == "" {
			continue
		}
		if files[o.File] == nil {
			order = append(order, o.File)
		}
		files[o.File] = append(files[o.File], o)
	}
	var done []Updated
	for _, file := range order {
		if err := updateFile(file, files[file]); err != nil {
			return done, err
		}
		done = append(done, Updated{file, len(files[file])})
	}
	return done, nil
}

func updateFile(file string, outcomes []*Outcome) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return unreadable(file, err)
	}
	places, err := mappings(text)
	if err != nil {
		return err
	}
	// From the end, so that what comes before stays where it is.
	slices.SortFunc(outcomes, func(a, b *Outcome) int { return -cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	updated := text
	for _, o := range outcomes {
		item := places[position{o.Line, o.Column}]
		if item == nil {
			return byHand(o, "it stands there by an alias")
		}
		if updated, err = rewrite(updated, item, changesOf(o)); err != nil {
			return byHand(o, err.Error())
		}
	}
	if err := sameButExpectations(file, text, updated); err != nil {
		return byHand(outcomes[0], err.Error())
	}
	if err := wholefile.Write(file, 0o644, wholefile.Text(updated)); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}

func byHand(o *Outcome, why string) error {
	return wrongf(o.Where(), "the case cannot be updated here: %s; change it by hand", why)
}

// position is a place in a text, from 1.
type position struct{ line, column int }

// mappings returns the mappings of a text by where they begin.
func mappings(text []byte) (map[position]*yaml.Node, error) {
	found := map[position]*yaml.Node{}
	var visit func(n *yaml.Node)
	visit = func(n *yaml.Node) {
		if n.Kind == yaml.MappingNode {
			found[position{n.Line, n.Column}] = n
		}
		for _, c := range n.Content {
			visit(c)
		}
	}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc yaml.Node
		if err := dec.Decode(&doc); err != nil {
			if errors.Is(err, io.EOF) {
				return found, nil
			}
			return nil, err
		}
		visit(&doc)
	}
}

// sameButExpectations checks a new text: it has the same cases of the same clients.
func sameButExpectations(file string, before, after []byte) error {
	old, err := casesIn(file, before)
	if err != nil {
		return err
	}
	updated, err := casesIn(file, after)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(old, updated, func(a, b rules.Case) bool {
		return a.Name == b.Name && a.Rule == b.Rule && a.Raw == b.Raw && a.Now.Equal(b.Now) && bytes.Equal(a.Client, b.Client) && bytes.Equal(a.Settings, b.Settings)
	})
	if !same {
		return fmt.Errorf("more than its expectations would change")
	}
	return nil
}

// casesIn returns all cases of a case file or of manifests.
func casesIn(file string, text []byte) (list []rules.Case, err error) {
	if filepath.Base(file) == rules.ProjectCases {
		return rules.ParseCases(text)
	}
	objects, err := rules.Parse(text, rules.ParseOptions{ModulePaths: true})
	for _, o := range objects {
		if r, ok := o.(*rules.Rule); ok {
			list = append(list, r.Spec.Cases...)
		}
	}
	return list, err
}
