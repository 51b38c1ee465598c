package cel_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"assay/server/crm"
)

// FuzzRandomExpressions compares random typed expressions with cel-go's interpreter on the test
// clients and a random one. The seeds are fixed, so that a plain test run is always the same.
func FuzzRandomExpressions(f *testing.F) {
	const seeds, words = 250, 600
	random := rand.New(rand.NewPCG(7, 42))
	for range seeds {
		var seed []byte
		for range words {
			seed = binary.LittleEndian.AppendUint64(seed, random.Uint64())
		}
		f.Add(seed)
	}
	c := newComparison(f, testClients())
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"bool", "bool", "int", "uint", "double", "string", "time", "duration"}).Draw(t, "kind")
		g := generator{t: t, vars: map[string][]string{}}
		expr := g.expr(kind, rapid.IntRange(1, 4).Draw(t, "depth"))
		one := *c
		one.add(t, g.client())
		one.expr(t, expr)
	}))
}

// generator makes expressions of a kind whose parts have the right kinds.
type generator struct {
	t    *rapid.T
	vars map[string][]string // names in scope by kind; rows by row type
	next int
}

func (g *generator) pick(list []string) string { return rapid.SampledFrom(list).Draw(g.t, "choice") }

func (g *generator) chance(percent int) bool {
	return rapid.IntRange(0, 99).Draw(g.t, "chance") < percent
}

// leaves are expressions by kind without parts.
var leaves = map[string][]string{
	"bool": {`true`, `false`, `client.unsubscribed`, `client.fields.vip`, `has(client.manager)`, `has(client.birthday)`, `has(client.fields.score)`,
		`has(client.contacts)`, `has(client.properties.loyalty)`, `has(client.activity.revenue)`, `has(client.kind)`, `has(client.fields.seenAt)`},
	"int": {`0`, `1`, `-1`, `2`, `7`, `9223372036854775807`, `-9223372036854775808`, `client.id`, `client.revision`, `client.completeness`,
		`client.activity.interactions`, `client.activity.purchases`, `client.fields.staff`, `size(client.name)`, `size(client.tags)`, `size(client.contacts)`, `size(client.properties)`},
	"uint":   {`0u`, `1u`, `3u`, `18446744073709551615u`, `uint(client.id)`, `uint(client.completeness)`},
	"double": {`0.0`, `1.0`, `-0.5`, `1e300`, `152000.5`, `client.activity.revenue`, `client.fields.score`, `double(client.id)`, `client.contracts[0].amount`},
	"string": {`""`, `"a"`, `"company"`, `"яб"`, `"vip"`, `"𝄞"`, `client.name`, `client.kind`, `client.manager`, `client.taxId`, `client.notes`, `client.legalForm`,
		`client.fields.gln`, `client.tags[0]`, `client.properties["area"]`, `client.properties.loyalty`, `client.channels[0].state`, `client.contacts[1].name`},
	"time": {`now`, `client.birthday`, `client.createdAt`, `client.nextContactAt`, `client.activity.lastPurchaseAt`, `client.activity.firstPurchaseAt`,
		`client.fields.licenceUntil`, `client.fields.seenAt`, `timestamp("2027-01-01T00:00:00Z")`, `timestamp("1969-12-31T23:59:59.999999999Z")`, `timestamp("2024-02-29T12:34:56.789Z")`},
	"duration": {`duration("0s")`, `duration("24h")`, `duration("-1ns")`, `duration("1h30m0.5s")`, `duration("2562047h47m16.854775807s")`},
}

// rows are lists with the fields of their rows by kind.
var rows = map[string]struct {
	list   string
	fields map[string][]string
}{
	"channel":  {`client.channels`, map[string][]string{"string": {"type", "value", "state", "label"}, "time": {"checkedAt"}}},
	"contact":  {`client.contacts`, map[string][]string{"string": {"name", "jobTitle", "id"}, "time": {"birthday"}}},
	"contract": {`client.contracts`, map[string][]string{"string": {"number"}, "time": {"startsOn", "endsOn"}, "double": {"amount"}}},
}

var rowTypes = []string{"channel", "contact", "contract"}

// expr returns an expression of a kind.
func (g *generator) expr(kind string, depth int) string {
	if depth <= 0 || g.chance(10) {
		return g.leaf(kind)
	}
	if g.chance(12) {
		return fmt.Sprintf("(%s ? %s : %s)", g.expr("bool", depth-1), g.expr(kind, depth-1), g.expr(kind, depth-1))
	}
	switch kind {
	case "bool":
		return g.boolean(depth - 1)
	case "int":
		return g.integer(depth - 1)
	case "uint", "double":
		ops := []string{"+", "-", "*", "/"}
		if kind == "uint" {
			ops = append(ops, "%")
		}
		if kind == "double" && g.chance(20) {
			return "double(" + g.expr(g.pick([]string{"int", "uint"}), depth-1) + ")"
		}
		return g.binary(ops, kind, kind, depth-1)
	case "string":
		if g.chance(30) {
			return "string(" + g.expr(g.pick([]string{"int", "uint", "bool", "time", "string"}), depth-1) + ")"
		}
		return g.binary([]string{"+"}, "string", "string", depth-1)
	case "time":
		return g.binary([]string{"+", "-"}, "time", "duration", depth-1)
	}
	if g.chance(50) {
		return g.binary([]string{"-"}, "time", "time", depth-1)
	}
	return g.binary([]string{"+", "-"}, "duration", "duration", depth-1)
}

func (g *generator) leaf(kind string) string {
	list := append([]string{}, leaves[kind]...)
	list = append(list, g.vars[kind]...)
	for _, row := range rowTypes {
		for _, v := range g.vars[row] {
			for _, field := range rows[row].fields[kind] {
				list = append(list, v+"."+field, v+"."+field) // more often than what does not depend on the variable
			}
		}
	}
	return g.pick(list)
}

