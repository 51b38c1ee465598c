package main

// projection writes test code that reads a whole card through the accessors of package pkg, into
// the JSON form of vectors.json: what is present, by name.
func projection(s *schema, pkg, path string) ([]byte, error) {
	out := newSource(pkg+"_test", path)
	projectRecord(out, pkg, "Client", s.Client)
	for _, name := range s.rowNames() {
		projectRecord(out, pkg, name, s.Rows[name])
		out.p("func project%sRows(l %s.%sRows) []any {", name, pkg, name)
		out.p("out := []any{}\nfor i := range l.Len() {\nout = append(out, project%s(l.At(i)))\n}", name)
		out.p("return out\n}\n")
	}
	return out.formatted()
}

func projectRecord(out *source, pkg, name string, slots []slot) {
	out.p("func project%s(r %s.%s) map[string]any {", name, pkg, name)
	out.p("out := map[string]any{}")
	for _, sl := range slots {
		get := "r." + exported(sl.Name) + "()"
		value := get
		switch sl.Kind {
		case "enum":
			value = get + ".String()"
		case "strings":
			value = "projectStrings(" + get + ")"
		case "rows":
			value = "project" + sl.Of + "Rows(" + get + ")"
		}
		out.p("if r.Has%s() {\nproject(out, %q, %q, %s)\n}", exported(sl.Name), sl.In, sl.Name, value)
	}
	out.p("return out\n}\n")
}
