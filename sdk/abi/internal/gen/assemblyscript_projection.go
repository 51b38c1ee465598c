package main

import (
	"fmt"
	"strings"
)

// asProjection writes the part of the AssemblyScript conformance module that reads every slot: a
// line for each value that is present, as sdk/conformance/README.md says.
func asProjection(s *schema) ([]byte, error) {
	names := []string{"Client"}
	for _, name := range s.rowNames() {
		names = append(names, name, name+"Rows")
	}
	for _, name := range s.enumNames() {
		names = append(names, lower(name)+"Name")
	}
	out := newScript(
		"import {\n  "+strings.Join(names, ",\n  ")+",\n} from \"..\";",
		`import { Lines } from "./lines";`)
	asProject(out, "Client", s.Client)
	asDefaults(out, s.Client)
	for _, name := range s.rowNames() {
		asProject(out, name, s.Rows[name])
		out.p("\nfunction project%sRows(out: Lines, path: string, rows: %sRows): void {", name, name)
		out.p("  out.integer(path, rows.length);")
		out.p("  for (let i = 0; i < rows.length; i++) project%s(out, `${path}[${i}].`, rows[i]);\n}", name)
	}
	return out.Bytes(), nil
}

func asProject(out *source, name string, slots []slot) {
	keyword := "function"
	if name == "Client" {
		keyword = "export function"
	}
	out.p("\n%s project%s(out: Lines, path: string, row: %s): void {", keyword, name, name)
	for _, sl := range slots {
		path, value := fmt.Sprintf("path + %q", sl.path()), "row."+sl.Name
		line := ""
		switch sl.Kind {
		case "float", "bool", "string", "strings":
			line = fmt.Sprintf("out.%s(%s, %s)", map[string]string{
				"float": "bits", "bool": "truth", "string": "text", "strings": "texts",
			}[sl.Kind], path, value)
		case "enum":
			line = fmt.Sprintf("out.text(%s, %sName(%s))", path, lower(sl.Of), value)
		case "rows":
			line = fmt.Sprintf("project%sRows(out, %s, %s)", sl.Of, path, value)
		default:
			line = fmt.Sprintf("out.integer(%s, %s)", path, value)
		}
		out.p("  if (row.has%s) %s;", upper(sl.Name), line)
	}
	out.p("}")
}

// asDefaults counts the slots that are not present and whose accessor gives a value all the same.
func asDefaults(out *source, slots []slot) {
	out.p("\n/** How many slots that are not present read as anything but zero or empty. */")
	out.p("export function strayDefaults(row: Client): i32 {\n  let stray = 0;")
	for _, sl := range slots {
		value := "row." + sl.Name
		switch sl.Kind {
		case "bool":
		case "string", "strings", "rows":
			value += ".length != 0"
		default:
			value += " != 0"
		}
		out.p("  if (!row.has%s && %s) stray++;", upper(sl.Name), value)
	}
	out.p("  return stray;\n}")
}
