package cel

import (
	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/parser"
)

// macros are CEL's tests over lists; the other macros are there to be refused at their place.
func macros() []celgo.Macro {
	list := []celgo.Macro{
		celgo.HasMacro, celgo.AllMacro, celgo.ExistsMacro, celgo.ExistsOneMacro,
		parser.ExistsOneMacroNew,
	}
	for _, m := range []struct {
		name string
		args int
	}{
		{"map", 2}, {"map", 3}, {"filter", 2}, {"all", 3}, {"exists", 3}, {"exists_one", 3}, {"existsOne", 3},
		{"transformList", 3}, {"transformList", 4}, {"transformMap", 3}, {"transformMap", 4},
		{"transformMapEntry", 3}, {"transformMapEntry", 4},
	} {
		list = append(list, celgo.ReceiverMacro(m.name, m.args, refuseMacro(m.name, m.args)))
	}
	return list
}

func refuseMacro(name string, args int) celgo.MacroFactory {
	return func(eh celgo.MacroExprFactory, _ ast.Expr, list []ast.Expr) (ast.Expr, *common.Error) {
		what := name + "()"
		if args == 3 && name != "map" {
			what += " with two variables"
		}
		return nil, eh.NewError(list[0].ID(), what+" is not supported yet: use all(), exists(), exists_one() or size()")
	}
}
