package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"assay/rules"
	"assay/rules/schema"
)

// full are manifests that between them have every key there is.
var full = []string{`apiVersion: assay/v1
kind: Rule
metadata:
  name: all-of-cel
  labels: {set: sales}
  annotations: {note: hers}
  generation: 3
  resourceVersion: "17"
  uid: u
  creationTimestamp: "2026-11-22T09:30:00Z"
spec:
  type: Quality
  mode: Enforce
  severity: error
  failurePolicy: Refuse
  match: client.kind == "company"
  forEach: {in: client.contacts, as: contact}
  require: contact.jobTitle != ""
  path: contacts[].jobTitle
  severityBy: '"info"'
  suggest: '"Buyer"'
  message: {en: x, ru: y, uk: z}
  limits: {fuel: 20000, memory: 16Mi}
  isolation: Record
  cases:
    - name: one
      now: "2026-11-22T09:30:00Z"
      client: {kind: company}
      findings:
        - {code: all-of-cel, path: "contacts[0].jobTitle", rowId: c1, severity: info, suggest: Buyer, message: {en: x, ru: y, uk: z}}
`, `apiVersion: assay/v1
kind: Rule
metadata: {name: of-a-module}
spec:
  type: Quality
  module: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", check: licence}
  settings: {days: 30}
`, `apiVersion: assay/v1
kind: Rule
metadata: {name: of-a-file}
spec: {type: Quality, module: {path: licence.wasm}}
`, `apiVersion: assay/v1
kind: Rule
metadata: {name: of-the-library}
spec: {library: required, settings: {field: region}, match: client.name != ""}
`, `apiVersion: assay/v1
kind: Rule
metadata: {name: size}
spec:
  type: Segmentation
  mode: Shadow
  match: client.name != ""
  labels: {large: {title: {en: Large, ru: y, uk: z}}}
  label: '"large"'
  reason: {en: x, ru: y, uk: z}
  cases:
    - {client: {kind: company}, label: large, reason: {en: a, ru: b, uk: c}, measures: {revenue: -3}, fuel: 500}
    - {client: {kind: person}, error: no rate}
`, `apiVersion: assay/v1
kind: Field
metadata: {name: licenceUntil}
spec: {type: date, label: {en: Licence until, ru: y, uk: z}, description: as it stands there, requiredFor: "true"}
`, `apiVersion: assay/v1
kind: Dictionary
metadata: {name: sizes}
spec:
  of: companySize
  values:
    - {value: small, title: {en: Small, ru: y, uk: z}}
    - {value: large}
`}

// mutant is a manifest with one mistake in its structure.
type mutant struct {
	name, text   string
	line, column int    // where the mistake is
	path         string // of it
	twice        bool   // a key is there twice, which a schema cannot see
}

// anything reports whether any value may stand at a path: what is there is the module's or the client's.
func anything(path string) bool {
	return strings.Contains(path, ".settings.") || strings.Contains(path, ".client.") || strings.HasSuffix(path, ".suggest")
}

// open reports whether any key may stand in the mapping at a path.
func open(path string) bool {
	return path == "metadata.annotations" || path == "metadata.labels" || strings.HasSuffix(path, ".settings") || strings.HasSuffix(path, ".client") || strings.HasSuffix(path, ".measures") || path == "spec.labels"
}

// mutants returns one manifest for each mistake that can be made in each place.
func mutants(t *testing.T, manifest string) (list []mutant) {
	t.Helper()
	mistake := func(name, path string, twice bool, change func(root *yaml.Node) (at *yaml.Node)) {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(manifest), &doc); err != nil {
			t.Fatal(err)
		}
		at := change(doc.Content[0])
		const mark = "MISTAKE" // finds the place again in what is written
		at.LineComment, at.FootComment, at.HeadComment = "", "", ""
		at.Anchor = mark
		text, err := yaml.Marshal(&doc)
		if err != nil {
			t.Fatal(err)
		}
		m := mutant{name: name, path: path, twice: twice}
		m.text, m.line, m.column = place(t, string(text), mark)
		list = append(list, m)
	}
	walk(manifest, t, func(path string, n *yaml.Node) {
		if anything(path) {
			return
		}
		for name, wrong := range wrongTypes(n) {
			mistake(path+" is "+name, path, false, func(root *yaml.Node) *yaml.Node {
				at := find(root, path)
				*at = *wrong
				return at
			})
		}
		if n.Kind != yaml.MappingNode {
			return
		}
		add := func(key string) func(root *yaml.Node) *yaml.Node {
			return func(root *yaml.Node) *yaml.Node {
				at := find(root, path)
				k := &yaml.Node{Kind: yaml.ScalarNode, Value: key}
				at.Content = append(at.Content, k, &yaml.Node{Kind: yaml.ScalarNode, Value: "x"})
				return k
			}
		}
		if !open(path) {
			mistake("unknown key in "+path, join(path, "zzz"), false, add("zzz"))
		}
		mistake("key twice in "+path, join(path, n.Content[0].Value), true, add(n.Content[0].Value))
	})
	return list
}

