package main

import (
	_ "embed"
	"strings"
)

// pageHead stands above the tables of the page: what the types are where a rule meets them.
//
//go:embed page.md
var pageHead string

// servers are the fields that a write cannot give. Those of activity are named by their object.
var servers = map[string]bool{"id": true, "revision": true, "activity": true, "completeness": true, "createdAt": true, "updatedAt": true}

// byKey are the rows that JSON and CEL show as an object, with what is said of them.
var byKey = map[string]string{
	"Property": "texts by key: `client.properties.loyalty`",
	"Field":    "custom fields by name, each of the type that its manifest declares: `client.fields.licenceUntil`",
}

// page writes CLIENT.md: the fields of a client for people.
func page(s *schema) []byte {
	out := new(source)
	out.WriteString(pageHead)
	out.p("\n## The client\n\n| `client.` | type | |\n|---|---|---|")
	for _, sl := range s.Client {
		note := ""
		if servers[sl.Name] || servers[sl.In] {
			note = " the server's"
		}
		out.p("| `%s` | %s |%s |", sl.path(), s.pageType(sl), note)
	}
	for _, name := range s.rowNames() {
		if byKey[name] != "" {
			continue
		}
		out.p("\n## %s\n\n| | type |\n|---|---|", name)
		for _, sl := range s.Rows[name] {
			out.p("| `%s` | %s |", sl.Name, s.pageType(sl))
		}
	}
	return out.Bytes()
}

// pageType is what the page says of a field's type.
func (s *schema) pageType(sl slot) string {
	switch sl.Kind {
	case "string":
		return "text"
	case "strings":
		return "texts"
	case "enum":
		return "one of `" + strings.Join(s.Enums[sl.Of], "` `") + "`"
	case "rows":
		if said := byKey[sl.Of]; said != "" {
			return said
		}
		return "rows: [" + sl.Of + "](#" + strings.ToLower(sl.Of) + ")"
	}
	return sl.Kind
}
