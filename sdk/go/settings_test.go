package assay_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/sdk/go"
	"assay/sdk/go/assaytest"
)

type kinds struct {
	Name   string   `json:"name" title:"Name \"x\"" required:"true" minLength:"1" maxLength:"5"`
	Ratio  float64  `json:"ratio" minimum:"0.5" maximum:"1e3" default:"1.5"`
	Days   int      `json:"days" minimum:"-10" maximum:"10" default:"3"`
	Count  int64    `json:"count"`
	Strict bool     `json:"strict" default:"true"`
	Choice choice   `json:"choice" enum:"a,b" default:"b"`
	List   []string `json:"list" default:"x,y"`
	Exact  int64    `json:"exact" minimum:"-0.5" maximum:"9007199254740992"`
	Skip   chan int `json:"-"`
	own    string
}

type choice string

func (s *kinds) Validate() error {
	if s.own = "of " + s.Name; s.Name == "bad" {
		return errors.New("name must not be bad")
	}
	return nil
}

var last kinds

var kindsCheck = assay.Quality("kinds", func(s *kinds, _ assay.Client, _ *assay.Report) { last = *s })

func TestSettingsAreDecoded(t *testing.T) {
	standard := kinds{Name: "n", Ratio: 1.5, Days: 3, Strict: true, Choice: "b", List: []string{"x", "y"}, own: "of n"}
	with := func(change func(*kinds)) kinds {
		k := standard
		change(&k)
		return k
	}
	for text, want := range map[string]kinds{
		`{"name":"n"}`: standard,
		"\t{ \"na\\u006de\" : \"n\" ,\n\"strict\":false, \"list\":[ ] }\r\n": with(func(k *kinds) { k.Strict, k.List = false, nil }),
		`{"name":"n","days":-10,"ratio":5e-1,"count":9223372036854775807}`:   with(func(k *kinds) { k.Days, k.Ratio, k.Count = -10, 0.5, 1<<63-1 }),
		`{"name":"n","days":1.0e1,"count":-9223372036854775808}`:             with(func(k *kinds) { k.Days, k.Count = 10, -1<<63 }),
		`{"name":"n","count":1e18}`:                                          with(func(k *kinds) { k.Count = 1e18 }),
		`{"name":"n","count":9007199254740993.0}`:                            with(func(k *kinds) { k.Count = 1<<53 + 1 }),
		`{"name":"n","count":9223372036854775807.000}`:                       with(func(k *kinds) { k.Count = 1<<63 - 1 }),
		`{"name":"n","count":-92233720368547758.08E+2}`:                      with(func(k *kinds) { k.Count = -1 << 63 }),
		`{"name":"n","count":0e-1,"days":0}`:                                 with(func(k *kinds) { k.Days = 0 }),
		`{"name":"n","count":0.00120e4,"days":-0.0e-99999999999}`:            with(func(k *kinds) { k.Count, k.Days = 12, 0 }),
		`{"choice":"a","name":"n","list":["","\ud834\udd1e\ud834","\"\\\/\b\f\n\r\té"]}`: with(func(k *kinds) {
			k.Choice, k.List = "a", []string{"", "𝄞\ufffd", "\"\\/\b\f\n\r\té"}
		}),
	} {
		last = kinds{}
		assaytest.Run(t, kindsCheck, text, assaytest.Client{}, now)
		if len(last.List) == 0 {
			last.List = nil
		}
		if !reflect.DeepEqual(last, want) {
			t.Errorf("%s\ngot  %+v\nwant %+v", text, last, want)
		}
	}
}

func TestSettingsThatAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		`{}`:                                        "name: is required",
		`{"name":1}`:                                "name: must be a text",
		`{"name":""}`:                               "name: must have at least 1 characters",
		`{"name":"шестеро"}`:                        "name: must have at most 5 characters",
		`{"name":"bad"}`:                            "name must not be bad",
		`{"name":"n","name":"m"}`:                   "name: stands twice",
		`{"name":"n","nmae":"m"}`:                   "nmae: is unknown, there are name, ratio, days, count, strict, choice, list, exact",
		`{"name":"n","ratio":0.4}`:                  "ratio: must be at least 0.5",
		`{"name":"n","ratio":1001}`:                 "ratio: must be at most 1e3",
		`{"name":"n","ratio":"1"}`:                  "ratio: must be a number",
		`{"name":"n","ratio":1e999}`:                "ratio: must be a number",
		`{"name":"n","days":11}`:                    "days: must be at most 10",
		`{"name":"n","days":1.5}`:                   "days: must be an integer",
		`{"name":"n","days":null}`:                  "days: must be an integer",
		`{"name":"n","days":-}`:                     "days: must be an integer",
		`{"name":"n","count":1e19}`:                 "count: must be an integer",
		`{"name":"n","count":9223372036854775808}`:  "count: must be an integer",
		`{"name":"n","count":-9223372036854775809}`: "count: must be an integer",
		`{"name":"n","count":9007199254740993.5}`:   "count: must be an integer",
		`{"name":"n","count":1e-1}`:                 "count: must be an integer",
		`{"name":"n","count":1e99999999999}`:        "count: must be an integer",
		`{"name":"n","exact":9007199254740993}`:     "exact: must be at most 9007199254740992",
		`{"name":"n","strict":1}`:                   "strict: must be true or false",
		`{"name":"n","choice":"c"}`:                 "choice: must be one of a, b",
		`{"name":"n","list":[1]}`:                   "list: must be a list of texts",
		`{"name":"n","list":["a" "b"]}`:             "list: must be a list of texts",
		`{"name":"\ud8"}`:                           "name: must be a text",
		`{"name":"\x"}`:                             "name: must be a text",
		"{\"name\":\"\n\"}":                         "name: must be a text",
		`[]`:                                        "settings: want a JSON object",
		`{"name":"n"`:                               "settings: want a JSON object",
		`{"name":"n",}`:                             "settings: want a JSON object",
		`{"name":"n"}x`:                             "settings: want a JSON object",
		`{"name" "n"}`:                              "settings: want a JSON object",
	} {
		if got := assaytest.Refusal(kindsCheck, text); got != says {
			t.Errorf("%s is refused with %q, want %q", text, got, says)
		}
	}
	if got := assaytest.Refusal(failing, `{"a":1}`); got != "a: is unknown, there is nothing to set" {
		t.Errorf("settings of a check without any are refused with %q", got)
	}
}

func TestSchemaIsDerived(t *testing.T) {
	want := `{"abi":1,"checks":[{"name":"kinds","type":"Quality","settings":{"type":"object","additionalProperties":false,"required":["name"],"properties":{` +
		`"name":{"type":"string","title":"Name \"x\"","minLength":1,"maxLength":5},"ratio":{"type":"number","default":1.5,"minimum":0.5,"maximum":1e3},` +
		`"days":{"type":"integer","default":3,"minimum":-10,"maximum":10},"count":{"type":"integer"},"strict":{"type":"boolean","default":true},` +
		`"choice":{"type":"string","default":"b","enum":["a","b"]},"list":{"type":"array","items":{"type":"string"},"default":["x","y"]},"exact":{"type":"integer","minimum":-0.5,"maximum":9007199254740992}}}}]}`
	if got := assay.Describe(kindsCheck); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDescriptionHasTextsInOneOrder(t *testing.T) {
	var got string
	assay.Undeclared(func() {
		c := assay.Segmentation("abc", func(*assay.NoSettings, assay.Client, *assay.Report) {}).
			Label("A", assay.Texts{"uk": "3", "en": "1", "ru": "2"}).Label("B", nil).Message("A", assay.Texts{"ru": "б", "en": "\"a\"\n"})
		got = assay.Describe(c)
	})
	want := `{"abi":1,"checks":[{"name":"abc","type":"Segmentation","messages":{"A":{"en":"\"a\"\n","ru":"б"}},"labels":{"A":{"title":{"en":"1","ru":"2","uk":"3"}},"B":{}}}]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !json.Valid([]byte(assaytest.Description())) {
		t.Errorf("the description of all checks is not JSON: %s", assaytest.Description())
	}
}

func nothing[S any](*S, assay.Client, *assay.Report) {}

// A declaration that cannot be described ends the program when it starts, with a sentence for its author.
func TestDeclarationsThatPanic(t *testing.T) {
	for says, declare := range map[string]func(){
		`check "Upper": the name is not made of small letters`: func() { assay.Quality("Upper", nothing[assay.NoSettings]) },
		`check "kinds" is declared twice`:                      func() { assay.Quality("kinds", nothing[assay.NoSettings]) },
		`settings int are not a struct`:                        func() { assay.Quality("x", nothing[int]) },
		`.A: has no json tag`:                                  func() { assay.Quality("x", nothing[struct{ A int }]) },
		`.A: the type is none of string, bool`: func() {
			assay.Quality("x", nothing[struct {
				A uint8 `json:"a"`
			}])
		},
		`.A: the tag has "maxx", which is none of json, title, default, required, minimum, maximum`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" maxx:"3"`
			}])
		},
		`minimum is "x", which is no limit`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" minimum:"x"`
			}])
		},
		`minimum is "1", which is no limit`: func() {
			assay.Quality("x", nothing[struct {
				A string `json:"a" minimum:"1"`
			}])
		},
		`maxLength is "-1", which is no limit`: func() {
			assay.Quality("x", nothing[struct {
				A string `json:"a" maxLength:"-1"`
			}])
		},
		`enum is "a, b", which is no limit`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" enum:"a,b"`
			}])
		},
		`the default "x" is no value`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" default:"x"`
			}])
		},
		`the default "5" is no value`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" default:"5" maximum:"4"`
			}])
		},
		`the default "c" is no value`: func() {
			assay.Quality("x", nothing[struct {
				A string `json:"a" default:"c" enum:"a,b"`
			}])
		},
		`is required and has a default`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" default:"1" required:"true"`
			}])
		},
		`required is "yes", want "true" or "false"`: func() {
			assay.Quality("x", nothing[struct {
				A int `json:"a" required:"yes"`
			}])
		},
		`message: the code "Bad" is not made`: func() { assay.Quality("x", nothing[assay.NoSettings]).Message("Bad", nil) },
		`message "a" stands twice`:            func() { assay.Quality("x", nothing[assay.NoSettings]).Message("a", nil).Message("a", nil) },
		`only a segmentation has labels`:      func() { assay.Quality("x", nothing[assay.NoSettings]).Label("a", nil) },
		`label "" has not 1 to 255 bytes`:     func() { assay.Segmentation("x", nothing[assay.NoSettings]).Label("", nil) },
	} {
		assay.Undeclared(func() {
			defer func() {
				if what := fmt.Sprint(recover()); !strings.HasPrefix(what, "assay: check ") || !strings.Contains(what, says) {
					t.Errorf("panic %s, want one that says %s", what, says)
				}
			}()
			declare()
		})
	}
}

