package sdk

import (
	"embed"
	"fmt"
	"io/fs"

	golang "assay/sdk/go"
)

//go:embed all:templates
var templates embed.FS

// Pages are those of this folder that come along with a new project: what one needs to know to write a rule, with no network.
//
//go:embed README.md PROJECT.md abi/ABI.md abi/CLIENT.md abi/STDIO.md
var Pages embed.FS

// Of each SDK in this module: the templates of its projects, and what they have of it in their folder sdk, which is without
// tests and without the modules of conformance. Those of Go are in its own module.
var (
	//go:embed all:rust/template rust/segmentation
	rustTemplate embed.FS
	//go:embed rust/Cargo.toml rust/README.md rust/src
	rustSource embed.FS

	//go:embed all:assemblyscript/template assemblyscript/segmentation
	assemblyScriptTemplate embed.FS
	//go:embed assemblyscript/*.ts assemblyscript/README.md assemblyscript/testing
	assemblyScriptSource embed.FS

	//go:embed all:c/template c/segmentation
	cTemplate embed.FS
	//go:embed c/assay.h c/assay_test.h c/README.md
	cSource embed.FS
)

// TemplateEnding ends the name of every file of a template.
const TemplateEnding = ".tmpl"

// kits are what there is for each language: the template of a project, what is laid over it when the rule divides clients,
// and the source. cel and stdio do without a source.
var kits = map[string]struct {
	template     fs.FS
	segmentation []fs.FS
	source       fs.FS
}{
	"go":             {below(golang.Template, "template"), inModules(golang.Template, "segmentation"), golang.Source},
	"rust":           {below(rustTemplate, "rust/template"), inModules(rustTemplate, "rust/segmentation"), below(rustSource, "rust")},
	"assemblyscript": {below(assemblyScriptTemplate, "assemblyscript/template"), inModules(assemblyScriptTemplate, "assemblyscript/segmentation"), below(assemblyScriptSource, "assemblyscript")},
	"c":              {below(cTemplate, "c/template"), inModules(cTemplate, "c/segmentation"), below(cSource, "c")},
	"cel":            {template: below(templates, "templates/cel"), segmentation: []fs.FS{below(templates, "templates/cel-segmentation")}},
	"stdio":          {template: below(templates, "templates/stdio"), segmentation: []fs.FS{below(templates, "templates/stdio-segmentation")}},
}

// inModules returns what differs in a project whose rule divides clients: its manifest and cases, which are those of all
// languages with an SDK, and its source.
func inModules(files fs.FS, folder string) []fs.FS {
	return []fs.FS{below(templates, "templates/segmentation"), below(files, folder)}
}

// Template returns the files of a new rule project in a language, in folders of which each is laid over those before it. Its
// rule finds what is wrong with a client or, as a segmentation, gives it a label. Each file is a text/template of .Name
// (kebab-case, the rule and its check) and .Segmentation, and its name ends with TemplateEnding.
func Template(language string, segmentation bool) ([]fs.FS, error) {
	kit, ok := kits[language]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no template for the language %q", language)
	case segmentation:
		return append([]fs.FS{kit.template}, kit.segmentation...), nil
	}
	return []fs.FS{kit.template}, nil
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
