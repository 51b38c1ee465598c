package cel_test

import (
	"fmt"
	"strings"

	"cel.dev/cel-go/common/types"

	"assay/server/crm"
)

// choices decides what is random by bytes, so that a fuzzer can change one choice and keep the
// others. When the bytes are used up, the first of everything is chosen.
type choices struct{ left []byte }

// n is a number below limit.
func (c *choices) n(limit int) int {
	v := 0
	for span := limit - 1; span > 0 && len(c.left) > 0; span >>= 8 {
		v = v<<8 | int(c.left[0])
		c.left = c.left[1:]
	}
	return v % limit
}

func (c *choices) chance(percent int) bool { return c.n(100) >= 100-percent }

func pick[T any](c *choices, list []T) T { return list[c.n(len(list))] }

// generator makes expressions of a type whose parts have the right types.
type generator struct {
	*choices
	grammar *grammar
	vars    []variable // in scope
	named   int
}

type variable struct {
	name string
	of   *types.Type
}

// maxDepth bounds how deep operations lie inside one another.
const maxDepth = 4

// scalars are the types that random types are made of, optional() and containers aside.
var scalars = []*types.Type{types.IntType, types.StringType, types.BoolType, types.DoubleType, types.UintType, types.TimestampType, types.DurationType, types.BytesType}

var keys = []*types.Type{types.StringType, types.IntType, types.BoolType, types.UintType}

// randomType is the type of a value.
func (g *generator) randomType(depth int) *types.Type {
	what := g.n(12)
	if depth <= 0 || what < 7 {
		return pick(g.choices, scalars)
	}
	switch what {
	case 7, 8:
		return types.NewListType(g.randomType(depth - 1))
	case 9:
		return types.NewMapType(pick(g.choices, keys), g.randomType(depth-1))
	case 10:
		return types.NewOptionalType(g.randomType(depth - 1))
	}
	return types.DynType
}

// expr is an expression of a type.
func (g *generator) expr(of *types.Type, depth int) string {
	what := g.n(20)
	switch {
	case depth <= 0 || what < 2:
		return g.leaf(of)
	case what < 6:
		if s := g.macro(of, depth-1); s != "" {
			return s
		}
	}
	known := g.grammar.giving(of)
	if len(known) == 0 {
		return g.leaf(of)
	}
	return g.call(pick(g.choices, known), of, depth-1)
}

// leaves are expressions by type without parts.
var leaves = map[*types.Type][]string{
	types.BoolType: {`true`, `false`, `client.unsubscribed`, `client.fields.vip`, `has(client.manager)`, `has(client.birthday)`, `has(client.fields.score)`,
		`has(client.contacts)`, `has(client.properties.loyalty)`, `has(client.activity.revenue)`, `has(client.kind)`, `has(client.fields.seenAt)`},
	types.IntType: {`1`, `0`, `-1`, `2`, `7`, `100`, `9223372036854775807`, `-9223372036854775808`, `client.id`, `client.revision`, `client.completeness`,
		`client.activity.interactions`, `client.activity.purchases`, `client.fields.staff`},
	types.UintType: {`1u`, `0u`, `3u`, `18446744073709551615u`, `9223372036854775808u`},
	types.DoubleType: {`1.0`, `0.0`, `-0.0`, `-0.5`, `2.5`, `1e300`, `-1e-300`, `9007199254740993.0`, `1e19`, `152000.5`, `(0.0 / 0.0)`, `(1.0 / 0.0)`, `client.activity.revenue`,
		`client.fields.score`, `client.contracts[0].amount`},
	types.StringType: {`"a"`, `""`, `"company"`, `"яб"`, `"vip"`, `"𝄞x"`, `"e\u0301"`, `" \u00a0a\n"`, `"%s"`, `"0"`, `"a,b,,c"`, `client.name`, `client.kind`, `client.manager`, `client.taxId`,
		`client.notes`, `client.legalForm`, `client.fields.gln`, `client.tags[0]`, `client.properties["area"]`, `client.properties.loyalty`, `client.channels[0].state`, `client.contacts[1].name`},
	types.BytesType: {`b"a"`, `b""`, `b"\xff\x00"`, `b"яб"`},
	types.TimestampType: {`now`, `client.birthday`, `client.createdAt`, `client.nextContactAt`, `client.activity.lastPurchaseAt`, `client.activity.firstPurchaseAt`, `client.fields.licenceUntil`,
		`client.fields.seenAt`, `timestamp("2027-01-01T00:00:00Z")`, `timestamp("1969-12-31T23:59:59.999999999Z")`, `timestamp("2024-02-29T12:34:56.789Z")`, `timestamp("9999-12-31T23:59:59Z")`},
	types.DurationType: {`duration("24h")`, `duration("0s")`, `duration("-1ns")`, `duration("1h30m0.5s")`, `duration("2562047h47m16.854775807s")`},
}

