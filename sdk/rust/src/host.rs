//! What a rule can ask of the server. Natively a stub answers: see [`testing`](crate::testing).

use crate::textbuf::{TextBuf, ToText};

#[cfg(not(target_family = "wasm"))]
use crate::testing::host as functions;

/// Writes to the server's log, of which a check has 4 KiB a card; what is more is dropped.
pub fn log(text: impl ToText) {
    let mut line = TextBuf::new();
    line.push(text);
    functions::log(line.as_bytes());
}

/// The evaluation time in unix milliseconds: the only clock there is.
pub fn now() -> i64 {
    functions::now()
}

/// Whether the [RE2](https://github.com/google/re2/wiki/Syntax) pattern matches anywhere in the text; `None`
/// when it is no pattern, or too large.
pub fn matches<'a>(pattern: &str, text: impl Into<crate::Text<'a>>) -> Option<bool> {
    match functions::matches(pattern.as_bytes(), text.into().as_bytes()) {
        -1 => None,
        answer => Some(answer == 1),
    }
}

/// Whether the text is a phone number that is possible in the plan of its country, a code (`UA`) or a name. With an
/// empty country only an international number is.
pub fn phone<'a, 'b>(
    text: impl Into<crate::Text<'a>>,
    country: impl Into<crate::Text<'b>>,
) -> bool {
    functions::phone(text.into().as_bytes(), country.into().as_bytes()) == 1
}

/// Whether [`matches()`] takes a pattern: for `validate` of settings that have one.
pub fn valid_pattern(pattern: &str) -> bool {
    matches(pattern, "").is_some()
}

/// How many seconds clocks in the zone (`Europe/Kyiv`) were east of UTC at a time in unix milliseconds; `None` when
/// there is no such zone.
pub fn zone_offset(zone: &str, unix_milliseconds: i64) -> Option<i64> {
    match functions::zone_offset(zone.as_bytes(), unix_milliseconds) {
        crate::abi_gen::NO_ZONE => None,
        offset => Some(offset),
    }
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoubleFormat {
    /// `1.5e+00`
    Exponent = b'e' as isize,
    /// `1.5`
    Plain = b'f' as isize,
    /// `Exponent` for exponents below -4 and above 5, else `Plain`.
    General = b'g' as isize,
}

/// The number with the fewest digits that read back as it.
pub fn format_double(value: f64, format: DoubleFormat) -> TextBuf {
    const ROOM: usize = 400; // of the longest, a small number written plainly
    let mut text = [0; ROOM];
    let length = functions::double_text(value, format as u32, &mut text);
    let mut out = TextBuf::new();
    out.push_bytes(text.get(..length as usize).unwrap_or_default());
    out
}

/// The number that is nearest to the text; `None` when that is no number or beyond the range.
pub fn parse_double<'a>(text: impl Into<crate::Text<'a>>) -> Option<f64> {
    let mut value = 0.0;
    match functions::parse_double(text.into().as_bytes(), &mut value) {
        1 => Some(value),
        _ => None,
    }
}

/// The host's functions by number, as ABI.md lists them.
#[cfg(target_family = "wasm")]
mod functions {
    use crate::abi_gen::*;

    #[link(wasm_import_module = "assay")]
    extern "C" {
        #[link_name = "log"]
        fn host_log(text: *const u8, length: usize);
        #[link_name = "call"]
        fn host_call(function: u32, argument: *const u8, length: usize) -> i64;
    }

    fn call<T>(function: u32, argument: &T) -> i64 {
        unsafe {
            host_call(
                function,
                (argument as *const T).cast(),
                core::mem::size_of::<T>(),
            )
        }
    }

    pub fn log(text: &[u8]) {
        unsafe { host_log(text.as_ptr(), text.len()) }
    }

    pub fn now() -> i64 {
        call(CALL_NOW, &())
    }

    /// Two texts as {pointer, length} each.
    type Pair = [u32; 4];

    fn pair(a: &[u8], b: &[u8]) -> Pair {
        [
            a.as_ptr() as u32,
            a.len() as u32,
            b.as_ptr() as u32,
            b.len() as u32,
        ]
    }

    pub fn matches(pattern: &[u8], text: &[u8]) -> i64 {
        call(CALL_MATCH, &pair(pattern, text))
    }

    pub fn phone(text: &[u8], country: &[u8]) -> i64 {
        call(CALL_PHONE, &pair(text, country))
    }

    pub fn zone_offset(zone: &[u8], unix_milliseconds: i64) -> i64 {
        #[repr(C, packed)]
        struct Argument(u32, u32, i64);
        call(
            CALL_ZONE_OFFSET,
            &Argument(
                zone.as_ptr() as u32,
                zone.len() as u32,
                unix_milliseconds.div_euclid(1000),
            ),
        )
    }

    pub fn double_text(value: f64, format: u32, room: &mut [u8]) -> i64 {
        #[repr(C, packed)]
        struct Argument(f64, u32, u32, u32);
        call(
            CALL_DOUBLE_TEXT,
            &Argument(value, format, room.as_mut_ptr() as u32, room.len() as u32),
        )
    }

    pub fn parse_double(text: &[u8], value: &mut f64) -> i64 {
        call(
            CALL_PARSE_DOUBLE,
            &[
                text.as_ptr() as u32,
                text.len() as u32,
                value as *mut f64 as u32,
            ],
        )
    }
}
