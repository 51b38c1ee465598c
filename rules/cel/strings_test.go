package cel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"assay/server/crm"
)

// pieces are what the texts of the tests are made of: letters of one to four bytes, ones that
// combine, white space of all lengths and what looks like it, quotes and control characters.
var pieces = []string{"a", "b", "aa", "ab", "A", "Z", "z", "@", "[", "`", "{", "Я", "ж", "я", "é", "e\u0301", "😀", "👨‍👩‍👧", "𝄞", "\u0300", "ё\u0308",
	" ", "\t", "\n", "\v", "\f", "\r", "\u0085", "\u00a0", "\u1680", "\u180e", "\u2000", "\u200a", "\u200b", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff",
	"\a", "\b", "\x00", "\x1b", "\x7f", "\"", "'", "\\", "%", ",", "-", "\ufffd", "\U0010ffff"}

// textClients are clients with texts in name, region and legalForm, and whole numbers in revision and
// fields.staff: small ones, and some at the ends.
func textClients(n int) []*crm.Client {
	r := rand.New(rand.NewPCG(1, 2))
	text := func(most int) string {
		var b strings.Builder
		few := r.IntN(len(pieces)) // a text of few letters repeats
		for range r.IntN(most + 1) {
			if r.IntN(2) == 0 {
				b.WriteString(pieces[(few+r.IntN(2))%len(pieces)])
			} else {
				b.WriteString(pieces[r.IntN(len(pieces))])
			}
		}
		return b.String()
	}
	number := func() int64 {
		if r.IntN(20) == 0 {
			return []int64{math.MinInt64, math.MinInt64 + 1, math.MaxInt64, math.MaxInt64 - 1, 1 << 32, -1 << 32, 1<<32 + 1, math.MaxInt32, math.MinInt32}[r.IntN(9)]
		}
		return int64(r.IntN(14)) - 2
	}
	clients := make([]*crm.Client, n)
	for i := range clients {
		c := &crm.Client{Name: text(9), Region: text(2), LegalForm: text(3), Revision: number(),
			Fields: map[string]crm.Value{"staff": {Type: "integer", Integer: number()}}}
		if r.IntN(3) == 0 { // a part of it is found
			runes := []rune(c.Name)
			from := r.IntN(len(runes) + 1)
			c.Region = string(runes[from:min(len(runes), from+1+r.IntN(2))])
		}
		for range r.IntN(4) {
			c.Tags = append(c.Tags, text(2))
		}
		clients[i] = c
	}
	return clients
}

// TestStringsExtension compares each function with the oracle on texts of all sorts.
func TestStringsExtension(t *testing.T) {
	c := newComparison(t, append(textClients(600), testClients()...))
	for _, expr := range []string{
		`client.name.charAt(client.revision)`, `client.name.charAt(size(client.name))`,
		`client.name.indexOf(client.region)`, `client.name.indexOf(client.region, client.revision)`, `client.name.indexOf("", client.revision)`,
		`client.name.lastIndexOf(client.region)`, `client.name.lastIndexOf(client.region, client.revision)`, `client.name.lastIndexOf("", client.revision)`,
		`client.name.lastIndexOf("")`, `client.name.indexOf(client.legalForm)`, `client.name.lastIndexOf(client.legalForm, size(client.name) - 1)`,
		`client.name.substring(client.revision)`, `client.name.substring(client.revision, client.fields.staff)`,
		`client.name.substring(0, size(client.name))`, `client.name.substring(size(client.name))`,
		`client.name.trim()`, `client.name.lowerAscii()`, `client.name.upperAscii()`, `client.name.reverse()`, `client.name.reverse().reverse() == client.name`,
		`strings.quote(client.name)`, `size(strings.quote(client.name))`,
		`client.name.replace(client.region, client.legalForm)`, `client.name.replace(client.region, client.legalForm, client.revision)`,
		`client.name.replace("", client.region)`, `client.name.replace("", "-", client.revision)`, `client.name.replace(client.region, "")`,
		`client.name.split(client.region)`, `client.name.split(client.region, client.revision)`, `client.name.split("")`, `client.name.split("", client.revision)`,
		`client.name.split(client.region).map(p, size(p))`, `client.name.split(client.region).join(client.region)`,
		`client.tags.join()`, `client.tags.join(client.region)`, `(client.tags + [client.name]).join(", ")`, `client.tags.map(t, t.trim()).join("/")`,
		`["a", client.name].join(client.region)`, `[].join(client.name)`, `[client.name].join("x")`, `client.tags.join("").split("")`,
		`client.tags.filter(t, t.trim() != "").exists(t, t.upperAscii() == "A")`, `client.tags.all(t, t.charAt(0) != "")`, `client.tags.exists(t, t.substring(1) == "a")`,
		`client.kind.upperAscii()`, `client.kind.split("o")`, `client.name.trim().lowerAscii().split(" ", 2)[0].charAt(0)`,
		`dyn(client.name).trim()`, `dyn(client.revision).trim()`, `dyn(client.name).charAt(dyn(1u))`, `client.name.split(dyn(client.region))`,
		`[dyn(client.name), 1].join()`, `dyn(client.tags).join("|")`, `dyn(client.name).join("|")`, `dyn([]).join()`, `client.name.replace(dyn("a"), dyn(1))`,
		`client.properties.map(k, k.upperAscii() + client.properties[k].substring(1)).size()`,
		`string(client.revision).reverse()`, `cel.bind(n, client.name.trim(), n.size() > 0 && n.substring(0, 1).upperAscii() == n.charAt(0))`,
	} {
		c.expr(t, expr)
	}
}

// TestLongTexts makes texts that are longer than the arena is at first.
func TestLongTexts(t *testing.T) {
	client := &crm.Client{}
	for i := range 90 {
		client.Tags = append(client.Tags, strings.Repeat("я", i)+strings.Repeat("b", 600))
	}
	c := newComparison(t, []*crm.Client{client})
	for _, made := range []string{`"%s".format([client.tags])`, `"%s %s".format(client.unsubscribed ? [] : [client.tags, [now, now]])`, `"%s".format([client.tags.map(t, {t: now})])`,
		`client.tags.join(", ")`, `client.tags.join().replace("bbbbbbbb", "😀😀")`, `client.tags.join().split("bbbbb").join("c")`, `client.tags.join().reverse()`, `strings.quote(client.tags.join("\\"))`} {
		c.expr(t, fmt.Sprintf(`cel.bind(x, %s, x.substring(x.size() - 40))`, made))
	}
}

// TestTextsThatGrowTooLongAreErrors: what a record makes is bounded, and what would not fit into 32
// bits is not written anywhere.
func TestTextsThatGrowTooLongAreErrors(t *testing.T) {
	client := &crm.Client{Notes: strings.Repeat("a", 70_000)}
	for _, require := range []string{
		`client.notes.replace("", client.notes) == ""`,
		`client.notes.split("").map(x, client.notes).join("") == ""`,
		`client.notes.split("").size() == 0`,
		`"%s%s".format([client.notes.split("a"), client.notes.replace("a", "aaaaaaaaaaaaaaaa")]) == ""`,
	} {
		rows := evaluate(t, quality(require, "m"), client)
		if len(rows) != 1 || !strings.Contains(rows[0].Error, "1 MiB") {
			t.Errorf("%s: %+v", require, rows)
		}
	}
}