// rows are the lists of rows that clients have, with the fields of their rows by type.
var rows = []struct {
	list   string
	of     *types.Type
	fields map[*types.Type][]string
}{
	{`client.channels`, types.NewObjectType("Channel"), map[*types.Type][]string{types.StringType: {"type", "value", "state", "label"}, types.TimestampType: {"checkedAt"}}},
	{`client.contacts`, types.NewObjectType("Contact"), map[*types.Type][]string{types.StringType: {"name", "jobTitle", "id"}, types.TimestampType: {"birthday"}}},
	{`client.contracts`, types.NewObjectType("Contract"), map[*types.Type][]string{types.StringType: {"number"}, types.TimestampType: {"startsOn", "endsOn"}, types.DoubleType: {"amount"}}},
}

// leaf is an expression of a type that needs no other but its parts'.
func (g *generator) leaf(of *types.Type) string {
	var list []string
	for _, v := range g.vars {
		if v.of.IsExactType(of) {
			list = append(list, v.name, v.name, v.name) // more often than what does not depend on the variable
		}
		for _, r := range rows {
			if v.of.IsExactType(r.of) {
				for t, names := range r.fields {
					for _, name := range names {
						if t == of {
							list = append(list, v.name+"."+name)
						}
					}
				}
			}
		}
	}
	for t, known := range leaves {
		if t.IsExactType(of) {
			list = append(list, known...)
		}
	}
	if len(list) > 0 {
		return pick(g.choices, list)
	}
	return g.compound(of)
}

func (g *generator) compound(of *types.Type) string {
	switch of.Kind() {
	case types.ListKind:
		if of.Parameters()[0] == types.StringType && g.chance(30) {
			return pick(g.choices, []string{"client.tags", "client.industries", "client.managers"})
		}
		return g.list(of.Parameters()[0])
	case types.MapKind:
		if key, value := of.Parameters()[0], of.Parameters()[1]; key == types.StringType && value == types.StringType && g.chance(30) {
			return "client.properties"
		}
		return g.mapping(of.Parameters()[0], of.Parameters()[1])
	case types.OpaqueKind:
		return g.optional(of.Parameters()[0])
	case types.NullTypeKind:
		return "null"
	case types.DynKind:
		if g.chance(10) {
			return "dyn(null)"
		}
		return "dyn(" + g.leaf(g.randomType(1)) + ")"
	}
	panic(fmt.Sprintf("the grammar has no value of type %s", of))
}

// optionalLeaves are optional values by the type of what they hold.
var optionalLeaves = map[*types.Type][]string{
	types.BoolType:      {`client.?unsubscribed`, `client.fields.?vip`, `client.?fields.vip`},
	types.IntType:       {`client.?completeness`, `client.activity.?interactions`, `client.?activity.purchases`, `client.fields.?staff`},
	types.DoubleType:    {`client.activity.?revenue`, `client.?activity.?revenue`, `client.fields.?score`, `client.contracts[?0].amount`, `client.contracts.last().?amount`},
	types.TimestampType: {`client.?birthday`, `client.?nextContactAt`, `client.contacts[?1].?birthday`, `client.contacts[?0].birthday`, `client.fields.?seenAt`, `client.channels.first().checkedAt`},
	types.StringType: {`client.?taxId`, `client.?kind`, `client.?region`, `client.fields.?gln`, `client.tags[?0]`, `client.?tags[1]`, `client.properties.?loyalty`, `client.properties[?client.name]`, `client.?properties.area`,
		`client.contacts[?0].?jobTitle`, `client.contacts[?1].channels[?0].?value`, `client.contacts.first().name`, `client.?manager`},
}

