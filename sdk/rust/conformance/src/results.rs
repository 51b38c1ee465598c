use assay::{Client, Json, Report, Severity, TextBuf};

assay::choice! {
    pub enum Kind {
        None = "none",
        Full = "full",
        Many = "many",
        Suggest = "suggest",
        Severity = "severity",
        Long = "long",
        Error = "error",
        Stale = "stale",
    }
}

assay::settings! {
    pub struct Results {
        pub kind: Kind = Kind::Full,
        pub count: i64 = 1 => { minimum: 0, maximum: 2000 },
    }
}

/// Every kind of result.
pub fn results(settings: &Results, _: &Client, report: &mut Report) {
    match settings.kind {
        Kind::None => {}
        Kind::Stale => {} // the compiler refuses it: see Report::finding
        Kind::Full => full(report),
        Kind::Many => {
            for i in 0..settings.count {
                report
                    .finding("many")
                    .path(("contacts[", i, "].name"))
                    .row(("c", i));
            }
        }
        Kind::Suggest => suggest(report),
        Kind::Severity => {
            for severity in [Severity::Info, Severity::Warning, Severity::Error] {
                report
                    .finding("severity")
                    .row(severity.as_str())
                    .severity(severity);
            }
        }
        Kind::Long => {
            let mut long = TextBuf::new();
            for _ in 0..settings.count {
                long.push_bytes(&[b'x'; 1024]);
            }
            report.finding("long").param("x", &long);
        }
        Kind::Error => {
            report.finding("before");
            report.error("no rate for the currency");
        }
    }
}

/// Parts in another order than that of the fields in a row.
fn full(report: &mut Report) {
    let finding = &mut report.finding("full");
    finding
        .param("a", 1)
        .severity(Severity::Error)
        .row("c1")
        .param("b", "");
    finding
        .suggest("директор")
        .path("contacts[0].jobTitle")
        .param("ключ", "значение");
}

fn suggest(report: &mut Report) {
    report
        .finding("suggest")
        .path("notes")
        .row("text")
        .suggest("a\"b\\c\n\u{1}\té");
    report
        .finding("suggest")
        .path("notes")
        .row("number")
        .suggest(-3);
    report
        .finding("suggest")
        .path("notes")
        .row("truth")
        .suggest(true);
    report
        .finding("suggest")
        .path("notes")
        .row("json")
        .suggest(Json(r#"{"a":[1,null]}"#));
    let finding = &mut report.finding("suggest");
    finding.path("notes").row("largest").suggest(u64::MAX);
    finding.param("largest", u64::MAX).param("least", i64::MIN);
    finding.param("yes", true).param("no", false);
}
