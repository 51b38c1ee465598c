package cel

import "assay/rules/cel/internal/ir"

// setFunctions is the sets extension.
var setFunctions = map[string][]*ir.Fn{
	"sets.contains":   {{Name: "rt_sets_contains", Params: dyn(2), Result: ir.Bool, Fails: true}},
	"sets.equivalent": {{Name: "rt_sets_equivalent", Params: dyn(2), Result: ir.Bool, Fails: true}},
	"sets.intersects": {{Name: "rt_sets_intersects", Params: dyn(2), Result: ir.Bool, Fails: true}},
}
