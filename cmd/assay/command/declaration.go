package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"assay/rules"
)

// serverKeys are the keys of metadata that are the server's.
var serverKeys = []string{"generation", "resourceVersion", "uid", "creationTimestamp"}

// serverAnnotations begin the names of annotations that are the server's.
const serverAnnotations = "assay/"

// declaration returns what people declare of an object as YAML: without its status and
// what else is the server's, and with its keys sorted, so that two are the same text when they declare the same.
func declaration(object json.RawMessage) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	var o map[string]any
	if err := d.Decode(&o); err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	delete(o, "status")
	if metadata, ok := o["metadata"].(map[string]any); ok {
		withoutServers(metadata)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(o); err != nil {
		return nil, err
	}
	return rules.YAML(b.Bytes())
}

func withoutServers(metadata map[string]any) {
	for _, key := range serverKeys {
		delete(metadata, key)
	}
	annotations, _ := metadata["annotations"].(map[string]any)
	for name := range annotations {
		if strings.HasPrefix(name, serverAnnotations) {
			delete(annotations, name)
		}
	}
	if len(annotations) == 0 {
		delete(metadata, "annotations")
	}
}

// difference is how two declarations differ, as a unified diff; "" when they do not. nil is none.
func difference(oldName string, old []byte, newName string, new []byte) string {
	if old == nil {
		oldName = os.DevNull
	}
	text := string(diff.Diff(oldName, old, newName, new))
	_, unified, _ := strings.Cut(text, "\n") // the first line names the two, as the next two do
	return unified
}
