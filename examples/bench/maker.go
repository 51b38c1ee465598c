package main

import (
	"cmp"
	"strconv"

	"assay/server/crm"
)

// maker makes of what the checks in Go tell the results that Assay's rules give, to the last parameter. Like the engine it allocates
// findings and results many at once, so that neither side pays for what the other saves.
type maker struct {
	findings shelf[crm.Finding]
	results  shelf[crm.Result]
	params   shelf[crm.Param]
	untitled []crm.Finding
	told     [checks]bool
}

// shelf makes slices that stand behind each other in larger ones.
type shelf[T any] struct{ open []T }

func (s *shelf[T]) add(v T) {
	if len(s.open) == cap(s.open) {
		s.open = append(make([]T, 0, max(64, 2*len(s.open))), s.open...)
	}
	s.open = append(s.open, v)
}

// take ends the open slice and returns it, nil when nothing was added.
func (s *shelf[T]) take() []T {
	n := len(s.open)
	if n == 0 {
		return nil
	}
	made := s.open[:n:n]
	s.open = s.open[n:]
	return made
}

// paths of findings about the client itself.
var paths = [checks]string{contactInformation: "channels", contactPerson: "contacts", mainManager: "manager", taxID: "taxId"}

// namings are the expressions in the texts of contact-job-title, which name its parameters, and what they give for a contact without a name.
var namings = [...]crm.Param{
	{Key: `contact.name != "" ? contact.name : "A contact without a name"`, Value: "A contact without a name"},
	{Key: `contact.name != "" ? contact.name : "без имени"`, Value: "без имени"},
	{Key: `contact.name != "" ? contact.name : "без імені"`, Value: "без імені"},
}

// tell takes a finding about the client itself.
func (m *maker) tell(c check) { m.told[c] = true }

// tellUntitled takes a contact without a job title.
func (m *maker) tellUntitled(contact int, id, name string) {
	const rule = "contact-job-title"
	for _, p := range namings {
		m.params.add(crm.Param{Key: p.Key, Value: cmp.Or(name, p.Value)})
	}
	m.untitled = append(m.untitled, crm.Finding{Rule: rule, Code: rule, Path: "contacts[" + strconv.Itoa(contact) + "].jobTitle", RowID: id, Params: m.params.take()})
}

// take returns the results of the client, by the rules' names as the engine does, and makes ready for the next.
func (m *maker) take() []crm.Result {
	for c, name := range checkNames {
		switch {
		case m.told[c]:
			m.findings.add(crm.Finding{Rule: name, Code: name, Path: paths[c]})
		case check(c) == contactJobTitle && len(m.untitled) > 0:
			for i := range m.untitled {
				m.findings.add(m.untitled[i])
			}
		default:
			continue
		}
		m.results.add(crm.Result{Rule: name, Findings: m.findings.take()})
	}
	m.told, m.untitled = [checks]bool{}, m.untitled[:0]
	return m.results.take()
}
