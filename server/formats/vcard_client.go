package formats

import (
	"strings"
	"unicode"

	"assay/server/canon"
)

// cardDraft makes a client of the properties of a card.
//
// A card with an organisation is a company with this person as its contact: the
// person's channels, post and birthday are the contact's, the site and the
// addresses the company's. Any other card is a person, and so are its channels.
type cardDraft struct {
	draft      *draft
	properties []property
	errs       []LineError

	person, formatted, organisation, kind string
	jobTitle, role, nickname              string
	showAsCompany                         bool
	labels                                map[string]string // of groups
	channels                              []channelDraft
}

func (c *cardDraft) client() []LineError {
	c.collectLabels()
	for i := range c.properties {
		c.property(&c.properties[i])
	}
	name := c.personName()
	company := c.organisation
	if ofCompany := c.kind == "org" || c.showAsCompany; ofCompany || name == company {
		if company == "" && ofCompany {
			company = name
		}
		if company != "" {
			name = ""
		}
	}
	if company == "" {
		c.asPerson(name)
	} else {
		c.asCompany(company, name)
	}
	return c.errs
}

func (c *cardDraft) asPerson(name string) {
	d := c.draft
	d.client.set(member{name: "kind", text: "person"})
	if name == "" {
		name = c.nickname
	}
	if name != "" {
		d.client.set(member{name: "name", text: name})
	}
	if c.post() != "" { // a person as a client has no field for a post
		d.properties = member{name: "jobTitle", text: c.post()}.append(d.properties)
	}
	d.channels.list = append(d.channels.list, c.channels...)
}

func (c *cardDraft) asCompany(company, name string) {
	d := c.draft
	d.client.set(member{name: "kind", text: "company"})
	d.client.set(member{name: "name", text: company})
	if name == "" && c.post() == "" {
		d.channels.list = append(d.channels.list, c.channels...)
		return
	}
	contact := d.row(contacts, 0)
	for _, m := range [...]member{{name: "name", text: name}, {name: "jobTitle", text: c.post()}} {
		if m.text != "" {
			contact.set(m)
		}
	}
	if birthday, ok := d.client.remove("birthday"); ok {
		contact.set(birthday)
	}
	for _, channel := range c.channels {
		if channel.kind == "site" {
			d.channels.list = append(d.channels.list, channel)
			continue
		}
		contact.channels = append(contact.channels, channel)
	}
}

func (c *cardDraft) post() string {
	if c.jobTitle != "" {
		return c.jobTitle
	}
	return c.role
}

// personName is the formatted name, unless the parts hold a patronymic that it lacks.
func (c *cardDraft) personName() string {
	parts := splitComponents(c.person)
	name := nameParts{family: component(parts, 0), given: component(parts, 1), middle: component(parts, 2)}
	if c.formatted == "" || name.middle != "" && isCyrillicText(name.middle) && !strings.Contains(c.formatted, name.middle) {
		if joined := name.join(); joined != "" {
			return joined
		}
	}
	return c.formatted
}

func isCyrillicText(s string) bool { return strings.IndexFunc(s, isCyrillic) >= 0 }

// collectLabels reads the labels that phones give to groups: item1.X-ABLabel.
func (c *cardDraft) collectLabels() {
	for _, p := range c.properties {
		if p.name == "X-ABLABEL" && p.group != "" {
			if c.labels == nil {
				c.labels = map[string]string{}
			}
			label := canon.Name(unescapeText(p.value))
			label = strings.TrimSuffix(strings.TrimPrefix(label, "_$!<"), ">!$_")
			c.labels[p.group] = strings.ToLower(label)
		}
	}
}

func (c *cardDraft) property(p *property) {
	text := func() string { return canon.Text(unescapeText(p.value)) }
	line := func() string { return canon.Name(unescapeText(p.value)) }
	first := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	switch p.name {
	case "FN":
		first(&c.formatted, line())
	case "N":
		first(&c.person, p.value)
	case "NICKNAME":
		first(&c.nickname, line())
	case "ORG":
		first(&c.organisation, component(splitComponents(p.value), 0))
	case "TITLE":
		first(&c.jobTitle, line())
	case "ROLE":
		first(&c.role, line())
	case "KIND":
		c.kind = strings.ToLower(line())
	case "X-ABSHOWAS":
		c.showAsCompany = strings.EqualFold(line(), "COMPANY")
	case "NOTE":
		c.note(text())
	case "UID":
		if uid := strings.TrimPrefix(line(), "urn:uuid:"); uid != "" {
			c.draft.client.set(member{name: "externalId", text: uid})
		}
	case "CATEGORIES":
		c.categories(p.value)
	case "BDAY":
		c.birthday(line())
	case "ADR":
		c.address(p)
	default:
		c.channel(p)
	}
}

func (c *cardDraft) note(text string) {
	if text == "" {
		return
	}
	if earlier := c.draft.client.get("notes"); earlier != "" {
		text = earlier + "\n" + text
	}
	c.draft.client.set(member{name: "notes", text: text})
}

func (c *cardDraft) categories(value string) {
	for i, list := range wordLists {
		if list != "categories" {
			continue
		}
		w := &c.draft.words[i]
		for _, word := range splitUnescaped(value, ",;") {
			if word = canon.Name(unescapeText(word)); word != "" {
				w.words = append(w.words, word)
			}
		}
	}
}

