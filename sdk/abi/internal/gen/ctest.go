package main

import (
	"fmt"
	"path/filepath"
	"strings"
)

// The parts of assay_test.h, around the setters that follow from the schema.
var (
	cTestBefore = []string{"head.h", "host.h", "doubles.h", "card.h"}
	cTestBehind = []string{"fields.h", "json.h", "verdict.h", "placeholders.h", "declared.h", "run.h", "expect.h", "tail.h"}
)

// cTestHeader puts the header of native tests together.
func cTestHeader(s *schema, abiDir string) ([]byte, error) {
	out := new(source)
	out.p(cGeneratedBy, "sdk/abi and the parts in src/test")
	src := filepath.Join(abiDir, "../c/src/test")
	if err := cPart(out, src, cTestBefore...); err != nil {
		return nil, err
	}
	cBuilders(out, s)
	if err := cPart(out, src, cTestBehind...); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// cBuilders writes the builder of each record: a function for each slot that sets it or adds to it.
func cBuilders(out *source, s *schema) {
	out.p("/* A client, or a row of one, that is being built. _set_ gives a value; _add_ adds a text to a list, or a row, which it returns. */")
	records := append(s.rowNames(), "Client")
	for _, name := range records {
		out.p("typedef struct { assay_building_t_ record_; } assay_%s_builder_t;", snake(name))
	}
	out.p("\n/* A client without anything in it. */")
	out.p("static inline assay_client_builder_t *assay_new_client(void) { return (assay_client_builder_t *)assay_build_(%d); }\n", len(s.Client))
	for _, name := range records {
		slots := s.Rows[name]
		if name == "Client" {
			slots = s.Client
		}
		for _, sl := range slots {
			cSetter(out, s, name, sl)
		}
		out.p("")
	}
	cCardOf(out, s)
}

func cSetter(out *source, s *schema, record string, sl slot) {
	prefix, field := "assay_"+snake(record), snake(sl.Name)
	set := func(typ, value, body string) {
		out.p("static inline void %s_set_%s(%s_builder_t *b, %s %s) { %s; }", prefix, field, prefix, typ, value, body)
	}
	word := func(expr, present string) string {
		return fmt.Sprintf("assay_set_word_(b, %d, %s, %s)", sl.Index, expr, present)
	}
	switch sl.Kind {
	case "string":
		out.p("#define %s_set_%s(b, text) assay_set_text_(&(b)->record_, %d, assay_text(text))", prefix, field, sl.Index)
	case "strings":
		out.p("#define %s_add_%s(b, text) assay_add_text_(&(b)->record_, %d, assay_text(text))", prefix, singular(field), sl.Index)
	case "rows":
		row := "assay_" + snake(sl.Of) + "_builder_t"
		out.p("static inline %s *%s_add_%s(%s_builder_t *b) { return assay_add_row_(b, %d, %d); }",
			row, prefix, singular(field), prefix, sl.Index, len(s.Rows[sl.Of]))
	case "float":
		set("double", "value", fmt.Sprintf("assay_set_float_(b, %d, value)", sl.Index))
	case "bool":
		set("bool", "value", word("value", "value"))
	case "enum":
		set("assay_"+snake(sl.Of)+"_t", "code", word("(uint64_t)code", "code != 0"))
	case "time", "date":
		set("int64_t", "ms", word("(uint64_t)ms", "true"))
	default:
		set("int64_t", "value", word("(uint64_t)value", "value != 0"))
	}
}

// cCardOf writes the function that makes a card of a client, for which keyed rows are sorted.
func cCardOf(out *source, s *schema) {
	out.p("/* The card of a client (FORMAT.md), as the store has it. */")
	out.p("static inline assay_text_t assay_card_of(assay_client_builder_t *client) {")
	for _, sl := range s.Client {
		if sl.Kind == "rows" && keyed(s.Rows[sl.Of]) {
			out.p("  assay_value_t_ *%s = &client->record_.values[%d];", sl.Name, sl.Index)
			out.p("  if (%[1]s->count > 0) qsort(%[1]s->rows, %[1]s->count, sizeof *%[1]s->rows, assay_by_key_);", sl.Name)
		}
	}
	out.p("  return assay_card_of_(&client->record_);\n}\n")
}

// singular returns the C name of one of many: categories becomes category.
func singular(name string) string {
	words := strings.Split(name, "_")
	last := &words[len(words)-1]
	switch {
	case strings.HasSuffix(*last, "ies"):
		*last = strings.TrimSuffix(*last, "ies") + "y"
	case strings.HasSuffix(*last, "sses"):
		*last = strings.TrimSuffix(*last, "es")
	default:
		*last = strings.TrimSuffix(*last, "s")
	}
	return strings.Join(words, "_")
}
