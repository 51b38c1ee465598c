package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"assay/rules"
	"assay/sdk/abi"
	"assay/server/api"
	"assay/server/author"
	"assay/server/author/project"
)

// manifest is one document of a file of manifests, known only as far as the way to
// the server needs; what else is in it is the server's to judge.
type manifest struct {
	text  []byte
	where string // for messages: rule.yaml, or rule.yaml (document 2, from line 14)
	file  string // that it stands in
	line  int    // of the file, where it begins

	Kind     api.Kind `json:"kind"`
	Metadata struct {
		Name   string            `json:"name"`
		Labels map[string]string `json:"labels"`
	} `json:"metadata"`
	Spec struct {
		Type   any `json:"type"` // a string, or else the server refuses it
		Module struct {
			Path   string `json:"path"`
			Digest string `json:"digest"`
		} `json:"module"`
	} `json:"spec"`
}

// ref names the object as people do: rule/tax-id.
func (m *manifest) ref() string { return refOf(m.Kind, m.Metadata.Name) }

// readManifests reads files, folders with their sub-folders (see [rules.ManifestFiles]), or - for stdin.
// Fields and dictionaries come before the rules that may speak of them.
func readManifests(paths []string, stdin io.Reader) ([]*manifest, error) {
	var all []*manifest
	for _, path := range paths {
		files, err := manifestFiles(path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := readFile(file, stdin)
			if err != nil {
				return nil, err
			}
			found, err := splitManifests(file, text)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	if len(all) == 0 {
		return nil, &noManifestError{strings.Join(paths, " and ")}
	}
	byKind(all, applyOrder(), func(m *manifest) api.Kind { return m.Kind })
	return all, declaredOnce(all)
}

// declaredOnce refuses two manifests of one object: one of them would be lost.
func declaredOnce(all []*manifest) error {
	first := map[string]*manifest{}
	for _, m := range all {
		if other := first[m.ref()]; other != nil {
			return usagef("%s is declared twice: in %s and in %s", m.ref(), other.where, m.where)
		}
		first[m.ref()] = m
	}
	return nil
}

// noManifestError is a file or a folder with nothing to read.
type noManifestError struct{ paths string }

func (e *noManifestError) Error() string { return e.paths + " holds no manifest" }

// Unwrap makes it wrong usage.
func (e *noManifestError) Unwrap() error { return &usageError{e.Error()} }

func readFile(path string, stdin io.Reader) ([]byte, error) {
	if path == "-" {
		return io.ReadAll(stdin)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return text, nil
}

func manifestFiles(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	stat, err := os.Stat(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if !stat.IsDir() {
		return []string{path}, nil
	}
	files, err := rules.ManifestFiles(os.DirFS(path))
	if err != nil {
		return nil, unreadable(path, err)
	}
	for i, file := range files {
		files[i] = filepath.Join(path, filepath.FromSlash(file))
	}
	return files, nil
}

// splitManifests parts the documents of a file, which stand between lines of three hyphens.
func splitManifests(file string, text []byte) ([]*manifest, error) {
	type part struct {
		text []byte
		line int
	}
	parts, line := []part{{line: 1}}, 0
	for row := range bytes.Lines(text) {
		line++
		if isSeparator(row) {
			parts = append(parts, part{line: line + 1})
			continue
		}
		last := &parts[len(parts)-1]
		last.text = append(last.text, row...)
	}
	parts = slices.DeleteFunc(parts, func(p part) bool { return isBlank(p.text) })
	var found []*manifest
	for i, p := range parts {
		m := &manifest{text: p.text, where: file, file: file, line: p.line}
		if len(parts) > 1 {
			m.where = fmt.Sprintf("%s (document %d, from line %d)", file, i+1, p.line)
		}
		if err := m.read(); err != nil {
			return nil, cmp.Or(notManifests(file, text), err)
		}
		found = append(found, m)
	}
	return found, nil
}

func isSeparator(row []byte) bool {
	return bytes.HasPrefix(row, []byte("---")) && len(bytes.TrimSpace(row[3:])) == 0
}

// isBlank reports a document of nothing but comments.
func isBlank(text []byte) bool {
	for row := range bytes.Lines(text) {
		if row = bytes.TrimSpace(row); len(row) > 0 && row[0] != '#' {
			return false
		}
	}
	return true
}

func (m *manifest) read() error {
	if err := yaml.Unmarshal(m.text, m); err != nil {
		return usagef("%s is no manifest; one begins with apiVersion: assay/v1 and kind: Rule, Field, Dictionary or Webhook", m.where)
	}
	if m.Kind.Path() == "" {
		return usagef("%s: kind is %q; give Rule, Field, Dictionary or Webhook", m.where, m.Kind)
	}
	if m.Metadata.Name == "" {
		return usagef("%s: metadata.name is missing", m.where)
	}
	return nil
}

// resolved returns the manifest's text as the server takes it: a module named by its
// path gives way to the digest of the file, which digestOf tells.
func (m *manifest) resolved(digestOf func(path string, wasm []byte) (string, error)) ([]byte, error) {
	path := m.Spec.Module.Path
	if path == "" {
		return m.text, nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(m.file), path)
	}
	wasm, err := readModule(filepath.Dir(m.file), path)
	if err != nil {
		return nil, usagef("spec.module.path: %v", err)
	}
	digest, err := digestOf(path, wasm)
	if err != nil {
		return nil, err
	}
	return m.withDigest(digest)
}

// readModule reads the module that a manifest in a folder names. Where the folder's assay.yaml is wrong nobody can tell whether the module
// is what its sources make.
func readModule(dir, file string) ([]byte, error) {
	if _, err := os.Stat(filepath.Join(dir, rules.ProjectFile)); err == nil {
		if _, err := project.Open(dir); err != nil {
			return nil, err
		}
	}
	wasm, err := author.ReadModule(dir, file)
	if err == nil && !bytes.HasPrefix(wasm, []byte(abi.ModuleMagic)) { // nobody else's file is sent to a server
		return nil, fmt.Errorf("%s is no WebAssembly module: build it, or name another file", file)
	}
	return wasm, err
}

// parse reads the whole manifest, as strictly as the server does.
func (m *manifest) parse() (rules.Object, error) {
	o, err := rules.ParseOne(m.text, rules.ParseOptions{ModulePaths: true})
	var bad *rules.ParseError
	if !errors.As(err, &bad) {
		return o, err
	}
	lines := make([]string, len(bad.Problems))
	for i, p := range bad.Problems {
		if p.Line > 0 {
			p.Line += m.line - 1
		}
		lines[i] = m.file + ": " + p.String()
	}
	return nil, usagef("%s", strings.Join(lines, "\n"))
}

// withDigest returns the manifest's text with module.path replaced by the digest.
func (m *manifest) withDigest(digest string) ([]byte, error) {
	text, err := yaml.YAMLToJSON(m.text)
	if err != nil {
		return nil, err
	}
	var doc map[string]json.RawMessage
	var spec, module map[string]json.RawMessage
	if err := unmarshalInto(text, &doc); err != nil {
		return nil, err
	}
	if err := unmarshalInto(doc["spec"], &spec); err != nil {
		return nil, err
	}
	if err := unmarshalInto(spec["module"], &module); err != nil {
		return nil, err
	}
	delete(module, "path")
	module["digest"] = mustJSON(digest)
	spec["module"] = mustJSON(module)
	doc["spec"] = mustJSON(spec)
	return json.Marshal(doc)
}

func unmarshalInto(text []byte, to *map[string]json.RawMessage) error {
	return json.Unmarshal(text, to)
}

// mustJSON encodes values that always have JSON.
func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
