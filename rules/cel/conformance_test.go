package cel_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"
	_ "cel.dev/expr/conformance/proto2" // messages in the data
	_ "cel.dev/expr/conformance/proto3"
	conformance "cel.dev/expr/conformance/test"
	"google.golang.org/protobuf/encoding/prototext"

	"assay/rules/cel"
)

// tally counts the cases of a file of CEL's conformance data.
type tally struct{ total, passed, leftOut int }

// want is the whole of it. A case may be left out only for what outside says.
var want = map[string]tally{
	"basic":          {43, 43, 0},
	"bindings_ext":   {5, 5, 0},
	"block_ext":      {37, 25, 12},
	"comparisons":    {406, 334, 72},
	"conversions":    {109, 80, 29},
	"dynamic":        {226, 0, 226},
	"encoders_ext":   {4, 4, 0},
	"enums":          {85, 0, 85},
	"fields":         {60, 60, 0},
	"fp_math":        {30, 30, 0},
	"integer_math":   {64, 64, 0},
	"lists":          {39, 39, 0},
	"logic":          {30, 30, 0},
	"macros":         {44, 44, 0},
	"macros2":        {46, 46, 0},
	"math_ext":       {199, 199, 0},
	"namespace":      {3, 3, 0},
	"optionals":      {70, 58, 12},
	"parse":          {219, 193, 26},
	"plumbing":       {5, 5, 0},
	"proto2":         {108, 0, 108},
	"proto2_ext":     {18, 0, 18},
	"proto3":         {75, 0, 75},
	"string":         {51, 51, 0},
	"string_ext":     {209, 203, 4}, // two want what cel-go changed: an index behind the text finds nothing, and is no error
	"timestamps":     {76, 71, 5},
	"type_deduction": {47, 26, 21},
	"wrappers":       {36, 0, 36},
	"unknowns":       {0, 0, 0},
}

// outside recognises cases about protobuf messages, enums, Any and type values.
var outside = regexp.MustCompile(`TestAllTypes|TestRequired|GlobalEnum|NestedEnum|google\.protobuf|GoogleProto|\btype\(|proto\.(get|has)Ext|\bAny\b`)

// TestConformance compiles every case of CEL's conformance data and compares what the
// module gives with what the case says.
func TestConformance(t *testing.T) {
	compilesMuch(t)
	seen := 0
	for _, file := range conformanceFiles(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".textproto")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var data conformance.SimpleTestFile
		if err := prototext.Unmarshal(text, &data); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			var n tally
			var differences []string
			for _, section := range data.Section {
				for _, test := range section.Test {
					n.total++
					if isOutside(test) {
						n.leftOut++
						continue
					}
					if err := conforms(t, test); err != nil {
						differences = append(differences, fmt.Sprintf("%s/%s: %s\n%v", section.Name, test.Name, test.Expr, err))
						continue
					}
					n.passed++
				}
			}
			seen++
			if n != want[name] {
				t.Errorf("%s\n%q: {%d, %d, %d},", strings.Join(differences, "\n"), name, n.total, n.passed, n.leftOut)
			}
		})
	}
	if seen != len(want) {
		t.Errorf("%d files of conformance data, want %d", seen, len(want))
	}
}

func conformanceFiles(t *testing.T) []string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "cel.dev/expr").Output()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "tests/simple/testdata/*.textproto"))
	if err != nil || len(files) < 29 {
		t.Fatalf("%d files of conformance data: %v", len(files), err)
	}
	return files
}

// isOutside says whether a case is about what clients have not.
func isOutside(test *conformance.SimpleTest) bool {
	texts := []string{test.Expr}
	for _, d := range test.TypeEnv {
		texts = append(texts, prototext.Format(d))
	}
	for _, b := range test.Bindings {
		texts = append(texts, prototext.Format(b))
	}
	expected := prototext.Format(test.GetValue()) + prototext.Format(test.GetTypedResult().GetResult()) + prototext.Format(test.GetTypedResult().GetDeducedType())
	if strings.HasPrefix(test.Container, "google.protobuf") {
		return true
	}
	for _, text := range append(texts, expected) {
		if outside.MatchString(text) {
			return true
		}
	}
	return strings.Contains(expected, "type_value") || strings.Contains(expected, "object_value") || strings.Contains(expected, "enum_value")
}

