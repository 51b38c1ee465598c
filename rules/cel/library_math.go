package cel

import "assay/rules/cel/internal/ir"

// mathFunctions is the math extension: what the type checker knows is computed as it is.
var mathFunctions = map[string][]*ir.Fn{
	"math.ceil":     {pure("rt_ceil", ir.Double, ir.Double)},
	"math.floor":    {pure("rt_floor", ir.Double, ir.Double)},
	"math.round":    {pure("rt_round", ir.Double, ir.Double)},
	"math.trunc":    {pure("rt_trunc", ir.Double, ir.Double)},
	"math.isNaN":    {pure("rt_is_nan", ir.Bool, ir.Double)},
	"math.isInf":    {pure("rt_is_inf", ir.Bool, ir.Double)},
	"math.isFinite": {pure("rt_is_finite", ir.Bool, ir.Double)},

	"math.sqrt": {pure("rt_sqrt_double", ir.Double, ir.Double), pure("rt_sqrt_int", ir.Double, ir.Int),
		pure("rt_sqrt_uint", ir.Double, ir.Uint), {Name: "rt_sqrt", Params: dyn(1), Result: ir.Double, Fails: true}},
	"math.abs": {pure("rt_abs_double", ir.Double, ir.Double), failing("rt_abs_int", ir.Int, ir.Int), maker("rt_abs", 1)},
	"math.sign": {pure("rt_sign_double", ir.Double, ir.Double), pure("rt_sign_int", ir.Int, ir.Int),
		pure("rt_sign_uint", ir.Uint, ir.Uint), maker("rt_sign", 1)},

	"math.bitAnd":        bits("rt_bit_and", 2),
	"math.bitOr":         bits("rt_bit_or", 2),
	"math.bitXor":        bits("rt_bit_xor", 2),
	"math.bitNot":        bits("rt_bit_not", 1),
	"math.bitShiftLeft":  shifts("rt_shift_left"),
	"math.bitShiftRight": shifts("rt_shift_right"),

	"math.@max": extreme("rt_max"),
	"math.@min": extreme("rt_min"),
}

// pure is a function of plain values that cannot fail.
func pure(name string, result ir.Kind, params ...ir.Kind) *ir.Fn {
	return &ir.Fn{Name: name, Params: params, Result: result}
}

// failing is a function of plain values that can.
func failing(name string, result ir.Kind, params ...ir.Kind) *ir.Fn {
	return &ir.Fn{Name: name, Params: params, Result: result, Fails: true}
}

// bits is a function of n whole numbers of one type.
func bits(name string, n int) []*ir.Fn {
	of := func(k ir.Kind) *ir.Fn { return pure(name, k, []ir.Kind{k, k}[:n]...) }
	return []*ir.Fn{of(ir.Int), of(ir.Uint), maker(name+"_of", n)}
}

func shifts(name string) []*ir.Fn {
	return []*ir.Fn{failing(name, ir.Int, ir.Int, ir.Int), failing(name, ir.Uint, ir.Uint, ir.Int), maker(name+"_of", 2)}
}

// extreme is the greatest or least of two numbers, of a list or of one number. The result of those
// that take any number is one of them.
func extreme(name string) []*ir.Fn {
	return []*ir.Fn{
		pure(name+"_int", ir.Int, ir.Int, ir.Int),
		pure(name+"_uint", ir.Uint, ir.Uint, ir.Uint),
		failing(name+"_double", ir.Double, ir.Double, ir.Double),
		failing(name, ir.Dyn, ir.Dyn, ir.Dyn),
		failing(name+"_list", ir.Dyn, ir.List),
		failing(name+"_one", ir.Dyn, ir.Dyn),
	}
}
