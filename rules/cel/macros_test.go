package cel_test

import (
	"fmt"

	"cel.dev/cel-go/common/types"
)

// loop is a list or map for a macro: its text and the types of what it iterates.
type loop struct {
	text       string
	first      *types.Type // of the variable when there is one
	key, value *types.Type // of the variables when there are two
}

// loop is something to iterate over; in order, when what comes of it has one: the entries of a map
// have none.
func (g *generator) loop(inOrder bool, depth int) loop {
	key, value := pick(g.choices, keys), g.randomType(1)
	switch what := g.n(6); {
	case what == 0:
		return loop{pick(g.choices, []string{"client.tags", "client.industries", "client.managers"}), types.StringType, types.IntType, types.StringType}
	case what == 1 && !inOrder:
		return loop{"client.properties", types.StringType, types.StringType, types.StringType}
	case what <= 1:
		return loop{"{" + g.leaf(key) + ": " + g.expr(value, depth) + "}", key, key, value}
	case what <= 3:
		return g.rowsLoop(depth)
	case what == 4 && !inOrder:
		return loop{g.expr(types.NewMapType(key, value), depth), key, key, value}
	}
	elem := g.randomType(1)
	return loop{g.expr(types.NewListType(elem), depth), elem, types.IntType, elem}
}

// rowsLoop is over rows of the client or of a row in scope, perhaps only some of them.
func (g *generator) rowsLoop(depth int) loop {
	r := pick(g.choices, rows)
	list := r.list
	for _, v := range g.vars {
		if v.of.IsExactType(rows[1].of) {
			r, list = rows[0], v.name+".channels"
		}
	}
	if g.chance(25) {
		v := g.variable(r.of)
		list += ".filter(" + v.name + ", " + g.within([]variable{v}, func() string { return g.expr(types.BoolType, depth-1) }) + ")"
	}
	return loop{list, r.of, types.IntType, r.of}
}

// macro is a macro that gives a value of a type, "" when there is none.
func (g *generator) macro(of *types.Type, depth int) string {
	var list []string
	for _, m := range macros {
		if m.gives(of) {
			list = append(list, m.key)
		}
	}
	return g.macroCalled(pick(g.choices, list), of, depth)
}

// macroForm is a macro: its name and number of arguments, and the types it gives.
type macroForm struct {
	key   string
	gives func(*types.Type) bool
}

var macros = []macroForm{
	{"bind:3", anyType},
	{"has:1", kindIs(types.BoolKind)},
	{"all:2", kindIs(types.BoolKind)}, {"exists:2", kindIs(types.BoolKind)}, {"exists_one:2", kindIs(types.BoolKind)}, {"existsOne:2", kindIs(types.BoolKind)},
	{"all:3", kindIs(types.BoolKind)}, {"exists:3", kindIs(types.BoolKind)}, {"exists_one:3", kindIs(types.BoolKind)}, {"existsOne:3", kindIs(types.BoolKind)},
	{"map:2", kindIs(types.ListKind)}, {"map:3", kindIs(types.ListKind)}, {"filter:2", kindIs(types.ListKind)},
	{"transformList:3", kindIs(types.ListKind)}, {"transformList:4", kindIs(types.ListKind)},
	{"transformMap:3", kindIs(types.MapKind)}, {"transformMap:4", kindIs(types.MapKind)},
	{"transformMapEntry:3", kindIs(types.MapKind)}, {"transformMapEntry:4", kindIs(types.MapKind)},
	{"optMap:2", kindIs(types.OpaqueKind)}, {"optFlatMap:2", kindIs(types.OpaqueKind)},
}

func anyType(*types.Type) bool { return true }

func kindIs(k types.Kind) func(*types.Type) bool {
	return func(t *types.Type) bool { return t.Kind() == k }
}

