package main

// builder writes the clients of native tests of the Go SDK: structs whose fields are the slots, in their order.
func builder(s *schema) ([]byte, error) {
	out := newSource("assaytest", "assay/sdk/go")
	out.p("// Client is a client as a test writes it. What is zero or empty is absent from its card.")
	builderFields(out, "Client", s, s.Client)
	for _, name := range s.rowNames() {
		if keyed(s.Rows[name]) {
			out.p("// %s is a row of %s as the card has it; clients hold a map.", unexported(name), plural(name))
			builderFields(out, unexported(name), s, s.Rows[name])
			continue
		}
		out.p("// %s is a row of %s as a test writes it.", name, plural(name))
		builderFields(out, name, s, s.Rows[name])
	}
	return out.formatted()
}

func builderFields(out *source, name string, s *schema, slots []slot) {
	out.p("type %s struct {", name)
	for _, sl := range slots {
		out.p("%s %s // %s", exported(sl.Name), builderType(s, sl), builderDoc(sl))
	}
	out.p("}\n")
}

func builderType(s *schema, sl slot) string {
	switch sl.Kind {
	case "float":
		return "float64"
	case "bool":
		return "bool"
	case "enum":
		return "assay." + sl.Of
	case "time":
		return "Time"
	case "date":
		return "Date"
	case "string":
		return "string"
	case "strings":
		return "[]string"
	case "rows":
		if !keyed(s.Rows[sl.Of]) {
			return "[]" + sl.Of
		}
		if sl.Of == "Field" {
			return "Fields"
		}
		return "map[string]string"
	}
	return "int64"
}

func builderDoc(sl slot) string {
	if sl.Kind == "money" {
		return sl.path() + ", hundredths of the base currency"
	}
	return sl.path()
}
