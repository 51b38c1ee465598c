package cel

import (
	"strings"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/ext"

	"assay/rules/cel/internal/ir"
)

// library is what the language has besides CEL's standard: extensions of cel-go as they declare
// themselves, and Assay's own functions. Which of their functions can be compiled is said by overloads.
type library struct{}

// CompileOptions declares the extensions.
func (library) CompileOptions() []celgo.EnvOption {
	return append(declareOwn(), celgo.OptionalTypes(), celgo.EnableErrorOnBadPresenceTest(true), ext.Bindings(), ext.TwoVarComprehensions(),
		ext.Strings(), ext.Math(), ext.Sets(), ext.Lists(), ext.Encoders())
}

// ProgramOptions is empty: nothing is evaluated by cel-go.
func (library) ProgramOptions() []celgo.ProgramOption { return nil }

// Functions of the runtime that operators call on values whose kind is not known before.
var (
	fnEqual  = &ir.Fn{Name: "rt_equal", Params: dyn(2), Result: ir.Bool}
	fnIn     = &ir.Fn{Name: "rt_in", Params: dyn(2), Result: ir.Bool, Fails: true}
	fnIndex  = &ir.Fn{Name: "rt_index", Params: dyn(2), Result: ir.Dyn, Fails: true}
	fnField  = &ir.Fn{Name: "rt_field", Params: dyn(2), Result: ir.Dyn, Fails: true}
	fnHasKey = &ir.Fn{Name: "rt_has_key", Params: dyn(2), Result: ir.Bool, Fails: true}

	fnOrder = map[ir.Cmp]*ir.Fn{ir.Lt: order(0), ir.Le: order(1), ir.Gt: order(2), ir.Ge: order(3)}

	fnArithmetic = map[ir.Op]*ir.Fn{ir.Add: maker("rt_add", 2), ir.Sub: maker("rt_sub", 2), ir.Mul: maker("rt_mul", 2),
		ir.Div: maker("rt_div", 2), ir.Mod: maker("rt_mod", 2)}
	fnNegative = maker("rt_neg", 1)

	fnJoin    = listMaker("rt_join", ir.List, ir.List)
	fnInTexts = &ir.Fn{Name: "rt_in_texts", Params: []ir.Kind{ir.String, ir.List}, Result: ir.Bool}
)

// dyn is n parameters of any kind.
func dyn(n int) []ir.Kind {
	list := make([]ir.Kind, n)
	for i := range list {
		list[i] = ir.Dyn
	}
	return list
}

func order(op int32) *ir.Fn {
	return &ir.Fn{Name: "rt_order", Params: dyn(2), Extra: []int32{op}, Result: ir.Bool, Fails: true}
}

// maker is a function of n values of any kind that makes one.
func maker(name string, n int) *ir.Fn {
	return &ir.Fn{Name: name, Params: dyn(n), Result: ir.Dyn, Fails: true, Makes: true}
}

// overloads are the functions of the language by name, besides those that call.go knows: of each,
// the runtime's functions for other kinds or numbers of arguments, the receiver first. The first
// that takes the arguments is called: a parameter of kind Dyn takes any. When none does, an argument
// of kind Dyn is taken by any parameter and fails when it is of another kind.
var overloads = joined(setFunctions, encoderFunctions, stringFunctions, ownFunctions, mathFunctions, listFunctions, optionalFunctions)

// comparing are the functions that ask whether elements of lists are equal.
var comparing = map[string]bool{"distinct": true, "hasAll": true, "hasAny": true, "hasOnly": true, "hasExactly": true,
	"sets.contains": true, "sets.equivalent": true, "sets.intersects": true}

func joined(tables ...map[string][]*ir.Fn) map[string][]*ir.Fn {
	all := map[string][]*ir.Fn{}
	for _, t := range tables {
		for name, fns := range t {
			all[name] = append(all[name], fns...)
		}
	}
	return all
}

// libraryCall is a call of one of overloads.
func (l *lowering) libraryCall(e ast.Expr, name string, args []*ir.Node) *ir.Node {
	for i := range args {
		if args[i] = textual(args[i]); args[i].Kind == ir.Record {
			return l.box(e, args[i])
		}
		if rows := args[i].Kind == ir.Rows || args[i].Elem == ir.Row; rows && comparing[name] {
			return l.refuse(e, "comparing rows is not supported: compare their fields, map(…)")
		}
	}
	fn := l.overload(name, args)
	if fn == nil && overloads[name] != nil {
		return l.refuse(e, "%s() does not take these values", strings.Trim(name, "_@"))
	}
	if fn == nil {
		return l.refuse(e, "%s() is not supported", strings.Trim(name, "_@"))
	}
	return l.run(e, fn, l.arguments(e, fn, args)...)
}

// overload is the function that takes the arguments; nil when none does. In an expression whose
// types were not checked it is the first that takes as many, and an error for other kinds.
func (l *lowering) overload(name string, args []*ir.Node) *ir.Fn {
	var known []*ir.Fn
	for _, fn := range overloads[name] {
		if len(fn.Params) == len(args) {
			known = append(known, fn)
		}
	}
	for _, loosely := range []bool{false, true} {
		for _, fn := range known {
			if takes(fn, args, loosely) {
				return fn
			}
		}
	}
	if known == nil || l.tree.IsChecked() {
		return nil
	}
	return known[0]
}

// takes says whether a function takes arguments; loosely, it takes those of kind Dyn on trial.
func takes(fn *ir.Fn, args []*ir.Node, loosely bool) bool {
	for i, p := range fn.Params {
		a := args[i].Kind
		if p != ir.Dyn && a != p && !(p == ir.Time && a == ir.Millis) && !(p == ir.List && a.List()) && !(loosely && a == ir.Dyn) {
			return false
		}
	}
	return true
}

func (l *lowering) arguments(e ast.Expr, fn *ir.Fn, args []*ir.Node) []*ir.Node {
	list := make([]*ir.Node, len(args))
	for i, p := range fn.Params {
		if p == ir.Dyn {
			list[i] = l.box(e, args[i])
		} else {
			list[i] = l.as(e, p, args[i])
		}
	}
	return list
}
