//! lib
#![no_std]

#[cfg(any(feature = "std", not(target_family = "wasm")))]
extern crate std;

#[rustfmt::skip]
#[allow(dead_code)] // some numbers are for modules only, some for native tests
mod abi_gen;
#[rustfmt::skip]
mod card_gen;
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

pub use card_gen::*;
pub use field::FieldValue;
pub use host::{format_double, log, matches, now, parse_double, phone, zone_offset, DoubleFormat};
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
}
