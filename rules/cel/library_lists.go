package cel

import "assay/rules/cel/internal/ir"

// listFunctions is the lists extension.
var listFunctions = map[string][]*ir.Fn{
	"slice":    {{Name: "rt_slice", Params: []ir.Kind{ir.List, ir.Int, ir.Int}, Result: ir.List, Fails: true}},
	"reverse":  {listMaker("rt_reverse", ir.List), maker("rt_reverse_any", 1)}, // texts are reversed, too
	"distinct": {listMaker("rt_distinct", ir.List)},
	"sort":     {listMaker("rt_sort", ir.List)},
	"flatten": {{Name: "rt_flatten_once", Params: []ir.Kind{ir.List}, Result: ir.List, Elem: ir.Dyn, Fails: true, Makes: true},
		{Name: "rt_flatten", Params: []ir.Kind{ir.List, ir.Int}, Result: ir.List, Elem: ir.Dyn, Fails: true, Makes: true}},
	"lists.range":           {{Name: "rt_list_range", Params: []ir.Kind{ir.Int}, Result: ir.List, Elem: ir.Int, Fails: true, Makes: true}},
	"@sortByAssociatedKeys": {listMaker("rt_sort_by", ir.List, ir.List)},

	"hasAll":     setFunctions["sets.contains"],
	"hasAny":     setFunctions["sets.intersects"],
	"hasExactly": setFunctions["sets.equivalent"],
	"hasOnly":    {{Name: "rt_has_only", Params: dyn(2), Result: ir.Bool, Fails: true}},
}

// listMaker is a function that makes a list of elements of the first it takes.
func listMaker(name string, params ...ir.Kind) *ir.Fn {
	return &ir.Fn{Name: name, Params: params, Result: ir.List, Fails: true, Makes: true}
}
