package cel_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	celgo "cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// outOfLanguage are overloads that cel-go's extensions declare and rules cannot call: types are no
// values, and clients have no texts of JSON or YAML.
var outOfLanguage = strings.Fields(`
type json_encode_dyn json_parse_string json_parse_string_type yaml_encode_dyn yaml_parse_string yaml_parse_string_type
`)

// notYet are overloads and macros that are declared and refused until somebody compiles them. What
// lands leaves this list, and is in the grammar by its types.
var notYet = strings.Fields(`
base64_decode_string base64_decode_url_string base64_encode_bytes base64_encode_url_bytes blank_optional_string bytes_to_bytes bytes_to_string
double_to_string duration_to_string list_bool_sort list_bool_sortByAssociatedKeys list_bytes_sort list_bytes_sortByAssociatedKeys list_distinct
list_double_sort list_double_sortByAssociatedKeys list_first list_flatten list_flatten_int list_google.protobuf.Duration_sort
list_google.protobuf.Duration_sortByAssociatedKeys list_google.protobuf.Timestamp_sort list_google.protobuf.Timestamp_sortByAssociatedKeys
list_hasAll_list list_hasAny_list list_hasExactly_list list_hasOnly_list list_int_sort list_int_sortByAssociatedKeys list_join list_join_string
list_last list_optindex_optional_int list_reverse list_slice list_string_sort list_string_sortByAssociatedKeys list_uint_sort
list_uint_sortByAssociatedKeys lists_range map_optindex_optional_value math_@max_double math_@max_double_double math_@max_double_int
math_@max_double_uint math_@max_int math_@max_int_double math_@max_int_int math_@max_int_uint math_@max_list_double math_@max_list_int
math_@max_list_uint math_@max_uint math_@max_uint_double math_@max_uint_int math_@max_uint_uint math_@min_double math_@min_double_double
math_@min_double_int math_@min_double_uint math_@min_int math_@min_int_double math_@min_int_int math_@min_int_uint math_@min_list_double
math_@min_list_int math_@min_list_uint math_@min_uint math_@min_uint_double math_@min_uint_int math_@min_uint_uint math_abs_double math_abs_int
math_abs_uint math_bitAnd_int_int math_bitAnd_uint_uint math_bitNot_int_int math_bitNot_uint_uint math_bitOr_int_int math_bitOr_uint_uint
math_bitShiftLeft_int_int math_bitShiftLeft_uint_int math_bitShiftRight_int_int math_bitShiftRight_uint_int math_bitXor_int_int math_bitXor_uint_uint
math_ceil_double math_floor_double math_isFinite_double math_isInf_double math_isNaN_double math_round_double math_sign_double math_sign_int
math_sign_uint math_sqrt_double math_sqrt_int math_sqrt_uint math_trunc_double optional_hasValue optional_hasValue_value optional_list_index_int
optional_list_optindex_optional_int optional_map_index_value optional_map_optindex_optional_value optional_none optional_of optional_ofNonZeroValue
optional_orValue_value optional_or_optional optional_unwrap optional_unwrapOpt optional_value select_optional_field string_char_at_int string_format
string_index_of_string string_index_of_string_int string_last_index_of_string string_last_index_of_string_int string_lower_ascii
string_replace_string_string string_replace_string_string_int string_reverse string_split_string string_split_string_int string_substring_int
string_substring_int_int string_to_bool string_to_bytes string_to_double string_to_uint64 string_trim string_upper_ascii strings_quote
timestamp_to_day_of_month_1_based_with_tz timestamp_to_day_of_month_with_tz timestamp_to_day_of_week_with_tz timestamp_to_day_of_year_with_tz
timestamp_to_hours_with_tz timestamp_to_milliseconds_with_tz timestamp_to_minutes_with_tz timestamp_to_month_with_tz timestamp_to_seconds_tz
timestamp_to_year_with_tz optFlatMap:2 optMap:2
`)

// wanted is how often every overload and macro is generated and compared in TestEveryFunctionIsGenerated.
const wanted = 5