// Settings are read as encoding/json reads them, but for what that is too kind to.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{`{"name":"n"}`, `{"name":"a\ud834\udd1e","list":["x","\u00e9"],"days":3.0,"ratio":1E+2,"strict":false}`, ` { } `, `{"name":"n","count":-1}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if assay.Decoded(kindsCheck, text) != "" {
			return
		}
		var theirs map[string]any
		if err := json.Unmarshal([]byte(text), &theirs); err != nil {
			t.Fatalf("%q is accepted: %v", text, err)
		}
		assaytest.Run(t, kindsCheck, text, assaytest.Client{}, now)
		if name, ok := theirs["name"].(string); !ok || strings.ToValidUTF8(last.Name, "\ufffd") != name && !strings.Contains(name, "\ufffd") {
			t.Errorf("%q: the name is %q, encoding/json says %q", text, last.Name, name)
		}
		if days, ok := theirs["days"].(float64); ok && float64(last.Days) != days {
			t.Errorf("%q: days are %d, encoding/json says %v", text, last.Days, days)
		}
		if list, ok := theirs["list"].([]any); ok && len(list) != len(last.List) {
			t.Errorf("%q: the list is %q, encoding/json says %q", text, last.List, list)
		}
	})
}

func TestDatesAreThoseOfPackageTime(t *testing.T) {
	const most = 4_000_000 // days on either side of 1970
	for day := int64(-most); day <= most; day += 97 {
		ms := day*assay.Day + day&0xffff
		want := time.UnixMilli(ms).UTC()
		if want.Year() < 1 {
			continue
		}
		if got := assay.FormatDate(ms); got != want.Format("2006-01-02") && got != fmt.Sprintf("%04d-%02d-%02d", want.Year(), want.Month(), want.Day()) {
			t.Fatalf("%d ms is %s, package time says %s", ms, got, want.Format(time.DateOnly))
		}
	}
	for ms, want := range map[int64]string{-1: "1969-12-31", 0: "1970-01-01", 951782400000: "2000-02-29", -62135596800001: "0000-12-31", -62167219200001: "-0001-12-31"} {
		if got := assay.FormatDate(ms); got != want {
			t.Errorf("%d ms is %s, want %s", ms, got, want)
		}
	}
}

func TestTagsThatNobodyReads(t *testing.T) {
	const other = `, which is not of the form minimum:"0"`
	for tag, want := range map[string]string{
		`json:"a" title:"A \"b\" \\" enum:""`: "",
		`json:"a" minimum=3`:                  `the tag goes on with "minimum=3"` + other,
		`json:"a" minimum: "3"`:               `the tag goes on with "minimum: \"3\""` + other,
		`json:"a" minimum:"3`:                 `the tag goes on with "minimum:\"3"` + other,
		`json:"a" "3"`:                        `the tag goes on with "\"3\""` + other,
		`json:"a" assay:"max=3"`:              `the tag has "assay", which is none of json, title, default, required, minimum, maximum, minLength, maxLength, enum`,
	} {
		if got := assay.UnknownTag(tag); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}
