package main

// tables writes the schema as data, for the CEL compiler and for Validate.
func tables(s *schema) ([]byte, error) {
	out := newSource("abi")
	out.p("// ClientSchema lists the slots of the client in the order of their index.")
	out.p("var ClientSchema = []Slot{")
	tableRows(out, s.Client)
	out.p("}\n")
	out.p("// Rows lists the slots of each row type in the order of their index.")
	out.p("var Rows = map[string][]Slot{")
	for _, name := range s.rowNames() {
		out.p("%q: {", name)
		tableRows(out, s.Rows[name])
		out.p("},")
	}
	out.p("}\n")
	out.p("// Enums lists the names of each enum; the index is the code, and code 0 is the absent value \"\".")
	out.p("var Enums = map[string][]string{")
	for _, name := range s.enumNames() {
		out.p("%q: {\"\", %s},", name, quotedList(s.Enums[name]))
	}
	out.p("}")
	return out.formatted()
}

func tableRows(out *source, slots []slot) {
	for _, sl := range slots {
		out.p("{Name: %q, Index: %d, Kind: Kind%s%s%s},", sl.Name, sl.Index, exported(sl.Kind),
			optional("Of", sl.Of), optional("In", sl.In))
	}
}

func optional(field, value string) string {
	if value == "" {
		return ""
	}
	return ", " + field + ": \"" + value + "\""
}
