package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"assay/rules"
)

func TestScan(t *testing.T) {
	cases := []struct {
		template string
		want     []string
		err      string
	}{
		{"", nil, ""},
		{"no placeholder, { and } mean nothing", nil, ""},
		{"{{ name }}", []string{"name"}, ""},
		{"{{name}} and {{ other }} and {{  name }}", []string{"name", "other", "name"}, ""},
		{`{{ contact.name != "" ? contact.name : "…" }} has`, []string{`contact.name != "" ? contact.name : "…"`}, ""},
		{`{{ {"a": 1}["a"] }} and {{ its }}`, []string{`{"a": 1}["a"]`, "its"}, ""},
		{`{{ "}}" }}`, []string{`"}}"`}, ""},
		{`{{ {"a": {}}}}`, []string{`{"a": {}}`}, ""},
		{"{{ }}", nil, `the placeholder is empty: write {{ expression }} (at character 1)`},
		{"ы {{ name }", nil, `"{{" is not closed: write {{ expression }} (at character 3)`},
		{"{{ name", nil, `"{{" is not closed: write {{ expression }} (at character 1)`},
		{"name }} x", nil, `"}}" has no "{{" before it (at character 6)`},
		{"{{ a }} b }}", []string{"a"}, `"}}" has no "{{" before it (at character 11)`},
	}
	for _, c := range cases {
		found, err := rules.Scan(c.template)
		var got []string
		for _, p := range found {
			got = append(got, p.Key)
			if c.template[p.KeyAt:p.KeyAt+len(p.Key)] != p.Key {
				t.Errorf("%s: %q does not begin at byte %d", c.template, p.Key, p.KeyAt)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.template, got, c.want)
		}
		if (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: got error %v, want %q", c.template, err, c.err)
		}
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
		{"{{ }}{{{ name }}}", "……"},
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
