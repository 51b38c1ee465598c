package main

import (
	"fmt"
	"strings"
)

// rustReader writes the enums and the accessors of the Rust SDK.
func rustReader(s *schema) ([]byte, error) {
	out := newRust("schema.yaml")
	out.p("use crate::read::{Record, Row, Rows, Strings};\nuse crate::text::Text;\n")
	for _, name := range s.enumNames() {
		rustEnum(out, name, s.Enums[name])
	}
	rustRecord(out, "Client", s.Client, "One client, read in place. The default client has every value absent.")
	for _, name := range s.rowNames() {
		rustRecord(out, name, s.Rows[name], "One row of "+plural(name)+", read in place.")
		out.p("impl<'a> Row<'a> for %s<'a> {\n    fn of(record: Record<'a>) -> Self {\n        %s { record }\n    }\n}\n", name, name)
		if keyed(s.Rows[name]) {
			rustFind(out, name)
		}
	}
	rustRowSlots(out, s)
	return out.trimmed(), nil
}

// rustRowSlots writes the slots of the client that hold rows, which builders add to one by one.
func rustRowSlots(out *source, s *schema) {
	out.p("/// Slots of the client that hold rows.\n#[allow(dead_code)]\n#[cfg(not(target_family = \"wasm\"))]\npub(crate) mod slots {")
	for _, sl := range s.Client {
		if sl.Kind == "rows" {
			out.p("    pub const CLIENT_%s: usize = %d;", strings.ToUpper(snake(sl.Name)), sl.Index)
		}
	}
	out.p("}")
}

func rustEnum(out *source, name string, values []string) {
	out.p("/// A value of the enum; one that this version does not know reads as `None`.")
	out.p("#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum %s {", name)
	for i, v := range values {
		out.p("    /// `%s`\n    %s = %d,", v, upper(v), i+1)
	}
	out.p("}\n\nimpl %s {", name)
	out.p("    /// The value as the client's JSON writes it.\n    pub fn as_str(self) -> &'static str {\n        match self {")
	for _, v := range values {
		out.p("            Self::%s => %q,", upper(v), v)
	}
	out.p("        }\n    }\n")
	out.p("    fn of(code: u64) -> Option<Self> {\n        match code {")
	for i, v := range values {
		out.p("            %d => Some(Self::%s),", i+1, upper(v))
	}
	out.p("            _ => None,\n        }\n    }\n}\n")
}

func rustRecord(out *source, name string, slots []slot, about string) {
	out.p("/// %s", about)
	out.p("#[derive(Clone, Copy, Default)]\npub struct %s<'a> {\n    pub(crate) record: Record<'a>,\n}\n", name)
	out.p("impl<'a> %s<'a> {", name)
	for i, sl := range slots {
		if i > 0 {
			out.p("")
		}
		typ, value, has := rustAccessor(sl)
		out.p("    /// %s.\n    #[inline]\n    pub fn %s(&self) -> %s {\n        %s\n    }\n", rustDoc(sl), rustName(sl), typ, value)
		out.p("    /// Whether `%s` is present.\n    #[inline]\n    pub fn has_%s(&self) -> bool {\n        %s\n    }", sl.path(), snake(sl.Name), has)
	}
	out.p("}\n")
}

func rustFind(out *source, name string) {
	out.p("impl<'a> Rows<'a, %s<'a>> {", name)
	out.p("    /// The row with the key, found by binary search.")
	out.p("    pub fn find<'k>(&self, key: impl Into<Text<'k>>) -> Option<%s<'a>> {\n        self.find_key(key.into().as_bytes())\n    }\n}\n", name)
}

// rustAccessor returns the Rust type of a slot and the expressions of its value and presence.
func rustAccessor(sl slot) (typ, value, has string) {
	call := func(method string) string { return fmt.Sprintf("self.record.%s(%d)", method, sl.Index) }
	switch sl.Kind {
	case "float":
		return "f64", "f64::from_bits(" + call("word") + ")", call("has")
	case "bool":
		return "bool", call("word") + " == 1", call("has")
	case "enum":
		read := sl.Of + "::of(" + call("word") + ")"
		return "Option<" + sl.Of + ">", read, call("has") + " && " + read + ".is_some()"
	case "string":
		return "Text<'a>", call("text"), call("has_text")
	case "strings":
		return "Strings<'a>", call("strings"), call("has_strings")
	case "rows":
		return "Rows<'a, " + sl.Of + "<'a>>", call("rows"), call("has_rows")
	}
	return "i64", call("word") + " as i64", call("has")
}

func rustDoc(sl slot) string {
	return accessorDoc(sl.Kind, "`"+sl.path()+"`", absence{text: "empty when absent", enum: "`None` when absent"})
}

