package schema

import (
	"embed"
	"path"
	"strings"
)

//go:generate go run ./internal/gen

//go:embed *.json
var files embed.FS

// All is the name of the schema that a manifest of any kind fits.
const All = "manifest"

// Names returns the names of the schemas: the kinds in lower case, and [All].
func Names() (names []string) {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // an embedded folder can always be read
	}
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	return names
}

// Of returns the schema of a name, which may be a kind as manifests write it; ok is
// false when there is none.
func Of(name string) (text []byte, ok bool) {
	text, err := files.ReadFile(strings.ToLower(name) + ".json")
	return text, err == nil
}
