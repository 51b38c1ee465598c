package main

import (
	"fmt"
	"strings"
)

// asReader writes the slot numbers, the enums and the accessors of the AssemblyScript SDK.
func asReader(s *schema) ([]byte, error) {
	out := newScript(`import { Rows, Slots, Strings } from "./slots";`, `import { Text } from "./text";`)
	for _, name := range s.enumNames() {
		asEnum(out, name, s.Enums[name])
	}
	asRecord(out, s, "Client", s.Client)
	for _, name := range s.rowNames() {
		asRecord(out, s, name, s.Rows[name])
		asRows(out, name, s.Rows[name])
	}
	return out.Bytes(), nil
}

func asEnum(out *source, name string, values []string) {
	out.p("\n/** %s is a code; None is absent, and so is any code this version does not know. */", name)
	out.p("export enum %s {\n  None = 0,", name)
	for i, v := range values {
		out.p("  %s = %d,", upper(v), i+1)
	}
	out.p("}\n")
	out.p("/** The value as the JSON form writes it, \"\" for None. */")
	out.p("export function %sName(code: %s): string {", lower(name), name)
	out.p("  switch (code) {")
	for _, v := range values {
		out.p("    case %s.%s: return %q;", name, upper(v), v)
	}
	out.p("    default: return \"\";\n  }\n}")
}

// asRecord writes the class of the client or of a row.
func asRecord(out *source, s *schema, name string, slots []slot) {
	about := "Reads one row of " + plural(name) + " in place."
	if name == "Client" {
		about = "Reads a client in place; everything read from it is valid during the check only."
	}
	out.p("\n/** %s */", about)
	out.p("@unmanaged @final\nexport class %s extends Slots {", name)
	for i, sl := range slots {
		if i > 0 {
			out.p("")
		}
		typ, value, has := asAccessor(sl)
		out.p("  /** %s */", asDoc(sl))
		out.p("  get %s(): %s { return %s; }", sl.Name, typ, value)
		out.p("  get has%s(): bool { return %s; }", upper(sl.Name), has)
	}
	if name == "Client" {
		asLookups(out, s, slots)
	}
	out.p("}")
}

// asLookups gives the client a lookup by key for each list of keyed rows: fields has field(key).
func asLookups(out *source, s *schema, slots []slot) {
	for _, sl := range slots {
		if sl.Kind != "rows" || !keyed(s.Rows[sl.Of]) {
			continue
		}
		name := lower(sl.Of)
		out.p("\n  /** The row of %s with the key, a string or a Text; null when there is none. */", sl.Name)
		out.p("  %s<K>(key: K): %s | null { return this.%s.find(key); }", name, sl.Of, sl.Name)
	}
}

// asAccessor returns the type of the slot, the expression of its value and that of its presence.
func asAccessor(sl slot) (typ, value, has string) {
	call := func(method string, more ...string) string {
		return fmt.Sprintf("this.%sAt(%s)", method, strings.Join(append([]string{fmt.Sprint(sl.Index)}, more...), ", "))
	}
	switch sl.Kind {
	case "float":
		return "f64", "reinterpret<f64>(" + call("word") + ")", call("has")
	case "bool":
		return "bool", call("word") + " == 1", call("has")
	case "enum":
		top := sl.Of + "." + upper(sl.last)
		return sl.Of, call("code", top), call("hasCode", top)
	case "string":
		return "Text", call("text"), call("hasText")
	case "strings":
		return "Strings", "Strings.of(this, " + fmt.Sprint(sl.Index) + ")", call("hasStrings")
	case "rows":
		return sl.Of + "Rows", "Rows.of<" + sl.Of + "Rows>(this, " + fmt.Sprint(sl.Index) + ")", call("hasRows")
	}
	return "i64", call("word"), call("has")
}

func asDoc(sl slot) string {
	doc := accessorDoc(sl.Kind, sl.path(), absence{text: "empty when absent", enum: "None when absent"}) + "."
	if sl.Kind == "string" || sl.Kind == "enum" {
		return doc
	}
	return upper(doc)
}

func asRows(out *source, name string, slots []slot) {
	out.p("\n/** A list of %s, read in place. */", plural(name))
	out.p("@unmanaged @final\nexport class %sRows extends Rows {", name)
	out.p("  [key: number]: %s;\n", name)
	out.p("  /** Row i; outside of 0 to length-1 a row in which every value is absent. */")
	out.p("  @operator(\"[]\")\n  at(i: i32): %s {", name)
	out.p("    const row = this.row(i);")
	out.p("    return Slots.of<%s>(this.cardAddress, this.cardSize, row + 8, row, row ? this.slotCount : 0);\n  }", name)
	if keyed(slots) {
		out.p("\n  /** The row with the key, a string or a Text, by binary search; null when there is none. */")
		out.p("  find<K>(key: K): %s | null {", name)
		out.p("    const i = this.search(key);\n    return i < 0 ? null : this.at(i);\n  }")
	}
	out.p("}")
}