// rustBuilders writes the builders of clients for native tests.
func rustBuilders(s *schema) ([]byte, error) {
	out := newRust("schema.yaml")
	out.p("use super::build::{Bytes, Record};\nuse crate::card_gen::*;\n")
	rustBuilder(out, "Client", s.Client)
	for _, name := range s.rowNames() {
		rustBuilder(out, name, s.Rows[name])
	}
	return out.trimmed(), nil
}

func rustBuilder(out *source, name string, slots []slot) {
	out.p("/// Makes a %s for tests; what is not set is absent.", strings.ToLower(name))
	out.p("#[derive(Clone, Debug)]\npub struct %sBuilder {\n    pub(super) record: Record,\n}\n", name)
	out.p("impl Default for %sBuilder {\n    fn default() -> Self {\n        Self::new()\n    }\n}\n", name)
	out.p("impl %sBuilder {\n    /// With nothing set.\n    pub fn new() -> Self {", name)
	out.p("        %sBuilder { record: Record::new(%d, %v) }\n    }", name, len(slots), name != "Client" && keyed(slots))
	for _, sl := range slots {
		param, set := rustSetter(sl)
		out.p("\n    /// Sets `%s`.\n    pub fn %s(mut self, %s) -> Self {\n        self.record.%s;\n        self\n    }", sl.path(), rustName(sl), param, set)
	}
	out.p("}\n")
}

// rustSetter returns the parameter of a slot's setter and the call that stores it.
func rustSetter(sl slot) (param, set string) {
	word := func(typ, value string) (string, string) {
		return "value: " + typ, fmt.Sprintf("set_word(%d, %s)", sl.Index, value)
	}
	switch sl.Kind {
	case "time", "date":
		return "value: i64", fmt.Sprintf("set_time(%d, value)", sl.Index)
	case "float":
		return word("f64", "value.to_bits()")
	case "bool":
		return word("bool", "value as u64")
	case "enum":
		return word(sl.Of, "value as u64")
	case "string":
		return "value: impl Bytes", fmt.Sprintf("set_text(%d, value)", sl.Index)
	case "strings":
		return "values: impl IntoIterator<Item = impl Bytes>", fmt.Sprintf("set_texts(%d, values)", sl.Index)
	case "rows":
		return "rows: impl IntoIterator<Item = " + sl.Of + "Builder>",
			fmt.Sprintf("set_rows(%d, rows.into_iter().map(|row| row.record))", sl.Index)
	}
	return word("i64", "value as u64")
}

// rustProjection writes the walk over everything in a client that the conformance module and the
// SDK's test of the vectors take: sdk/conformance/README.md has its form.
func rustProjection(s *schema) ([]byte, error) {
	out := newRust("schema.yaml")
	out.p("use crate::project::Walk;\nuse assay::*;\n")
	for _, record := range append([]string{"Client"}, s.rowNames()...) {
		slots := s.Client
		if record != "Client" {
			slots = s.Rows[record]
		}
		out.p("pub fn %s(r: &%s, walk: &mut impl Walk) {", snake(lower(record)), record)
		for _, sl := range slots {
			rustProjected(out, sl)
		}
		out.p("}\n")
	}
	rustDefaults(out, s.Client)
	return out.trimmed(), nil
}

func rustProjected(out *source, sl slot) {
	get, method := "r."+rustName(sl)+"()", "word"
	switch sl.Kind {
	case "enum", "string", "strings", "rows", "float", "bool":
		method = map[string]string{"enum": "r#enum"}[sl.Kind]
		if method == "" {
			method = sl.Kind
		}
	}
	arg := get
	if sl.Kind == "rows" {
		arg = get + ", " + snake(lower(sl.Of))
	}
	if sl.Kind == "enum" {
		arg = get + ".map(" + sl.Of + "::as_str)"
	}
	out.p("    if r.has_%s() {\n        walk.%s(%q, %s);\n    }", snake(sl.Name), method, sl.path(), arg)
}

// rustDefaults counts absent slots that read as something.
func rustDefaults(out *source, slots []slot) {
	out.p("/// How many slots that are not present read as anything but zero or empty.")
	out.p("pub fn defaults(r: &Client) -> usize {\n    [")
	for _, sl := range slots {
		get := "r." + rustName(sl) + "()"
		test := get + " != 0"
		switch sl.Kind {
		case "float":
			test = get + " != 0.0"
		case "bool":
			test = get
		case "enum":
			test = get + ".is_some()"
		case "string", "strings", "rows":
			test = "!" + get + ".is_empty()"
		}
		out.p("        !r.has_%s() && %s,", snake(sl.Name), test)
	}
	out.p("    ]\n    .iter()\n    .filter(|&&wrong| wrong)\n    .count()\n}")
}
