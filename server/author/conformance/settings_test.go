package conformance_test

import (
	"strings"
	"testing"
)

// testSettings holds that a check understands all JSON that the schema accepts.
func testSettings(t *testing.T, g guest) {
	cards := testCards(t).demo[:2]
	for json, want := range settingsCases() {
		expectation{"settings", json, want.wanted()}.hold(t, g, cards)
	}
}

// settingsCases are settings and what they say.
func settingsCases() map[string]settings {
	with := func(change func(*settings)) settings {
		s := settings{"x", 1.5, 3, true, "b", nil}
		change(&s)
		return s
	}
	name := func(name string) settings { return with(func(s *settings) { s.name = name }) }
	ratio := func(ratio float64) settings { return with(func(s *settings) { s.ratio = ratio }) }
	days := func(days int) settings { return with(func(s *settings) { s.days = days }) }
	list := func(list ...string) settings { return with(func(s *settings) { s.list = list }) }
	many := strings.Repeat(`"item",`, 500)
	return map[string]settings{
		`{"name":"x"}`:                               name("x"),
		"\n\t{ \"name\"\r\n : \"x\" } \n":            name("x"),
		`{"name":"a, \"b\" \\ c \/"}`:                name(`a, "b" \ c /`),
		`{"name":"\b\f\n\r\t"}`:                      name("\b\f\n\r\t"),
		`{"name":"\u00e9\u0416\u20aC"}`:              name("éЖ€"),
		`{"name":"\ud834\uDD1E 𝄞"}`:                  name("𝄞 𝄞"),
		`{"n\u0061me":"Ж"}`:                          name("Ж"),
		`{"name":"` + strings.Repeat("𝄞", 20) + `"}`: name(strings.Repeat("𝄞", 20)),
		`{"name":"{\"days\":1}"}`:                    name(`{"days":1}`),

		`{"name":"x","ratio":0}`:                       ratio(0),
		`{"name":"x","ratio":17}`:                      ratio(17),
		`{"name":"x","ratio":1000}`:                    ratio(1000),
		`{"ratio":0.1,"name":"x"}`:                     ratio(0.1),
		`{"name":"x","ratio":123.456}`:                 ratio(123.456),
		`{"name":"x","ratio":1E2}`:                     ratio(100),
		`{"name":"x","ratio":1.25e+2}`:                 ratio(125),
		`{"name":"x","ratio":1e-7}`:                    ratio(1e-7),
		`{"name":"x","ratio":5e-324}`:                  ratio(5e-324),
		`{"name":"x","ratio":2.2250738585072011e-308}`: ratio(2.2250738585072011e-308),
		`{"name":"x","ratio":0.30000000000000004}`:     ratio(0.30000000000000004),
		`{"name":"x","ratio":9.007199254740993e2}`:     ratio(9.007199254740993e2),

		`{"name":"x","days":-10}`:    days(-10),
		`{"name":"x","days":10}`:     days(10),
		`{"name":"x","days":0}`:      days(0),
		`{"name":"x","days":-0}`:     days(0),
		`{"name":"x","days":3.0}`:    days(3),
		`{"name":"x","days":1e1}`:    days(10),
		`{"name":"x","days":-1.0E1}`: days(-10),

		`{"name":"x","strict":false}`: with(func(s *settings) { s.strict = false }),
		`{"name":"x","strict":true}`:  name("x"),
		`{"name":"x","choice":"a"}`:   with(func(s *settings) { s.choice = "a" }),
		`{"choice":"b","name":"x"}`:   name("x"),

		`{"name":"x","list":[]}`:                                                        list(),
		`{"name":"x","list":[ ]}`:                                                       list(),
		`{"name":"x","list":["a"]}`:                                                     list("a"),
		`{"name":"x","list":["", "б" ,"]", "\u005d,", "\""]}`:                           list("", "б", "]", "],", `"`),
		`{"name":"x","list":[` + many + `"last"]}`:                                      list(append(strings.Split(strings.ReplaceAll(strings.TrimSuffix(many, ","), `"`, ""), ","), "last")...),
		`{"list":["a"],"choice":"a","strict":false,"days":-1,"ratio":2.5,"name":"all"}`: {"all", 2.5, -1, false, "a", []string{"a"}},
	}
}