// place takes the mark out of a text and returns where it stood.
func place(t *testing.T, text, mark string) (clean string, line, column int) {
	t.Helper()
	at := strings.Index(text, "&"+mark+" ")
	skip := len(mark) + 2
	if at < 0 { // a block follows on the next line
		at, skip = strings.Index(text, " &"+mark+"\n"), len(mark)+2
		if at < 0 {
			t.Fatalf("no mark in\n%s", text)
		}
		clean = text[:at] + text[at+skip:]
		next := at + 1
		for clean[next] == ' ' {
			next++
		}
		at = next
	} else {
		clean = text[:at] + text[at+skip:]
	}
	before := clean[:at]
	return clean, strings.Count(before, "\n") + 1, len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
}

// wrongTypes returns values of other types than a node has.
func wrongTypes(n *yaml.Node) map[string]*yaml.Node {
	text := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "text"}
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text}}
	wrong := map[string]*yaml.Node{
		"a number":  {Kind: yaml.ScalarNode, Tag: "!!int", Value: "7"},
		"a boolean": {Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"},
		"a list":    list,
		"a mapping": {Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{text, text}},
		"text":      text,
	}
	switch {
	case n.Kind == yaml.MappingNode:
		delete(wrong, "a mapping")
	case n.Kind == yaml.SequenceNode:
		delete(wrong, "a list")
	case n.ShortTag() == "!!int":
		delete(wrong, "a number")
		wrong["a fraction"] = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!float", Value: "1.5"}
	default:
		delete(wrong, "text")
	}
	return wrong
}

func join(path, key string) string { return strings.TrimPrefix(path+"."+key, ".") }

// walk visits every value of a manifest with its path.
func walk(manifest string, t *testing.T, visit func(path string, n *yaml.Node)) {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(manifest), &doc); err != nil {
		t.Fatal(err)
	}
	var into func(path string, n *yaml.Node)
	into = func(path string, n *yaml.Node) {
		if path != "" {
			visit(path, n)
		}
		for i, c := range n.Content {
			switch {
			case n.Kind == yaml.SequenceNode:
				into(fmt.Sprintf("%s[%d]", path, i), c)
			case i%2 == 1:
				into(join(path, n.Content[i-1].Value), c)
			}
		}
	}
	into("", doc.Content[0])
}

// find returns the value at a path.
func find(n *yaml.Node, path string) *yaml.Node {
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '.' || r == '[' }) {
		if number, isIndex := strings.CutSuffix(part, "]"); isIndex {
			i, _ := strconv.Atoi(number)
			n = n.Content[i]
			continue
		}
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == part {
				n = n.Content[i+1]
				break
			}
		}
	}
	return n
}

// TestEveryMistakeOfStructureIsRefused makes each mistake of type and key in each place: the parser says where it is,
// and the schemas refuse it too.
func TestEveryMistakeOfStructureIsRefused(t *testing.T) {
	by, made := validators(t), 0
	for _, manifest := range full {
		kind := kindOf(t, manifest)
		if _, err := rules.Parse([]byte(manifest), rules.ParseOptions{ModulePaths: true}); err != nil {
			t.Fatalf("%v\n%s", err, manifest)
		}
		if of, all := check(t, by, kind, manifest); of != nil || all != nil {
			t.Fatalf("%v, %v\n%s", of, all, manifest)
		}
		for _, m := range mutants(t, manifest) {
			made++
			refusedAt(t, m)
			if m.twice {
				continue
			}
			refusedAsJSON(t, m)
			if of, all := check(t, by, kind, m.text); m.path != "kind" && of == nil || all == nil {
				t.Errorf("%s: the schemas let it pass\n%s", m.name, m.text)
			}
		}
	}
	if made < 500 {
		t.Errorf("%d mistakes were made", made)
	}
}

