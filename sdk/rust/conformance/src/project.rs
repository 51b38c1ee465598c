//! Everything that can be read of a client, as lines: sdk/conformance/README.md has their form.

use assay::{Client, FieldType, Row, Rows, Strings, Text, TextBuf, ToText};

use crate::project_gen;

/// Takes each value that is present, in the order of the schema.
pub trait Walk: Sized {
    fn word(&mut self, name: &str, value: i64);
    fn bool(&mut self, name: &str, value: bool);
    fn float(&mut self, name: &str, value: f64);
    fn string(&mut self, name: &str, value: Text);
    fn r#enum(&mut self, name: &str, value: Option<&str>);
    fn strings(&mut self, name: &str, value: Strings);
    fn rows<'a, R: Row<'a>>(&mut self, name: &str, value: Rows<'a, R>, each: fn(&R, &mut Self));
}

/// The lines of a client.
pub fn projection(client: &Client) -> TextBuf {
    let mut lines = Lines::default();
    project_gen::client(client, &mut lines);
    let mut out = lines.out;
    for field in client.fields() {
        lookup_field(&mut out, client, field.key());
    }
    lookup_field(&mut out, client, "no such key".into());
    for property in client.properties() {
        lookup_property(&mut out, client, property.key());
    }
    lookup_property(&mut out, client, "no such key".into());
    out.push(("defaults=", project_gen::defaults(client), "\n"));
    out
}

fn lookup_field(out: &mut TextBuf, client: &Client, key: Text) {
    let found = client
        .field(key)
        .map(|field| field.type_().map_or("", FieldType::as_str));
    out.push(("field(", key, ")=", found.unwrap_or("none"), "\n"));
}

fn lookup_property(out: &mut TextBuf, client: &Client, key: Text) {
    out.push((
        "property(",
        key,
        ")=",
        client.property(key).unwrap_or_else(|| "none".into()),
        "\n",
    ));
}

/// 64 bits in 16 hexadecimal digits.
pub struct Hex(pub u64);

impl ToText for Hex {
    fn write_to(&self, out: &mut TextBuf) {
        for shift in (0..16).rev() {
            let digit = (self.0 >> (4 * shift) & 15) as u32;
            out.push(char::from_digit(digit, 16).unwrap_or('0'));
        }
    }
}

#[derive(Default)]
struct Lines {
    out: TextBuf,
    place: TextBuf, // the path of the row that is written, with the dot behind it
}

impl Lines {
    fn line(&mut self, name: &str, value: impl ToText) {
        self.out.push((&self.place, name, "=", value, "\n"));
    }
}

impl Walk for Lines {
    fn word(&mut self, name: &str, value: i64) {
        self.line(name, value);
    }

    fn bool(&mut self, name: &str, value: bool) {
        self.line(name, value);
    }

    fn float(&mut self, name: &str, value: f64) {
        self.line(name, Hex(value.to_bits()));
    }

    fn string(&mut self, name: &str, value: Text) {
        self.line(name, value);
    }

    fn r#enum(&mut self, name: &str, value: Option<&str>) {
        self.line(name, value.unwrap_or(""));
    }

    fn strings(&mut self, name: &str, value: Strings) {
        self.line(name, value.len());
        for (i, text) in value.iter().enumerate() {
            self.out.push((&self.place, name, "[", i, "]=", text, "\n"));
        }
    }

    fn rows<'a, R: Row<'a>>(&mut self, name: &str, value: Rows<'a, R>, each: fn(&R, &mut Self)) {
        self.line(name, value.len());
        let outer = self.place.len();
        for (i, row) in value.iter().enumerate() {
            self.place.push((name, "[", i, "]."));
            each(&row, self);
            self.place.truncate(outer);
        }
    }
}
