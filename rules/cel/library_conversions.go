package cel

import (
	"cel.dev/cel-go/common/ast"

	"assay/rules/cel/internal/ir"
)

// conversions are the conversions by function: of each, the runtime's functions by the kind they
// take, besides what ir.ConvertOf does. What is of no kind that is named goes as ir.Dyn.
var conversions = map[string]struct {
	to ir.Kind
	by map[ir.Kind]*ir.Fn
}{
	"bool": {ir.Bool, map[ir.Kind]*ir.Fn{
		ir.String: {Name: "rt_parse_bool", Result: ir.Bool, Fails: true},
		ir.Dyn:    {Name: "rt_to_bool", Result: ir.Bool, Fails: true}}},
	"bytes": {ir.Dyn, map[ir.Kind]*ir.Fn{
		ir.String: {Name: "rt_bytes_of", Result: ir.Dyn, Fails: true, Makes: true},
		ir.Dyn:    {Name: "rt_to_bytes", Result: ir.Dyn, Fails: true, Makes: true}}},
	"double": {ir.Double, map[ir.Kind]*ir.Fn{
		ir.String: {Name: "rt_parse_double", Result: ir.Double, Fails: true},
		ir.Dyn:    {Name: "rt_to_double", Result: ir.Double, Fails: true}}},
	"duration": {ir.Duration, map[ir.Kind]*ir.Fn{
		ir.String: {Name: "rt_parse_duration", Result: ir.Duration, Fails: true},
		ir.Dyn:    {Name: "rt_to_duration", Result: ir.Duration, Fails: true}}},
	"int": {ir.Int, map[ir.Kind]*ir.Fn{
		ir.Dyn: {Name: "rt_to_int", Result: ir.Int, Fails: true}}},
	"string": {ir.String, map[ir.Kind]*ir.Fn{
		ir.Double:   {Name: "rt_double_string", Result: ir.String, Fails: true, Makes: true},
		ir.Duration: {Name: "rt_duration_string", Result: ir.String, Fails: true, Makes: true},
		ir.Dyn:      {Name: "rt_to_string", Result: ir.String, Fails: true, Makes: true}}},
	"timestamp": {ir.Time, map[ir.Kind]*ir.Fn{
		ir.String: {Name: "rt_parse_time", Result: ir.Dyn, Fails: true, Makes: true},
		ir.Dyn:    {Name: "rt_to_time", Result: ir.Dyn, Fails: true, Makes: true}}},
	"uint": {ir.Uint, map[ir.Kind]*ir.Fn{
		ir.String: {Name: "rt_parse_uint", Result: ir.Uint, Fails: true},
		ir.Dyn:    {Name: "rt_to_uint", Result: ir.Uint, Fails: true}}},
}

// conversion is a call of one of conversions.
func (l *lowering) conversion(e ast.Expr, name string, a *ir.Node) *ir.Node {
	c := conversions[name]
	a = textual(a)
	if a.IsConst() && a.Kind == ir.String && (c.to == ir.Time || c.to == ir.Duration) {
		return l.constantTime(e, c.to, a.Text)
	}
	switch {
	case c.to == ir.Time && (a.Kind == ir.Millis || a.Kind == ir.Time):
		return a
	case c.to == ir.Time && a.Kind == ir.Int:
		return ir.ConvertOf(l.pos(e), ir.Millis, a)
	case c.to != ir.Dyn && ir.CanConvert(a.Kind, c.to):
		return ir.ConvertOf(l.pos(e), c.to, a)
	}
	fn := c.by[a.Kind]
	if fn == nil {
		fn, a = c.by[ir.Dyn], l.box(e, a)
	}
	return l.as(e, c.to, l.run(e, fn, a))
}