// ofCaseFiles are the keys that the cases of a manifest have not.
var ofCaseFiles = map[string]bool{"spec.cases[].raw": true, "spec.cases[].settings": true, "spec.cases[].rule": true}

// TestTheFullManifestsHaveEveryKey keeps full from falling behind the types: a key that is not in it is not tried.
func TestTheFullManifestsHaveEveryKey(t *testing.T) {
	tried := map[string]bool{}
	for _, manifest := range full {
		kind := kindOf(t, manifest)
		walk(manifest, t, func(path string, _ *yaml.Node) {
			tried[kind+" "+indices.ReplaceAllString(strings.Replace(path, "spec.labels.large", "spec.labels.*", 1), "[]")] = true
		})
	}
	for _, kind := range []string{rules.KindRule, rules.KindField, rules.KindDictionary} {
		text, _ := schema.Of(kind)
		var s node
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		for _, path := range s.paths("") {
			if ofAll := strings.HasPrefix(path, "metadata.") && tried["Rule "+path]; !tried[kind+" "+path] && !ofAll && !ofCaseFiles[path] && path != "status" {
				t.Errorf("no manifest has %s of a %s", path, kind)
			}
		}
	}
}

var indices = regexp.MustCompile(`\[\d+\]`)

// node is as much of a schema as leads to its keys.
type node struct {
	Properties           map[string]node
	Items                *node
	AdditionalProperties json.RawMessage
}

// paths returns the paths of all keys, [] for an item and * for a key that people make up.
func (n *node) paths(at string) (list []string) {
	for name, p := range n.Properties {
		path := join(at, name)
		list = append(append(list, path), p.paths(path)...)
	}
	if n.Items != nil {
		list = append(list, n.Items.paths(at+"[]")...)
	}
	var any node
	if json.Unmarshal(n.AdditionalProperties, &any) == nil {
		list = append(list, any.paths(at+".*")...)
	}
	return list
}

// refusedAt expects the parser to complain of the mistake's very place.
func refusedAt(t *testing.T, m mutant) {
	t.Helper()
	_, err := rules.Parse([]byte(m.text), rules.ParseOptions{ModulePaths: true})
	var bad *rules.ParseError
	if !errors.As(err, &bad) {
		t.Errorf("%s: %v\n%s", m.name, err, m.text)
		return
	}
	for _, p := range bad.Problems {
		if language, ok := strings.CutSuffix(p.Message, " is not a language of Assay; known are en, ru, uk"); ok {
			p.Column -= len(language+": ") - len(`""`) // the complaint is of the text, beside the key
		}
		if p.Path == m.path && p.Line == m.line && p.Column == m.column {
			return
		}
	}
	t.Errorf("%s: nothing is said of line %d, column %d, %s, but\n%v\nof\n%s", m.name, m.line, m.column, m.path, err, m.text)
}

// refusedAsJSON expects the same complaint of the same manifest in JSON.
func refusedAsJSON(t *testing.T, m mutant) {
	t.Helper()
	var read any
	if err := yaml.Unmarshal([]byte(m.text), &read); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(read)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rules.Parse(text, rules.ParseOptions{ModulePaths: true})
	var bad *rules.ParseError
	if !errors.As(err, &bad) || !slices.ContainsFunc(bad.Problems, func(p rules.Problem) bool { return p.Path == m.path && p.Line == 1 && p.Column > 1 }) {
		t.Errorf("%s, in JSON: %v\n%s", m.name, err, text)
	}
}

