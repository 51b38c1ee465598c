package rules_test

import (
	"errors"
	"strings"
	"testing"

	"assay/rules"
)

func TestSelectorsChooseByLabels(t *testing.T) {
	objects := map[string]map[string]string{
		"none": nil, "default": {"set": "default"}, "sales": {"set": "own", "team": "sales", "assay/owner-kind": "Field"}, "empty": {"set": ""},
	}
	for selector, want := range map[string]string{
		"":                                "default empty none sales",
		"  ":                              "default empty none sales",
		"set":                             "default empty sales",
		"!set":                            "none",
		" ! set ":                         "none",
		"set=default":                     "default",
		"set == default":                  "default",
		"set=":                            "empty",
		"set!=default":                    "empty none sales",
		"set in (default, own)":           "default sales",
		"set in(own)":                     "sales",
		"set in (own,)":                   "empty sales",
		"set in ()":                       "empty",
		"set notin (default,own)":         "empty none",
		"set,team!=sales":                 "default empty",
		"set=own,team=sales":              "sales",
		"set=own,team=support":            "",
		"assay/owner-kind=Field":          "sales",
		"in in (in), in notin (x), !in":   "",
		"set\t=\nown , team in ( sales )": "sales",
	} {
		s, err := rules.ParseSelector(selector)
		if err != nil {
			t.Errorf("%q: %v", selector, err)
			continue
		}
		var got []string
		for _, name := range []string{"default", "empty", "none", "sales"} {
			if s.Matches(objects[name]) {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q chooses %q, want %q", selector, got, want)
		}
		if s.Everything() != (strings.TrimSpace(selector) == "") {
			t.Errorf("%q: everything is %v", selector, s.Everything())
		}
	}
}

func TestABadSelectorNamesThePlace(t *testing.T) {
	for selector, want := range map[string]rules.SelectorError{
		",":                             {1, ",", "the key of a label"},
		"a,":                            {3, "", "the key of a label"},
		"a b":                           {3, "b", "=, !=, in, notin or a comma"},
		"a=b c":                         {5, "c", "a comma"},
		"a=b=c":                         {4, "=", "a comma"},
		"a>1":                           {2, ">", "=, !=, in, notin or a comma"},
		"!a=b":                          {3, "=", "a comma"},
		"!":                             {2, "", "the key of a label"},
		"a in b":                        {6, "b", "("},
		"a in (b":                       {8, "", "a comma or )"},
		"a in (b c)":                    {9, "c", "a comma or )"},
		"a in (b)c":                     {9, "c", "a comma"},
		"a=ю":                           {3, "ю", "the value of a label"},
		"команда=x":                     {1, "команда", "the key of a label"},
		"a=b,,c":                        {5, ",", "the key of a label"},
		"-a":                            {1, "-a", "the key of a label"},
		"a=b/c":                         {3, "b/c", "the value of a label"},
		"=":                             {1, "=", "the key of a label"},
		"a=" + strings.Repeat("b", 100): {3, strings.Repeat("b", 100), "the value of a label"},
	} {
		_, err := rules.ParseSelector(selector)
		var bad *rules.SelectorError
		if !errors.As(err, &bad) || *bad != want {
			t.Errorf("%q: got %v, want %+v", selector, err, want)
			continue
		}
		if !strings.Contains(err.Error(), want.Want) {
			t.Errorf("%q: %q does not say what is expected", selector, err)
		}
	}
}

func FuzzSelector(f *testing.F) {
	for _, s := range []string{"a=b,!c,d in (e,f),g notin (h),i", "a in (", "a==", "!=", "((("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := rules.ParseSelector(text)
		if err == nil {
			s.Matches(map[string]string{"a": "b"})
			return
		}
		var bad *rules.SelectorError
		if !errors.As(err, &bad) || bad.At < 1 || bad.At > len([]rune(text))+1 {
			t.Errorf("%q: %v", text, err)
		}
	})
}
