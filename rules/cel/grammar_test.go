package cel_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"

	"assay/rules/cel"
)

// grammar is what random expressions are made of: every overload of every function that the
// language declares, called with arguments of the types it declares.
type grammar struct {
	functions []*function
	refused   map[string]string // why, by overload
}

// function is one overload.
type function struct {
	name   string
	id     string
	member bool
	args   []*types.Type
	result *types.Type
}

// inside are functions that no expression can name: what macros make of them is counted as theirs.
var inside = map[string]bool{"@not_strictly_false": true, "__not_strictly_false__": true, "_in_": true, "in": true, "cel.@block": true, "cel.@mapInsert": true}

// wrongConstant recognises what is refused at apply and an error for cel-go's interpreter, if it comes to it.
var wrongConstant = regexp.MustCompile(`is not a (time|duration|time zone) such as|the pattern of matches\(\) is (wrong|too large)`)

// newGrammar asks the language for its functions and tries each.
func newGrammar(env *cel.Env, oracle *celgo.Env) *grammar {
	g := &grammar{refused: map[string]string{}}
	all := oracle.Functions()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if inside[name] {
			continue
		}
		for _, d := range all[name].OverloadDecls() {
			f := &function{name, d.ID(), d.IsMemberFunction(), d.ArgTypes(), d.ResultType()}
			if err := g.try(env, f); err != nil {
				g.refused[f.id] = err.Error()
				continue
			}
			g.functions = append(g.functions, f)
		}
	}
	return g
}

// try compiles a call of the simplest arguments.
func (g *grammar) try(env *cel.Env, f *function) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	maker := &generator{choices: &choices{}, grammar: g}
	_, err = env.CompileValue(maker.call(f, nil, 0))
	return err
}

// giving are the overloads that can give a value of a type.
func (g *grammar) giving(of *types.Type) []*function {
	var list []*function
	for _, f := range g.functions {
		if unify(f.result, of, map[string]*types.Type{}) {
			list = append(list, f)
		}
	}
	return list
}

// unify says whether a declared type can be a type, and binds its parameters.
func unify(declared, of *types.Type, bound map[string]*types.Type) bool {
	if declared.Kind() == types.TypeParamKind {
		if before := bound[declared.TypeName()]; before != nil {
			return before.IsExactType(of)
		}
		bound[declared.TypeName()] = of
		return true
	}
	if declared.Kind() != of.Kind() || declared.TypeName() != of.TypeName() || len(declared.Parameters()) != len(of.Parameters()) {
		return false
	}
	for i, p := range declared.Parameters() {
		if !unify(p, of.Parameters()[i], bound) {
			return false
		}
	}
	return true
}

// bind gives the parameters of types that are not bound a type.
func (g *generator) bind(declared *types.Type, bound map[string]*types.Type, key bool) *types.Type {
	switch declared.Kind() {
	case types.TypeParamKind:
		if bound[declared.TypeName()] == nil {
			bound[declared.TypeName()] = pick(g.choices, keys)
			if !key {
				bound[declared.TypeName()] = g.randomType(1)
			}
		}
		return bound[declared.TypeName()]
	case types.ListKind:
		return types.NewListType(g.bind(declared.Parameters()[0], bound, false))
	case types.MapKind:
		k := g.bind(declared.Parameters()[0], bound, true)
		return types.NewMapType(k, g.bind(declared.Parameters()[1], bound, false))
	case types.OpaqueKind:
		return types.NewOptionalType(g.bind(declared.Parameters()[0], bound, false))
	}
	return declared
}

// Operators by the name of their function.
var written = map[string]string{"!_": "(!%s)", "-_": "(-(%s))", "_?_:_": "(%s ? %s : %s)", "_[_]": "%s[%s]", "_[?_]": "%s[?%s]", "@in": "(%s in %s)"}

