package main_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// ruleExamples are the projects of examples/rules.
var ruleExamples = []string{"assemblyscript-name-case", "c-minimal", "go-licence", "go-segment", "rust-requisites", "stdio-any/c", "stdio-any/go"}

func TestEveryRuleExampleIsTried(t *testing.T) {
	var found []string
	for _, pattern := range []string{"*/assay.yaml", "*/*/assay.yaml"} {
		files, err := filepath.Glob(filepath.Join(ruleFolder, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			name, err := filepath.Rel(ruleFolder, filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, filepath.ToSlash(name))
		}
	}
	if !slices.Equal(found, ruleExamples) {
		t.Errorf("examples/rules has %q, the test tries %q", found, ruleExamples)
	}
}

// The two programs of stdio-any are one rule: a build reads nothing outside of its project, so each has its description.
func TestTheSameRuleIsDescribedAlike(t *testing.T) {
	var said [2]string
	for i, language := range []string{"c", "go"} {
		text, err := os.ReadFile(filepath.Join(ruleFolder, "stdio-any", language, "description.json"))
		if err != nil {
			t.Fatal(err)
		}
		said[i] = string(text)
	}
	if said[0] != said[1] {
		t.Errorf("the program in C says\n%s\nthat in Go\n%s", said[0], said[1])
	}
}

// ruleFolder is where the projects are.
var ruleFolder = filepath.Join("..", "..", "examples", "rules")

// Each example of a rule is built, passes its cases, is applied to a server, and says there of the same clients what the cases say.
func TestRuleExamples(t *testing.T) {
	for _, name := range ruleExamples {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(ruleFolder, name)
			p := serveWith(t, plainBinary(t), t.TempDir()) // compiling modules takes ten times as long with the race detector
			before := p.ruleNames()
			p.cli("rule", "build", dir)
			p.cli("rule", "test", dir)
			p.cli("apply", "-f", dir)
			applied := slices.DeleteFunc(p.ruleNames(), func(rule string) bool { return slices.Contains(before, rule) })
			spoke := map[string]bool{}
			for _, c := range readCases(t, filepath.Join(dir, "cases.yaml")) {
				if c.Now != "" || c.Settings != nil { // on the server it is today, and the rule has its own settings
					continue
				}
				rule := cmp.Or(c.Rule, applied[0])
				got := p.verdict(c, rule)
				if want := c.verdict(rule); !slices.Equal(got, want) {
					t.Errorf("case %q: on the server the rule says\n     %q\nwant %q", c.Name, got, want)
				}
				if len(got) > 0 {
					spoke[rule] = true
				}
			}
			for _, rule := range applied {
				if !spoke[rule] {
					t.Errorf("rule %s says nothing of any client", rule)
				}
			}
		})
	}
}

// ruleCase is a case of cases.yaml.
type ruleCase struct {
	Name, Rule, Now string
	Settings        any
	Client          map[string]any
	Findings        []struct {
		Code, Path string
		Message    map[string]string
	}
	Label string
}

func readCases(t *testing.T, file string) (cases []ruleCase) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// verdict is what a case expects, a line each.
func (c ruleCase) verdict(rule string) (said []string) {
	for _, f := range c.Findings {
		said = append(said, cmp.Or(f.Code, rule)+" at "+f.Path+": "+f.Message["en"])
	}
	if c.Label != "" {
		said = append(said, "label "+c.Label)
	}
	slices.Sort(said)
	return said
}

// verdict stores the client of a case and returns what the rule says of it, as the case does; messages only where it has some.
func (p *process) verdict(c ruleCase, rule string) (said []string) {
	p.t.Helper()
	if c.Client["name"] == nil { // no client is stored without
		c.Client["name"] = "Пример"
	}
	var written struct {
		Client   struct{ ID int }
		Findings []finding
	}
	p.ask("POST", "/api/v1/clients", c.Client, &written)
	for _, f := range written.Findings {
		if f.Rule != rule {
			continue
		}
		line := f.Code + " at " + f.Path + ": "
		for _, want := range c.Findings {
			if want.Path == f.Path && cmp.Or(want.Code, rule) == f.Code && want.Message["en"] != "" {
				line += f.Message
			}
		}
		said = append(said, line)
	}
	var segments struct {
		Items []struct{ Rule, Label string }
	}
	p.ask("GET", fmt.Sprintf("/api/v1/clients/%d/segments", written.Client.ID), nil, &segments)
	for _, s := range segments.Items {
		if s.Rule == rule && s.Label != "" {
			said = append(said, "label "+s.Label)
		}
	}
	slices.Sort(said)
	return said
}

// ruleNames returns the names of the rules there are.
func (p *process) ruleNames() (names []string) {
	p.t.Helper()
	var list struct {
		Items []struct{ Metadata struct{ Name string } }
	}
	p.ask("GET", "/api/v1/rules", nil, &list)
	for _, r := range list.Items {
		names = append(names, r.Metadata.Name)
	}
	return names
}

// cli runs a verb of the program against the server and returns what it printed.
func (p *process) cli(args ...string) string {
	p.t.Helper()
	run := exec.CommandContext(p.t.Context(), plainBinary(p.t), args...)
	run.Env = append(os.Environ(), "ASSAY_SERVER="+p.url, "ASSAY_TOKEN="+p.token)
	out, err := run.CombinedOutput()
	if err != nil {
		p.t.Fatalf("assay %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
