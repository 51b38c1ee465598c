package main

import (
	"fmt"
	"math"
	"strings"
)

// figures are what the parts measured and aims are held against, by the names of the part and of what was measured:
// "evaluation/OPA" is ns a client on two workers, "import/SQLite"
// clients a second, "growth/slope of opening" how many times as much it takes with ten times as many clients.
type figures map[string]float64

// aim is what the measured should be.
type aim struct {
	what  string
	most  bool // at most the bound, otherwise at least
	bound float64
	unit  string
	of    func(figures) (float64, error)
	alike func(figures) (float64, error) // the same where neither side makes results of what it finds; nil: there is no such pair
}

// What most aims are about.
const (
	fusedRules   = "evaluation/Assay, CEL, fused"
	fusedCounted = "evaluation/Assay, CEL, fused, counting"
)

// aims are those that Assay has set itself, on two cores.
var aims = []aim{
	{"Fused CEL rules, beside Go over the same bytes", true, 1.3, "×", ratio(fusedRules, "evaluation/Go over cards"), ratio(fusedCounted, "evaluation/Go over cards, counting")},
	{"CEL rules apart, beside Go over the same bytes", true, 2.5, "×", ratio("evaluation/Assay, CEL, apart", "evaluation/Go over cards"), nil},
	{"DuckDB over nested lists, beside fused CEL rules", false, 2, "×", ratio("evaluation/DuckDB, nested lists", fusedRules), ratio("evaluation/DuckDB, nested lists", fusedCounted)},
	{"PostgreSQL over jsonb, beside fused CEL rules", false, 6, "×", ratio("evaluation/PostgreSQL, jsonb", fusedRules), ratio("evaluation/PostgreSQL, jsonb", fusedCounted)},
	{"SQLite over JSON, beside fused CEL rules", false, 25, "×", ratio("evaluation/SQLite, JSON text", fusedRules), ratio("evaluation/SQLite, JSON text", fusedCounted)},
	{"cel-go over decoded values, beside fused CEL rules", false, 10, "×", ratio("evaluation/cel-go over maps", fusedRules), ratio("evaluation/cel-go over maps", fusedCounted)},
	{"cel-go over JSON, beside fused CEL rules", false, 40, "×", ratio("evaluation/cel-go over JSON", fusedRules), ratio("evaluation/cel-go over JSON", fusedCounted)},
	{"OPA, beside fused CEL rules", false, 100, "×", ratio("evaluation/OPA", fusedRules), ratio("evaluation/OPA", fusedCounted)},
	{"Extism a record, beside fused CEL rules", false, 50, "×", ratio("evaluation/Extism, plugin in C", fusedRules), ratio("evaluation/Extism, plugin in C", fusedCounted)},
	{"Import, beside PocketBase's", false, 5, "×", ratio("import/Assay", "import/PocketBase"), nil},
	{"First page of the report at the largest base, p99", true, 5, " ms", value("growth/report p99"), nil},
	{"The steepest growth, for ten times as many clients", true, 10, "×", steepest, nil},
}

// absent is a figure that was not measured because its part was not.
type absent string

func (a absent) Error() string { return "the part " + string(a) + " was not measured" }

// value is a figure as it is.
func value(name string) func(figures) (float64, error) {
	return func(f figures) (float64, error) { return f.get(name) }
}

// ratio is how many times the second figure the first one is.
func ratio(of, to string) func(figures) (float64, error) {
	return func(f figures) (float64, error) {
		a, err := f.get(of)
		if err != nil {
			return 0, err
		}
		b, err := f.get(to)
		return a / b, err
	}
}

// slope begins the names of the figures that tell growth.
const slope = "growth/slope of "

// steepest is the largest slope. There is none where one size was measured.
func steepest(f figures) (float64, error) {
	_, v, err := f.steepest()
	return v, err
}

// steepest is the figure with the largest slope.
func (f figures) steepest() (what string, v float64, err error) {
	v = math.Inf(-1)
	for name, of := range f {
		if figure, is := strings.CutPrefix(name, slope); is && of > v {
			what, v = figure, of
		}
	}
	if what == "" {
		return "", 0, absent("growth")
	}
	return what, v, nil
}

// get fails with absent if the part was not measured, and otherwise if it has measured no such thing: an aim that nothing is held
// against is a mistake of ours.
func (f figures) get(name string) (float64, error) {
	if v, ok := f[name]; ok {
		return v, nil
	}
	part, _, _ := strings.Cut(name, "/")
	for other := range f {
		if strings.HasPrefix(other, part+"/") {
			return 0, fmt.Errorf("an aim is about %q, which the part %s does not measure", name, part)
		}
	}
	return 0, absent(part)
}

// aimsTable says which aims are met, which a small run cannot, and which were not measured.
func aimsTable(f figures, small bool) (table, error) {
	t := table{title: "Aims", header: []string{"", "aim", "measured", "both counting", ""},
		about: "What Assay has set itself on two cores; × is a ratio within this run. Held against it is Assay with a result made of every finding, its texts and parameters, as a server does; other engines count what they find, and beside it stands what is measured where Assay counts too. Growth of 10 is that of the base, of single runs."}
	if what, _, err := f.steepest(); err == nil {
		t.about += " The steepest is that of " + what + "."
	}
	for _, a := range aims {
		word := "at least "
		if a.most {
			word = "at most "
		}
		row := []string{a.what, word + number(a.bound) + a.unit}
		switch v, err := a.of(f); err.(type) {
		case nil:
			alike, err := a.counting(f)
			if err != nil {
				return table{}, err
			}
			row = append(row, number(v)+a.unit, alike, a.verdict(v, small))
		case absent:
			row = append(row, "", "", "not measured")
		default:
			return table{}, err
		}
		t.rows = append(t.rows, row)
	}
	return t, nil
}

// counting is the figure of both counting, "" where there is none.
func (a aim) counting(f figures) (string, error) {
	if a.alike == nil {
		return "", nil
	}
	v, err := a.alike(f)
	return number(v) + a.unit, err
}

func (a aim) verdict(v float64, small bool) string {
	switch {
	case small:
		return "too small to say"
	case a.most && v <= a.bound, !a.most && v >= a.bound:
		return "met"
	}
	return "missed"
}

// number has three digits, or all before the point.
func number(v float64) string {
	if math.Abs(v) >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
