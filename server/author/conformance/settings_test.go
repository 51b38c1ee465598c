package conformance_test

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"assay/sdk/abi"
	"assay/server/wasm"
)

// testSettings holds that a check understands all JSON that the schema accepts.
func testSettings(t *testing.T, g guest) {
	cards := testCards(t).demo[:2]
	for json, want := range settingsCases() {
		expectation{"settings", json, want.wanted()}.holdWithin(t, g, cards, abi.DefaultFuel)
	}
}

// settingsCases are settings and what they say.
func settingsCases() map[string]settings {
	with := func(change func(*settings)) settings {
		s := settings{name: "x", ratio: 1.5, days: 3, strict: true, choice: "b"}
		change(&s)
		return s
	}
	name := func(name string) settings { return with(func(s *settings) { s.name = name }) }
	ratio := func(ratio float64) settings { return with(func(s *settings) { s.ratio = ratio }) }
	days := func(days int) settings { return with(func(s *settings) { s.days = days }) }
	list := func(list ...string) settings { return with(func(s *settings) { s.list = list }) }
	large := func(large int64) settings { return with(func(s *settings) { s.large = large }) }
	texts := manyTexts()
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

		`{"name":"x","large":9223372036854775807}`:   large(math.MaxInt64),
		`{"name":"x","large":-9223372036854775808}`:  large(math.MinInt64),
		`{"name":"x","large":9223372036854775807.0}`: large(math.MaxInt64),
		`{"name":"x","large":1e18}`:                  large(1e18),
		`{"name":"x","large":-9E+18}`:                large(-9e18),
		`{"name":"x","large":9007199254740993}`:      large(1<<53 + 1),
		`{"name":"x","large":9007199254740993.0}`:    large(1<<53 + 1),
		`{"name":"x","large":9007199254740993e0}`:    large(1<<53 + 1),
		`{"name":"x","large":3.0}`:                   large(3),
		`{"name":"x","large":3e0}`:                   large(3),
		`{"name":"x","large":-0.00}`:                 large(0),
		`{"name":"x","large":0e400}`:                 large(0),

		`{"name":"x","strict":false}`: with(func(s *settings) { s.strict = false }),
		`{"name":"x","strict":true}`:  name("x"),
		`{"name":"x","choice":"a"}`:   with(func(s *settings) { s.choice = "a" }),
		`{"choice":"b","name":"x"}`:   name("x"),

		`{"name":"x","list":[]}`:                                                        list(),
		`{"name":"x","list":[ ]}`:                                                       list(),
		`{"name":"x","list":["a"]}`:                                                     list("a"),
		`{"name":"x","list":["", "б" ,"]", "\u005d,", "\""]}`:                           list("", "б", "]", "],", `"`),
		`{"name":"x","list":[` + many + `"last"]}`:                                      list(append(strings.Split(strings.ReplaceAll(strings.TrimSuffix(many, ","), `"`, ""), ","), "last")...),
		`{"list":["a"],"choice":"a","strict":false,"days":-1,"ratio":2.5,"name":"all"}`: {"all", 2.5, -1, false, "a", []string{"a"}, 0},
		`{"name":"x","list":["` + strings.Join(texts, `","`) + `"]}`:                    list(texts...),
	}
}

// manyTexts are 10,000 that settings have room for.
func manyTexts() (texts []string) {
	for i := range int64(10_000) {
		texts = append(texts, strconv.FormatInt(i, 36))
	}
	return texts
}

// testRefusals holds that a check refuses with its own text what it cannot take, and judges nothing then.
func testRefusals(t *testing.T, g guest) {
	for s, says := range map[string]string{
		`{"name":"refuse"}`: "name must not be refuse", ` { "days" : 1 , "name" : "\u0072efuse" } `: "name must not be refuse",
		`{"name":"x","large":9223372036854775808}`: "large", `{"name":"x","large":-9223372036854775809}`: "large", `{"name":"x","large":9223372036854775808.0}`: "large",
		`{"name":"x","large":1e19}`: "large", `{"name":"x","large":1e400}`: "large", `{"name":"x","large":1.5}`: "large", `{"name":"x","large":9007199254740992.5}`: "large",
	} {
		for name, isolation := range isolations {
			check := abi.Configured{Check: "settings", Settings: s, Isolation: isolation}
			var refused *wasm.SettingsError
			if err := g.module.Configure(t.Context(), check); !errors.As(err, &refused) || !strings.Contains(refused.Text, says) {
				t.Errorf("settings %s, isolation %s: %v, want them refused with: %s", s, name, err, says)
			}
			faulty(t, g, check, wasm.FaultRefused)
		}
	}
}
