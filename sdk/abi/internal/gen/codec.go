package main

import (
	"fmt"
	"strings"
)

// mapValues names the crm type of a keyed row's value, where it is more than one slot.
var mapValues = map[string]string{"Field": "Value"}

// codec writes the encoder and decoder of package crm. A slot is the struct field of its name;
// rows are a slice of the struct of their name, and keyed rows are a map from their key.
func codec(s *schema) ([]byte, error) {
	out := newSource("crm", "assay/sdk/abi")
	writer := codecWriter{out, s}
	writer.record("Client", s.Client)
	for _, name := range s.rowNames() {
		if keyed(s.Rows[name]) && writer.mapValue(name) == "" {
			return nil, fmt.Errorf("rows.%s: keyed rows are {key, value} or have a type in mapValues", name)
		}
		writer.record(name, s.Rows[name])
	}
	return out.formatted()
}

type codecWriter struct {
	*source
	schema *schema
}

// record writes the size, write and decode functions of one record.
func (w codecWriter) record(name string, slots []slot) {
	goType := name
	if name != "Client" && keyed(slots) {
		goType = w.mapValue(name)
	}
	w.size(name, goType, slots)
	w.write(name, goType, slots)
	w.decode(name, goType, slots)
}

// mapValue returns the Go type of the values of a keyed row type's map, "" when it has none.
func (w codecWriter) mapValue(row string) string {
	slots := w.schema.Rows[row]
	if len(slots) == 2 && slots[1].Name == "value" && slots[1].Kind == "string" {
		return "string"
	}
	return mapValues[row]
}

// key reports whether the slot is the key of a map, which the record's Go type does not hold.
func (w codecWriter) key(name string, sl slot) bool {
	return name != "Client" && sl.Index == 0 && keyed(w.schema.Rows[name])
}

// of returns the Go expression of a slot of the record c.
func of(goType string, sl slot) string {
	if goType == "string" {
		return "c"
	}
	if sl.In != "" {
		return "c." + exported(sl.In) + "." + exported(sl.Name)
	}
	return "c." + exported(sl.Name)
}

func pointer(goType string) string {
	if goType == "string" {
		return goType
	}
	return "*" + goType
}

func (w codecWriter) size(name, goType string, slots []slot) {
	w.p("func (s *cardSize) add%s(%s) {", name, w.params(name, goType))
	var texts []string
	for _, sl := range slots {
		value := of(goType, sl)
		switch {
		case w.key(name, sl):
			texts = append(texts, "len(key)")
		case sl.Kind == "string":
			texts = append(texts, "len("+value+")")
		case sl.Kind == "strings":
			w.p("s.addStrings(%s)", value)
		case sl.Kind == "rows":
			w.p("s.addRows(len(%s), abi.%sSlots)", value, sl.Of)
			w.each(sl, value, "s.add"+sl.Of+"(", ")")
		}
	}
	w.p("s.texts += %s\n}\n", strings.Join(texts, "+"))
}

// params are the parameters of a record's functions: the key, when it has one, and the value.
func (w codecWriter) params(name, goType string) string {
	if name != "Client" && keyed(w.schema.Rows[name]) {
		return "key string, c " + pointer(goType)
	}
	return "c " + pointer(goType)
}

// each writes a loop over the rows of a value in any order; open and end surround the arguments.
func (w codecWriter) each(sl slot, value, open, end string) {
	if !keyed(w.schema.Rows[sl.Of]) {
		w.p("for i := range %s {\n%s&%s[i]%s\n}", value, open, value, end)
		return
	}
	w.p("for key, v := range %s {\n%skey, %sv%s\n}", value, open, w.reference(sl.Of), end)
}

func (w codecWriter) reference(row string) string {
	if w.mapValue(row) == "string" {
		return ""
	}
	return "&"
}

func (w codecWriter) write(name, goType string, slots []slot) {
	if name == "Client" {
		w.p("func (w *cardWriter) putClient(c *Client) {")
		w.p("slots := (*[8*abi.ClientSlots]byte)(w.card[abi.HeaderSize:])")
	} else {
		w.p("func (w *cardWriter) put%s(at int, %s) {", name, w.params(name, goType))
		w.p("slots := (*[8*abi.%sSlots]byte)(w.card[at+8:])", name)
	}
	w.p("var has [%d]uint64", (len(slots)+63)/64)
	for _, sl := range slots {
		value := of(goType, sl)
		if w.key(name, sl) {
			value = "key"
		}
		w.writeSlot(name, sl, value)
	}
	if name == "Client" {
		w.p("w.putHeader(abi.ClientSlots, has[:])")
	} else {
		w.p("put(w.card[at:], has[0])")
	}
	w.p("}\n")
}