// call is a call of an overload that gives a value of a type; nil for any.
func (g *generator) call(f *function, of *types.Type, depth int) string {
	bound := map[string]*types.Type{}
	if of != nil {
		unify(f.result, of, bound)
	}
	wanted := g.wanted(f, bound)
	switch f.name {
	case "@sortByAssociatedKeys":
		v := g.variable(wanted[0].Parameters()[0])
		list := g.expr(wanted[0], depth)
		key := g.within([]variable{v}, func() string { return g.expr(wanted[1].Parameters()[0], depth) })
		return fmt.Sprintf("%s.sortBy(%s, %s)", list, v.name, key)
	case "format":
		return g.formatted(depth)
	case "_?._":
		operand := types.NewMapType(types.StringType, g.bind(f.result.Parameters()[0], bound, false))
		if g.chance(30) {
			return g.expr(types.NewOptionalType(operand), depth) + ".or(optional.none())" + ".?" + pick(g.choices, []string{"a", "company", "loyalty"})
		}
		return g.expr(operand, depth) + ".?" + pick(g.choices, []string{"a", "company", "loyalty"})
	}
	args := make([]string, len(wanted))
	for i, t := range wanted {
		args[i] = g.argument(f, i, t, depth)
	}
	if strings.HasPrefix(f.id, "optional_") && strings.HasPrefix(f.name, "_[") {
		// In a chain of indices cel-go does not look into an optional value that one of them gave:
		// [optional.of([1])][0][0] is an error, [optional.of([1])][0].or(optional.none())[0] is not.
		args[0] += ".or(optional.none())"
	}
	return f.write(args)
}

// wanted are the types of an overload's arguments.
func (g *generator) wanted(f *function, bound map[string]*types.Type) []*types.Type {
	for _, a := range f.args { // first, for a parameter that is a key must be of a type that keys have
		if a.Kind() == types.MapKind {
			g.bind(a, bound, false)
		}
	}
	list := make([]*types.Type, len(f.args))
	for i, a := range f.args {
		list[i] = g.bind(a, bound, false)
	}
	return list
}

