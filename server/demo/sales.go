package demo

// sales writes how the company stands with the client and who looks after it.
func (d *document) sales(s *subject) {
	if s.kind != "person" {
		if d.chance(50) {
			d.list("industries", 2, industries)
		}
		d.some(35, "companySize", sizes)
		d.some(6, "solvency", solvencies)
	}
	d.some(10, "dealPotential", potentials)
	d.some(70, "source", sources)
	d.some(75, "stage", stages)
	d.some(40, "importance", importances)
	d.some(70, "status", statuses)
	if d.chance(NoManager) {
		d.missing("manager")
		return
	}
	team := s.team
	if team == nil {
		team = [][]string{teams.north, teams.south}[len(s.at.city)/2%2] // a town belongs to one team
	}
	manager := favourite(&d.source, team)
	d.text("manager", manager)
	if d.chance(12) {
		d.key("managers")
		d.open('[')
		d.quote(manager)
		d.quote(pick(&d.source, team))
		d.close(']')
	}
}

// reachable writes the channels of the client and its contacts.
func (d *document) reachable(s *subject) {
	reach := !d.chance(NoChannels)
	contacts := d.numberOfContacts(s)
	byContact := reach && contacts > 0 && d.chance(12)
	switch {
	case !reach:
		d.noChannels()
	case !byContact:
		most := 2
		if s.kind == "company" {
			most = 3
		}
		d.channels(s.locale, s.at, mailbox{s.mail, s.host, s.kind != "company"}, 1, most)
	}
	if contacts > 0 {
		d.contacts(s.locale, s.at, s.host, contacts, reach, byContact)
	}
}

func (d *document) numberOfContacts(s *subject) int {
	switch {
	case s.kind == "company" && d.chance(NoContacts), s.kind == "soleTrader" && d.chance(70), s.kind == "person" && d.chance(95):
		return 0
	case s.kind == "company":
		return 1 + min(d.below(4), d.below(4))
	}
	return 1
}