// birthday takes a day; a birthday without its year, --0131, says too little for a date.
func (c *cardDraft) birthday(s string) {
	if strings.HasPrefix(s, "--") || strings.HasPrefix(s, "1604-") { // 1604: no year, by Apple
		return
	}
	day, _, _ := strings.Cut(s, "T")
	d, ok := canon.Date(day)
	if !ok {
		c.errs = append(c.errs, LineError{Field: "birthday", Code: "invalid_date", Message: "BDAY: \"" + shorten(s) + "\" is not a date that exists, as 1980-01-31"}.with("", "value", shorten(s)))
		return
	}
	if !d.IsZero() {
		c.draft.client.set(member{name: "birthday", text: d.String()})
	}
}

// address reads post office box, extended address, street, city, region, code, country.
func (c *cardDraft) address(p *property) {
	parts := splitComponents(p.value)
	city, region, code := component(parts, 3), component(parts, 4), component(parts, 5)
	var text []string
	for _, i := range [...]int{5, 6, 4, 3, 2, 1, 0} { // as it is written on envelopes here
		if s := component(parts, i); s != "" && (len(text) == 0 || text[len(text)-1] != s) {
			text = append(text, s)
		}
	}
	if len(text) == 0 {
		return
	}
	row := c.draft.row(addresses, len(c.draft.rows[addresses]))
	for _, m := range [...]member{{name: "type", text: addressType(p.types)}, {name: "text", text: strings.Join(text, ", ")}, {name: "city", text: city}, {name: "postalCode", text: code}} {
		if m.text != "" {
			row.set(m)
		}
	}
	if region != "" && c.draft.client.get("region") == "" {
		c.draft.client.set(member{name: "region", text: region})
	}
}

func addressType(types []string) string {
	for _, t := range types {
		switch t {
		case "work":
			return "actual"
		case "home", "postal":
			return t
		}
	}
	return ""
}

// messengers are the properties for instant messages besides IMPP.
var messengers = map[string]string{
	"IMPP": "", "X-SKYPE": "skype", "X-SKYPE-USERNAME": "skype", "X-TELEGRAM": "telegram", "X-WHATSAPP": "whatsapp",
	"X-VIBER": "viber", "X-ICQ": "icq", "X-JABBER": "jabber", "X-AIM": "aim", "X-MSN": "msn", "X-SIGNAL": "signal",
}

func (c *cardDraft) channel(p *property) {
	value := canon.Name(unescapeText(p.value))
	if value == "" {
		return
	}
	label := c.label(p)
	switch p.name {
	case "TEL":
		c.channels = append(c.channels, splitChannels("phone", label, phoneText(value))...)
	case "EMAIL":
		c.channels = append(c.channels, splitChannels("email", label, trimScheme(value, "mailto:"))...)
	case "URL":
		c.channels = append(c.channels, splitChannels("site", label, value)...)
	case "X-SOCIALPROFILE", "SOCIALPROFILE":
		c.channels = append(c.channels, channelDraft{kind: "social", value: value, label: label})
	default:
		if network, ok := messengers[p.name]; ok {
			if network == "" {
				network = label
			}
			c.channels = append(c.channels, channelDraft{kind: "messenger", value: value, label: network})
		}
	}
}

// phoneText reads tel:+7-495-748-01-13;ext=5 of vCard 4.0.
func phoneText(value string) string {
	number, found := strings.CutPrefix(strings.ToLower(value), "tel:")
	if !found {
		return value
	}
	number, parameters, _ := strings.Cut(number, ";")
	for parameter := range strings.SplitSeq(parameters, ";") {
		if extension, ok := strings.CutPrefix(parameter, "ext="); ok {
			number += " ext. " + extension
		}
	}
	return number
}

func trimScheme(s, scheme string) string {
	if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
		return s[len(scheme):]
	}
	return s
}

// label is what the group is called, or what the types say that is worth telling.
func (c *cardDraft) label(p *property) string {
	if label := c.labels[p.group]; p.group != "" && label != "" {
		return label
	}
	for _, known := range [...][2]string{{"fax", "fax"}, {"cell", "mobile"}, {"mobile", "mobile"}, {"home", "home"}, {"work", "work"}, {"pager", "pager"}} {
		for _, t := range p.types {
			if t == known[0] {
				return known[1]
			}
		}
	}
	if p.name == "X-SOCIALPROFILE" || p.name == "IMPP" || p.name == "SOCIALPROFILE" {
		for _, t := range p.types {
			if t != "pref" && t != "internet" {
				return t
			}
		}
	}
	return ""
}

// splitComponents splits a compound value at its semicolons.
func splitComponents(value string) []string {
	parts := splitUnescaped(value, ";")
	for i, p := range parts {
		parts[i] = canon.Name(unescapeText(p))
	}
	return parts
}

func component(parts []string, i int) string {
	if i >= len(parts) {
		return ""
	}
	return strings.TrimFunc(parts[i], func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
}

// splitUnescaped splits at any of the separators that has no backslash before it.
func splitUnescaped(s, separators string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case strings.IndexByte(separators, s[i]) >= 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

var textEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\:`, ":")

func unescapeText(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return textEscapes.Replace(s)
}