func (f *function) write(args []string) string {
	if form, ok := written[f.name]; ok {
		list := make([]any, len(args))
		for i, a := range args {
			list[i] = a
		}
		return fmt.Sprintf(form, list...)
	}
	if name := strings.Trim(f.name, "_"); len(args) == 2 && strings.HasPrefix(f.name, "_") {
		return "(" + args[0] + " " + name + " " + args[1] + ")"
	}
	name := strings.NewReplacer("@max", "greatest", "@min", "least").Replace(f.name)
	if f.member {
		return args[0] + "." + name + "(" + strings.Join(args[1:], ", ") + ")"
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}

// argument is argument i of a call: mostly one that makes sense.
func (g *generator) argument(f *function, i int, of *types.Type, depth int) string {
	id := fmt.Sprintf("%s/%d", f.id, i)
	list := sensible[id]
	if list == nil {
		list = sensible[fmt.Sprintf("%s(%s)/%d", f.name, of, i)]
	}
	switch {
	case list != nil && !g.chance(35):
		return pick(g.choices, list)
	case !isGeneric(f.args[i]) && g.chance(5):
		if g.chance(30) {
			of = g.randomType(1)
		}
		return "dyn(" + g.expr(of, depth) + ")"
	}
	return g.expr(of, depth)
}

// isGeneric says whether a type has parameters. What a function of such a type makes of a dyn(x)
// cel-go's type checker takes for what is done with it next: string(dyn(optional.of(1)).value()) is
// an error, because string() of a text comes first among its overloads.
func isGeneric(t *types.Type) bool {
	return t.Kind() == types.TypeParamKind || slices.ContainsFunc(t.Parameters(), isGeneric)
}

// formatted is a call of format() whose values fit, unless that is found out when it is evaluated:
// cel-go refuses a constant with values that do not.
func (g *generator) formatted(depth int) string {
	f := pick(g.choices, formats)
	values := make([]string, len(f.takes))
	for i, t := range f.takes {
		switch {
		case g.chance(10):
			values[i] = "dyn(" + g.expr(g.randomType(1), depth) + ")"
		case t == types.DynType:
			values[i] = g.expr(g.randomType(2), depth)
		default:
			values[i] = g.expr(t, depth)
		}
	}
	text, list := f.text, "["+strings.Join(values, ", ")+"]"
	switch g.n(8) {
	case 5:
		text = "[" + pick(g.choices, append(formats, wrongFormats...)).text + "][0]"
	case 6:
		text = g.expr(types.StringType, depth)
		list = g.expr(types.NewListType(g.randomType(1)), depth) + ".map(x, x)"
	case 7:
		list += ".map(x, x)"
	}
	return text + ".format(" + list + ")"
}

var (
	zones    = []string{`"Europe/Kyiv"`, `"UTC"`, `"America/New_York"`, `"+05:30"`, `"-02:00"`, `"Asia/Kathmandu"`, `"23:15"`, `"Nowhere/City"`, `""`, `"+5"`}
	places   = []string{`0`, `1`, `2`, `3`, `-1`, `size(client.name)`, `100`}
	patterns = []string{`"^a"`, `"[0-9]+$"`, `"о.*а"`, `"(?i)ОЛ"`, `""`, `"a|b"`, `"^.{2}$"`, `"(x"`}
	numbers  = []string{`"12"`, `"-7"`, `"0"`, `""`, `"9223372036854775807"`, `"9223372036854775808"`, `"+1"`, `"1.5"`, `"1e3"`, `" 1"`, `"0x1f"`, `"-0"`, `"NaN"`, `"Infinity"`, `"1_000"`, `"１"`}
	base64s  = []string{`"YQ=="`, `"YQ"`, `"0Y8="`, `"_-8="`, `"+/8="`, `"Y"`, `""`, `"YQ= ="`}
	texts    = []string{`"a"`, `""`, `","`, `"б"`, `"яб"`, `"𝄞"`, `"ab"`, `" "`}
	ids      = []string{`"7707083893"`, `"500100732259"`, `"773601001"`, `"1027700132195"`, `"32855961"`, `"1759013776"`, `"DE136695976"`, `"XIGD001"`, `"7707083894"`, `"ATU13585627"`}
	phones   = []string{`"+74957480113"`, `"8 (495) 748-01-13"`, `"067 123-45-67"`, `"+49 30 123456"`, `"1"`}
	mails    = []string{`"a@b.ru"`, `"Anna <a@b.ru>"`, `"почта@почта.рф"`, `"a@b"`}
	blanks   = []string{`"нет"`, `"—"`, `" \u00a0"`, `"Н/Д"`, `"нет данных"`}
)

// format is the format of a call of format(), with the types of its values.
type format struct {
	text  string
	takes []*types.Type
}

var formats = []format{
	{`"%s"`, []*types.Type{types.DynType}}, {`"%d and %s"`, []*types.Type{types.IntType, types.StringType}}, {`"%.3f"`, []*types.Type{types.DoubleType}}, {`"%x"`, []*types.Type{types.StringType}},
	{`"%X%%"`, []*types.Type{types.UintType}}, {`"%b"`, []*types.Type{types.IntType}}, {`"%b"`, []*types.Type{types.BoolType}}, {`"%e"`, []*types.Type{types.DoubleType}}, {`"%o"`, []*types.Type{types.UintType}},
	{`"no"`, nil}, {`"яб %s%s"`, []*types.Type{types.DynType, types.DynType}}, {`"%X"`, []*types.Type{types.BytesType}}, {`"%f"`, []*types.Type{types.IntType}}, {`"%d"`, []*types.Type{types.DoubleType}},
}

var wrongFormats = []format{{`"%"`, nil}, {`"%q"`, nil}, {`"%.2s"`, nil}, {`"%.101f"`, nil}, {`"%s %"`, nil}}

// sensible are arguments that mean something, by overload and number, or by function, type and number.
var sensible = map[string][]string{
	"matches/1": patterns, "matches_string/1": patterns,
	"string_to_int64/0": numbers, "string_to_uint64/0": numbers, "string_to_double/0": numbers,
	"string_to_bool/0":       {`"true"`, `"false"`, `"True"`, `"1"`, `"f"`, `"yes"`, `"TRUE"`, `""`},
	"string_to_timestamp/0":  {`"2027-01-31T10:20:30Z"`, `"2024-02-29T00:00:00.123456789Z"`, `"0001-01-01T00:00:00Z"`, `"9999-12-31T23:59:59.999999999Z"`, `"2024-02-30T00:00:00Z"`}, // cel-go's string() keeps an offset, though a time has none
	"string_to_duration/0":   {`"1h"`, `"-1.5m"`, `"1h2m3.000000004s"`, `"2ms3us4ns"`, `"0"`, `"1 day"`},
	"base64_decode_string/0": base64s, "base64_decode_url_string/0": base64s,
	"split(string)/1": texts, "split(int)/2": {`-1`, `0`, `1`, `2`, `3`}, "join(string)/1": texts,
	"replace(string)/1": texts, "replace(string)/2": texts, "replace(int)/3": {`-1`, `0`, `1`, `2`},
	"charAt(int)/1": places, "substring(int)/1": places, "substring(int)/2": places, "slice(int)/1": places, "slice(int)/2": places,
	"indexOf(string)/1": texts, "indexOf(int)/2": places, "lastIndexOf(string)/1": texts, "lastIndexOf(int)/2": places,
	"contains(string)/1": texts, "startsWith(string)/1": texts, "endsWith(string)/1": texts,
	"index_list/1": {`0`, `1`, `2`, `-1`}, "list_optindex_optional_int/1": {`0`, `1`, `-1`}, "optional_list_index_int/1": {`0`, `1`}, "optional_list_optindex_optional_int/1": {`0`, `3`},
	"lists_range/0": {`0`, `1`, `5`, `client.fields.staff`}, "list_flatten_int/1": {`0`, `1`, `2`, `-1`},
	"math_bitShiftLeft_int_int/1": places, "math_bitShiftLeft_uint_int/1": places, "math_bitShiftRight_int_int/1": places, "math_bitShiftRight_uint_int/1": places,
	"int64_to_timestamp/0": {`0`, `1800000000`, `-62135596800`, `253402300799`, `253402300800`, `client.id`},
	"days_int/0":           {`30`, `-1`, `106751`, `106752`, `client.completeness`},
	"blank_string/0":       blanks, "inn_is_valid_string/0": ids, "kpp_is_valid_string/0": ids, "ogrn_is_valid_string/0": ids, "edrpou_is_valid_string/0": ids,
	"rnokpp_is_valid_string/0": ids, "vat_is_valid_string/0": ids, "email_is_valid_string/0": mails, "phone_is_valid_string/0": phones,
	"phone_is_valid_string_string/0": phones, "phone_is_valid_string_string/1": {`"UA"`, `"RU"`, `"Германия"`, `""`},
	"getDate(string)/1": zones, "getDayOfMonth(string)/1": zones, "getDayOfWeek(string)/1": zones, "getDayOfYear(string)/1": zones, "getFullYear(string)/1": zones,
	"getHours(string)/1": zones, "getMilliseconds(string)/1": zones, "getMinutes(string)/1": zones, "getMonth(string)/1": zones, "getSeconds(string)/1": zones,
}

// TestSensibleArgumentsAreOfFunctions: a misspelt line of the table would do nothing.
func TestSensibleArgumentsAreOfFunctions(t *testing.T) {
	known := map[string]bool{}
	for name, f := range newOracle(t, customFields...).env.Functions() {
		for _, d := range f.OverloadDecls() {
			for i, a := range d.ArgTypes() {
				known[fmt.Sprintf("%s/%d", d.ID(), i)] = true
				known[fmt.Sprintf("%s(%s)/%d", name, a, i)] = true
			}
		}
	}
	for id := range sensible {
		if !known[id] {
			t.Errorf("no function takes %s", id)
		}
	}
}
