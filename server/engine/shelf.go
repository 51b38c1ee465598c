package engine

import (
	"assay/sdk/abi"
	"assay/server/crm"
)

// shelfSize is how many findings, parameters or results are allocated at once.
const shelfSize = 64

// shelf makes slices that stand behind each other in larger ones: most results have one finding, and most cards few
// results. What it has made is never written again.
type shelf struct {
	findings []crm.Finding // from the open result's first on
	params   []crm.Param   // taken already
	results  []crm.Result  // from the open card's first on
}

// addFinding adds to the findings of the open result.
func (s *shelf) addFinding(f *crm.Finding) {
	if len(s.findings) == cap(s.findings) {
		s.findings = append(make([]crm.Finding, 0, max(shelfSize, 2*len(s.findings))), s.findings...)
	}
	s.findings = append(s.findings, *f)
}

// takeFindings ends the open result and returns its findings, nil when it has none.
func (s *shelf) takeFindings() []crm.Finding {
	n := len(s.findings)
	if n == 0 {
		return nil
	}
	made := s.findings[:n:n]
	s.findings = s.findings[n:]
	return made
}

// keepParams returns a finding's or a label's parameters as they are kept, nil for none.
func (s *shelf) keepParams(in []abi.Param) []crm.Param {
	if len(in) == 0 {
		return nil
	}
	if len(in) > cap(s.params)-len(s.params) {
		s.params = make([]crm.Param, 0, max(shelfSize, len(in)))
	}
	start := len(s.params)
	for _, p := range in {
		s.params = append(s.params, crm.Param{Key: p.Key, Value: p.Value})
	}
	return s.params[start:len(s.params):len(s.params)]
}

// addResult adds to the results of the open card.
func (s *shelf) addResult(r *crm.Result) {
	if len(s.results) == cap(s.results) {
		s.results = append(make([]crm.Result, 0, max(shelfSize, 2*len(s.results))), s.results...)
	}
	s.results = append(s.results, *r)
}

// takeResults ends the open card and returns its results, nil when it has none.
func (s *shelf) takeResults() []crm.Result {
	n := len(s.results)
	if n == 0 {
		return nil
	}
	made := s.results[:n:n]
	s.results = s.results[n:]
	return made
}
