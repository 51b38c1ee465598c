package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The kinds of client, as the API calls them.
const (
	company    = "company"
	soleTrader = "soleTrader"
	person     = "person"
)

// client is what is known of an invented client. Empty means missing.
type client struct {
	lang, kind, code, name, taxID, region, city, address, manager string

	phones, emails, sites []string
	contacts              []contact
	tags                  []string
	year, month, day      int // of the contract
	amount                int // of the contract, in hundredths
	notes                 string
}

type contact struct {
	family, given, middle, jobTitle string
	phones, emails                  []string
}

func (c contact) name() string {
	return strings.Join(strings.Fields(c.family+" "+c.given+" "+c.middle), " ")
}

// maker invents clients; the same seed gives the same ones.
type maker struct {
	*rand.Rand
	made int
}

func newMaker(seed uint64) *maker { return &maker{Rand: rand.New(rand.NewPCG(seed, 2026))} }

func (m *maker) pick(words []string) string { return words[m.IntN(len(words))] }

// chance is true n times of 100.
func (m *maker) chance(n int) bool { return m.IntN(100) < n }

// client makes a client of a language, with something missing rather often.
func (m *maker) client(lang, prefix string) client {
	m.made++
	w := words[lang]
	c := client{lang: lang, code: fmt.Sprintf("%s-%03d", prefix, m.made), kind: company, year: 2024 + m.IntN(3), month: 1 + m.IntN(12), day: 1 + m.IntN(28), amount: (1 + m.IntN(500)) * 12550}
	place := w.places[m.IntN(len(w.places))]
	c.region, c.city = place[0], place[1]
	c.address = fmt.Sprintf("%s, %s, %d", place[1], m.pick(w.streets), 1+m.IntN(90))
	switch n := m.IntN(10); {
	case n < 2:
		c.kind = soleTrader
		p := m.contact(lang)
		c.name = m.pick(w.traders) + " " + p.name()
	case n < 4:
		c.kind = person
		c.name = m.contact(lang).name()
	default:
		c.name = fmt.Sprintf(m.pick(w.companies), m.pick(w.flowers)+m.pick(w.endings))
	}
	if c.kind != person && !m.chance(20) {
		c.taxID = m.taxID(lang, c.kind)
	}
	if !m.chance(15) {
		c.manager = m.pick(w.managers)
	}
	m.reach(&c)
	if c.kind == company {
		for range m.IntN(3) {
			c.contacts = append(c.contacts, m.contact(lang))
		}
	}
	for range m.IntN(3) {
		c.tags = append(c.tags, m.pick(w.tags))
	}
	if m.chance(30) {
		c.notes = m.pick(w.notes)
	}
	return c
}

// reach gives a client telephones and addresses; one in six has none.
func (m *maker) reach(c *client) {
	if m.chance(17) {
		return
	}
	for range 1 + m.IntN(2) {
		c.phones = append(c.phones, m.phone(c.lang))
	}
	if m.chance(60) {
		c.emails = append(c.emails, fmt.Sprintf("info%d@%s.example", m.made, latin[m.IntN(len(latin))]))
	}
	if m.chance(20) {
		c.sites = append(c.sites, latin[m.IntN(len(latin))]+".example")
	}
}

func (m *maker) contact(lang string) contact {
	w := words[lang]
	n := m.IntN(len(w.families))
	p := contact{family: w.families[n], given: w.givens[n%2][m.IntN(len(w.givens[n%2]))]}
	if len(w.middles[n%2]) > 0 {
		p.middle = m.pick(w.middles[n%2])
	}
	if !m.chance(30) {
		p.jobTitle = m.pick(w.jobs)
	}
	if m.chance(50) {
		p.phones = []string{m.phone(lang)}
	}
	return p
}

// phone returns a number that no one has, in international form.
func (m *maker) phone(lang string) string {
	prefix := map[string][]string{"ru": {"+7495000", "+7812000", "+7912000"}, "uk": {"+38044000", "+38067000"}, "en": {"+120255501", "+121255501"}}[lang]
	start := m.pick(prefix)
	digits := map[string]int{"ru": 4, "uk": 4, "en": 2}[lang]
	for range digits {
		start += fmt.Sprint(m.IntN(10))
	}
	return start
}

// taxID returns a number with the right check digits of a region or range that is not in use.
func (m *maker) taxID(lang, kind string) string {
	switch {
	case lang == "ru" && kind == soleTrader:
		id := []int{9, 8}
		id = append(id, m.digits(8)...)
		id = append(id, weighted(id, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10)
		id = append(id, weighted(id, 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10)
		return join(id)
	case lang == "ru":
		id := append([]int{9, 8}, m.digits(7)...)
		return join(append(id, weighted(id, 2, 4, 10, 3, 5, 9, 4, 6, 8)%11%10))
	case lang == "uk":
		id := append([]int{9}, m.digits(6)...)
		check := weighted(id, 1, 2, 3, 4, 5, 6, 7) % 11
		if check == 10 {
			check = weighted(id, 3, 4, 5, 6, 7, 8, 9) % 11 % 10
		}
		return join(append(id, check))
	}
	return "00-" + join(m.digits(7))
}

func (m *maker) digits(n int) []int {
	d := make([]int, n)
	for i := range d {
		d[i] = m.IntN(10)
	}
	return d
}

func weighted(digits []int, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * digits[i]
	}
	return sum
}

func join(digits []int) string {
	var b strings.Builder
	for _, d := range digits {
		fmt.Fprint(&b, d)
	}
	return b.String()
}

// typed writes a telephone number as people do.
func (m *maker) typed(phone string) string {
	n := strings.TrimPrefix(phone, "+")
	switch {
	case strings.HasPrefix(n, "7"):
		n = n[1:]
		return fmt.Sprintf(m.pick([]string{"8 (%s) %s-%s-%s", "8-%s-%s-%s-%s", "+7 %s %s %s %s", "8%s%s%s%s", "тел. 8(%s)%s-%s-%s"}), n[:3], n[3:6], n[6:8], n[8:])
	case strings.HasPrefix(n, "380"):
		n = n[3:]
		return fmt.Sprintf(m.pick([]string{"+380 (%s) %s-%s-%s", "+380%s%s%s%s", "+380-%s-%s-%s-%s"}), n[:2], n[2:5], n[5:7], n[7:])
	}
	return fmt.Sprintf("+1 %s %s %s", n[1:4], n[4:7], n[7:])
}

// blank is one of the ways in which people leave a cell empty.
func (m *maker) blank() string {
	return m.pick([]string{"", "", "", "-", "—", "нет", "н/д", "?", " "})
}

func (m *maker) orBlank(s string) string {
	if s == "" {
		return m.blank()
	}
	return s
}
