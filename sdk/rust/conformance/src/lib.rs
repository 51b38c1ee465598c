//! Everything the Rust SDK can do, in the checks of sdk/conformance/README.md.
#![cfg_attr(not(any(test, feature = "std")), no_std)]

mod faults;
mod host;
mod project;
#[rustfmt::skip]
mod project_gen;
mod results;
mod settings;

use assay::{Client, Report};
use project::{projection, Hex};

assay::settings! {
    pub struct Fields {
        text: bool = false,
    }
}

/// Reads everything.
fn fields(settings: &Fields, client: &Client, report: &mut Report) {
    let lines = projection(client);
    let finding = &mut report.finding("fields");
    finding
        .path("id")
        .param("length", lines.len())
        .param("hash", Hex(fnv(lines.as_bytes())));
    if settings.text {
        finding.param("text", &lines);
    }
}

/// FNV-1a of 64 bits.
fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf29ce484222325, |hash, &byte| {
        (hash ^ byte as u64).wrapping_mul(0x100000001b3)
    })
}

assay::settings! {
    pub struct Labels {
        label: &'static str = "A",
    }
}

fn labels(settings: &Labels, client: &Client, report: &mut Report) {
    report.label(settings.label).param("share", 41);
    report.measure("revenue", client.revenue());
    report.measure("smallest", i64::MIN);
    report.measure("largest", i64::MAX);
}

assay::module! {
    quality "fields" => fields {}
    quality "results" => results::results {}
    segmentation "labels" => labels {
        "A": { title: { en: "Class A", ru: "Класс А" }, reason: { en: "{{ share }} % of revenue" } },
        "B": {},
    }
    quality "settings" => settings::settings {}
    quality "host" => host::host {}
    quality "faults" => faults::faults {}
}

#[cfg(test)]
mod tests;
