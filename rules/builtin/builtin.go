package builtin

import (
	"embed"
	"path"
)

//go:generate go run ./internal/gen

//go:embed contact-information contact-job-title contact-person main-manager tax-id
var files embed.FS

// Default is one rule that a new base starts with.
type Default struct {
	Name     string // of the rule
	Manifest []byte // rule.yaml
	Wasm     []byte // the compiled module
	Cases    []byte // cases.yaml, for rules.ParseCases
}

// All returns the default rules by name. The bytes are the caller's.
func All() []Default {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(err) // the folders are part of the binary
	}
	all := make([]Default, len(entries))
	for i, entry := range entries {
		name := entry.Name()
		all[i] = Default{
			Name:     name,
			Manifest: read(name, "rule.yaml"),
			Wasm:     read(name, name+".wasm"),
			Cases:    read(name, "cases.yaml"),
		}
	}
	return all
}

func read(folder, file string) []byte {
	content, err := files.ReadFile(path.Join(folder, file))
	if err != nil {
		panic(err) // a test holds that every rule has its three files
	}
	return content
}
