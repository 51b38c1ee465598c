package main

// expected is what a correct import of one file, with unknown=field and
// key=externalId into an empty base, comes to. It is counted from the clients
// the file was made of, not by reading the file.
type expected struct {
	Records int               `json:"records"` // clients plus refused ones
	Clients int               `json:"clients"` // stored
	Refused []refusal         `json:"refused"` // in the order of the file
	Rules   map[string]*count `json:"rules"`   // findings of the five default rules
}

// refusal is a record that cannot be taken.
type refusal struct {
	Line int      `json:"line"`
	Why  []string `json:"why"`
}

// count is how many clients violate a rule, and how many findings that makes.
type count struct {
	Clients  int `json:"clients"`
	Findings int `json:"findings"`
}

func newExpected() *expected {
	e := &expected{Rules: map[string]*count{}, Refused: []refusal{}}
	for _, rule := range []string{"main-manager", "contact-information", "contact-person", "contact-job-title", "tax-id"} {
		e.Rules[rule] = &count{}
	}
	return e
}

func (e *expected) refuse(line int, why ...string) {
	e.Records++
	e.Refused = append(e.Refused, refusal{line, why})
}

// store counts a client that is stored.
func (e *expected) store(c client) {
	e.Records++
	e.Clients++
	reachable := len(c.phones)+len(c.emails)+len(c.sites) > 0
	untitled := 0
	for _, p := range c.contacts {
		reachable = reachable || len(p.phones)+len(p.emails) > 0
		if p.jobTitle == "" {
			untitled++
		}
	}
	e.find("main-manager", c.manager == "", 1)
	e.find("contact-information", !reachable, 1)
	e.find("contact-person", c.kind == company && len(c.contacts) == 0, 1)
	e.find("contact-job-title", untitled > 0, untitled)
	e.find("tax-id", c.kind != person && c.taxID == "", 1)
}

func (e *expected) find(rule string, violated bool, findings int) {
	if violated {
		e.Rules[rule].Clients++
		e.Rules[rule].Findings += findings
	}
}
