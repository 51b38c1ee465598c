package formats

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"assay/server/crm"
)

const maxColumns = 1000

// header is what the columns of a table mean.
type header struct {
	targets []target
	// implied says what a column's title alone tells of a row: the type of an
	// address, the job title of "Директор".
	implied map[rowKey]member
	// promoted is the contact that is the client itself in rows without a
	// company, onClient when there is none: an address book holds both.
	promoted       int
	sharedBirthday bool // a contact's where there is one in the row, else the client's
	hasKind        bool
	hasLegalForm   bool
}

type rowKey struct {
	list  list
	index int
}

// column is a title on its way to a target.
type column struct {
	title  string
	index  int // of the column
	what   meaning
	number int
	state  columnState
	target target // when settled
}

type columnState uint8

const (
	unknownColumn columnState = iota
	meantColumn               // what and number tell
	settledColumn             // target tells
)

// mapHeader finds out what the columns of a table hold. It refuses a header of
// which nothing is known, columns that are refused by o.Unknown, and two
// columns for one field; each refusal lists every column it is about.
func mapHeader(titles []string, o Options) (*header, error) {
	for len(titles) > 0 && strings.TrimSpace(titles[len(titles)-1]) == "" {
		titles = titles[:len(titles)-1]
	}
	if len(titles) > maxColumns {
		return nil, fileError("too_many_columns", "the header has %d columns, at most %d are read: is the delimiter or the first line wrong?", len(titles), maxColumns)
	}
	columns := identify(titles, o)
	if !slices.ContainsFunc(columns, func(c column) bool { return c.state != unknownColumn && c.target.op != opUntitled }) {
		return nil, noKnownColumns(titles)
	}
	settleNames(columns)
	settleWeak(columns)
	if err := settleUnknown(columns, o); err != nil {
		return nil, err
	}
	return assign(columns)
}

// identify looks up every title on its own.
func identify(titles []string, o Options) []column {
	declared := declaredKeys(o)
	columns := make([]column, len(titles))
	for i, title := range titles {
		title = strings.TrimSpace(title)
		c := column{title: title, index: i}
		if t, ok := wireTarget(title); ok && title != "id" {
			c.state, c.target = settledColumn, t
			if t.op == opField && o.Declared[t.field] != "" {
				c.target.typ = o.Declared[t.field]
			}
		} else if name, ok := declared[titleKey(title)]; ok && title != "" {
			c.state, c.target = settledColumn, fieldTarget(title, name, o)
		} else if what, number, ok := find(title); ok {
			c.state, c.what, c.number = meantColumn, what, number
		} else if title == "" {
			c.state, c.target = settledColumn, target{op: opUntitled, field: fieldName("", i), path: "fields." + fieldName("", i), typ: crm.FieldString}
		} else if strings.Trim(title, "№#N.: ") == "" {
			c.state, c.target = settledColumn, target{op: opIgnore, title: title}
		}
		columns[i] = c
	}
	return columns
}

func declaredKeys(o Options) map[string]string {
	m := make(map[string]string, len(o.Declared)+len(o.Labels))
	for label, name := range o.Labels {
		m[titleKey(label)] = name
	}
	for name := range o.Declared {
		m[titleKey(name)] = name
	}
	delete(m, "")
	return m
}

func fieldTarget(title, name string, o Options) target {
	typ := o.Declared[name]
	if typ == "" {
		typ = crm.FieldString
	}
	return target{op: opField, title: title, field: name, path: "fields." + name, typ: typ}
}

// settleNames decides whose the names of people are: the contact's where the
// table has a column for companies, the client's otherwise.
func settleNames(columns []column) {
	has := func(keys ...string) bool {
		return slices.ContainsFunc(columns, func(c column) bool {
			return c.state == meantColumn && !c.what.weak && slices.Contains(keys, c.what.key) || c.state == settledColumn && slices.Contains(keys, c.target.field) && c.target.op == opScalar
		})
	}
	company, parts, person := has("name"), has("family"), has("person")
	for i := range columns {
		what := &columns[i].what
		if columns[i].state != meantColumn || what.key != "personal" {
			continue
		}
		switch {
		case parts:
			what.key = "given"
		case company:
			what.key = "contact:name"
		case person:
			columns[i].state = unknownColumn
		default:
			what.key = "name"
		}
	}
	for i := range columns {
		what := &columns[i].what
		if company && what.key == "person" {
			what.key = "contact:person"
		}
		if company && (what.key == "family" || what.key == "given" || what.key == "middle") {
			what.key = "contact:" + what.key
		}
	}
}

// settleWeak drops weak names whose field another column holds.
func settleWeak(columns []column) {
	taken := map[string]bool{}
	for _, c := range columns {
		switch {
		case c.state == settledColumn:
			taken[c.target.path] = true
		case c.state == meantColumn && !c.what.weak:
			taken[c.what.key] = true
		}
	}
	for i := range columns {
		c := &columns[i]
		if c.state != meantColumn || !c.what.weak {
			continue
		}
		if taken[c.what.key] {
			c.state = unknownColumn
		}
		taken[c.what.key] = true
	}
}

// suggestions is for how many unknown columns a known title is looked for.
const suggestions = 50

// settleUnknown makes custom fields of unknown columns or refuses them all.
func settleUnknown(columns []column, o Options) error {
	var refused []string
	refuse := func(title string) {
		text := fmt.Sprintf("%q", shorten(title))
		if len(refused) < suggestions {
			if near := nearest(title); near != "" {
				text += fmt.Sprintf(" (did you mean %q?)", near)
			}
		}
		refused = append(refused, text)
	}
	for i := range columns {
		c := &columns[i]
		if c.state != unknownColumn {
			if c.target.op == opUntitled && o.Unknown == UnknownAsError {
				c.target.path = "" // its cells are refused if there are any
			}
			continue
		}
		c.state = settledColumn
		switch {
		case c.title == "id": // an export's own number of the client
			c.target = target{op: opIgnore, title: c.title}
		case o.Unknown == UnknownAsField:
			c.target = fieldTarget(c.title, fieldName(c.title, c.index), o)
		default:
			refuse(c.title)
		}
	}
	if len(refused) == 0 {
		return nil
	}
	e := fileError("unknown_columns", "unknown columns: %s: rename them, declare custom fields, or import with unknown=field", strings.Join(refused, ", "))
	e.Columns = strings.Join(refused, ", ")
	return e
}

func noKnownColumns(titles []string) error {
	var shown []string
	for _, t := range titles {
		if t = strings.TrimSpace(t); t != "" && len(shown) < 10 {
			shown = append(shown, fmt.Sprintf("%q", shorten(t)))
		}
	}
	e := fileError("no_header", "no column of the first line is known (%s): the first line must name the columns, for example Наименование;ИНН;Телефон or name;taxId;phone", strings.Join(shown, ", "))
	e.Columns = strings.Join(shown, ", ")
	return e
}

// shorten cuts text quoted in messages.
func shorten(s string) string {
	const most = 80
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}
