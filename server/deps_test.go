package server_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// room says what a package may import besides the standard library: packages
// of ours by their path below the module, libraries by their module's path.
type room struct{ ours, libraries []string }

func may(ours, libraries string) room {
	return room{strings.Fields(ours), strings.Fields(libraries)}
}

// house lists every package. Imports point one way: from the commands to the
// server, from the server to its rooms, from the rooms to the domain. Every
// room may import sdk/abi besides, which imports nothing of ours.
var house = map[string]room{
	"sdk":                    may("sdk/go", ""),
	"sdk/abi":                may("", ""),
	"sdk/abi/abitest":        may("sdk/abi", ""),
	"sdk/abi/pattern":        may("sdk/abi", ""),
	"sdk/abi/internal/gen":   may("", "sigs.k8s.io/yaml"),
	"sdk/go":                 may("sdk/go/internal/abi sdk/go/internal/native", ""),
	"sdk/go/internal/abi":    may("", ""),
	"sdk/go/internal/native": may("", ""),
	"sdk/go/assaytest":       may("sdk/go sdk/go/internal/abi sdk/go/internal/native", ""),
	"sdk/go/conformance":     may("sdk/go", ""),
	"sdk/go/defaults":        may("sdk/go", ""),

	"rules":                          may("", "go.yaml.in/yaml/v3 sigs.k8s.io/yaml"),
	"rules/builtin":                  may("", ""),
	"rules/builtin/internal/gen":     may("rules rules/builtin rules/cel", ""),
	"rules/schema":                   may("", ""),
	"rules/schema/internal/gen":      may("rules rules/library", "github.com/invopop/jsonschema"),
	"rules/library":                  may("rules rules/cel", "sigs.k8s.io/yaml"),
	"rules/cel":                      may("rules rules/cel/internal/ir rules/cel/internal/codegen sdk/abi/pattern", "cel.dev/cel-go cel.dev/expr google.golang.org/protobuf"),
	"rules/cel/internal/ir":          may("", ""),
	"rules/cel/internal/codegen":     may("rules/cel/internal/ir rules/cel/internal/link rules/cel/internal/runtime rules/cel/internal/wasmgen", ""),
	"rules/cel/internal/link":        may("rules/cel/internal/wasmgen", ""),
	"rules/cel/internal/runtime":     may("", ""),
	"rules/cel/internal/runtime/gen": may("", ""),
	"rules/cel/internal/wasmgen":     may("", ""),

	"server/crm":                      may("", ""),
	"server/canon":                    may("server/crm", "github.com/nyaruka/phonenumbers golang.org/x/net golang.org/x/text"),
	"server/formats":                  may("server/crm server/canon", "github.com/emersion/go-vcard github.com/wlynxg/chardet github.com/xuri/excelize/v2 golang.org/x/text"),
	"server/wasm":                     may("rules sdk/abi/pattern server/wasm/internal/instrument server/wasm/internal/meter", "github.com/tetratelabs/wazero github.com/go-json-experiment/json golang.org/x/sys"),
	"server/wasm/hostile":             may("", ""),
	"server/wasm/internal/instrument": may("", ""),
	"server/wasm/internal/meter":      may("server/wasm/internal/instrument", ""),
	"server/engine":                   may("rules rules/cel rules/library server/crm", "github.com/santhosh-tekuri/jsonschema/v6"),
	"server/modules":                  may("server/canon server/crm server/engine server/wasm", ""),
	"server/cases":                    may("rules server/crm server/engine", ""),
	"server/author":                   may("rules server/cases server/crm server/engine server/intake server/modules server/wasm server/wholefile", "go.yaml.in/yaml/v3"),
	"server/author/conformance":       may("", ""),
	"server/author/bench":             may("server/author server/author/clients server/crm server/demo server/modules server/wasm server/wholefile", "github.com/google/pprof/profile github.com/ianlancetaylor/demangle"),
	"server/author/clients":           may("server/author server/formats server/intake", ""),
	"server/author/run":               may("rules server/author server/author/clients server/cases server/engine", ""),
	"server/author/project":           may("rules sdk server/author server/crm server/engine server/modules server/wholefile", ""),
	"server/wholefile":                may("", ""),
	"server/store":                    may("server/crm", ""),
	"server/store/bolt":               may("server/crm server/store", "github.com/RoaringBitmap/roaring/v2 go.etcd.io/bbolt golang.org/x/sys"),
	"server/store/storetest":          may("server/crm server/store", "pgregory.net/rapid"),
	"server/intake":                   may("rules server/crm server/canon server/engine server/formats server/store", "github.com/RoaringBitmap/roaring/v2 github.com/go-json-experiment/json"),
	"server/fix":                      may("server/crm server/intake server/store", "github.com/google/uuid"),
	"server/sweep":                    may("server/crm server/engine server/store", ""),
	"server/preview":                  may("server/crm server/engine server/store", ""),
	"server/reconcile":                may("rules rules/library server/cases server/crm server/engine server/preview server/store server/sweep server/webhook", "github.com/google/uuid"),
	"server/webhook":                  may("rules server/crm server/store", "github.com/google/uuid"),
	"server/folder":                   may("rules server/crm server/reconcile", ""),
	"server/report":                   may("rules server/crm server/store", ""),
	"server/api":                      may("server/crm", ""),
	"server/rest": may("rules rules/library rules/schema server/api server/crm server/engine server/fix server/folder server/formats server/intake server/reconcile server/report server/store server/sweep server/webhook",
		"github.com/danielgtaylor/huma/v2 github.com/gofiber/fiber/v2 github.com/valyala/fasthttp github.com/prometheus/client_golang golang.org/x/text"),
	"server/demo": may("", ""),
	"server": may("rules rules/builtin server/crm server/engine server/fix server/folder server/intake server/modules server/preview server/reconcile server/report server/rest "+
		"server/store server/store/bolt server/sweep server/webhook", ""),

	"cmd/assay/command": may("rules rules/builtin rules/library rules/schema server server/api server/author server/author/bench server/author/clients server/author/project server/author/run server/cases server/crm server/demo server/wholefile", "github.com/rogpeppe/go-internal github.com/spf13/cobra github.com/spf13/pflag golang.org/x/term sigs.k8s.io/yaml"),
	"cmd/assay":         may("cmd/assay/command", ""),

	"examples/api":              may("", ""),
	"examples/rules/go-licence": may("sdk/go", ""),
	"examples/rules/go-segment": may("sdk/go", ""),

	"examples/clients":            may("", "github.com/xuri/excelize/v2 golang.org/x/text"),
	"examples/rules/stdio-any/go": may("", ""),
}

