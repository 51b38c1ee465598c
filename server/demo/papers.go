package demo

// papers writes addresses, bank accounts and contracts.
func (d *document) papers(s *subject) {
	if d.chance(50) {
		d.key("addresses")
		d.open('[')
		for range 1 + d.below(5)/4 {
			d.address(s)
		}
		d.close(']')
	}
	if s.kind != "person" && d.chance(22) {
		d.key("requisites")
		d.open('[')
		d.requisite(s)
		d.close(']')
	}
	if d.chance(14) {
		d.key("contracts")
		d.open('[')
		d.contract()
		d.close(']')
	}
}

func (d *document) address(s *subject) {
	d.open('{')
	d.text("type", favourite(&d.source, addressTypes))
	d.beginText("text", s.street[0], pick(&d.source, s.streets), s.street[1])
	d.number(d.between(1, 180), 1)
	d.endText()
	d.text("city", s.at.city)
	if d.chance(50) {
		d.beginText("postalCode")
		for _, c := range []byte(s.at.postalCode) {
			switch c {
			case '#':
				c = byte('0' + d.below(10))
			case 'X':
				c = byte('A' + d.below(26))
			}
			d.buf = append(d.buf, c)
		}
		d.endText()
	}
	d.close('}')
}

// requisite writes an account of a bank that is none: its BIC begins with 00.
func (d *document) requisite(s *subject) {
	d.open('{')
	d.text("bank", pick(&d.source, s.banks))
	d.beginText("bic", "00")
	d.digits(7)
	d.endText()
	d.beginText("account", "40702810000")
	d.digits(9)
	d.endText()
	d.close('}')
}

func (d *document) contract() {
	year, month, day := d.between(2021, 2026), d.between(1, 12), d.between(1, 28)
	d.open('{')
	d.beginText("number")
	d.number(d.between(1, 999), 1)
	d.put([]string{"/", "-"}[d.below(2)])
	d.number(year%100, 2)
	d.endText()
	d.date("startsOn", year, month, day)
	if d.chance(70) {
		d.date("endsOn", year+d.between(1, 3), month, day)
	}
	d.key("amount")
	d.number(d.between(10, 3000)*1000, 1)
	if d.chance(30) {
		d.buf = append(d.buf, '.', byte('0'+d.below(10)), '5')
	}
	d.close('}')
}

// habits writes what the sales people noted.
func (d *document) habits(s *subject) {
	if d.chance(30) {
		d.list("tags", 2, tags)
	}
	if d.chance(15) {
		d.list("categories", 1, categories)
	}
	if d.chance(12) {
		d.key("properties")
		d.open('{')
		d.text("loyalty", favourite(&d.source, loyalties))
		d.close('}')
	}
	if s.kind != "person" && d.chance(15) {
		d.customFields(s)
	}
	if s.kind == "person" && d.chance(40) {
		d.birthday()
	}
	d.some(6, "workHours", workHours)
	d.some(4, "callWindow", callWindows)
	if d.chance(15) {
		d.moment("nextContactAt", 2026)
	}
	if d.chance(8) {
		d.moment("verifiedAt", d.between(2023, 2025))
	}
	if d.chance(4) {
		d.key("unsubscribed")
		d.buf = append(d.buf, "true"...)
	}
	d.some(22, "notes", s.notes)
}

// customFields writes fields that a company may declare as its own.
func (d *document) customFields(s *subject) {
	d.key("fields")
	d.open('{')
	switch d.below(3) {
	case 0:
		d.beginText("gln", "999")
		d.digits(10)
		d.endText()
	case 1:
		d.date("licenceUntil", d.between(2025, 2029), d.between(1, 12), d.between(1, 28))
	default:
		d.key("discount")
		d.number(d.between(1, 25), 1)
	}
	d.key("edo")
	d.buf = append(d.buf, []string{"true", "false"}[d.below(2)]...)
	d.close('}')
}

// moment writes a time in working hours.
func (d *document) moment(name string, year int) {
	d.beginText(name)
	d.number(year, 4)
	d.buf = append(d.buf, '-')
	d.number(d.between(1, 12), 2)
	d.buf = append(d.buf, '-')
	d.number(d.between(1, 28), 2)
	d.buf = append(d.buf, 'T')
	d.number(d.between(6, 15), 2)
	d.buf = append(d.buf, ':', byte('0'+d.below(6)), '0')
	d.buf = append(d.buf, ":00Z"...)
	d.endText()
}
