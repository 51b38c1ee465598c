package main

import (
	"strconv"
	"strings"
)

// asBuilders writes the builders of cards for the tests of rules in AssemblyScript.
func asBuilders(s *schema) ([]byte, error) {
	out := newScript(
		"import { "+strings.Join(s.enumNames(), ", ")+` } from "../card_gen";`,
		`import { Builder } from "./builder";`)
	asBuilder(out, s, "Client", s.Client)
	for _, name := range s.rowNames() {
		asBuilder(out, s, name, s.Rows[name])
	}
	return out.Bytes(), nil
}

func asBuilder(out *source, s *schema, name string, slots []slot) {
	call := lower(name)
	if isKeyed := name != "Client" && keyed(slots); isKeyed {
		out.p("\n/** A row of %s with its key. */", plural(name))
		out.p("export function %s(key: string): %sBuilder { return new %sBuilder().key(key); }", call, name, name)
	} else {
		out.p("\nexport function %s(): %sBuilder { return new %sBuilder(); }", call, name, name)
	}
	out.p("\n@final\nexport class %sBuilder extends Builder {", name)
	out.p("  constructor() { super(%d); }\n", len(slots))
	for _, sl := range slots {
		typ, set := asSetter(s, sl)
		out.p("  %s(value: %s): %sBuilder { this.%s; return this; }", sl.Name, typ, name, strings.ReplaceAll(set, "#", strconv.Itoa(sl.Index)))
	}
	out.p("}")
}

// asSetter returns the type of what a slot is built from and the call that sets it, # being the slot.
func asSetter(s *schema, sl slot) (typ, set string) {
	switch sl.Kind {
	case "float":
		return "f64", "setWord(#, reinterpret<u64>(value), value != 0)"
	case "bool":
		return "bool", "setWord(#, value ? 1 : 0, value)"
	case "enum":
		return sl.Of, "setWord(#, value, value != " + sl.Of + ".None)"
	case "time", "date":
		return "i64", "setWord(#, value, true)"
	case "string":
		return "string", "setText(#, value)"
	case "strings":
		return "string[]", "setTexts(#, value)"
	case "rows":
		sorted := "false"
		if keyed(s.Rows[sl.Of]) {
			sorted = "true"
		}
		return sl.Of + "Builder[]", "setRows(#, changetype<Builder[]>(value), " + sorted + ")"
	}
	return "i64", "setWord(#, value, value != 0)"
}
