package demo

// client writes the i-th client of the base and a line break.
func (d *document) client(seed uint64, i int) []byte {
	d.begin(seed, i)
	d.buf = d.buf[:0]
	d.buf = append(d.buf, '{')
	d.beginText("externalId", "demo-")
	d.number(i+1, 6)
	d.endText()
	d.body()
	d.buf = append(d.buf, '}', '\n')
	return d.buf
}

// subject is what the parts of one document have in common.
type subject struct {
	*locale
	kind string
	at   *place
	host string // of its e-mail and site
	mail string // name of its own mailbox
}

func (d *document) body() {
	s := d.subject()
	d.text("kind", s.kind)
	d.name(&s)
	d.identity(&s)
	d.sales(&s)
	d.reachable(&s)
	d.papers(&s)
	d.habits(&s)
}

func (d *document) subject() subject {
	s := subject{kind: "person"}
	switch k := d.below(100); {
	case k < Companies:
		s.kind = "company"
	case k < Companies+SoleTraders:
		s.kind = "soleTrader"
	}
	switch k := d.below(100); {
	case k < 58:
		s.locale = russian
	case k < 82:
		s.locale = ukrainian
	case k < 93:
		s.locale = british
	default:
		s.locale = american
	}
	s.at = &s.places[min(d.below(len(s.places)), d.below(len(s.places)))]
	return s
}

// name invents who the client is, and its addresses with it.
func (d *document) name(s *subject) {
	if s.kind == "company" {
		d.companyName(s)
		return
	}
	who := d.person(s.locale)
	parts := who.parts()
	if s.kind == "soleTrader" && !s.surnameLast && d.chance(70) {
		d.text("name", s.soleForm, " ", parts[0], parts[1], parts[2], parts[3], parts[4])
	} else {
		d.text("name", parts[:]...)
	}
	s.mail, s.host = who.given.latin+"."+who.family.latin, pick(&d.source, freeHosts)
	if s.kind == "soleTrader" {
		d.some(50, "legalForm", []string{s.soleForm})
	}
}

func (d *document) companyName(s *subject) {
	a, b, c := pick(&d.source, s.brand[0]), pick(&d.source, s.brand[1]), pick(&d.source, s.brand[2])
	form, quotes, trade := pick(&d.source, s.companyForms), pick(&d.source, s.quotes), pick(&d.source, s.trades)
	gap := " "
	if trade == "" {
		gap = ""
	}
	switch {
	case s.surnameLast && d.chance(60):
		d.text("name", a.text, b.text, c.text, gap, trade, " ", form)
	case s.surnameLast || d.chance(25):
		d.text("name", a.text, b.text, c.text, gap, trade)
	default:
		d.text("name", form, " ", quotes[0], a.text, b.text, c.text, gap, trade, quotes[1])
	}
	if d.chance(55) {
		d.text("legalForm", form)
	}
	if d.chance(4) {
		d.text("holding", a.text, b.text, " Group")
	}
	s.mail, s.host = favourite(&d.source, mailNames), a.latin+b.latin+c.latin+".example"
}

// identity writes what the state knows a client by.
func (d *document) identity(s *subject) {
	switch {
	case s.kind == "person":
	case d.chance(NoTaxID):
		d.missing("taxId")
	default:
		d.beginText("taxId")
		d.taxID(s.country, s.kind == "company")
		if d.chance(WrongTaxID) {
			d.spoil(s.country)
		}
		d.endText()
	}
	if s.kind == "company" && d.chance(45) {
		d.beginText("registrationNumber", "00")
		d.digits(11)
		d.endText()
	}
	if country := pick(&d.source, s.spellings); country != "" {
		d.text("country", country)
	}
	if d.chance(85) {
		d.text("region", s.at.region)
	}
}
