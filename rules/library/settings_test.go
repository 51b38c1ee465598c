package library_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"assay/rules"
	"assay/server/crm"
)

var today = time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC)

// TestTheRuleGoesBeforeTheLibrary: what the user's rule says replaces what the library says, and may speak of
// the settings.
func TestTheRuleGoesBeforeTheLibrary(t *testing.T) {
	plain := compile(t, enable(t, "region", nil, ""))
	own := compile(t, enable(t, "region", []byte(`{"kinds":["company","person"]}`),
		`,"severity":"error","severityBy":"client.kind == 'company' ? 'warning' : ''","match":"client.stage == 'won' && client.kind in settings.kinds","message":{"en":"where is this {{ client.kind }} of {{ settings.kinds.size() }} kinds?"}`))
	client := &crm.Client{Kind: "company", Stage: "won"}
	if f := judge(t, plain, today, client); plain.Spec.Severity != rules.Info || len(f) != 1 || text(plain, f[0], "ru") != "Не указан регион. Укажите его." {
		t.Errorf("%s %+v", plain.Spec.Severity, f)
	}
	f := judge(t, own, today, client)
	if own.Spec.Severity != rules.Error || len(f) != 1 || f[0].Severity != "warning" || f[0].Path != "region" || text(own, f[0], "ru") != "where is this company of 2 kinds?" {
		t.Errorf("%s %+v", own.Spec.Severity, f)
	}
	for _, other := range []*crm.Client{{Kind: "company", Stage: "lead"}, {Kind: "soleTrader", Stage: "won"}} {
		if f := judge(t, own, today, other); len(f) != 0 || len(judge(t, plain, today, other)) != 1 {
			t.Errorf("%+v: %+v", other, f)
		}
	}
}

func TestMistakesBesideTheLibraryAreThatRules(t *testing.T) {
	for more, want := range map[string]string{
		`,"match":"client.regoin == ''"`:                           "spec.match: line 1, column 7: a client record has no field regoin, did you mean region?",
		`,"match":"size(settings.kind) > 0"`:                       "spec.match: line 1, column 14: there is no setting kind, did you mean kinds?",
		`,"match":"true\n && has(settings.days)"`:                  "spec.match: line 2, column 8: there is no setting days",
		`,"match":"settings == 1"`:                                 "spec.match: line 1, column 1: there is no variable settings",
		`,"message":{"en":"{{ client[settings.kinds] }}"}`:         "spec.message.en: line 1, column 10: [] does not take",
		`,"message":{"ru":"abc {{ settings.none }}"}`:              "spec.message.ru: line 1, column 16: there is no setting none",
		`,"severityBy":"size(settings.kinds) == 0 ? 'a' : 'info'"`: `spec.severityBy: line 1, column 1: "a" is no severity`,
	} {
		_, err := compiler.Compile(t.Context(), enable(t, "region", nil, more))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v\nwant %s", more, err, want)
		}
	}
}

// TestBoundsOfNothingAreRefused: a lower bound above its upper one is a mistake, equal ones are not.
func TestBoundsOfNothingAreRefused(t *testing.T) {
	for name, settings := range map[string][2]string{
		"number-range": {`{"field":"activity.revenue","min":5,"max":4.5}`, `{"field":"activity.revenue","min":5,"max":5}`},
		"date-range":   {`{"field":"nextContactAt","from":"2026-02-01","to":"2026-01-31"}`, `{"field":"nextContactAt","from":"2026-02-01","to":"2026-02-01"}`},
	} {
		_, err := compiler.Compile(t.Context(), enable(t, name, []byte(settings[0]), ""))
		if err == nil || !strings.Contains(err.Error(), "so that no value would do; exchange them") || !strings.Contains(err.Error(), "spec.settings.") {
			t.Errorf("%s: %v", name, err)
		}
		compile(t, enable(t, name, []byte(settings[1]), ""))
	}
}

