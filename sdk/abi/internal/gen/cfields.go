package main

import (
	"fmt"
	"strings"
)

// cProjection writes the part of the C SDK's module `conformance` that reads every field (sdk/conformance/README.md).
func cProjection(s *schema) ([]byte, error) {
	out := new(source)
	out.p(cGeneratedBy, "schema.yaml")
	out.p("// Each value that is present, as a line of the projection.\n")
	for _, name := range s.rowNames() {
		out.p("static void project_%s(lines_t *to, const char *path, assay_%s_t r);", snake(name), snake(name))
	}
	out.p("")
	for _, name := range s.rowNames() {
		cProject(out, name, s.Rows[name])
	}
	cProject(out, "Client", s.Client)
	out.p("// How many slots that are not present read as anything but zero or empty.")
	out.p("static int defaults_of(assay_client_t r) {\n  int other = 0;")
	for _, sl := range s.Client {
		has := fmt.Sprintf("assay_client_has_%s(r)", snake(sl.Name))
		out.p("  other += !%s && %s;", has, cNotZero(sl, fmt.Sprintf("assay_client_%s(r)", snake(sl.Name))))
	}
	out.p("  return other;\n}")
	return out.Bytes(), nil
}

func cProject(out *source, record string, slots []slot) {
	name := snake(record)
	out.p("static void project_%s(lines_t *to, const char *path, assay_%s_t r) {", name, name)
	for _, sl := range slots {
		get := fmt.Sprintf("assay_%s_%s(r)", name, snake(sl.Name))
		has := fmt.Sprintf("assay_%s_has_%s(r)", name, snake(sl.Name))
		if sl.Kind == "rows" {
			cProjectRows(out, sl, get, has)
			continue
		}
		out.p("  if (%s) put_%s(to, path, %q, %s);", has, cLine(sl.Kind), sl.path(), cShown(sl, get))
	}
	out.p("}\n")
}

func cProjectRows(out *source, sl slot, get, has string) {
	rows := "assay_" + plural(sl.Of)
	out.p("  if (%s) {\n    %s_t rows = %s;", has, rows, get)
	out.p("    put_integer(to, path, %q, %s_count(rows));", sl.path(), rows)
	out.p("    for (uint32_t i = 0; i < %s_count(rows); i++)", rows)
	out.p("      project_%s(to, assay_format(\"%%s%s[%%u].\", path, i).bytes, %s_at(rows, i));\n  }", snake(sl.Of), sl.path(), rows)
}

// cLine names the function that writes the line of a kind.
func cLine(kind string) string {
	switch kind {
	case "float", "strings":
		return kind
	case "bool", "enum", "string":
		return "text"
	}
	return "integer"
}

// cShown is the expression of a value as its line has it.
func cShown(sl slot, get string) string {
	switch sl.Kind {
	case "bool":
		return "assay_text(" + get + " ? \"true\" : \"false\")"
	case "enum":
		return "assay_text(assay_" + snake(sl.Of) + "_name(" + get + "))"
	}
	return get
}

// cNotZero is the condition that a value is neither zero nor empty.
func cNotZero(sl slot, get string) string {
	switch sl.Kind {
	case "string":
		return get + ".length != 0"
	case "strings":
		return "assay_strings_count(" + get + ") != 0"
	case "rows":
		return strings.Join([]string{"assay_", plural(sl.Of), "_count(", get, ") != 0"}, "")
	}
	return get + " != 0"
}
