//! Finds the parameters that a message asks for.

use std::vec::Vec;

/// The keys of a text's `{{ key }}`, as the server reads them: a key may be an expression, in which braces and quoted texts
/// are skipped, and behind a `{{` that nothing closes there are none.
pub(super) fn placeholders(mut text: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    while let Some((_, behind)) = text.split_once("{{") {
        match closing(behind.as_bytes()) {
            Some(end) => {
                keys.push(behind[..end].trim());
                text = &behind[end + 2..];
            }
            None => break,
        }
    }
    keys
}

/// Where the `}}` is that ends a placeholder.
fn closing(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0);
    while at < text.len() {
        match text[at] {
            b'"' | b'\'' => at += quoted(&text[at..])?,
            b'{' => depth += 1,
            b'}' if depth == 0 => return text[at..].starts_with(b"}}").then(|| at),
            b'}' => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Where the quote is that ends the text at the start.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 1,
            byte if byte == text[0] => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

// The same table is in the native tests of every language, and held against the server in server/author/conformance.
#[test]
#[rustfmt::skip]
fn placeholders_are_read_as_the_server_reads_them() {
    for (text, want) in [
        ("plain { } text", ""),
        ("{{ key }}", "[key]"),
        ("{{key}} of {{  a.b }}{{ key }}", "[key][a.b][key]"),
        ("{{ }}", "[]"),
        ("{{\t\n\u{b}\u{c}\r key \t\n}}", "[key]"),
        ("{{\u{85}\u{a0}\u{1680}key\u{2000}\u{2028}\u{202f}\u{205f}\u{3000}}}", "[key]"),
        ("{{ \u{feff}key }}", "[\u{feff}key]"),
        ("{{ ключ }}", "[ключ]"),
        ("}} {{ a }} }}", "[a]"),
        ("{{ a }}}", "[a]"),
        ("{{{ a }}}", "[{ a }]"),
        ("{{ a {{ b }} }} {{ c }}", "[a {{ b }}][c]"),
        ("{{ c }} {{ a {{ b }} {{ d }}", "[c]"),
        ("{{ a } }} {{ b }}", ""),
        ("{{ a", ""),
        (r#"{{ "}}" }} {{ 'a"}}' }}"#, r#"["}}"]['a"}}']"#),
        (r#"{{ "\"}}" }}"#, r#"["\"}}"]"#),
        ("{{ it's }} {{ a }}", ""),
        (r#"{{ "a\" }}"#, ""),
    ] {
        let keys: Vec<_> = placeholders(text).iter().map(|key| std::format!("[{}]", key)).collect();
        assert_eq!(keys.concat(), want, "{:?}", text);
    }
}