// TestSettingsOfOneRuleAreNotAnothers: many rules of one entry, each with its own.
func TestSettingsOfOneRuleAreNotAnothers(t *testing.T) {
	week, month := compile(t, enable(t, "silent", []byte(`{"days":7}`), "")), compile(t, enable(t, "silent", []byte(`{"days":30}`), ""))
	client := &crm.Client{Activity: crm.Activity{LastInteractionAt: crm.TimeOf(today.AddDate(0, 0, -14))}}
	if a, b := judge(t, week, today, client), judge(t, month, today, client); len(a) != 1 || len(b) != 0 {
		t.Errorf("a week: %v, a month: %v", a, b)
	}
}

// hostile are texts that would be more than texts if they were pasted into an expression, a template or a path.
var hostile = []string{`"`, `'`, `\`, `\"`, "\n", "\r", "\t", "\x00", `") || true`, `")) || true`, `"] || true || client.region in ["`, `' + client.name + '`, `"""`, `'''`, `r"`, "`",
	`{{ client.name }}`, `}}`, `{{`, `\u0022`, `\x22 || true`, "\u2028", "\ufeff", "я𝄞", `%s`, `$1`, `client.name`, `settings.values`, `//`, `/* */`, "a\u0301"}

// FuzzTexts holds that a setting is the text it is, whatever stands in it: it is compared, searched for and shown
// as it was written, and no part of it is read as CEL.
func FuzzTexts(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "")
		if s == "" || len(s) > 300 {
			t.Skip()
		}
		values, err := json.Marshal(map[string]any{"field": "region", "values": []string{s, "other"}})
		if err != nil {
			t.Fatal(err)
		}
		rule := compile(t, enable(t, "one-of", values, ""))
		for region, want := range map[string]int{s: 0, "other": 0, s + "x": 1, "x" + s: 1, "client.name": 1, "Ромашка": 1} {
			if region == s || region == "other" {
				want = 0
			}
			found := judge(t, rule, today, &crm.Client{Name: "Ромашка", Region: region})
			if len(found) != want {
				t.Fatalf("values %q, region %q: %d findings, want %d", s, region, len(found), want)
			}
			if message := "region is " + region + " and must be one of: " + s + ", other."; want == 1 && text(rule, found[0], "en") != message {
				t.Errorf("says %q\nwant %q", text(rule, found[0], "en"), message)
			}
		}
		showsExample(t, s)
		refusesField(t, s)
	})
}

// showsExample: a text inside of an expression of a message.
func showsExample(t *testing.T, s string) {
	settings, err := json.Marshal(map[string]string{"field": "region", "pattern": "^a$", "example": s})
	if err != nil {
		t.Fatal(err)
	}
	if len([]rune(s)) > 200 {
		return
	}
	rule := compile(t, enable(t, "pattern", settings, ""))
	found := judge(t, rule, today, &crm.Client{Region: "b"})
	if want := "region does not have its form: b; expected is such as " + s + "."; len(found) != 1 || text(rule, found[0], "en") != want {
		t.Errorf("%+v, want %q", found, want)
	}
}

// refusesField: a name of a field that is none is refused, and never read as an expression.
func refusesField(t *testing.T, s string) {
	settings, err := json.Marshal(map[string]string{"field": "region" + s})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := compiler.Compile(t.Context(), enable(t, "required", settings, "")); err == nil || !strings.Contains(err.Error(), "spec.settings.field") {
		t.Errorf("the field %q: %v", "region"+s, err)
	}
}

// TestPropertiesWithAnyName: a property may be called anything, and is read by that name.
func TestPropertiesWithAnyName(t *testing.T) {
	for _, name := range hostile {
		settings, err := json.Marshal(map[string]string{"field": "properties." + name, "pattern": "^gold$"})
		if err != nil {
			t.Fatal(err)
		}
		rule := compile(t, enable(t, "pattern", settings, ""))
		for value, want := range map[string]int{"gold": 0, "silver": 1, "": 0} {
			found := judge(t, rule, today, &crm.Client{Properties: map[string]string{name: value, "x": "silver"}})
			if len(found) != want || want == 1 && found[0].Path != "properties."+name {
				t.Errorf("property %q of %q: %+v", name, value, found)
			}
		}
	}
}
