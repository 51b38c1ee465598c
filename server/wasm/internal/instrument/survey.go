package instrument

import "slices"

// Figure is how much a module has of something that is limited.
type Figure struct {
	What  string // as in "has 70000 functions"
	Value uint64 // where several are counted, such as the code of each function, the largest
	Most  int
}

// Survey reads a module as Parse does, and returns its figures, in the order in which the module has them. One that
// exceeds its limit is no error.
func Survey(wasm []byte, max Limits) (*Module, []Figure, error) {
	s := &survey{}
	m, err := parse(wasm, max, s)
	return m, s.figures, err
}

// survey notes figures.
type survey struct{ figures []Figure }

func (s *survey) note(what string, figure uint64, most int) {
	i := slices.IndexFunc(s.figures, func(f Figure) bool { return f.What == what })
	if i < 0 {
		s.figures = append(s.figures, Figure{What: what, Most: most})
		i = len(s.figures) - 1
	}
	s.figures[i].Value = max(s.figures[i].Value, figure)
}
