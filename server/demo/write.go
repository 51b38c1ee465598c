package demo

import "strconv"

// document writes one client as JSON. Its methods append; the comma before a
// member or an element is put where something stands before it.
type document struct {
	source
	buf []byte
}

func (d *document) comma() {
	switch d.buf[len(d.buf)-1] {
	case '{', '[', ':':
	default:
		d.buf = append(d.buf, ',')
	}
}

func (d *document) key(name string) {
	d.comma()
	d.buf = append(d.buf, '"')
	d.buf = append(d.buf, name...)
	d.buf = append(d.buf, '"', ':')
}

func (d *document) open(bracket byte) {
	d.comma()
	d.buf = append(d.buf, bracket)
}

func (d *document) close(bracket byte) { d.buf = append(d.buf, bracket) }

// quote writes the parts as one JSON string.
func (d *document) quote(parts ...string) {
	d.comma()
	d.buf = append(d.buf, '"')
	for _, p := range parts {
		d.put(p)
	}
	d.endText()
}

// beginText writes a member with a text that begins with the parts; what is
// appended up to endText belongs to it.
func (d *document) beginText(name string, parts ...string) {
	d.key(name)
	d.buf = append(d.buf, '"')
	for _, p := range parts {
		d.put(p)
	}
}

func (d *document) endText() { d.buf = append(d.buf, '"') }

// put appends text inside a string. The tables hold no control characters.
func (d *document) put(s string) {
	for i := range len(s) {
		if c := s[i]; c == '"' || c == '\\' {
			d.buf = append(d.buf, '\\')
		}
		d.buf = append(d.buf, s[i])
	}
}

// text writes a member whose value is the parts, one after another.
func (d *document) text(name string, parts ...string) {
	d.beginText(name, parts...)
	d.endText()
}

// some writes such a member in so many cases out of a hundred.
func (d *document) some(percent int, name string, list []string) {
	if d.chance(percent) {
		d.text(name, favourite(&d.source, list))
	}
}

// list writes a member that holds one to most different values of the list.
func (d *document) list(name string, most int, values []string) {
	d.key(name)
	d.open('[')
	first, n := d.below(len(values)), d.between(1, most)
	for i := range n {
		d.quote(values[(first+i*3)%len(values)])
	}
	d.close(']')
}

// missing writes what stands where something is missing: nothing, or a
// placeholder.
func (d *document) missing(name string) {
	if d.chance(Placeholder) {
		d.text(name, pick(&d.source, placeholders))
	}
}

// digits appends n digits, any.
func (d *document) digits(n int) {
	for range n {
		d.buf = append(d.buf, byte('0'+d.below(10)))
	}
}

// number appends v in decimal, with zeros before it up to the width.
func (d *document) number(v, width int) {
	for limit := 10; width > 1; width-- {
		if v < limit {
			d.buf = append(d.buf, '0')
		}
		limit *= 10
	}
	d.buf = strconv.AppendInt(d.buf, int64(v), 10)
}