// macroCalled is a macro by its key.
func (g *generator) macroCalled(key string, of *types.Type, depth int) string {
	name := key[:len(key)-2]
	switch key {
	case "bind:3":
		v := g.variable(g.randomType(1))
		value := g.expr(v.of, depth)
		return fmt.Sprintf("cel.bind(%s, %s, %s)", v.name, value, g.within([]variable{v}, func() string { return g.expr(of, depth) }))
	case "has:1":
		return g.has(depth)
	case "filter:2":
		return g.filter(of, depth)
	case "optMap:2", "optFlatMap:2":
		v := g.variable(g.randomType(1))
		value := g.expr(types.NewOptionalType(v.of), depth)
		result := of
		if name == "optMap" {
			result = of.Parameters()[0]
		}
		return fmt.Sprintf("%s.%s(%s, %s)", value, name, v.name, g.within([]variable{v}, func() string { return g.expr(result, depth) }))
	case "transformMap:3", "transformMap:4":
		return g.transformMap(key, of, depth)
	}
	l := g.loop(of.Kind() == types.ListKind, depth)
	vars := []variable{g.variable(l.first)}
	if two := key[len(key)-1] == '4' || key[len(key)-1] == '3' && name != "map"; two {
		vars = []variable{g.variable(l.key), g.variable(l.value)}
	}
	names := vars[0].name
	if len(vars) == 2 {
		names += ", " + vars[1].name
	}
	body := g.within(vars, func() string { return g.body(key, of, depth) })
	return fmt.Sprintf("%s.%s(%s, %s)", l.text, name, names, body)
}

// body is what a macro computes for each element.
func (g *generator) body(key string, of *types.Type, depth int) string {
	test := func() string { return g.expr(types.BoolType, depth) }
	switch key {
	case "map:2", "transformList:3":
		return g.expr(of.Parameters()[0], depth)
	case "map:3", "transformList:4":
		return test() + ", " + g.expr(of.Parameters()[0], depth)
	case "transformMapEntry:3":
		return "{" + g.expr(of.Parameters()[0], depth) + ": " + g.expr(of.Parameters()[1], depth) + "}"
	case "transformMapEntry:4":
		return test() + ", {" + g.expr(of.Parameters()[0], depth) + ": " + g.expr(of.Parameters()[1], depth) + "}"
	}
	return test()
}

func (g *generator) filter(of *types.Type, depth int) string {
	v := g.variable(of.Parameters()[0])
	list := g.expr(of, depth)
	return fmt.Sprintf("%s.filter(%s, %s)", list, v.name, g.within([]variable{v}, func() string { return g.expr(types.BoolType, depth) }))
}

// transformMap keeps the keys of a map, or the indices of a list.
func (g *generator) transformMap(key string, of *types.Type, depth int) string {
	k, v := g.variable(of.Parameters()[0]), g.variable(g.randomType(1))
	from := types.NewMapType(k.of, v.of)
	if k.of == types.IntType && g.chance(50) {
		from = types.NewListType(v.of)
	}
	text := g.expr(from, depth)
	body := g.within([]variable{k, v}, func() string {
		test := ""
		if key == "transformMap:4" {
			test = g.expr(types.BoolType, depth) + ", "
		}
		return test + g.expr(of.Parameters()[1], depth)
	})
	return fmt.Sprintf("%s.transformMap(%s, %s, %s)", text, k.name, v.name, body)
}

// has asks for a field of the client, of a row or of a map.
func (g *generator) has(depth int) string {
	for _, v := range g.vars {
		for _, r := range rows {
			if v.of.IsExactType(r.of) && g.chance(60) {
				return "has(" + v.name + "." + pick(g.choices, r.fields[types.StringType]) + ")"
			}
		}
	}
	if g.chance(50) {
		return "has(" + g.expr(types.NewMapType(types.StringType, g.randomType(1)), depth) + "." + pick(g.choices, []string{"a", "company", "loyalty"}) + ")"
	}
	if g.chance(20) { // as a key by itself, cel-go takes this has() for the optional value that it asks
		return "(has(client." + pick(g.choices, []string{"?activity.revenue", "contacts[?0].birthday", "contacts[?1].channels", "?properties.area", "?fields.vip"}) + ") && true)"
	}
	return "has(client." + pick(g.choices, []string{"name", "kind", "id", "birthday", "tags", "contacts", "unsubscribed", "properties", "activity.revenue", "fields.score", "properties.area"}) + ")"
}
