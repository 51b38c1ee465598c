package crm_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"assay/server/crm"
)

// A type of event that is declared and not listed could not be asked for by name.
func TestEventTypesAreAllListed(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Type == nil {
			return true
		}
		if kind, ok := spec.Type.(*ast.Ident); !ok || kind.Name != "EventType" {
			return true
		}
		declared++
		text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil || !slices.Contains(crm.EventTypes(), crm.EventType(text)) {
			t.Errorf("%s is not in EventTypes (%v)", text, err)
		}
		return true
	})
	if declared != len(crm.EventTypes()) {
		t.Errorf("%d types are declared and %d listed", declared, len(crm.EventTypes()))
	}
}