// alone are the libraries that one room only may know, the tests of others
// included: the room is the place where they can be exchanged.
var alone = map[string]string{
	"github.com/gofiber/fiber/v2":      "server/rest",
	"github.com/danielgtaylor/huma/v2": "server/rest",
	"github.com/valyala/fasthttp":      "server/rest",
	"github.com/tetratelabs/wazero":    "server/wasm",
	"go.etcd.io/bbolt":                 "server/store/bolt",
}

const module = "assay"

// peers is the module that measures other programs beside this one. It may know them all, and nothing here knows it.
const peers = "examples/bench"

// imported is one import of a package, in a file that is a test or not.
type imported struct {
	by, file, path string
	test           bool
}

// readImports parses the import clauses of every Go file below root, whatever
// its build constraints are.
func readImports(t *testing.T, root string) (list []imported) {
	t.Helper()
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if below(filepath.ToSlash(file), path.Join(filepath.ToSlash(root), peers)) {
				return filepath.SkipDir
			}
			if file != root && (name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		for _, i := range parsed.Imports {
			what, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			list = append(list, imported{path.Dir(relative), relative, what, strings.HasSuffix(name, "_test.go")})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// breach says what is wrong with an import, "" when nothing is.
func breach(i imported) string {
	ours, isOurs := strings.CutPrefix(i.path, module+"/")
	for library, only := range alone {
		if below(i.path, library) && !below(i.by, only) {
			return fmt.Sprintf("%s imports %s: only %s knows that library, ask it", i.file, i.path, only)
		}
	}
	if i.test {
		if strings.HasPrefix(i.by, "sdk/") && strings.HasPrefix(ours, "server") {
			return fmt.Sprintf("%s imports %s: the SDK stands by itself, in tests too", i.file, i.path)
		}
		return ""
	}
	r, listed := house[i.by]
	standard := !isOurs && !strings.Contains(strings.Split(i.path, "/")[0], ".")
	abi := ours == "sdk/abi" && !strings.HasPrefix(i.by, "sdk/")
	switch {
	case standard, abi, !listed: // what is not listed is an error of its own
	case isOurs && !slices.Contains(r.ours, ours):
		return fmt.Sprintf("%s imports %s, which %s may not: see the table in server/deps_test.go and DESIGN's rule that imports point one way", i.file, i.path, i.by)
	case !isOurs && !slices.ContainsFunc(r.libraries, func(library string) bool { return below(i.path, library) }):
		return fmt.Sprintf("%s imports %s, which %s may not: a library belongs to the rooms that the table in server/deps_test.go gives it to", i.file, i.path, i.by)
	}
	return ""
}

// below reports whether a package is at or below a path.
func below(pkg, root string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") }

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range readImports(t, "..") {
		seen[i.by] = true
		if what := breach(i); what != "" {
			t.Error(what)
		}
	}
	for by := range seen {
		if _, listed := house[by]; !listed {
			t.Errorf("the package %s is not in the table of server/deps_test.go: enter it and what it may import", by)
		}
	}
	for name := range house {
		if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(name))); err != nil {
			t.Errorf("the table of server/deps_test.go lists %s, which does not exist", name)
		}
	}
}

func TestBreachesAreSeen(t *testing.T) {
	for _, tt := range []struct {
		i    imported
		want string // in the sentence; "" for no breach
	}{
		{imported{"server/engine", "server/engine/set.go", "github.com/tetratelabs/wazero", false}, "only server/wasm"},
		{imported{"server/engine", "server/engine/set.go", "assay/server/wasm", false}, "may not"},
		{imported{"server/engine", "server/engine/set_test.go", "assay/server/wasm", true}, ""},
		{imported{"server/wasm", "server/wasm/host.go", "github.com/tetratelabs/wazero/api", false}, ""},
		{imported{"server/report", "server/report/report.go", "github.com/gofiber/fiber/v2", false}, "only server/rest"},
		{imported{"server/intake", "server/intake/x_test.go", "go.etcd.io/bbolt", true}, "only server/store/bolt"},
		{imported{"server/rest", "server/rest/x.go", "assay/server/store/bolt", false}, "may not"},
		{imported{"cmd/assay/command", "cmd/assay/command/get.go", "assay/server/store", false}, "may not"},
		{imported{"sdk/go", "sdk/go/x_test.go", "assay/server/crm", true}, "stands by itself"},
		{imported{"sdk/abi", "sdk/abi/x.go", "assay/server/crm", false}, "may not"},
		{imported{"server/crm", "server/crm/x.go", "encoding/json", false}, ""},
		{imported{"server/crm", "server/crm/x.go", "assay/sdk/abi", false}, ""},
	} {
		got := breach(tt.i)
		if (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%s importing %s: %q, want %q", tt.i.file, tt.i.path, got, tt.want)
		}
	}
}
