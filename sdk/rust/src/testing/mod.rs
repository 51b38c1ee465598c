//! Runs checks natively, under `cargo test`: no WebAssembly and no server are needed.
//!
//! A builder makes the client, [`run`] the verdict:
//!
//! ```
//! use assay::testing::{run, ClientBuilder, ContactBuilder};
//! use assay::{Client, Report};
//!
//! fn job_titles(_: &(), client: &Client, report: &mut Report) {
//!     for (i, contact) in client.contacts().iter().enumerate() {
//!         if contact.job_title().is_empty() {
//!             let finding = &mut report.finding("no-title");
//!             finding.path(("contacts[", i, "].jobTitle")).row(contact.id());
//!             finding.param("name", contact.name());
//!         }
//!     }
//! }
//!
//! let client = ClientBuilder::new().contacts([ContactBuilder::new().id("c1").name("Анна")]);
//! let verdict = run(job_titles, &(), &client, 0);
//! assert_eq!(verdict.findings.len(), 1);
//! assert_eq!(verdict.findings[0].path, "contacts[0].jobTitle");
//! assert_eq!(verdict.findings[0].param("name"), Some("Анна"));
//! ```
//!
//! The card is what the server would have made of the client: what is zero, false or empty is absent, but for times and dates.
//!
//! What a check asks of the host a stub answers. It knows the evaluation time, numbers, international phone numbers by
//! their length, and UTC. Regular expressions, national phone numbers and other time zones are the server's: a test that needs
//! them says what the answer is, see [`Host`], and fails with a message when it does not.
//! `assay rule test` runs the module with the real ones.

mod build;
#[rustfmt::skip]
mod build_gen;
pub(crate) mod declared;
pub(crate) mod held;
pub(crate) mod host;
mod placeholders;
mod results;

use std::string::String;

pub use build::Bytes;
pub use build_gen::*;
pub use host::Host;
pub use results::{Finding, Label, Verdict};

use crate::{Client, Module, Report, Settings};

/// Runs a check over a client at a time, unix milliseconds. What the check says it gives is what [`module!`](crate::module!)
/// declares for its function; a function that no module has may give anything.
///
/// # Panics
/// When the server would refuse the settings (a number beyond its `maximum`, a required text that is empty though it
/// has a `min_length`, what `validate` refuses) or what the check reports (an empty code, more than 1,000 rows, a
/// suggestion that is no JSON, a label that is not among those of the check and so on); when people could not read a finding,
/// for its code is not among those that the check has messages for, or it lacks a parameter of its message, which
/// `assay rule test` does not take either; and when the check needs an answer that only a [`Host`] has.
pub fn run<S: Settings>(
    check: fn(&S, &Client, &mut Report),
    settings: &S,
    client: &ClientBuilder,
    now: i64,
) -> Verdict {
    Host::at(now).run(check, settings, client)
}

/// Settings as the host gives them: from JSON, by name, held against the schema, and validated. The error is what the
/// person who wrote them reads, in the words of this SDK where the server finds it before the module does.
pub fn settings<S: Settings>(json: &str) -> Result<S, String> {
    let read = host::short(json).and_then(|json| crate::settings::parse(json.as_bytes()));
    read.map_err(|refusal| refusal.as_str().into())
}

/// The description of a module: JSON, as the server reads it.
pub fn describe(module: &Module) -> String {
    module.describe().as_str().into()
}
