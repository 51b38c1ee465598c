package demo

// phone writes a phone as one of the forms people type it in. # stands for a
// digit, @ for the digits of the area code or the mobile code.
func (d *document) phone(l *locale, p *place, mobile bool) {
	if d.chance(BadPhone) {
		d.text("value", pick(&d.source, l.badPhones))
		return
	}
	code, forms := p.areaCode, l.officePhones
	if mobile {
		code, forms = pick(&d.source, l.mobileCodes), l.mobilePhones
	}
	d.beginText("value")
	for _, c := range []byte(pick(&d.source, forms)) {
		switch c {
		case '#':
			d.digits(1)
		case '@':
			d.put(code)
		default:
			d.buf = append(d.buf, c)
		}
	}
	d.endText()
}

// channel writes one way to reach somebody whose e-mail name is given.
func (d *document) channel(l *locale, p *place, who mailbox, kind string) {
	d.open('{')
	d.text("type", kind)
	switch kind {
	case "phone":
		mobile := who.person || d.chance(50)
		d.phone(l, p, mobile)
		if mobile {
			d.some(40, "label", []string{"mobile", "personal"})
		} else {
			d.some(40, "label", []string{"office", "work", "fax"})
		}
	case "email":
		d.text("value", who.name, "@", who.host)
	case "site":
		d.text("value", pick(&d.source, sitePrefixes), who.host)
	case "messenger":
		d.text("value", "@", who.name)
		d.some(70, "label", messengers)
	}
	d.close('}')
}

// mailbox is what somebody's addresses are made of.
type mailbox struct {
	name, host string
	person     bool
}

// channels writes from low to high channels, a phone or an e-mail first.
func (d *document) channels(l *locale, p *place, who mailbox, low, high int) {
	d.key("channels")
	d.open('[')
	orders := firmChannels
	if who.person {
		orders = personChannels
	}
	for _, kind := range pick(&d.source, orders)[:d.between(low, high)] {
		d.channel(l, p, who, kind)
	}
	d.close(']')
}

// noChannels writes what stands where there are none.
func (d *document) noChannels() {
	switch {
	case !d.chance(Placeholder):
	case d.chance(30):
		d.key("channels")
		d.open('[')
		d.close(']')
	default:
		d.key("channels")
		d.open('[')
		d.open('{')
		d.text("type", "phone")
		d.text("value", pick(&d.source, placeholders))
		d.close('}')
		d.close(']')
	}
}
