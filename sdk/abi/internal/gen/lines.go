package main

// lines writes the part of the Go SDK's module conformance that reads every field of a client.
func lines(s *schema) ([]byte, error) {
	out := newSource("main", "assay/sdk/go")
	out.p("// client writes the lines of a client.")
	linesRecord(out, "client", "Client", s.Client)
	for _, name := range s.rowNames() {
		row := unexported(name)
		linesRecord(out, row, name, s.Rows[name])
		out.p("func (l *lines) %ss(name string, rows assay.%sRows) {", row, name)
		out.p("at := l.list(name, rows.Len())")
		out.p("for i := range rows.Len() {\nl.enter(at, name, i)\nl.row()\nl.%s(rows.At(i))\n}", row)
		out.p("l.leave(at)\n}\n")
	}
	out.p("// absentNotEmpty counts the slots of a client that are not present and read as something all the same.")
	out.p("func absentNotEmpty(r assay.Client) (count int64) {")
	for _, sl := range s.Client {
		out.p("if !r.Has%[1]s() && %[2]s {\ncount++\n}", exported(sl.Name), notEmpty(sl))
	}
	out.p("return count\n}")
	return out.formatted()
}

func linesRecord(out *source, method, record string, slots []slot) {
	out.p("func (l *lines) %s(r assay.%s) {", method, record)
	for _, sl := range slots {
		get := "r." + exported(sl.Name) + "()"
		writer := "integer"
		switch sl.Kind {
		case "string", "strings", "float", "bool":
			writer = sl.Kind
		case "enum":
			writer, get = "string", get+".String()"
		case "rows":
			writer = unexported(sl.Of) + "s"
		}
		out.p("if r.Has%s() {\nl.%s(%q, %s)\n}", exported(sl.Name), writer, sl.path(), get)
	}
	out.p("}\n")
}

func notEmpty(sl slot) string {
	get := "r." + exported(sl.Name) + "()"
	switch sl.Kind {
	case "string":
		return get + ` != ""`
	case "strings", "rows":
		return get + ".Len() != 0"
	case "bool":
		return get
	}
	return get + " != 0"
}
