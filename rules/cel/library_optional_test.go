package cel_test

import "testing"

// TestOptionals compares optional values with cel-go's interpreter on every test client.
func TestOptionals(t *testing.T) {
	compilesMuch(t)
	c := newComparison(t, testClients())
	for group, list := range optionals {
		t.Run(group, func(t *testing.T) {
			for _, expr := range list {
				c.expr(t, expr)
			}
		})
	}
}

var optionals = map[string][]string{
	"fields": {
		`client.?taxId`, `client.?taxId.orValue("none")`, `client.?taxId.hasValue()`, `client.?taxId.value()`, `client.?id`, `client.?completeness.orValue(-1)`,
		`client.?kind`, `client.?kind.orValue("x")`, `client.?kind.value()`, `client.?unsubscribed`, `client.?unsubscribed.orValue(true)`, `client.?birthday`, `client.?birthday.hasValue()`,
		`client.?birthday.orValue(now)`, `client.?nextContactAt.orValue(timestamp("2027-01-01T00:00:00.000000001Z"))`, `client.?verifiedAt`, `client.?tags`, `client.?tags.orValue(["x"])`,
		`client.?tags.hasValue()`, `client.?industries[0]`, `client.?industries[0].orValue("none")`, `client.?industries[?5].orValue("none")`, `client.tags[?0]`, `client.tags[?-1]`,
		`client.tags[?client.completeness]`, `client.tags[?9223372036854775807].hasValue()`, `client.?contacts.hasValue()`, `client.?contacts[0].hasValue()`,
		`client.activity.?revenue`, `client.activity.?revenue.orValue(1.5)`, `client.?activity.?revenue`, `client.?activity.revenue`, `client.?activity.hasValue()`,
		`client.?activity.lastInteractionAt.hasValue()`, `has(client.?activity.revenue)`, `client.?activity.value().purchases`, `client.activity.?interactions.or(client.activity.?purchases)`,
		`client.fields.?gln`, `client.fields.?gln.orValue("")`, `client.?fields.?gln.orValue("x")`, `client.?fields.gln`, `client.fields.?licenceUntil`, `client.fields.?seenAt.hasValue()`,
		`client.fields.?score.orValue(0.5)`, `client.fields.?staff.value()`, `client.fields.?vip.orValue(false)`, "client.fields.?`cold-chain`",
		`client.?properties.hasValue()`, `client.?properties.?loyalty`, `client.?properties.loyalty.orValue("x")`, `client.properties.?loyalty`, `client.properties[?"loyalty"].orValue("x")`,
		`client.properties[?client.taxId]`, `client.properties.?area.hasValue()`, `client.?properties["area"]`, `client.?properties`, `client.properties[?""]`, `has(client.?properties.area)`,
		`client.?notes.or(client.?name).orValue("?")`, `client.?region.or(optional.of(client.country)).value()`, `client.?legalForm.or(optional.none())`,
	},
	"rows": {
		`client.contacts[?0].?jobTitle`, `client.contacts[?0].jobTitle`, `client.contacts[?0].name.orValue("?")`, `client.contacts[?1].?channels[?0].?value.orValue("?")`,
		`client.contacts[?1].channels[0].value`, `client.contacts[0].?birthday`, `client.contacts[?5].?birthday.hasValue()`, `has(client.contacts[?0].birthday)`, `has(client.contacts[?0].channels)`,
		`client.contacts[?1].hasValue()`, `client.contacts[?1].value().name`, `client.contacts[?0].optMap(c, c.name)`, `client.contacts[?0].optMap(c, c.name + c.jobTitle).orValue("-")`,
		`client.contacts[?1].optFlatMap(c, c.channels[?0]).optFlatMap(h, h.?value)`, `client.contacts[?1].optFlatMap(c, c.channels.first()).?state.orValue("-")`,
		`client.contacts.first().?name`, `client.contacts.last().?name`, `client.contacts.last().jobTitle.orValue("-")`, `client.channels.last().?checkedAt`, `client.tags.first()`, `client.tags.last()`,
		`client.tags.last().orValue("-")`, `client.contacts.filter(c, has(c.jobTitle)).first().?jobTitle`, `client.contacts.filter(c, has(c.jobTitle))[?0].?name`, `client.contacts.map(c, c.?jobTitle)`,
		`client.contacts.map(c, c.?jobTitle).unwrapOpt()`, `optional.unwrap(client.contacts.map(c, c.?jobTitle))`, `client.contacts.map(c, c.channels[?0].?value.orValue("-"))`,
		`client.contacts.exists(c, c.?jobTitle.orValue("-") == "-")`, `client.contacts.all(c, c.channels[?0].?value.hasValue())`, `client.contacts.exists_one(c, c.?birthday.hasValue())`,
		`client.contracts[?0].?amount.orValue(-1.0)`, `client.contracts.filter(k, k.?amount.orValue(0.0) > 1.0).size()`, `client.contacts[?0] == optional.none()`, `optional.none() != client.contacts[?1]`,
		`cel.bind(c, client.contacts[?0], c.?name.orValue("-") + c.?jobTitle.orValue("-"))`, `cel.bind(c, client.contacts[?1], c.name)`, `(client.unsubscribed ? client.contacts[?0] : client.contacts[?1]).name`,
		`client.contacts[?0].or(client.contacts[?1]).?name`, `client.contacts[?5].or(client.contacts[?0]).?name.orValue("-")`, `client.contacts[?0].orValue(client.contacts[0]).name`,
		`[?client.contacts[?0], ?client.contacts[?1]].map(c, c.name)`, `{?"a": client.contacts[?1]}.map(k, k)`, `{?"a": client.contacts[?1]}.?a.?name`, `optional.of(client.contacts).optMap(c, c.first()).hasValue()`,
		`optional.of(client.contacts)[?0].?name`, `optional.of(client).?name`, `optional.of(client.activity).?purchases.orValue(7)`, `optional.of(client).optMap(c, c.name)`, `optional.ofNonZeroValue(client).hasValue()`,
		`optional.ofNonZeroValue(client.contacts).hasValue()`, `optional.ofNonZeroValue(client.contacts)[?0].name`,
	},
	"values": {
		`optional.of(1)`, `optional.of(null)`, `optional.none()`, `optional.of(optional.none())`, `optional.of(optional.of(client.id))`, `optional.of([client.id, 2])`, `optional.of({"a": client.name})`,
		`optional.of(client.kind)`, `optional.of(client.tags)`, `optional.of(client.properties)`, `optional.of(now)`, `optional.of(duration("1s"))`, `optional.of(1u)`, `optional.of(b"a")`, `optional.of(1.5)`,
		`optional.ofNonZeroValue(client.name)`, `optional.ofNonZeroValue(client.id)`, `optional.ofNonZeroValue(client.tags)`, `optional.ofNonZeroValue(client.properties)`, `optional.ofNonZeroValue(client.birthday)`,
		`optional.ofNonZeroValue(client.activity.firstPurchaseAt)`, `optional.ofNonZeroValue(client.kind)`, `optional.ofNonZeroValue(client.unsubscribed)`, `optional.ofNonZeroValue(client.activity.revenue)`,
		`optional.ofNonZeroValue(timestamp(0))`, `optional.ofNonZeroValue(timestamp("0001-01-01T00:00:00Z"))`, `optional.ofNonZeroValue(timestamp("0001-01-01T00:00:00.000000001Z"))`,
		`optional.ofNonZeroValue(now - now)`, `optional.ofNonZeroValue(-0.0)`, `optional.ofNonZeroValue(0.0/0.0)`, `optional.ofNonZeroValue(optional.none())`, `optional.ofNonZeroValue(0u)`,
		`optional.ofNonZeroValue(b"")`, `optional.ofNonZeroValue(b"a")`, `optional.ofNonZeroValue(dyn(""))`, `optional.ofNonZeroValue(dyn(client.id))`, `optional.ofNonZeroValue({})`, `optional.ofNonZeroValue([0])`,
		`optional.ofNonZeroValue(dyn(timestamp("0001-01-01T00:00:00Z")))`, `optional.ofNonZeroValue(dyn(-0.0))`, `optional.ofNonZeroValue(dyn([]))`, `optional.ofNonZeroValue(dyn(client.tags))`,
		`optional.ofNonZeroValue(dyn(duration("0s")))`, `optional.ofNonZeroValue(dyn(null))`, `optional.ofNonZeroValue(dyn(b""))`, `optional.ofNonZeroValue(dyn(false))`, `optional.ofNonZeroValue(dyn(optional.none()))`,
		`optional.of(client.id).value() + 1`, `optional.none().value()`, `optional.of(optional.of(1)).value().value()`, `optional.of(optional.none()).hasValue()`, `optional.none().orValue(optional.none())`,
		`optional.of(1).hasValue(1)`, `optional.of(client.name).hasValue("aab")`, `optional.of(1).hasValue(dyn(1.0))`, `optional.none().hasValue(1)`, `optional.none().hasValue(1 / client.completeness)`,
		`optional.of(1).hasValue(dyn(optional.of(1)))`, `optional.of(optional.of(1)).hasValue(optional.of(1))`, `client.?name.hasValue(client.region)`, `client.?kind.hasValue("company")`,
		`optional.of(client.unsubscribed).value()`,
	},
	"chains": {
		`optional.none()[0]`, `optional.none().a`, `optional.none()[?"a"].b[0].?c`, `optional.of([1, 2])[0]`, `optional.of([1, 2])[5]`, `optional.of([1, 2])[dyn("x")]`, `optional.of({"a": 1})["b"]`,
		`optional.of({"a": {"b": client.id}}).a.b`, `optional.of({"a": {"b": 1}}).a.c`, `optional.of({"a": {"b": 1}}).a.?b`, `has(optional.of({"a": 1}).b)`, `has(optional.of({"a": 1}).a)`, `has(optional.none().b)`,
		`has(optional.of(dyn(1)).b)`, `optional.of(dyn(1)).a`, `optional.of(dyn("abc"))[0]`, `optional.of(dyn(optional.of({"a": 1}))).a`, `optional.of(optional.of({"a": 1})).value().a`,
		`{"b": {"c": client.id}}[?"b"].c`, `{"b": {"c": 1}}[?"b"][?"c"].orValue(3)`, `{"b": {"c": 1}}[?dyn(1 / client.completeness == 1 ? "a" : "b")]`, `{"a": 1}.?a == optional.of(1) && {"a": 1}.?b == optional.none()`,
		`[[1], [client.id]][?1][?0]`, `[[1], [2]][?1][0]`, `[[1], [2]][?3][0]`, `[[1], [2]][?1][dyn("a")]`, `[[1], [2]][?3][dyn(1 / client.completeness == 1)]`, `[[1], [2]][?3][1 / client.completeness]`,
		`[[1], [2]][?1][1 / client.completeness]`, `optional.none()[1 / client.completeness]`, `optional.none()[?1 / client.completeness]`, `dyn(optional.none())[1 / client.completeness]`, `dyn(optional.none())[?1 / client.completeness]`,
		`{}[?"a"][1 / client.completeness]`, `dyn([1])[?0]`, `dyn([1])[?0.0]`, `dyn([1])[?0.5]`, `dyn([1])[?2]`, `dyn([1])[?-1]`, `dyn([1])[?"a"]`, `dyn([1])[?true]`, `dyn([1])[?1e300]`, `dyn([1])[?0.0/0.0]`,
		`dyn([1])[?0u]`, `dyn([1])[?18446744073709551615u]`, `dyn(1)[?0]`, `dyn(1).?x`, `dyn("a").?x`, `dyn([1]).?x`, `dyn({"x": 2}).?x`, `dyn({"x": 2}).?y.z`, `has(dyn(1).x)`, `has(dyn({"x": 1}).x)`, `has(dyn({}).x)`,
		`{1: 2}[?dyn([1])]`, `{1: 2}[?dyn(null)]`, `{1: 2}[?dyn(1.5)]`, `{1: 2}[?dyn(1.0)]`, `{1: 2}[?dyn(1u)]`, `{1: 2}[?dyn("a")]`, `{1: 2}[?dyn(now)]`, `{1: 2}[?dyn({})]`, `{1: 2}[?dyn(b"a")]`, `{1: 2}[?dyn(optional.of(1))]`,
		`[1][?dyn(optional.of(0))]`, `{true: 1}[?client.unsubscribed]`, `{false: 0}[?client.unsubscribed].orValue(5)`, `{"company": 1}[?client.kind].orValue(0)`, `{"company": 1}.?company`, `["a", "b"][?client.completeness].orValue("c")`,
		`dyn(optional.of({"a": 1})).a`, `dyn(optional.of({"a": 1})).?a`, `dyn(optional.of([1]))[0]`, `dyn(optional.of([1]))[?3]`, `has(dyn(optional.of({"a": 1})).a)`, `dyn(client.contacts[?0]).name`, `dyn(client.contacts[0]).?name`,
		`[optional.of({"a": 1})].map(x, x.a)`, `[optional.of({"a": 1})].map(x, x.?a.orValue(2))`, `optional.of([optional.of(1)])[0]`, `{1: optional.of(5)}[1].value()`, `{1: optional.of(5)}[?1]`, `{"a": [1]}.?a.value().size()`,
		`cel.bind(x, {"foo": optional.of({"bar": 1})}.foo, x.bar)`, `client.properties.transformMap(k, v, optional.of(v)).?loyalty`,
	},
	"elements": {
		`[?client.?name, client.region]`, `[?optional.none(), ?optional.of(1), 2]`, `[?optional.of(optional.none())]`, `[?dyn(1)]`, `[?dyn(optional.of(1))]`, `[?dyn(optional.none())]`, `[?client.tags[?0], ?client.tags[?1]].size()`,
		`[?client.?region].size() + [?client.?name][?0].orValue("").size()`, `[?optional.of(1 / client.completeness)]`, `"aab" in [?client.?name]`, `client.name in [?client.?region, "aab"]`, `[?client.?kind, "company"].exists(k, k == "company")`,
		`{?"name": client.?name, ?"region": client.?region, "id": client.id}`, `{?"a": optional.none()}`, `{?"a": optional.of(optional.none())}`, `{?"a": dyn(1)}`, `{?"a": dyn(optional.of(1))}`, `{?"a": optional.none(), "a": 2}`,
		`{?1: client.tags[?0], ?2: client.tags[?1]}`, `{?1 / client.completeness: optional.none()}`, `{?1: optional.of(1 / client.completeness)}`, `has({?"a": client.?name}.a)`, `{?client.name: client.?region}`,
		`[optional.of(1), optional.none()].unwrapOpt()`, `optional.unwrap([optional.of(client.id), optional.none()])`, `optional.unwrap([dyn(1)])`, `[].unwrapOpt()`, `optional.unwrap([optional.of(optional.none())])`,
		`[1, 2].first()`, `[].last()`, `[client.id].last()`, `[client.name, client.region].last().orValue("")`, `dyn([1, 2]).last()`, `dyn([]).first()`, `dyn("a").last()`, `dyn({}).first()`, `client.properties.map(k, k).first().hasValue()`,
		`[1, "a"].first()`, `[[1], [2]].last()[0]`, `[1, 2].filter(x, x > client.id).first()`, `[1 / client.completeness].last()`,
	},
	"lazy": {
		`optional.none().or(1 / client.completeness == 1 ? optional.of(1) : optional.none())`, `optional.of(1).or(optional.of(1 / client.completeness))`, `optional.of(1).orValue(1 / client.completeness)`,
		`client.?taxId.orValue(client.tags[9])`, `client.?taxId.or(optional.of(client.tags[9]))`, `optional.of(1 / client.completeness).hasValue()`, `optional.of(1 / client.completeness).orValue(2)`,
		`optional.of(1 / client.completeness).or(optional.of(2)).hasValue()`, `optional.of(1 / client.completeness) == optional.none() || true`, `optional.of(1 / client.completeness).hasValue() && false`,
		`optional.ofNonZeroValue(1 / client.completeness).hasValue()`, `optional.ofNonZeroValue(client.tags[5]).orValue("x")`, `optional.of(client.tags[1]).optMap(t, t + t)`, `optional.none().optMap(x, 1 / client.completeness)`,
		`optional.of({"a": 1}).optMap(x, x.b)`, `optional.of({"a": 1}).optMap(x, x.?b)`, `optional.of({"a": 1}).optFlatMap(x, x.?b)`, `optional.of(1).optFlatMap(x, dyn(optional.of(x)))`, `optional.of(client.id).optMap(x, x + 1).optMap(x, x * 2).value()`,
		`client.?name.optMap(n, client.?region.optMap(r, n + r))`, `client.?name.optFlatMap(n, client.?region.optMap(r, n + r)).orValue("-")`, `client.?name.optMap(n, n.size()).orValue(0)`, `client.?activity.optMap(a, a.purchases)`,
		`cel.bind(o, client.?name, o.optMap(n, n + "!").orValue(o.orValue("-")))`, `cel.bind(o, client.?name, o.hasValue() ? o.value() : "-")`, `cel.bind(o, optional.of(1 / client.completeness), true || o.hasValue())`,
		`cel.bind(o, optional.of(1 / client.completeness), client.unsubscribed || o.hasValue())`, `cel.bind(o, client.tags[?7], o.or(client.tags[?0]).orValue("x"))`, `cel.bind(x, 1 / client.completeness, optional.of(x).or(optional.none()).hasValue())`,
		`cel.bind(x, 1 / client.completeness, optional.none().orValue(client.id == 3 ? 1 : x))`, `client.tags[?0].value() == "vip" || true`, `client.tags[?9].value() == "vip" || client.id > 0`, `client.tags[?9].value() == "vip" && client.id > 1000`,
		`client.tags.exists(t, client.tags[?1].value() == t)`, `client.tags.all(t, client.properties[?t].value() == t)`, `client.contacts.exists(c, c.?jobTitle.value() == "директор")`, `client.contacts.all(c, c.?jobTitle.value() != "")`,
		`client.contacts.exists_one(c, c.?jobTitle.value() != "")`, `client.contacts.filter(c, c.?name.value() != "").size()`, `client.contacts.map(c, c.?name.value())`, `client.unsubscribed ? client.tags[?0] : optional.none()`,
		`(client.unsubscribed ? optional.of(client.id) : optional.of(1.5 > 1.0 ? 2 : 3)).value()`, `client.tags[?9].value() == "" ? 1 : 2`, `true ? client.?taxId : optional.of(client.tags[9])`, `!client.tags[?1].hasValue()`,
		`dyn(1).orValue(2)`, `dyn(optional.of(1)).orValue(2)`, `dyn(optional.none()).orValue(2)`, `dyn(1).value()`, `dyn(1).hasValue()`, `dyn(optional.of(1)).or(optional.of(2))`, `optional.none().or(dyn(optional.of(client.id)))`,
		`optional.of(1).or(dyn(1))`, `!dyn(optional.of(true))`, `dyn(optional.of(true)) ? 1 : 2`, `dyn(optional.of(true)) || true`, `dyn(optional.of(true)) || false`, `[1].all(x, dyn(optional.of(true)))`, `size(dyn(optional.of([1])))`,
		`dyn(optional.of([1])).map(x, x)`, `dyn(optional.of([1])).all(x, x == 1)`, `dyn(optional.of("a")) + "b"`,
	},
	"equality": {
		`optional.of(1) == optional.of(1)`, `optional.of(client.name) == client.?name`, `client.?name == optional.none()`, `client.?name != client.?region`, `optional.of(1) == dyn(1)`, `optional.of(1) == dyn(optional.of(1.0))`,
		`optional.of(1) == optional.of(dyn(1u))`, `optional.of(dyn(null)) == optional.none()`, `optional.of(0.0/0.0) == optional.of(0.0/0.0)`, `cel.bind(x, optional.of(0.0/0.0), x == x)`, `optional.of([1]) == optional.of([1])`,
		`optional.of({"a": client.id}) != optional.of({"a": 1042})`, `optional.of(optional.none()) == optional.none()`, `optional.of(optional.none()) == optional.of(optional.none())`, `optional.of(1) in [optional.of(1)]`,
		`optional.none() in [client.?name, client.?taxId]`, `[client.?name] == [optional.of("aab")]`, `{"a": client.?name} == {"a": optional.none()}`, `sets.contains([client.?name, client.?region], [optional.none()])`,
		`client.?birthday == optional.of(client.birthday)`, `client.?kind == optional.of("company")`, `client.tags[?0] == client.industries[?0]`,
	},
}
