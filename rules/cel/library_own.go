package cel

import (
	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel/internal/ir"
)

// ownFunctions are Assay's own. What a phone number is the host says; all others are in the runtime
// and say what functions of server/canon do.
var ownFunctions = map[string][]*ir.Fn{
	"days":           {{Name: "rt_days", Params: []ir.Kind{ir.Int}, Result: ir.Duration, Fails: true}},
	"blank":          {textual1("rt_blank"), {Name: "rt_blank_value", Params: dyn(1), Result: ir.Bool, Fails: true}},
	"phone.isValid":  {textual1("rt_phone_abroad"), {Name: "rt_phone", Params: []ir.Kind{ir.String, ir.String}, Result: ir.Bool}},
	"email.isValid":  {textual1("rt_email")},
	"inn.isValid":    {textual1("rt_inn")},
	"kpp.isValid":    {textual1("rt_kpp")},
	"ogrn.isValid":   {textual1("rt_ogrn")},
	"edrpou.isValid": {textual1("rt_edrpou")},
	"rnokpp.isValid": {textual1("rt_rnokpp")},
	"vat.isValid":    {textual1("rt_vat")},
}

// textual1 is a test of one text that cannot fail.
func textual1(name string) *ir.Fn {
	return &ir.Fn{Name: name, Params: []ir.Kind{ir.String}, Result: ir.Bool}
}

// declareOwn declares Assay's functions to the type checker.
func declareOwn() []celgo.EnvOption {
	text, truth := types.StringType, types.BoolType
	options := []celgo.EnvOption{
		celgo.Function("days", celgo.Overload("days_int", []*types.Type{types.IntType}, types.DurationType)),
		celgo.Function("blank", celgo.Overload("blank_string", []*types.Type{text}, truth),
			celgo.Overload("blank_optional_string", []*types.Type{types.NewOptionalType(text)}, truth)),
		celgo.Function("phone.isValid", celgo.Overload("phone_is_valid_string", []*types.Type{text}, truth),
			celgo.Overload("phone_is_valid_string_string", []*types.Type{text, text}, truth)),
	}
	for _, name := range []string{"email", "inn", "kpp", "ogrn", "edrpou", "rnokpp", "vat"} {
		options = append(options, celgo.Function(name+".isValid",
			celgo.Overload(name+"_is_valid_string", []*types.Type{text}, truth)))
	}
	return options
}

const dayNanos = 24 * 60 * 60 * 1e9

// days is a constant when its argument is, nil otherwise.
func (l *lowering) days(e ast.Expr, n *ir.Node) *ir.Node {
	if n.Kind != ir.Int || !n.IsConst() {
		return nil
	}
	product := ir.ArithmeticOf(l.pos(e), ir.Mul, n, ir.IntOf(ir.Int, dayNanos))
	if !product.IsConst() { // it overflows
		return nil
	}
	return ir.IntOf(ir.Duration, product.Int)
}
