use core::fmt;

use crate::text::Text;
use crate::textbuf::{TextBuf, ToText};

/// What can be suggested as a better value: texts, whole numbers, bools, a [`Date`](crate::Date), and [`Json`].
pub trait Suggestion {
    #[doc(hidden)]
    fn write_json(&self, out: &mut TextBuf);
}

/// JSON, as it is.
#[derive(Clone, Copy, Debug)]
pub struct Json<'a>(
    /// The JSON text.
    pub &'a str,
);

impl Suggestion for Json<'_> {
    fn write_json(&self, out: &mut TextBuf) {
        out.push(self.0);
    }
}

impl<T: Suggestion + ?Sized> Suggestion for &T {
    fn write_json(&self, out: &mut TextBuf) {
        (**self).write_json(out);
    }
}

macro_rules! as_written {
    ($($type:ty)*) => {
        $(impl Suggestion for $type {
            fn write_json(&self, out: &mut TextBuf) {
                out.push(*self);
            }
        })*
    };
}

as_written!(bool i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl Suggestion for str {
    fn write_json(&self, out: &mut TextBuf) {
        push_json(out, self.as_bytes());
    }
}

impl Suggestion for Text<'_> {
    fn write_json(&self, out: &mut TextBuf) {
        push_json(out, self.as_bytes());
    }
}

impl Suggestion for TextBuf {
    fn write_json(&self, out: &mut TextBuf) {
        push_json(out, self.as_bytes());
    }
}

#[cfg(any(feature = "std", not(target_family = "wasm")))]
impl Suggestion for std::string::String {
    fn write_json(&self, out: &mut TextBuf) {
        push_json(out, self.as_bytes());
    }
}

impl Suggestion for fmt::Arguments<'_> {
    fn write_json(&self, out: &mut TextBuf) {
        let mut text = TextBuf::new();
        text.push(*self);
        push_json(out, text.as_bytes());
    }
}

/// Appends text as a JSON string: the short escapes, `\u00` for other control characters, the rest as it is.
pub(crate) fn push_json(out: &mut TextBuf, text: &[u8]) {
    out.push_byte(b'"');
    for &byte in text {
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x0c => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..=0x1f => {
                out.push_bytes(&[
                    b'\\',
                    b'u',
                    b'0',
                    b'0',
                    b'0' + byte / 16,
                    hexadecimal(byte % 16),
                ]);
                continue;
            }
            _ => {
                out.push_byte(byte);
                continue;
            }
        };
        out.push_bytes(&[b'\\', short]);
    }
    out.push_byte(b'"');
}

fn hexadecimal(digit: u8) -> u8 {
    match digit {
        0..=9 => b'0' + digit,
        _ => b'a' + digit - 10,
    }
}

/// Appends any text as a JSON string.
pub(crate) fn push_json_text(out: &mut TextBuf, text: impl ToText) {
    let mut plain = TextBuf::new();
    plain.push(text);
    push_json(out, plain.as_bytes());
}
