package rules_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"assay/rules"
)

// recipe is a document of some program that reads its files as manifests are read.
type recipe struct {
	Name  string            `json:"name"`
	Steps []string          `json:"steps,omitempty"`
	With  map[string]string `json:"with,omitempty"`
}

// Validate implements rules.Checked.
func (r *recipe) Validate() []rules.Problem {
	if r.Name == "" {
		return []rules.Problem{{Path: "name", Message: "is missing"}}
	}
	return nil
}

func TestDecodeDocument(t *testing.T) {
	var got recipe
	if err := rules.DecodeDocument([]byte("# of soup\nname: soup\nsteps: [cut, boil]\nwith: {salt: \"1\"}\n"), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "soup" || !slices.Equal(got.Steps, []string{"cut", "boil"}) || got.With["salt"] != "1" {
		t.Errorf("%+v", got)
	}
}

func TestDecodeDocumentListsEveryProblem(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", "line 1, column 1: there is nothing in it"},
		{"# nothing\n", "line 1, column 1: there is nothing in it"},
		{"steps: []\n", "line 1, column 1: name: is missing"},
		{"nmae: soup\n", `line 1, column 1: nmae: unknown key; did you mean "name"?`},
		{"name: soup\nname: stew\n", "line 2, column 1: name: the key is here twice: first on line 1; remove one"},
		{"name: 7\nsteps: cut\n", "line 1, column 7: name: must be text, not a number; put it in quotes: \"7\"\nline 2, column 8: steps: must be a list, not text"},
		{"name: soup\nwith: {salt: true}\n", "line 2, column 14: with.salt: must be text, not true or false; put it in quotes: \"true\""},
		{"- soup\n", "line 1, column 1: must be a mapping (key: value), not a list"},
		{"name: soup\n---\nname: stew\n", "line 3, column 1: a second document begins here, and one is expected; remove it"},
	} {
		var bad *rules.ParseError
		err := rules.DecodeDocument([]byte(tt.text), &recipe{})
		if !errors.As(err, &bad) || strings.TrimSpace(err.Error()) != tt.want {
			t.Errorf("%q:\n%v\nwant\n%s", tt.text, err, tt.want)
		}
	}
}
