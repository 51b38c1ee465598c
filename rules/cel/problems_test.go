package cel_test

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode"

	"assay/rules/cel"
	"assay/sdk/abi"
)

// problemsOf returns the problems of a check, "field:line:column: message".
func problemsOf(t *testing.T, compile func(*cel.Env) (*cel.Compiled, error)) []string {
	t.Helper()
	_, err := compile(newEnv(t, customFields...))
	if err == nil {
		return nil
	}
	wrong, ok := errors.AsType[*cel.Error](err)
	if !ok {
		t.Fatalf("%v is a %T", err, err)
	}
	var list []string
	for _, p := range wrong.Problems {
		list = append(list, fmt.Sprintf("%s:%d:%d: %s", p.Field, p.Line, p.Column, p.Message))
	}
	return list
}

// TestProblemsOfExpressions: what is wrong or not supported is named at its place.
func TestProblemsOfExpressions(t *testing.T) {
	for expr, want := range map[string]string{
		``: `0:0: the expression is empty`,
		// Names.
		`client.contcts.size() > 0`:       `1:7: a client record has no field contcts, did you mean contacts?`,
		`clent.name == ""`:                `1:1: there is no variable clent, did you mean client?`,
		`name == ""`:                      `1:1: there is no variable name, did you mean client.name?`,
		`x`:                               `1:1: there is no variable x: known are client, now`,
		`client.activity.revenu > 1.0`:    `1:16: a client activity has no field revenu, did you mean revenue?`,
		`client.fields.licenceUntl < now`: `1:14: there is no custom field licenceUntl, did you mean licenceUntil?`,
		`client.fields.foo == ""`:         `1:14: there is no custom field foo: declare it as a Field first`,
		`client.gln == ""`:                `1:7: a client record has no field gln: it is a custom field, write client.fields.gln`,
		`client.contacts.exists(c, c.jobTitel == "")`:                         `1:28: a contact row has no field jobTitel, did you mean jobTitle?`,
		`client.contacts.filter(c, c.name != "").exists(c, c.jobTitel == "")`: `1:52: a contact row has no field jobTitel, did you mean jobTitle?`,
		`client.contacts.map(c, c.channels)[0].all(c, c.valu == "")`:          `1:47: a channel row has no field valu, did you mean value?`,
		`client.contacts.all(i, c, c.nam != "" || i > 0)`:                     `1:28: a contact row has no field nam, did you mean name?`,
		`cel.bind(first, client.contacts[0], first.nam == "")`:                `1:42: a contact row has no field nam, did you mean name?`,
		`client.?taxid.hasValue()`:                                            `1:7: a client record has no field taxid, did you mean taxId?`,
		`client.contacts[?0].?jobTitel.orValue("") == ""`:                     `1:20: a contact row has no field jobTitel, did you mean jobTitle?`,
		`client.fields.?foo.orValue("") == ""`:                                `1:14: there is no custom field foo: declare it as a Field first`,
		`client.?name.orvalue("") == ""`:                                      `1:14: there is no function orvalue(), did you mean orValue?`,
		`{"a": client.nam}.size() > 0`:                                        `1:13: a client record has no field nam, did you mean name?`,
		`client.channels.exists(client, client.valu == "")`:                   `1:38: a channel row has no field valu, did you mean value?`,
		"client.name == \"a\"\n  && client.regin == \"\"":                     `2:12: a client record has no field regin, did you mean region?`,
		`client.name.startswith("a")`:                                         `1:13: there is no function startswith(), did you mean startsWith?`,
		`client.name.lowerascii() == ""`:                                      `1:13: there is no function lowerascii(), did you mean lowerAscii?`,
		`client.name.trim(1) == ""`:                                           `1:13: trim() of string does not take (int)`,
		`client.name.split(1) == []`:                                          `1:13: split() of string does not take (int)`,
		`"a %d".format([client.name]) == ""`:                                  `1:22: decimal clause can only be used on ints, uints, and doubles, was given string`,
		`"a %d %d".format([client.id]) == ""`:                                 `1:11: the format has more clauses than there are values`,
		`"a %q".format([client.id]) == ""`:                                    `1:8: unrecognized formatting clause "q"`,
		`"a".format([client.id]) == ""`:                                       `1:5: the format has clauses for 0 of the 1 values`,
		`math.celi(1.5) == 1.0`:                                               `1:6: there is no function math.celi(), did you mean math.ceil?`,
		`ceil(1.5) == 2.0`:                                                    `1:1: there is no function ceil(), did you mean math.ceil?`,
		`frobnicate(client.name)`:                                             `1:1: there is no function frobnicate()`,
		`client.tags.map(1) == []`:                                            `1:13: map() cannot be called in this way`,
		`json.encode(1) == ""`:                                                `1:1: json.encode() is not supported`,
		`client.tags.sorted() == []`:                                          `1:13: there is no function sorted(), did you mean sort?`,
		// Syntax.
		`client.name = ""`:           `1:13: = is not an operator: compare with ==`,
		`client.name == `:            `1:16: syntax error: something is missing at the end of the expression`,
		`size(client.name`:           `1:17: syntax error: missing ')' at the end of the expression`,
		`client.name == "a`:          `1:16: the text is not closed by a quote`,
		`client.unsubscribed & true`: `1:21: & is not an operator: write &&`,
		// Types.
		`client.name`:                                     `1:1: the expression gives a string and must give true or false`,
		`client`:                                          `1:1: the expression gives a record: name one of its fields`,
		`client.name > 5`:                                 `1:13: > does not take (string, int)`,
		`client.activity.revenue == 1000`:                 `1:25: == does not take (double, int): write the number with a point (1000.0), or convert with double(…)`,
		`client.name == null`:                             `1:13: == does not take (string, null): an absent field reads as its type's default, ask has(…)`,
		`1 in client.tags`:                                `1:3: in does not take (int, list(string))`,
		`startsWith(client.name, "a")`:                    `1:1: startsWith() does not take (string, string)`,
		`client.name.matches("(")`:                        "1:13: the pattern of matches() is wrong: missing closing ): `(`",
		`now.getHours("Europe/Kyyiv") > 8`:                `1:14: "Europe/Kyyiv" is not a time zone such as "Europe/Kyiv" or "+02:00"`,
		`now.getHours("+25:00") > 8`:                      `1:14: "+25:00" is not a time zone such as "Europe/Kyiv" or "+02:00"`,
		`string([1]) == ""`:                               `1:1: string() does not take (list(int))`,
		`timestamp("2020-13-01") < now`:                   `1:1: "2020-13-01" is not a time such as 2027-01-31T09:30:00Z, of the years 1 to 9999`,
		`duration("1d") < duration("1h")`:                 `1:1: "1d" is not a duration such as "720h" or "90m"; units are h, m, s, ms, us, ns`,
		`client.?unsubscribed`:                            `1:1: the expression gives an optional value and must give true or false: say with .orValue(…) what it is when there is none`,
		`optional.of(client)`:                             `1:1: the expression gives a record: name one of its fields`,
		`client.?name.orValue(1) == ""`:                   `1:14: orValue() of optional_type(string) does not take (int)`,
		`client.?name == ""`:                              `1:14: == does not take (optional_type(string), string)`,
		`math.greatest(client.name, 1) > 1`:               `1:14: math.greatest() does not take (string, int)`,
		`client.contacts.sortBy(c, c).size() > 0`:         `1:23: sortBy() of list(contact row) does not take (list(contact row))`,
		`client.contacts.distinct().size() > 0`:           `1:17: comparing rows is not supported: compare their fields, map(…)`,
		`sets.contains(client.contacts, client.contacts)`: `1:1: comparing rows is not supported: compare their fields, map(…)`,
		// Not supported.
		`type(1) == int`: `1:1: type() is not supported`,
		`client.contacts[?0] == client.contacts[?1]`:               `1:21: comparing what holds rows is not supported: compare the fields of the rows`,
		`[optional.of(client)].size() > 0`:                         `1:2: a record is not a value: name its fields`,
		`client.contacts[0] == client.contacts[1]`:                 `1:20: comparing a row is not supported: compare its fields`,
		`client.name.matches(client.region) && client.nam == ""`:   `1:45: a client record has no field nam, did you mean name?`,
		`client in [client]`:                                       `1:12: a record is not a value: name its fields`,
		`client.contacts[0] in client.contacts`:                    `1:20: looking for a row in a list is not supported: use exists(…)`,
		`client.contacts.name == ""`:                               `1:16: type 'list(contact row)' does not support field selection`,
		`client.contacts[0].nam == ""`:                             `1:19: a contact row has no field nam, did you mean name?`,
		`client.kind < 5`:                                          `1:13: < does not take (string, int)`,
		`client.name.matches("(?i)[B-\\x{1e900}]")`:                "1:13: the pattern of matches() is too large when compiled: have fewer repetitions, \\p classes and wide ranges under (?i) in it, or groups less deep inside one another",
		`client.name.matches("(?:xyzwvuts){999}x{999}y{999}")`:     "1:13: the pattern of matches() is too large when compiled: have fewer repetitions, \\p classes and wide ranges under (?i) in it, or groups less deep inside one another",
		`client.name.matches("` + strings.Repeat("x", 4097) + `")`: `1:13: the pattern of matches() is 4097 bytes long, at most 4096 are allowed`,
		`client.tags.exists(1, true)`:                              `1:20: argument must be a simple name`,
		`size(client) > 1`:                                         `1:1: size() does not take (client record)`,
		`!client.name`:                                             `1:1: ! does not take (string)`,
		`client.name && true`:                                      `1:7: expected type 'bool' but found 'string'`,
		`client.unsubscribed | true`:                               `1:21: | is not an operator: write ||`,
		`client.name # ""`:                                         `1:13: # means nothing here`,
		`client.name == "" client`:                                 `1:19: syntax error: unexpected 'client'`,
		`has(client.activity)`:                                     `1:4: has() of activity is not supported: ask for one of its fields, has(client.activity.…)`,
		`(client.unsubscribed ? client : client).name == ""`:       `1:22: choosing between records is not supported: choose between their fields`,
		strings.Repeat(" ", cel.MaxExpression) + "true":            `0:0: the expression is 16388 characters long, at most 16384 are allowed`,
	} {
		got := problemsOf(t, func(e *cel.Env) (*cel.Compiled, error) { return e.CompileFilter(expr) })
		if len(got) == 0 || got[0] != "filter:"+want {
			t.Errorf("%.80s\ngot  %s\nwant filter:%s", expr, strings.Join(got, "\n     "), want)
		}
	}
}

