package demo

// person is somebody with a full name, put together when it is written.
type person struct {
	sex               int // 0 a man, 1 a woman
	given             word
	family            surname
	patronymic        string // "" for none
	surnameLast, full bool
}

func (d *document) person(l *locale) person {
	p := person{sex: d.below(2), surnameLast: l.surnameLast, full: true}
	p.given, p.family = pick(&d.source, l.given[p.sex]), pick(&d.source, l.surnames)
	if l.patronymics[p.sex] != nil && d.chance(75) {
		p.patronymic = pick(&d.source, l.patronymics[p.sex])
	}
	return p
}

// short leaves the surname and, in English, the given name: what people type
// in a hurry.
func (p person) short() person {
	p.full, p.patronymic = false, ""
	return p
}

// parts returns the name as it is written, for document.text.
func (p person) parts() (parts [6]string) {
	family := p.family.male
	if p.sex == 1 {
		family = p.family.female
	}
	switch {
	case p.surnameLast:
		return [6]string{p.given.text, " ", family}
	case !p.full:
		return [6]string{p.given.text, " ", family}
	case p.patronymic == "":
		return [6]string{family, " ", p.given.text}
	}
	return [6]string{family, " ", p.given.text, " ", p.patronymic}
}

// contacts writes the contact persons. reach says whether they have channels;
// must, that the first one has, for the client has none of its own.
func (d *document) contacts(l *locale, p *place, host string, n int, reach, must bool) {
	d.key("contacts")
	d.open('[')
	for i := range n {
		d.contact(l, p, host, reach, must && i == 0)
	}
	d.close(']')
}

func (d *document) contact(l *locale, p *place, host string, reach, must bool) {
	who := d.person(l)
	if d.chance(15) {
		who = who.short()
	}
	d.open('{')
	untitled := d.chance(NoJobTitle)
	if untitled && d.chance(15) {
		d.text("name", pick(&d.source, l.noPerson))
	} else {
		name := who.parts()
		d.text("name", name[:]...)
	}
	if untitled {
		d.missing("jobTitle")
	} else {
		d.text("jobTitle", favourite(&d.source, l.jobTitles))
	}
	d.some(15, "decisionRole", roles)
	if d.chance(6) {
		d.birthday()
	}
	switch {
	case reach && (must || d.chance(70)):
		name := who.given.latin + "." + who.family.latin
		d.channels(l, p, mailbox{name, host, true}, 1, 2)
	case !reach:
		d.noChannels()
	}
	d.close('}')
}

func (d *document) birthday() {
	d.date("birthday", d.between(1955, 2003), d.between(1, 12), d.between(1, 28))
}

// date writes a day as ISO 8601 or, now and then, as people do.
func (d *document) date(name string, year, month, day int) {
	d.beginText(name)
	if d.chance(20) {
		d.number(day, 2)
		d.buf = append(d.buf, '.')
		d.number(month, 2)
		d.buf = append(d.buf, '.')
		d.number(year, 4)
	} else {
		d.number(year, 4)
		d.buf = append(d.buf, '-')
		d.number(month, 2)
		d.buf = append(d.buf, '-')
		d.number(day, 2)
	}
	d.endText()
}
