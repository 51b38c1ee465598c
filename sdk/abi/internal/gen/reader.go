package main

import (
	"strconv"
	"strings"
)

// reader writes the slot constants, the enums and the accessors of package pkg.
func reader(s *schema, pkg string) ([]byte, error) {
	out := newSource(pkg)
	slotConstants(out, s)
	for _, name := range s.enumNames() {
		enumType(out, name, s.Enums[name])
	}
	for _, sl := range s.Client {
		accessor(out, "Client", "c", sl)
	}
	for _, name := range s.rowNames() {
		rowType(out, name, s.Rows[name])
		for _, sl := range s.Rows[name] {
			accessor(out, name, "r", sl)
		}
	}
	return out.formatted()
}

func slotConstants(out *source, s *schema) {
	constants := func(record string, slots []slot) {
		out.p("// Slots of the %s.", strings.ToLower(record))
		out.p("const (")
		for _, sl := range slots {
			out.p("Slot%s%s = %d", record, exported(sl.Name), sl.Index)
		}
		out.p("\n%sSlots = %d // slots this version writes", record, len(slots))
		out.p(")\n")
	}
	constants("Client", s.Client)
	for _, name := range s.rowNames() {
		constants(name, s.Rows[name])
	}
}

func enumType(out *source, name string, values []string) {
	out.p("// %s is a code of the enum; 0 is absent, and so is any code this version does not know.", name)
	out.p("type %s uint8\n", name)
	out.p("// The codes of %s.", name)
	out.p("const (")
	for i, v := range values {
		out.p("%s%s %s = %d", name, exported(v), name, i+1)
	}
	out.p(")\n")
	out.p("// String returns the value as the JSON form writes it, \"\" for an absent one.")
	out.p("func (v %s) String() string {", name)
	out.p("switch v {")
	for _, v := range values {
		out.p("case %s%s: return %q", name, exported(v), v)
	}
	out.p("}\nreturn \"\"\n}\n")
	out.p("// Parse%s returns the code of a value, false when there is none; \"\" is code 0.", name)
	out.p("func Parse%s(s string) (%s, bool) {", name, name)
	out.p("switch s {\ncase \"\": return 0, true")
	for _, v := range values {
		out.p("case %q: return %s%s, true", v, name, exported(v))
	}
	out.p("}\nreturn 0, false\n}\n")
}

func rowType(out *source, name string, slots []slot) {
	out.p("// %s reads one row of %s in place. The zero %s has every value absent.", name, plural(name), name)
	out.p("type %s struct{ rec record }\n", name)
	out.p("// %sRows is a list of %s, read in place.", name, plural(name))
	out.p("type %sRows struct{ list rowList }\n", name)
	out.p("// Len returns the number of rows.")
	out.p("func (l %sRows) Len() int { return int(l.list.count) }\n", name)
	out.p("// At returns row i; outside 0 to Len()-1 the row has every value absent.")
	out.p("func (l %sRows) At(i int) %s { return %s{l.list.row(i)} }\n", name, name, name)
	if keyed(slots) {
		out.p("// Find returns the row with the key by binary search, false when there is none.")
		out.p("func (l %sRows) Find(key string) (%s, bool) {", name, name)
		out.p("rec, ok := l.list.find(key)\nreturn %s{rec}, ok\n}\n", name)
	}
}

// accessor writes the value's reader and its presence test.
func accessor(out *source, record, recv string, sl slot) {
	goName := exported(sl.Name)
	constant := "Slot" + record + goName
	typ, value, has := accessorBody(recv+".rec", constant, sl)
	out.p("// %s returns %s.", goName, accessorDoc(sl.Kind, sl.path(), absence{text: "\"\" when absent. The string shares the card's memory", enum: "0 when absent"}))
	out.p("func (%s %s) %s() %s { return %s }\n", recv, record, goName, typ, value)
	out.p("// Has%s reports whether %s is present.", goName, sl.path())
	out.p("func (%s %s) Has%s() bool { return %s }\n", recv, record, goName, has)
}

func (sl slot) path() string {
	if sl.In == "" {
		return sl.Name
	}
	return sl.In + "." + sl.Name
}

// accessorBody returns the Go type of the slot, the expression of its value and that of its presence.
func accessorBody(rec, slot string, sl slot) (typ, value, has string) {
	call := func(method string) string { return rec + "." + method + "(" + slot + ")" }
	switch sl.Kind {
	case "float":
		return "float64", call("float"), call("has")
	case "bool":
		return "bool", call("word") + " == 1", call("has")
	case "enum":
		top := sl.Of + exported(sl.last)
		return sl.Of, sl.Of + "(" + rec + ".code(" + slot + ", uint64(" + top + ")))",
			rec + ".hasCode(" + slot + ", uint64(" + top + "))"
	case "string":
		return "string", call("text"), call("hasText")
	case "strings":
		return "Strings", call("strings"), call("hasStrings")
	case "rows":
		return sl.Of + "Rows", sl.Of + "Rows{" + call("rows") + "}", call("hasRows")
	}
	return "int64", "int64(" + call("word") + ")", call("has")
}

// absence says what an absent text and an absent value of an enum read as, in the words of a language.
type absence struct{ text, enum string }

// accessorDoc says what the accessor of a slot of a kind returns.
func accessorDoc(kind, name string, absent absence) string {
	switch kind {
	case "time":
		return name + " in unix milliseconds UTC, 0 when absent"
	case "date":
		return name + " as the unix milliseconds of its UTC midnight, 0 when absent"
	case "money":
		return name + " in hundredths of the base currency, 0 when absent"
	case "bool":
		return name + ", false when absent"
	case "enum":
		return name + ", " + absent.enum
	case "string":
		return name + ", " + absent.text
	case "strings", "rows":
		return name + ", empty when absent"
	}
	return name + ", 0 when absent"
}

func quotedList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return strings.Join(quoted, ", ")
}