// callable are the functions and macros of the language, those that are refused aside.
func callable(t *testing.T) []string {
	t.Helper()
	oracle, spaces := newOracle(t).env, map[string]string{"bind": "cel.", "greatest": "math.", "least": "math."}
	var list []string
	for name := range oracle.Functions() {
		inner := !unicode.IsLetter(rune(name[0])) || strings.Contains(name, "@") || name == "in"
		if refused := name == "type" || strings.HasPrefix(name, "json.") || strings.HasPrefix(name, "yaml."); !inner && !refused {
			list = append(list, name)
		}
	}
	for _, m := range oracle.Macros() {
		list = append(list, spaces[m.Function()]+m.Function())
	}
	if len(list) < 100 {
		t.Errorf("%d functions", len(list))
	}
	return list
}

// TestMisspeltFunctionsAreNamed: each function and macro that the language has is the nearest to its
// own name with a letter too many.
func TestMisspeltFunctionsAreNamed(t *testing.T) {
	env := newEnv(t)
	for _, name := range callable(t) {
		if _, err := env.CompileFilter(name + "Q(1)"); err == nil || !strings.HasSuffix(err.Error(), ", did you mean "+name+"?") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, expr := range []string{"typ(1)", "json.encod(1)"} {
		if _, err := env.CompileFilter(expr); err == nil || strings.Contains(err.Error(), "type?") || strings.Contains(err.Error(), "json.encode") {
			t.Errorf("%s: %v", expr, err)
		}
	}
}

// TestEveryFunctionIsDocumented: LANGUAGE.md names each, outside of its running text.
func TestEveryFunctionIsDocumented(t *testing.T) {
	page, err := os.ReadFile("LANGUAGE.md")
	if err != nil {
		t.Fatal(err)
	}
	single := regexp.MustCompile("``.*``").ReplaceAllString(string(page), "")
	code := strings.Join(regexp.MustCompile("`[^`]+`").FindAllString(single, -1), "\n")
	for _, name := range callable(t) {
		if _, last, found := strings.Cut(name, "."); !regexp.MustCompile(`\b`+name+`\b`).MatchString(code) && !(found && regexp.MustCompile("`"+last+"`").MatchString(code)) {
			t.Errorf("%s is not in LANGUAGE.md", name)
		}
	}
}

// TestProblemsOfChecks: every problem of a check is listed, in the order of its fields.
func TestProblemsOfChecks(t *testing.T) {
	message := func(en string) map[string]string { return map[string]string{"en": en} }
	for name, test := range map[string]struct {
		check cel.Check
		want  []string
	}{
		"everything at once": {
			cel.Check{Name: "Bad Name", Type: "Quality", Match: "client.kin == \"\"", ForEachIn: "client.tags", ForEachAs: "tag",
				Require: "tag != \"\" && client.nam != \"\"", Path: "tags[].x", Message: map[string]string{"ru": "Плохо {{ client.regio }}\n и {{ }}", "en": "{{ client.contacts }}"}},
			[]string{
				`name:0:0: "Bad Name" is not a name: small letters, digits and inner hyphens, at most 63`,
				`match:1:7: a client record has no field kin, did you mean kind?`,
				`forEach.in:1:1: the expression gives a list of strings and must give a list of rows, such as client.contacts`,
				`path:0:0: "tags[].x": "x" is inside a value that has no parts`,
				`require:1:20: a client record has no field nam, did you mean name?`,
				`message.en:1:4: a list of rows cannot be shown in a message: name a text, number, time or truth value of it`,
				`message.ru:1:16: a client record has no field regio, did you mean region?`,
				`message.ru:2:4: the placeholder is empty: write {{ expression }}`,
			},
		},
		"type":    {cel.Check{Name: "a", Type: "quality"}, []string{`type:0:0: "quality" is unknown, want Quality or Segmentation`}},
		"require": {cel.Check{Name: "a", Type: "Quality"}, []string{`require:0:0: is missing: give an expression that is true for a client in order`}},
		"label":   {cel.Check{Name: "a", Type: "Segmentation"}, []string{`label:0:0: is missing: give an expression whose text is the label`}},
		"label type": {cel.Check{Name: "a", Type: "Segmentation", Label: "client.id"},
			[]string{`label:1:1: the expression gives an int and must give a text, such as client.companySize == "large" ? "large" : ""`}},
		"mixed types": {cel.Check{Name: "a", Type: "Quality", Require: "true", Label: "\"x\"", Reason: message("x")},
			[]string{`label:0:0: belongs to Segmentation rules: remove it`, `reason:0:0: belongs to Segmentation rules: remove it`}},
		"forEach without a list": {cel.Check{Name: "a", Type: "Quality", Require: "true", ForEachAs: "c"},
			[]string{`forEach.in:0:0: is missing: name a list of rows such as client.contacts`}},
		"forEach without a name": {cel.Check{Name: "a", Type: "Quality", Require: "true", ForEachIn: "client.contacts"},
			[]string{`forEach.as:0:0: "" is not a variable name: letters, digits and _, not a digit first, and no word of the language`}},
		"forEach with a taken name": {cel.Check{Name: "a", Type: "Quality", Require: "true", ForEachIn: "client.contacts", ForEachAs: "client"},
			[]string{`forEach.as:0:0: "client" is taken: choose another name`}},
		"forEach over a map": {cel.Check{Name: "a", Type: "Quality", Require: "true", ForEachIn: "client.properties", ForEachAs: "p"},
			[]string{`forEach.in:1:1: the expression gives a map and must give a list of rows, such as client.contacts`}},
		"match sees the client alone": {cel.Check{Name: "a", Type: "Quality", Require: "true", Match: "c.name == ''", ForEachIn: "client.contacts", ForEachAs: "c"},
			[]string{`match:1:1: there is no variable c: known are client, now`}},
		"path without forEach": {cel.Check{Name: "a", Type: "Quality", Require: "true", Path: "contacts[].name"},
			[]string{`path:0:0: [] stands for the row of forEach, and there is no forEach`}},
		"path to nowhere": {cel.Check{Name: "a", Type: "Quality", Require: "true", Path: "taxID.x"},
			[]string{`path:0:0: "taxID.x": there is no "taxID", did you mean taxId?`}},
		"path with an index where none is": {cel.Check{Name: "a", Type: "Quality", Require: "true", Path: "name[0]"},
			[]string{`path:0:0: "name[0]": name is not a list`}},
		"message not closed": {cel.Check{Name: "a", Type: "Quality", Require: "true", Message: message("x {{ client.name } y")},
			[]string{`message.en:1:3: "{{" is not closed: write {{ expression }}`}},
		"duration in a message": {cel.Check{Name: "a", Type: "Quality", Require: "true", Message: message("{{ now - client.createdAt }}")},
			[]string{`message.en:1:4: a duration cannot be shown in a message: name a text, number, time or truth value of it`}},
		"language": {cel.Check{Name: "a", Type: "Quality", Require: "true", Message: map[string]string{"EN": "x"}},
			[]string{`message:0:0: the module cannot describe itself: checks[0].messages.a: "EN" is not a language, want en, ru, uk or the like`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := problemsOf(t, func(e *cel.Env) (*cel.Compiled, error) { return e.Compile(test.check) })
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestErrorNamesEveryPlace(t *testing.T) {
	_, err := newEnv(t).Compile(cel.Check{Name: "a", Type: "Quality", Require: "client.nam == \"\"", Path: "x"})
	const want = "path: \"x\": there is no \"x\"\nrequire, line 1, column 7: a client record has no field nam, did you mean name?"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestEnvIsForManyGoroutines is for the race detector.
func TestEnvIsForManyGoroutines(t *testing.T) {
	env := newEnv(t, customFields...)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for _, c := range fiveChecks {
				c.ForEachAs = strings.Replace(c.ForEachAs, "contact", fmt.Sprint("contact", i%3), 1)
				c.Require = strings.Replace(c.Require, "contact.", c.ForEachAs+".", 1)
				c.Message = nil
				if _, err := env.Compile(c); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func TestNewEnvRefusesBadFields(t *testing.T) {
	_, err := cel.NewEnv([]cel.Field{{Name: "a", Type: "string"}, {Name: "a", Type: "date"}, {Type: "string"}, {Name: "b", Type: "text"}, {Name: "c"}})
	if err == nil || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("got %v", err)
	}
}

func TestDescription(t *testing.T) {
	for _, c := range fiveChecks {
		d := load(t, compile(t, newEnv(t), c).Wasm).Description()
		if d.ABI != abi.ModuleVersion || len(d.Checks) != 1 || d.Checks[0].Name != c.Name || d.Checks[0].Type != c.Type ||
			fmt.Sprint(d.Checks[0].Messages[c.Name]) != fmt.Sprint(c.Message) {
			t.Errorf("%s: %+v", c.Name, d)
		}
	}
}
