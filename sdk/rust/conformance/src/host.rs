use assay::{Client, DoubleFormat, Report, TextBuf};

use crate::project::Hex;

/// Asks the host for everything there is to ask.
pub fn host(_: &(), client: &Client, report: &mut Report) {
    let now = assay::now();
    let phone = client
        .channels()
        .get(0)
        .map(|channel| channel.value())
        .unwrap_or_default();
    let finding = &mut report.finding("host");
    finding.path("name").param("now", now);
    finding.param("match", assay::matches("^a+$", client.name()) == Some(true));
    finding.param("valid", assay::valid_pattern("^a+$"));
    finding.param("invalid", assay::valid_pattern("(a"));
    finding.param("phone", assay::phone(phone, client.country()));
    finding
        .param("zone", zone("Europe/Kyiv", now))
        .param("nowhere", zone("Nowhere/Here", now));
    finding.param(
        "written",
        assay::format_double(1.5e-7, DoubleFormat::General),
    );
    finding.param(
        "read",
        Hex(assay::parse_double("2.50").unwrap_or_default().to_bits()),
    );
}

fn zone(name: &str, now: i64) -> TextBuf {
    let mut text = TextBuf::new();
    match assay::zone_offset(name, now) {
        Some(offset) => text.push(offset),
        None => text.push("none"),
    }
    text
}