// conforms says how a case differs from what the compiled expression gives.
func conforms(t *testing.T, test *conformance.SimpleTest) error {
	tree, err := conformanceTree(test)
	if err != nil {
		if test.GetEvalError() != nil { // refused at apply
			return nil
		}
		return err
	}
	if test.CheckOnly {
		return nil
	}
	vars := map[string]ref.Val{}
	for name, v := range test.Bindings {
		if vars[name], err = celgo.ProtoAsValue(types.DefaultTypeAdapter, v.GetValue()); err != nil {
			return err
		}
	}
	for name, v := range maps.Clone(vars) { // a name in the container goes before one outside
		if short, ok := strings.CutPrefix(name, test.Container+"."); ok && test.DisableCheck {
			vars[short] = v
		}
	}
	module, err := cel.CompileTree(tree, vars)
	if err != nil {
		if test.GetEvalError() != nil && !strings.Contains(err.Error(), "not supported") {
			return nil
		}
		return err
	}
	values, failures := valuesOfModule(t, module, emptyCard)
	expected := test.GetValue()
	if typed := test.GetTypedResult(); typed != nil {
		expected = typed.GetResult()
	}
	if test.GetEvalError() != nil {
		if failures[0] == "" {
			return fmt.Errorf("gives %s, want an error", readable(values[0]))
		}
		return nil
	}
	value := ref.Val(types.True)
	if expected != nil {
		if value, err = celgo.ProtoAsValue(types.DefaultTypeAdapter, expected); err != nil {
			return err
		}
	}
	if failures[0] != "" {
		return fmt.Errorf("ends in the error %q, want %v", failures[0], value)
	}
	if err := sameValue(values[0], dump(value)); err != nil {
		return fmt.Errorf("gives %s, want %s: %w", readable(values[0]), readable(dump(value)), err)
	}
	return nil
}

// conformanceTree parses a case, and checks it unless the case says not to.
func conformanceTree(test *conformance.SimpleTest) (*ast.AST, error) {
	options := []celgo.EnvOption{celgo.Lib(cel.Language), celgo.CrossTypeNumericComparisons(true), celgo.EnableIdentifierEscapeSyntax(),
		celgo.Container(test.Container), celgo.Macros(parser.ExistsOneMacroNew), celgo.Macros(blockMacros...)}
	if test.DisableMacros {
		options = append(options, celgo.ClearMacros())
	}
	for _, d := range test.TypeEnv {
		o, err := celgo.ProtoAsDeclaration(d)
		if err != nil {
			return nil, err
		}
		options = append(options, o)
	}
	env, err := celgo.NewEnv(options...)
	if err != nil {
		return nil, err
	}
	parsed, issues := env.Parse(test.Expr)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	if test.DisableCheck || strings.HasPrefix(test.Expr, "cel.block") { // what the macros write is not declared
		return parsed.NativeRep(), nil
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		return nil, issues.Err()
	}
	return checked.NativeRep(), nil
}

// blockMacros are those that the conformance data has for what an optimizer writes.
var blockMacros = []celgo.Macro{
	celgo.ReceiverMacro("block", 2, onCel(func(f celgo.MacroExprFactory, args []ast.Expr) ast.Expr {
		return f.NewCall("cel.@block", args...)
	})),
	celgo.ReceiverMacro("index", 1, onCel(func(f celgo.MacroExprFactory, args []ast.Expr) ast.Expr {
		return f.NewIdent(fmt.Sprintf("@index%d", args[0].AsLiteral()))
	})),
	celgo.ReceiverMacro("iterVar", 2, onCel(func(f celgo.MacroExprFactory, args []ast.Expr) ast.Expr {
		return f.NewIdent(fmt.Sprintf("@it:%d:%d", args[0].AsLiteral(), args[1].AsLiteral()))
	})),
	celgo.ReceiverMacro("accuVar", 2, onCel(func(f celgo.MacroExprFactory, args []ast.Expr) ast.Expr {
		return f.NewIdent(fmt.Sprintf("@ac:%d:%d", args[0].AsLiteral(), args[1].AsLiteral()))
	})),
}

func onCel(expand func(celgo.MacroExprFactory, []ast.Expr) ast.Expr) celgo.MacroFactory {
	return func(f celgo.MacroExprFactory, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
		if target.Kind() != ast.IdentKind || target.AsIdent() != "cel" {
			return nil, nil
		}
		return expand(f, args), nil
	}
}