func (g *generator) binary(ops []string, a, b string, depth int) string {
	return "(" + g.expr(a, depth) + " " + g.pick(ops) + " " + g.expr(b, depth) + ")"
}

func (g *generator) boolean(depth int) string {
	scalars := []string{"int", "uint", "double", "string", "time", "duration", "bool"}
	switch rapid.IntRange(0, 9).Draw(g.t, "boolean") {
	case 0, 1:
		return g.binary([]string{"&&", "||"}, "bool", "bool", depth)
	case 2:
		return "!(" + g.expr("bool", depth) + ")"
	case 3, 4:
		kind := g.pick(scalars)
		return g.binary([]string{"==", "!=", "<", "<=", ">", ">="}, kind, kind, depth)
	case 5:
		return g.expr("string", depth) + "." + g.pick([]string{"startsWith", "endsWith", "contains"}) + "(" + g.expr("string", depth) + ")"
	case 6:
		return g.membership(scalars, depth)
	case 7:
		return g.binary([]string{"<", "<=", ">", ">="}, g.pick([]string{"int", "double", "uint"}), "double", depth)
	}
	return g.quantifier(scalars, depth)
}

func (g *generator) membership(scalars []string, depth int) string {
	switch rapid.IntRange(0, 2).Draw(g.t, "in") {
	case 0:
		return "(" + g.expr("string", depth) + " in " + g.pick([]string{"client.tags", "client.industries", "client.managers", "client.properties"}) + ")"
	case 1:
		return g.expr("string", depth) + `.matches("` + g.pick([]string{"^a", "[0-9]+$", "о.*а", "(?i)ОЛ", ""}) + `")`
	}
	kind := g.pick(scalars)
	return "(" + g.expr(kind, depth) + " in " + g.literal(kind, depth) + ")"
}

func (g *generator) literal(kind string, depth int) string {
	elems := make([]string, rapid.IntRange(1, 3).Draw(g.t, "length"))
	for i := range elems {
		elems[i] = g.expr(kind, min(depth, 1))
	}
	return "[" + strings.Join(elems, ", ") + "]"
}

// quantifier is a test over a list, with its variable in scope of the body.
func (g *generator) quantifier(scalars []string, depth int) string {
	var list, kind string
	switch rapid.IntRange(0, 3).Draw(g.t, "range") {
	case 0:
		list, kind = g.pick([]string{"client.tags", "client.industries", "client.properties"}), "string"
	case 1:
		kind = g.pick(scalars)
		list = g.literal(kind, depth)
	case 2:
		kind = g.pick(rowTypes)
		list = rows[kind].list
	case 3:
		list, kind = "client.contacts", "contact"
		if v := g.vars["contact"]; len(v) > 0 {
			list, kind = g.pick(v)+".channels", "channel"
		}
	}
	g.next++
	name := fmt.Sprintf("v%d", g.next)
	outer := g.vars[kind]
	g.vars[kind] = append(outer[:len(outer):len(outer)], name)
	body := g.expr("bool", depth)
	g.vars[kind] = outer
	return fmt.Sprintf("%s.%s(%s, %s)", list, g.pick([]string{"all", "exists", "exists_one"}), name, body)
}

func (g *generator) integer(depth int) string {
	switch rapid.IntRange(0, 9).Draw(g.t, "integer") {
	case 0:
		return "size(" + g.expr("string", depth) + ")"
	case 1:
		return "int(" + g.expr(g.pick([]string{"double", "uint", "string", "time"}), depth) + ")"
	case 2:
		return g.expr("time", depth) + "." + g.pick([]string{"getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek",
			"getDayOfYear", "getHours", "getMinutes", "getSeconds", "getMilliseconds"}) + "()"
	case 3:
		return g.expr("duration", depth) + "." + g.pick([]string{"getHours", "getMinutes", "getSeconds", "getMilliseconds"}) + "()"
	case 4:
		return "-(" + g.expr("int", depth) + ")"
	}
	return g.binary([]string{"+", "-", "*", "/", "%"}, "int", "int", depth)
}

// client returns a client with some random values.
func (g *generator) client() *crm.Client {
	c := crm.Client{}
	if g.chance(50) {
		c = *fullClient()
	}
	text := func() string {
		return g.pick([]string{"", "a", "ab", "vip", "яблоко", "𝄞", "12", "-7", "company"})
	}
	number := func() int64 { return rapid.Int64().Draw(g.t, "number") >> rapid.IntRange(0, 63).Draw(g.t, "shift") }
	moment := func() crm.Time {
		return crm.TimeFromUnixMilli(rapid.Int64Range(-62135596800000, 253402300799999).Draw(g.t, "time"))
	}
	c.Name, c.Manager, c.TaxID, c.Kind = text(), text(), text(), g.pick([]string{"", "company", "person", "soleTrader"})
	c.ID, c.Revision, c.Completeness, c.Activity.Interactions = number(), number(), number(), number()
	c.Activity.Revenue, c.CreatedAt, c.NextContactAt, c.Activity.LastPurchaseAt = crm.Money(number()), moment(), moment(), moment()
	for range rapid.IntRange(0, 3).Draw(g.t, "tags") {
		c.Tags = append(c.Tags, text())
	}
	for range rapid.IntRange(0, 2).Draw(g.t, "contacts") {
		c.Contacts = append(c.Contacts, crm.Contact{Name: text(), JobTitle: text(), Channels: []crm.Channel{{Value: text(), Type: "phone", CheckedAt: moment()}}})
	}
	return &c
}
