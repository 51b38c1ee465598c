package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/rules"
)

func TestPlaceholders(t *testing.T) {
	cases := []struct {
		template string
		want     []string
		err      string
	}{
		{"", nil, ""},
		{"no placeholder, { and } mean nothing", nil, ""},
		{"{{ name }}", []string{"name"}, ""},
		{"{{name}} and {{ other }} and {{  name }}", []string{"name", "other"}, ""},
		{`{{ contact.name != "" ? contact.name : "…" }} has`, []string{`contact.name != "" ? contact.name : "…"`}, ""},
		{`{{ {"a": 1}["a"] }} and {{ it's }}`, []string{`{"a": 1}["a"]`, "it's"}, ""},
		{`{{ "}}" }}`, []string{`"`}, "}} without {{ before it at character 9"}, // the first }} ends it
		{"{{ }}", nil, "{{ }} at character 1 has nothing between"},
		{"ы {{ name }", nil, "{{ at character 3 is not closed"},
		{"{{ name", nil, "{{ at character 1 is not closed"},
		{"name }} x", nil, "}} without {{ before it at character 6"},
		{"{{ a }} b }}", []string{"a"}, "}} without {{ before it at character 11"},
	}
	for _, c := range cases {
		got, err := rules.Placeholders(c.template)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.template, got, c.want)
		}
		if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: got error %v, want %q", c.template, err, c.err)
		}
	}
}

func TestAllPlaceholdersAreInOneOrder(t *testing.T) {
	got, err := rules.AllPlaceholders(map[string]string{"uk": "{{ c }}{{ a }}", "ru": "{{ b }}{{ a }}", "en": "{{ a }}"})
	if err != nil || !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := rules.AllPlaceholders(map[string]string{"ru": "{{ b"}); err == nil || !strings.Contains(err.Error(), "ru: {{ at character 1") {
		t.Errorf("got %v", err)
	}
}

func TestRender(t *testing.T) {
	params := func(key string) (string, bool) {
		value, ok := map[string]string{"name": "Анна", "braces": "{{ name }}", "empty": ""}[key]
		return value, ok
	}
	cases := []struct{ template, want string }{
		{"", ""},
		{"plain", "plain"},
		{"{{ name }}: no {{name}}", "Анна: no Анна"},
		{"[{{ empty }}]", "[]"},
		{"{{ braces }}", "{{ name }}"}, // a value is not a template
		{"{{ unknown }} is here", "… is here"},
		{"{{ name }} and {{ broken", "Анна and {{ broken"},
		{"{{ name }} and }} {{ name }}", "Анна and }} Анна"},
		{"{{ }}{{{ name }}}", "……}"},
	}
	for _, c := range cases {
		if got := rules.Render(c.template, params); got != c.want {
			t.Errorf("%s: got %q, want %q", c.template, got, c.want)
		}
	}
}

func TestTextFallsBack(t *testing.T) {
	cases := []struct {
		texts map[string]string
		lang  string
		want  string
	}{
		{map[string]string{"en": "e", "ru": "r", "uk": "u"}, "uk", "u"},
		{map[string]string{"en": "e", "ru": "r"}, "uk", "e"},
		{map[string]string{"ru": "r", "uk": "u"}, "en", "r"},
		{map[string]string{"uk": "u"}, "de", "u"},
		{map[string]string{"en": "", "uk": "u"}, "en", "u"},
		{nil, "en", ""},
	}
	for _, c := range cases {
		if got := rules.Text(c.texts, c.lang); got != c.want {
			t.Errorf("%v in %s: got %q, want %q", c.texts, c.lang, got, c.want)
		}
	}
}

func ExampleRender() {
	messages := map[string]string{"en": "{{ contact.name }} has no job title"}
	params := map[string]string{"contact.name": "Anna"}
	fmt.Println(rules.Render(rules.Text(messages, "uk"), func(key string) (string, bool) {
		value, ok := params[key]
		return value, ok
	}))
	// Output: Anna has no job title
}
