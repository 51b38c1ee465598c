package cel

import (
	"maps"
	"strings"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"assay/rules/cel/internal/codegen"
	"assay/rules/cel/internal/ir"
	"assay/sdk/abi"
)

// fnDump writes a value as text, see dump.c.
var fnDump = &ir.Fn{Name: "rt_dump", Params: dyn(1), Result: ir.String, Fails: true, Makes: true}

// Language is what a compiled expression is written in, for environments of tests.
var Language celgo.Library = library{}

// CompileValue returns a module that has a finding whose one parameter is the value of an
// expression as rt_dump writes it.
func (e *Env) CompileValue(expr string) ([]byte, error) {
	w := &compilation{env: e, check: Check{Name: "value", Type: abi.TypeQuality, Message: map[string]string{"en": "{{ value }}"}}}
	n := w.expression("value", expr, 1, 1)
	if len(w.problems) > 0 {
		return nil, &Error{Problems: w.problems}
	}
	return w.value(ir.ConvertOf(ir.Pos{}, ir.Dyn, textual(n)))
}

// CompileTree is CompileValue of a tree that may not be type-checked, with variables.
func CompileTree(tree *ast.AST, vars map[string]ref.Val) ([]byte, error) {
	env, err := NewEnv(nil)
	if err != nil {
		return nil, err
	}
	if !tree.IsChecked() {
		resolve(env.base, tree, vars)
	}
	w := &compilation{env: env, check: Check{Name: "value", Type: abi.TypeQuality, Message: map[string]string{"en": "{{ value }}"}}}
	l := &lowering{w: w, field: "value", line: 1, column: 1, tree: tree, source: tree.SourceInfo(), vars: map[string]*ir.Node{}}
	bound := map[*ir.Var]*ir.Node{}
	for name, value := range vars {
		n := constant(value)
		v := &ir.Var{Name: name, Kind: n.Kind, Elem: n.Elem}
		bound[v], l.vars[name] = n, ir.UseOf(v)
	}
	n := l.box(tree.Expr(), l.lower(tree.Expr()))
	if len(w.problems) > 0 {
		return nil, &Error{Problems: w.problems}
	}
	for v, value := range bound {
		n = ir.LetOf(v, value, n)
	}
	return w.value(n)
}

func (w *compilation) value(n *ir.Node) ([]byte, error) {
	text := ir.CallOf(ir.Pos{Field: "value", Line: 1, Column: 1}, fnDump, n)
	v := &ir.Var{Name: "text", Kind: ir.String, Fails: true}
	w.out.Code, w.out.Fuel = "value", abi.MaxFuel
	// The finding is always there, unless the value is an error.
	w.out.Require = ir.LetOf(v, text, ir.CompareOf(ir.Eq, ir.UseOf(v), ir.TextOf("")))
	w.out.Params = []ir.Param{{Key: "value", Value: text}}
	if w.describe(); len(w.problems) > 0 {
		return nil, &Error{Problems: w.problems}
	}
	return codegen.Write(&w.out), nil
}

// resolve does what the type checker does for names of a tree that it has not seen: qualified
// names of variables become names. Functions and variables that there are none of become an
// operation that has no overload, which is how CEL ends when it meets them.
func resolve(env *celgo.Env, tree *ast.AST, vars map[string]ref.Val) {
	make := ast.NewExprFactory()
	known := maps.Clone(vars)
	ast.PreOrderVisit(tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.ComprehensionKind:
			c := e.AsComprehension()
			for _, name := range []string{c.IterVar(), c.IterVar2(), c.AccuVar()} {
				known[name] = types.NullValue
			}
		case ast.SelectKind:
			if name := qualified(e); known[name] != nil {
				e.SetKindCase(make.NewIdent(e.ID(), name))
			}
		case ast.IdentKind:
			if name := e.AsIdent(); known[name] == nil && !strings.HasPrefix(name, "@") {
				e.SetKindCase(noOverload(make, e.ID()))
			}
		case ast.CallKind:
			c := e.AsCall()
			if c.IsMemberFunction() {
				if name := qualified(c.Target()) + "." + c.FunctionName(); env.HasFunction(name) {
					e.SetKindCase(make.NewCall(e.ID(), name, c.Args()...))
					return
				}
			}
			if !env.HasFunction(c.FunctionName()) {
				e.SetKindCase(noOverload(make, e.ID()))
			}
		}
	}))
}

func noOverload(make ast.ExprFactory, id int64) ast.Expr {
	return make.NewCall(id, "!_", make.NewLiteral(id, types.IntZero))
}

func qualified(e ast.Expr) string {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent()
	case ast.SelectKind:
		if of := qualified(e.AsSelect().Operand()); of != "" && !e.AsSelect().IsTestOnly() {
			return of + "." + e.AsSelect().FieldName()
		}
	}
	return ""
}

// constant is a value as a tree.
func constant(v ref.Val) *ir.Node {
	box := func(v ref.Val) *ir.Node { return ir.ConvertOf(ir.Pos{}, ir.Dyn, constant(v)) }
	switch v := v.(type) {
	case types.Bool:
		return ir.BoolOf(bool(v))
	case types.Int:
		return ir.IntOf(ir.Int, int64(v))
	case types.Uint:
		return ir.IntOf(ir.Uint, int64(v))
	case types.Double:
		return ir.DoubleOf(float64(v))
	case types.String:
		return ir.TextOf(string(v))
	case types.Bytes:
		return ir.BytesOf(string(v))
	case types.Timestamp:
		return ir.TimeOf(v.UnixMilli(), int32(v.Nanosecond()%1e6))
	case types.Duration:
		return ir.IntOf(ir.Duration, int64(v.Duration))
	case types.Null:
		return ir.NullOf()
	case traits.Lister:
		var elems []*ir.Node
		for it := v.Iterator(); it.HasNext() == types.True; {
			elems = append(elems, box(it.Next()))
		}
		return ir.ListOf(ir.Dyn, elems)
	case traits.Mapper:
		var parts []*ir.Node
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			parts = append(parts, box(key), box(v.Get(key)))
		}
		return ir.MapLiteralOf(ir.Pos{}, parts)
	}
	return nil
}