// TestWhatCannotStandTogetherIsRefused has what is wrong beyond keys and types.
func TestWhatCannotStandTogetherIsRefused(t *testing.T) {
	by := validators(t)
	head := func(kind, name, spec string) string {
		return "apiVersion: assay/v1\nkind: " + kind + "\nmetadata: {name: " + name + "}\nspec: {" + spec + "}\n"
	}
	for _, text := range []string{
		"apiVersion: assay/v2\nkind: Field\nmetadata: {name: f}\nspec: {type: date}\n",
		"kind: Field\nmetadata: {name: f}\nspec: {type: date}\n",
		"apiVersion: assay/v1\nkind: Field\nspec: {type: date}\n",
		"apiVersion: assay/v1\nkind: Field\nmetadata: {name: f}\n",
		"apiVersion: assay/v1\nkind: Field\nmetadata: {}\nspec: {type: date}\n",
		head("Rule", "Upper", "type: Quality, require: a"),
		head("Rule", "r", "require: a"),
		head("Rule", "r", "type: quality, require: a"),
		head("Rule", "r", "type: Quality"),
		head("Rule", "r", "type: Quality, require: ' '"),
		head("Rule", "r", "type: Quality, require: a, mode: Loud"),
		head("Rule", "r", "type: Quality, require: a, severity: fatal"),
		head("Rule", "r", "type: Quality, require: a, failurePolicy: Maybe"),
		head("Rule", "r", "type: Quality, require: a, isolation: None"),
		head("Rule", "r", "type: Quality, require: a, label: b"),
		head("Rule", "r", "type: Quality, require: a, reason: {en: b}"),
		head("Rule", "r", "type: Quality, require: a, message: {de: b}"),
		head("Rule", "r", "type: Quality, require: a, message: {en: ' '}"),
		head("Rule", "r", "type: Quality, require: a, path: 'a b'"),
		head("Rule", "r", "type: Quality, require: a, suggest: b"),
		head("Rule", "r", "type: Quality, require: a, settings: {a: 1}"),
		head("Rule", "r", "type: Quality, require: a, forEach: {in: b}"),
		head("Rule", "r", "type: Quality, require: a, forEach: {as: b}"),
		head("Rule", "r", "type: Quality, require: a, forEach: {in: b, as: while}"),
		head("Rule", "r", "type: Quality, require: a, limits: {memory: 16MB}"),
		head("Rule", "r", "type: Quality, require: a, limits: {fuel: -1}"),
		head("Rule", "r", "type: Quality, require: a, limits: {fuel: 1000000000}"),
		head("Rule", "r", "type: Quality, require: a, cases: [{findings: []}]"),
		head("Rule", "r", "type: Quality, require: a, cases: [{client: {}, raw: true}]"),
		head("Rule", "r", "type: Quality, require: a, cases: [{client: {}, rule: r}]"),
		head("Rule", "r", "type: Quality, require: a, cases: [{client: {}, fuel: -1}]"),
		head("Rule", "r", "type: Quality, module: {check: a}"),
		head("Rule", "r", "type: Quality, module: {digest: 'sha256:12'}"),
		head("Rule", "r", "type: Quality, module: {path: a.wasm, digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}"),
		head("Rule", "r", "type: Quality, require: a, module: {path: a.wasm}"),
		head("Rule", "r", "type: Quality, match: a, module: {path: a.wasm}"),
		head("Rule", "r", "library: required, settings: {field: name}, require: a"),
		head("Rule", "r", "library: required, settings: {field: name}, type: Segmentation"),
		head("Rule", "r", "type: Segmentation"),
		head("Rule", "r", "type: Segmentation, label: a, mode: Enforce"),
		head("Rule", "r", "type: Segmentation, label: a, severity: info"),
		head("Rule", "r", "type: Segmentation, label: a, message: {en: b}"),
		head("Field", "a-b", "type: date"),
		head("Field", "in", "type: date"),
		head("Field", "f", "type: day"),
		head("Field", "f", "label: {en: a}"),
		head("Dictionary", "d", "values: [{value: a}]"),
		head("Dictionary", "d", "of: companySize"),
		head("Dictionary", "d", "of: companySize, values: []"),
		head("Dictionary", "d", "of: companySize, values: [{title: {en: a}}]"),
		head("Dictionary", "d", "of: companySize, values: [{value: ' a'}]"),
		head("Dictionary", "d", "of: nonesuch, values: [{value: a}]"),
		head("Dictionary", "d", "of: properties., values: [{value: a}]"),
	} {
		if _, err := rules.Parse([]byte(text), rules.ParseOptions{ModulePaths: true}); err == nil {
			t.Errorf("the parser lets pass\n%s", text)
		}
		if of, all := check(t, by, kindOf(t, text), text); of == nil || all == nil {
			t.Errorf("the schemas let pass\n%s", text)
		}
	}
}