// TestEveryFunctionIsGenerated: each overload of each function, each operator and each macro that the
// language has is in random expressions, which give with cel-go's interpreter what they give compiled.
// What is counted is what cel-go's parser and type checker found in the expressions.
func TestEveryFunctionIsGenerated(t *testing.T) {
	x := newRandomComparison(t)
	for _, f := range x.grammar.functions {
		x.generate(t, func(g *generator) string { return g.call(f, nil, 1) }, func() int { return x.seen[f.id] })
	}
	for _, m := range macros {
		if m.optional && !x.grammar.optionals {
			continue
		}
		x.generate(t, func(g *generator) string { return g.macroCalled(m.key, g.typeFor(m), 1) }, func() int { return x.seen[m.key] })
	}
	for id, why := range x.grammar.refused {
		if !slices.Contains(notYet, id) && !slices.Contains(outOfLanguage, id) {
			t.Errorf("%s is declared and has no place in the grammar, nor in notYet: %s", id, why)
		}
	}
	for _, f := range x.grammar.functions {
		if slices.Contains(notYet, f.id) {
			t.Errorf("%s compiles: take it out of notYet", f.id)
		}
		if x.seen[f.id] < wanted {
			t.Errorf("%s was generated %d times, want %d", f.id, x.seen[f.id], wanted)
		}
	}
	for _, m := range x.oracle.env.Macros() {
		key := fmt.Sprintf("%s:%d", m.Function(), m.ArgCount())
		switch {
		case m.Function() == "greatest" || m.Function() == "least" || m.Function() == "sortBy": // seen as their functions
		case x.seen[key] >= wanted == slices.Contains(notYet, key):
			t.Errorf("macro %s was generated %d times, want %d, or none when it is in notYet", key, x.seen[key], wanted)
		}
	}
	if x.refused*20 > x.made {
		t.Errorf("cel-go refuses %d of %d expressions", x.refused, x.made)
	}
	t.Logf("%d expressions of %d overloads and %d macros", x.made, len(x.grammar.functions), len(macros))
}

// typeFor is a type that a macro gives.
func (g *generator) typeFor(m macroForm) *types.Type {
	inner := g.randomType(1)
	for _, t := range []*types.Type{types.BoolType, types.NewListType(inner), types.NewMapType(pick(g.choices, keys), inner), types.NewOptionalType(inner)} {
		if m.gives(t) {
			return t
		}
	}
	return inner
}

// randomComparison compares random expressions and counts what is in them.
type randomComparison struct {
	*comparison
	grammar       *grammar
	tracked       *celgo.Env // the oracle's, which remembers macros
	random        *rand.Rand
	seen          map[string]int // by overload, and macro with its number of arguments
	made, refused int
}

func newRandomComparison(t testing.TB) *randomComparison {
	t.Helper()
	c := newComparison(t, testClients())
	tracked, err := c.oracle.env.Extend(celgo.EnableMacroCallTracking())
	if err != nil {
		t.Fatal(err)
	}
	return &randomComparison{comparison: c, grammar: newGrammar(c.env, c.oracle.env), tracked: tracked,
		random: rand.New(rand.NewPCG(7, 42)), seen: map[string]int{}}
}

// generate compares expressions until enough have what is counted, or it is clear that it never comes.
func (x *randomComparison) generate(t *testing.T, make func(*generator) string, count func() int) {
	t.Helper()
	for try := 0; count() < wanted && try < 20*wanted; try++ {
		x.compare(t, x.bytes(400), make)
	}
}

func (x *randomComparison) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(x.random.Uint32())
	}
	return b
}

// compare makes an expression and compares it on the test clients and a random one.
func (x *randomComparison) compare(t *testing.T, decisions []byte, make func(*generator) string) {
	t.Helper()
	g := &generator{choices: &choices{decisions}, grammar: x.grammar}
	client := g.client()
	expr := make(g)
	x.made++
	if !x.count(expr) {
		x.refused++
		return
	}
	if _, err := x.env.CompileValue(expr); err != nil {
		unfinished := len(notYet) > 0 && strings.Contains(err.Error(), "is not supported yet")
		if !unfinished && !wrongConstant.MatchString(err.Error()) {
			t.Errorf("%s\ndoes not compile: %v", expr, err)
		}
		return
	}
	one := *x.comparison
	one.add(t, client)
	one.expr(t, expr)
}

// count notes what is in an expression; it is false when the oracle refuses it.
func (x *randomComparison) count(expr string) bool {
	checked, issues := x.tracked.Compile(expr)
	if issues.Err() != nil {
		return false
	}
	tree := checked.NativeRep()
	for _, ref := range tree.ReferenceMap() {
		if len(ref.OverloadIDs) == 1 {
			x.seen[ref.OverloadIDs[0]]++
		}
	}
	for _, call := range tree.SourceInfo().MacroCalls() {
		x.seen[fmt.Sprintf("%s:%d", call.AsCall().FunctionName(), len(call.AsCall().Args()))]++
	}
	return true
}
