package rest_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"assay/server/api"
)

var update = flag.Bool("update", false, "write the golden files")

// operations returns method, path and operationId of every operation, sorted.
func operations(t *testing.T, spec map[string]any) []string {
	t.Helper()
	var all []string
	for path, item := range spec["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			all = append(all, fmt.Sprintf("%s %s %s", strings.ToUpper(method), path, op.(map[string]any)["operationId"]))
		}
	}
	slices.Sort(all)
	return all
}

func document(t *testing.T) map[string]any {
	t.Helper()
	var spec map[string]any
	if err := json.Unmarshal(serve(t, nil).Spec(), &spec); err != nil {
		t.Fatal(err)
	}
	return spec
}

// TestOperations holds the wire contract: a route that goes, or changes its name, breaks programs.
func TestOperations(t *testing.T) {
	const golden = "testdata/operations.txt"
	got := strings.Join(operations(t, document(t)), "\n") + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("operations changed (run with -update when it is meant):\n%s", got)
	}
}

// TestDocumentIsOpenAPI checks the document against the published schema of OpenAPI 3.1.
func TestDocumentIsOpenAPI(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	file, err := os.Open("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	source, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("openapi.json", source); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document(t)); err != nil {
		t.Errorf("%#v", err)
	}
}

// TestExamplesFitTheirSchemas compiles the document's schemas and checks every example of a body with them.
func TestExamplesFitTheirSchemas(t *testing.T) {
	spec := document(t)
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("spec.json", spec); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for path, item := range spec["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			at := "spec.json#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path) + "/" + method
			body, ok := op.(map[string]any)["requestBody"].(map[string]any)
			if !ok {
				continue
			}
			for media, content := range body["content"].(map[string]any) {
				example, ok := content.(map[string]any)["example"]
				if !ok {
					continue
				}
				schema, err := compiler.Compile(at + "/requestBody/content/" + strings.ReplaceAll(media, "/", "~1") + "/schema")
				if err != nil {
					t.Fatal(err)
				}
				if err := schema.Validate(example); err != nil {
					t.Errorf("%s %s: %v", method, path, err)
				}
				checked++
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d examples were found", checked)
	}
}

// TestDocumentTellsWhatIsServed asks every GET that needs nothing in its path for what the document says.
func TestDocumentTellsWhatIsServed(t *testing.T) {
	s := serve(t, nil)
	for _, op := range operations(t, document(t)) {
		method, rest, _ := strings.Cut(op, " ")
		path, _, _ := strings.Cut(rest, " ")
		if method != "GET" || strings.Contains(path, "{") || path == api.PathExports {
			continue
		}
		if resp := s.ask(method, path, ""); resp.StatusCode != 200 {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
}

// TestEveryCodeIsTold finds each code of the table in the document.
func TestEveryCodeIsTold(t *testing.T) {
	spec := string(serve(t, nil).Spec())
	for _, c := range api.Codes {
		if !strings.Contains(spec, `"code":"`+c.Name+`"`) {
			t.Errorf("the document does not tell of %s", c.Name)
		}
	}
}
