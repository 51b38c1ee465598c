package cel_test

import (
	"strings"
	"testing"

	"assay/rules/cel"
)

// TestSettingsAreConstants: the values that a check is given stand in the place of settings.<name> in all its
// expressions, and what names a field is that field.
func TestSettingsAreConstants(t *testing.T) {
	settings := map[string]cel.Setting{
		"yes": {Value: true, Given: true}, "days": {Value: int64(90), Given: true}, "rate": {Value: 0.5}, "text": {Value: `a"b\{{`, Given: true}, "list": {Value: []string{"x", `"`}},
		"none": {Value: []string(nil)}, "field": {Value: "region", Holds: cel.HoldsText, Given: true}, "deep": {Value: "activity.revenue", Holds: cel.HoldsNumber},
		"custom": {Value: "fields.gln", Holds: cel.HoldsAnything}, "property": {Value: "properties.area", Holds: cel.HoldsText}, "absent": {Value: "properties.no", Holds: cel.HoldsText},
	}
	for expr, want := range map[string]string{
		"settings.yes": "true", "settings.days + 1": "91", "settings.rate * 2.0": "1", "settings.text": `a"b\{{`, "settings.list.join('-')": `x-"`, "size(settings.none)": "0",
		`"x" in settings.list`: "true", `"x" in settings.none`: "false", `settings.list.exists(s, s == "\"")`: "true",
		"has(settings.days)": "true", "has(settings.rate)": "false", "now - days(settings.days) < now": "true",
		"settings.field": "region", "client[settings.field]": "Москва", "client[?settings.field].hasValue()": "true", "client[settings.deep]": "152000.5",
		"client[settings.custom]": "4607001234567", "client[settings.property]": "120", "client[settings.absent]": "", "client[?settings.absent].hasValue()": "false",
		`client.contacts.all(c, c.name != settings.text)`: "true",
	} {
		c := quality("!settings.yes", "{{ "+expr+" }}")
		c.Settings = settings
		module := load(t, compile(t, newEnv(t, cel.Field{Name: "gln", Type: "string"}), c).Wasm)
		rows := run(t, module, cardOf(t, fullClient()))[0]
		if len(rows) != 1 || len(rows[0].Params) != 1 || rows[0].Params[0].Value != want || rows[0].Params[0].Key != expr {
			t.Errorf("%s: %+v, want %q", expr, rows, want)
		}
	}
}

// TestWithoutSettingsThereAreNone: only who is given settings can speak of them.
func TestWithoutSettingsThereAreNone(t *testing.T) {
	env := newEnv(t)
	_, err := env.Compile(quality("settings.days > 1", ""))
	if err == nil || !strings.Contains(err.Error(), "there is no variable settings") {
		t.Error(err)
	}
	c := quality("size(settings.list) > 1 && settings.day > 1", "")
	c.Settings = map[string]cel.Setting{"list": {Value: []string{}}, "days": {Value: int64(1)}}
	if _, err = env.Compile(c); err == nil || !strings.Contains(err.Error(), "require, line 1, column 36: there is no setting day, did you mean days?") {
		t.Error(err)
	}
}