// optional is an optional value.
func (g *generator) optional(of *types.Type) string {
	known := optionalLeaves[of]
	for _, v := range g.vars {
		for _, r := range rows {
			if v.of.IsExactType(r.of) {
				for _, name := range r.fields[of] {
					known = append(known[:len(known):len(known)], v.name+".?"+name)
				}
			}
		}
	}
	switch what := g.n(10); {
	case what < 4 && len(known) > 0:
		return pick(g.choices, known)
	case what == 4:
		return "optional.of(" + g.leaf(types.NewMapType(types.StringType, of)) + ")." + pick(g.choices, []string{"a", "company"})
	case what == 5:
		return g.leaf(types.NewListType(of)) + "[?" + g.leaf(types.IntType) + "]"
	case what == 6:
		return "optional.none()"
	}
	return "optional.of(" + g.leaf(of) + ")"
}

func (g *generator) list(elem *types.Type) string {
	elems := make([]string, g.n(4))
	for i := range elems {
		elems[i] = g.leaf(elem)
		if g.chance(12) {
			elems[i] = "?" + g.leaf(types.NewOptionalType(elem))
		}
	}
	if len(elems) == 0 && !elem.IsExactType(types.DynType) { // [] alone has no type
		return "[" + g.leaf(elem) + "].filter(none, false)"
	}
	return "[" + strings.Join(elems, ", ") + "]"
}

func (g *generator) mapping(key, value *types.Type) string {
	n := 1 + g.n(3)
	if n == 1 && g.chance(30) {
		return "{" + g.leaf(key) + ": " + g.leaf(value) + "}"
	}
	if key == types.BoolType {
		n = min(n, 2)
	}
	entries := make([]string, n)
	for i := range entries {
		entries[i] = g.key(key, i) + ": " + g.leaf(value)
		if g.chance(12) {
			entries[i] = "?" + g.key(key, i) + ": " + g.leaf(types.NewOptionalType(value))
		}
	}
	return "{" + strings.Join(entries, ", ") + "}"
}

// key is a key of a map, another for each number: cel-go takes a key that stands twice.
func (g *generator) key(of *types.Type, i int) string {
	switch of {
	case types.IntType:
		return fmt.Sprint(i)
	case types.UintType:
		return fmt.Sprintf("%du", i)
	case types.BoolType:
		return [...]string{"true", "false"}[i%2]
	}
	return [...]string{`"a"`, `"company"`, `"яб"`}[i]
}

// within makes an expression in which variables are in scope.
func (g *generator) within(vars []variable, make func() string) string {
	before := g.vars
	g.vars = append(before[:len(before):len(before)], vars...)
	defer func() { g.vars = before }()
	return make()
}

// variable is a new name.
func (g *generator) variable(of *types.Type) variable {
	g.named++
	return variable{fmt.Sprintf("v%d", g.named), of}
}

// client is a client with some random values.
func (g *generator) client() *crm.Client {
	c := crm.Client{}
	if g.chance(50) {
		c = *fullClient()
	}
	text := func() string {
		return pick(g.choices, []string{"", "a", "ab", "vip", "яблоко", "𝄞", "12", "-7", "company", "2024-02-29T00:00:00Z", "1h", "true", "7707083893", "a@b.ru", "нет", "Europe/Kyiv", "+05:30"})
	}
	number := func() int64 {
		v := int64(0)
		for range 8 {
			v = v<<8 | int64(g.n(256))
		}
		return v >> g.n(64)
	}
	moment := func() crm.Time {
		const first, last = -62135596800000, 253402300799999
		return crm.TimeFromUnixMilli(first + int64(uint64(number())%(last-first+1)))
	}
	c.Name, c.Manager, c.TaxID, c.Kind = text(), text(), text(), pick(g.choices, []string{"", "company", "person", "soleTrader"})
	c.ID, c.Revision, c.Completeness, c.Activity.Interactions = number(), number(), number(), number()
	c.Activity.Revenue, c.CreatedAt, c.NextContactAt, c.Activity.LastPurchaseAt = crm.Money(number()), moment(), moment(), moment()
	for range g.n(4) {
		c.Tags = append(c.Tags, text())
	}
	for range g.n(3) {
		c.Contacts = append(c.Contacts, crm.Contact{Name: text(), JobTitle: text(), Channels: []crm.Channel{{Value: text(), Type: "phone", CheckedAt: moment()}}})
	}
	return &c
}
