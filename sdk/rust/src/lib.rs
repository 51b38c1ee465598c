//! Write rules for Assay in Rust.
//!
//! A rule is a function that gets settings, a client and a report. This one asks companies of some industries for a
//! licence that has not ended, a custom field of theirs:
//!
//! ```
//! use assay::{Client, Date, FieldValue, Report, DAY};
//!
//! assay::settings! {
//!     pub struct Licence {
//!         /// Industries that need one
//!         industries: &'static [&'static str] = &["pharmacy"],
//!         /// Days before the end
//!         days: i64 = 30 => { minimum: 0, maximum: 365 },
//!     }
//! }
//!
//! fn licence(settings: &Licence, client: &Client, report: &mut Report) {
//!     if !settings.industries.iter().any(|industry| client.industries().contains(industry)) {
//!         return;
//!     }
//!     match client.field("licenceUntil").and_then(|field| field.value()) {
//!         Some(FieldValue::Date(end)) => {
//!             if end - assay::now() < settings.days * DAY {
//!                 report.finding("ends-soon").path("fields.licenceUntil").param("end", Date(end));
//!             }
//!         }
//!         _ => {
//!             report.finding("missing").path("fields.licenceUntil");
//!         }
//!     }
//! }
//!
//! assay::module! {
//!     quality "licence" => licence {
//!         "missing": { en: "No licence. Add its last day.", uk: "Немає ліцензії. Додайте її останній день." },
//!         "ends-soon": { en: "The licence ends on {{ end }}.", uk: "Ліцензія закінчується {{ end }}." },
//!     }
//! }
//!
//! // Under `cargo test`, with no WebAssembly and no server:
//! use assay::testing::{run, ClientBuilder};
//!
//! let pharmacy = ClientBuilder::new().industries(["pharmacy"]);
//! let verdict = run(licence, &Licence::default(), &pharmacy, 0);
//! assert_eq!(verdict.findings[0].code, "missing");
//!
//! let licensed = pharmacy.field("licenceUntil", FieldValue::Date(10 * DAY));
//! let verdict = run(licence, &Licence::default(), &licensed, 0);
//! assert_eq!(verdict.findings[0].param("end"), Some("1970-01-11"));
//! ```
//!
//! - [`module!`] makes a module of checks with their messages, [`settings!`] and [`choice!`] their settings.
//! - [`Client`] and the rows in it are read in place, from the bytes the server keeps. A value that is absent reads as zero,
//!   empty or `None`; its `has_` method tells absent from zero. Texts are [`Text`]: compare them as they are, or look at
//!   them [as a `str`](Text::as_str).
//! - [`Report`] takes findings, a label and measures, or an error.
//! - [`now`], [`matches()`], [`valid_pattern`], [`phone`], [`zone_offset`], [`format_double`] and [`parse_double`] ask the server, [`log`] tells it.
//! - All times and dates are unix milliseconds, dates those of their midnight in UTC: [`DAY`], [`day_of`], [`Date`].
//! - [`testing`] runs checks natively.
//!
//! # Memory
//!
//! A rule runs over every client of a base, and the server sets its memory back before each one. What keeps it fast is a small
//! memory: the SDK allocates nothing while a client is judged unless the report outgrows 1 KiB, and what a report takes can
//! be given in parts, as a tuple: `.path(("contacts[", i, "].jobTitle"))`. Where text has to be put together first there is
//! [`TextBuf`]. A panic writes its message to the log and ends the judgement of that client; the next ones are judged.
//!
//! # The standard library
//!
//! In WebAssembly this crate is `no_std` and brings the panic handler and the allocator, so a rule begins with
//! `#![cfg_attr(not(test), no_std)]`. Natively, where tests run, there is the standard library always. A rule that wants `String`, `Vec`, `HashMap` or `format!`
//! in WebAssembly, too, enables the feature `std` and leaves that line out; the checks of `sdk/rust/conformance` are 4 % larger so.
//! `alloc` alone needs Rust 1.68 or newer, as older ones have no stable way to say what happens when memory ends.
#![no_std]
#![warn(missing_docs)]

#[cfg(any(feature = "std", not(target_family = "wasm")))]
extern crate std;

#[rustfmt::skip]
#[allow(dead_code)] // some numbers are for modules only, some for native tests
mod abi_gen;
#[rustfmt::skip]
mod card_gen;
mod date;
#[cfg(target_family = "wasm")]
mod exports;
mod field;
mod host;
mod json;
mod memory;
mod module;
mod read;
mod report;
mod settings;
mod suggest;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
mod text;
mod textbuf;
mod whole;

pub use card_gen::*;
pub use date::{day_of, Date, DAY};
pub use field::FieldValue;
pub use host::{
    format_double, log, matches, now, parse_double, phone, valid_pattern, zone_offset, DoubleFormat,
};
pub use module::Module;
pub use read::{OpenError, Row, Rows, RowsIter, Strings, StringsIter};
pub use report::{Finding, Label, Report, Severity};
pub use settings::{Refusal, Setting, Settings};
pub use suggest::{Json, Suggestion};
pub use text::Text;
pub use textbuf::{TextBuf, ToText};

/// What the macros of this crate need.
#[doc(hidden)]
pub mod __private {
    pub use crate::abi_gen::VERSION;
    #[cfg(target_family = "wasm")]
    pub use crate::exports::{alloc, configure, describe, evaluate};
    pub use crate::json::Json;
    pub use crate::module::{About, AnyCheck, Check};
    pub use crate::settings::{is_key, push_list, Schema};
    #[cfg(not(target_family = "wasm"))]
    pub use crate::testing::{declared::declare, held::Held};
}
