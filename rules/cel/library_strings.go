package cel

import "assay/rules/cel/internal/ir"

// stringFunctions is the strings extension. A format() that is known has functions of its own, see
// format.go.
var stringFunctions = map[string][]*ir.Fn{
	"charAt":        {{Name: "rt_char_at", Params: text(ir.Int), Result: ir.String, Fails: true}},
	"indexOf":       {{Name: "rt_index_of", Params: text(ir.String), Result: ir.Int}, {Name: "rt_index_from", Params: text(ir.String, ir.Int), Result: ir.Int, Fails: true}},
	"lastIndexOf":   {{Name: "rt_last_index_of", Params: text(ir.String), Result: ir.Int}, {Name: "rt_last_index_to", Params: text(ir.String, ir.Int), Result: ir.Int, Fails: true}},
	"substring":     {{Name: "rt_substring", Params: text(ir.Int), Result: ir.String, Fails: true}, {Name: "rt_substring_range", Params: text(ir.Int, ir.Int), Result: ir.String, Fails: true}},
	"trim":          {{Name: "rt_trim", Params: text(), Result: ir.String}},
	"lowerAscii":    {textMaker("rt_lower_ascii", text())},
	"upperAscii":    {textMaker("rt_upper_ascii", text())},
	"reverse":       {textMaker("rt_reverse_text", text())},
	"strings.quote": {textMaker("rt_quote", text())},
	"replace":       {textMaker("rt_replace", text(ir.String, ir.String)), textMaker("rt_replace_some", text(ir.String, ir.String, ir.Int))},
	"split":         {textSplitter("rt_split", text(ir.String)), textSplitter("rt_split_some", text(ir.String, ir.Int))},
	"join":          {textMaker("rt_join_texts", []ir.Kind{ir.List}), fnJoinTexts},
	"format":        {textMaker("rt_format", text(ir.Dyn))},
}

var fnJoinTexts = textMaker("rt_join_with", []ir.Kind{ir.List, ir.String})

// text is the parameters of a function of a text and others.
func text(others ...ir.Kind) []ir.Kind { return append([]ir.Kind{ir.String}, others...) }

func textMaker(name string, params []ir.Kind, extra ...int32) *ir.Fn {
	return &ir.Fn{Name: name, Params: params, Extra: extra, Result: ir.String, Fails: true, Makes: true}
}

func textSplitter(name string, params []ir.Kind) *ir.Fn {
	return &ir.Fn{Name: name, Params: params, Result: ir.List, Elem: ir.String, Fails: true, Makes: true}
}