func (w codecWriter) writeSlot(name string, sl slot, value string) {
	constant := "abi.Slot" + name + exported(sl.Name)
	present, word := value+" != 0", "uint64("+value+")"
	switch sl.Kind {
	case "time", "date":
		present, word = "!"+value+".IsZero()", "uint64("+value+".UnixMilli())"
	case "float":
		w.p("if v := w.float(%s); v != 0 {", value)
		w.setSlot(constant, sl, "v")
		return
	case "bool":
		present, word = value, "1"
	case "enum":
		present = value + " != \"\""
		w.p("if %s {\ncode, known := abi.Parse%s(string(%s))", present, sl.Of, value)
		w.setSlot(constant, sl, fmt.Sprintf("w.code(uint64(code), known, string(%s))", value))
		return
	case "string":
		present, word = value+" != \"\"", "w.text("+value+")"
	case "strings":
		present, word = "len("+value+") != 0", "w.strings("+value+")"
	case "rows":
		w.p("if len(%s) != 0 {", value)
		w.writeRows(sl, value)
		w.setSlot(constant, sl, "word")
		return
	}
	w.p("if %s {", present)
	w.setSlot(constant, sl, word)
}

// setSlot closes the `if` that says the value is present.
func (w codecWriter) setSlot(constant string, sl slot, word string) {
	w.p("put(slots[8*%s:], %s)", constant, word)
	w.p("has[%d] |= 1 << (%s %% 64)\n}", sl.Index/64, constant)
}

func (w codecWriter) writeRows(sl slot, value string) {
	w.p("at, word := w.rows(len(%s), abi.%sSlots)", value, sl.Of)
	stride := fmt.Sprintf("at += 8 + 8*abi.%sSlots", sl.Of)
	if !keyed(w.schema.Rows[sl.Of]) {
		w.p("for i := range %s {\nw.put%s(at, &%s[i])\n%s\n}", value, sl.Of, value, stride)
		return
	}
	w.p("var few [fewKeys]string")
	w.p("for _, key := range sortedKeys(few[:0], %s) {", value)
	w.p("v := %s[key]\nw.put%s(at, key, %sv)\n%s\n}", value, sl.Of, w.reference(sl.Of), stride)
}

func (w codecWriter) decode(name, goType string, slots []slot) {
	if goType == "string" {
		w.decodeMap(name, goType, "row.Value()")
		return
	}
	w.p("func decode%s(r abi.%s) %s {\nvar c %s", name, name, goType, goType)
	for _, sl := range slots {
		if !w.key(name, sl) {
			w.p("%s = %s", of(goType, sl), w.decoded(goType, sl))
		}
	}
	w.p("return c\n}\n")
	switch {
	case name == "Client":
	case keyed(slots):
		w.decodeMap(name, goType, "decode"+name+"(row)")
	default:
		w.p("func decode%sRows(l abi.%sRows) []%s {", name, name, goType)
		w.p("out := make([]%s, l.Len())\nfor i := range out {\nout[i] = decode%s(l.At(i))\n}", goType, name)
		w.p("return out\n}\n")
	}
}

func (w codecWriter) decodeMap(name, goType, value string) {
	w.p("func decode%sRows(l abi.%sRows) map[string]%s {", name, name, goType)
	w.p("out := make(map[string]%s, l.Len())", goType)
	w.p("for i := range l.Len() {\nrow := l.At(i)\nout[row.Key()] = %s\n}", value)
	w.p("return out\n}\n")
}

// decoded returns the expression that reads a slot as the type of its struct field.
func (w codecWriter) decoded(goType string, sl slot) string {
	get := exported(sl.Name) + "()"
	switch sl.Kind {
	case "time":
		return "decodeTime(r.Has" + get + ", r." + get + ")"
	case "date":
		return "decodeDate(r.Has" + get + ", r." + get + ")"
	case "money":
		return "Money(r." + get + ")"
	case "enum":
		if goType == "Value" {
			return sl.Of + "(r." + get + ".String())"
		}
		return "r." + get + ".String()"
	case "strings":
		return "decodeStrings(r." + get + ")"
	case "rows":
		return "decode" + sl.Of + "Rows(r." + get + ")"
	}
	return "r." + get
}
