package rules

import (
	"fmt"
	"slices"
)

// ParseOptions say what [Parse] accepts.
type ParseOptions struct {
	// ModulePaths accepts module.path in place of a digest, for callers that upload the
	// file and fill the digest in: the command line and --rules folders.
	ModulePaths bool
	// MaxBytes bounds the text; 0 means 1 MiB.
	MaxBytes int
}

// Parse reads the manifests in a text: YAML documents separated by ---, or JSON. Defaults are
// filled in; a status is accepted and left out, since it is the server's to say.
//
// The error is a [*ParseError] that lists every problem of every document,
// and then no object is returned.
func Parse(data []byte, o ParseOptions) ([]Object, error) {
	placed, err := ParsePlaced(data, o)
	var objects []Object
	for _, p := range placed {
		objects = append(objects, p.Object)
	}
	return objects, err
}

// Placed is an object and where its parts stand in the text it was read from.
type Placed struct {
	Object
	root *node
}

// Place returns the line and the column of a path such as spec.require, or of the
// part of the path that is there.
func (p Placed) Place(path string) (line, column int) {
	n := p.root.find(path)
	return n.line, n.column
}

// Text returns the text that stands at a path, "" when there is none.
func (p Placed) Text(path string) string { return p.root.find(path).text }

// ParsePlaced is [Parse] for those who find mistakes in the objects later on.
func ParsePlaced(data []byte, o ParseOptions) ([]Placed, error) {
	limit := o.MaxBytes
	if limit <= 0 {
		limit = maxManifestBytes
	}
	found := &problems{}
	var objects []Placed
	declared := map[string]int{} // kind and name, to the line of the first
	for _, doc := range found.read(data, limit) {
		found.begin(doc)
		root := doc.root
		object := found.object(root, o)
		if object == nil {
			continue
		}
		name := object.ResourceKind() + " " + object.Meta().Name
		if line := declared[name]; line > 0 && object.Meta().Name != "" {
			found.at(root.find("metadata.name"), "metadata.name", "%s is declared twice: first in the document on line %d", name, line)
		}
		declared[name] = root.line
		objects = append(objects, Placed{object, root})
	}
	if len(objects) == 0 {
		found.addEmpty("there is no manifest in it; one begins with apiVersion: " + APIVersion)
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	return objects, nil
}

// ParseOne reads a text that holds exactly one manifest.
func ParseOne(data []byte, o ParseOptions) (Object, error) {
	objects, err := Parse(data, o)
	if err != nil {
		return nil, err
	}
	if len(objects) > 1 {
		return nil, &ParseError{Problems: []Problem{{Line: 1, Column: 1,
			Message: fmt.Sprintf("there are %d manifests in it and one is expected; send them one by one", len(objects))}}}
	}
	return objects[0], nil
}

// Locate returns the line and the column of a path such as spec.require in a text of
// one manifest, or of the part of the path that is there; false when the text cannot be
// read. It serves those who find mistakes inside the expressions later on.
func Locate(data []byte, path string) (line, column int, ok bool) {
	found := &problems{}
	docs := found.read(data, maxManifestBytes)
	if len(docs) != 1 || found.list != nil || docs[0].problems != nil {
		return 0, 0, false
	}
	n := docs[0].root.find(path)
	return n.line, n.column, true
}

// object reads one document; nil when it is of no kind we know.
func (ps *problems) object(root *node, o ParseOptions) Object {
	if root.kind == nullNode {
		return nil
	}
	if root.kind != objectNode || root.get("apiVersion") == nil && root.get("kind") == nil {
		ps.at(root, "", "this is no manifest; one begins with apiVersion: %s and kind: Rule, Field, Dictionary or Webhook", APIVersion)
		return nil
	}
	kind := ps.kind(root)
	object := newObject(kind)
	if object == nil {
		return nil
	}
	root.pairs = slices.DeleteFunc(root.pairs, func(p pair) bool { return p.key == "status" })
	ps.decode(root, object, "")
	object.SetDefaults()
	ps.check(object.Validate())
	ps.checkModulePath(object, o)
	return object
}

// kind checks what comes before everything else: which kind of manifest it is.
func (ps *problems) kind(root *node) string {
	version, kind := root.get("apiVersion"), root.get("kind")
	switch {
	case version == nil:
		ps.at(root, "apiVersion", "is missing; write apiVersion: %s", APIVersion)
	case version.text != APIVersion:
		ps.at(version, "apiVersion", "must be %s", APIVersion)
	}
	known := []string{KindRule, KindField, KindDictionary, KindWebhook}
	switch {
	case kind == nil:
		ps.at(root, "kind", "is missing; write Rule, Field, Dictionary or Webhook")
	case !slices.Contains(known, kind.text):
		_, hint := nearest(kind.text, slices.Values(known))
		ps.at(kind, "kind", "%q is not a kind%s", kind.text, hint)
	default:
		return kind.text
	}
	return ""
}

// checkModulePath refuses files where nobody can read them.
func (ps *problems) checkModulePath(object Object, o ParseOptions) {
	rule, ok := object.(*Rule)
	if !ok || o.ModulePaths || rule.Spec.Module == nil || rule.Spec.Module.Path == "" {
		return
	}
	ps.check([]Problem{{Path: "spec.module.path",
		Message: "a file cannot be named here; upload the module and give its digest, or apply the manifest with the command line"}})
}
