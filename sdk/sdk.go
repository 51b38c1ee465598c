package sdk

import (
	"embed"
	"fmt"
	"io/fs"

	gosdk "assay/sdk/go"
)

//go:embed all:templates all:c/template
var files embed.FS

//go:embed all:rust/template
var rustTemplate embed.FS

//go:embed rust/Cargo.toml rust/README.md rust/src
var rustSource embed.FS

//go:embed all:assemblyscript/template
var assemblyScriptTemplate embed.FS

//go:embed assemblyscript/*.ts assemblyscript/README.md assemblyscript/testing
var assemblyScriptSource embed.FS

//go:embed c/assay.h c/assay_test.h
var headers embed.FS

// TemplateEnding ends the name of every file of a template.
const TemplateEnding = ".tmpl"

// kits are what there is for each language: a folder of the template, and of the SDK's source, which
// cel and stdio do without.
var kits = map[string]struct {
	template fs.FS
	source   fs.FS
}{
	"assemblyscript": {template: below(assemblyScriptTemplate, "assemblyscript/template"), source: below(assemblyScriptSource, "assemblyscript")},
	"rust":           {template: below(rustTemplate, "rust/template"), source: below(rustSource, "rust")},
	"c":              {template: below(files, "c/template"), source: below(headers, "c")},
	"cel":            {template: below(files, "templates/cel")},
	"go":             {template: below(gosdk.Template, "template"), source: gosdk.Source},
	"stdio":          {template: below(files, "templates/stdio")},
}

// Template returns the files of a new rule project in a language. Each is a text/template of .Name (kebab-case, the rule
// and its check), .Ident (lowerCamel) and .Snake (lower_snake), and its name ends with TemplateEnding.
func Template(language string) (fs.FS, error) {
	kit, ok := kits[language]
	if !ok {
		return nil, fmt.Errorf("there is no template for the language %q", language)
	}
	return kit.template, nil
}

// Source returns the SDK of a language as a project has it in its folder sdk, or nil for a language without one.
func Source(language string) fs.FS { return kits[language].source }

// below returns a folder of an embedded file system.
func below(files fs.FS, folder string) fs.FS {
	sub, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // the name is not one
	}
	return sub
}
