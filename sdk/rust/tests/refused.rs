//! What the server and `assay rule test` refuse, a native test does.

use std::panic::{catch_unwind, AssertUnwindSafe};

use assay::testing::{run, settings, ClientBuilder, Host};
use assay::{Client, Json, Report, Text};

assay::settings! {
    struct What {
        what: &'static str = "",
    }
}

fn quality(settings: &What, _: &Client, report: &mut Report) {
    say(settings.what, report);
}

fn worded(settings: &What, _: &Client, report: &mut Report) {
    say(settings.what, report);
}

fn segmentation(settings: &What, _: &Client, report: &mut Report) {
    say(settings.what, report);
}

fn unlabelled(settings: &What, _: &Client, report: &mut Report) {
    say(settings.what, report);
}

fn undeclared(settings: &What, _: &Client, report: &mut Report) {
    say(settings.what, report);
}

assay::module! {
    quality "quality" => quality { "unread": {} }
    quality "worded" => worded {
        "a": { en: "{{ n }} of {{k}}", ru: "{{ k }}" },
        "b": { en: "}} {{ x" },
        "unread": {},
    }
    segmentation "segmentation" => segmentation { "A": {}, "B": { title: { en: "B" } } }
    segmentation "unlabelled" => unlabelled {}
}

/// What is said is said, and its handle is not needed.
fn done<T>(_: T) {}

/// Gives what a host may refuse.
fn say(what: &str, report: &mut Report) {
    let (most, more) = ("i".repeat(255), "i".repeat(256));
    match what {
        "code" => done(report.finding("")),
        "long code" => done(report.finding(more)),
        "row" => done(report.finding("a").row(more)),
        "suggest" => done(report.finding("a").suggest(Json("{"))),
        "utf8" => done(report.finding("a").param("k", Text::from(&b"\xff"[..]))),
        "key" => done(report.finding("a").param("", "v")),
        "rows" => (0..1001).for_each(|i| done(report.finding("a").row(i))),
        "bytes" => done(report.finding("a").param("k", "v".repeat(64 << 10))),
        "measure" => report.measure("", 1),
        "long measure" => report.measure(more, 1),
        "label" => done(report.label("B")),
        "other label" => done(report.label("C")),
        "long label" => done(report.label(more)),
        "two labels" => {
            report.label("A");
            report.label("A");
        }
        "finding" => done(report.finding("a")),
        "undeclared" => done(report.finding("no-title")),
        "unread" => done(report.finding("unread")),
        "k" => done(report.finding("a").param("k", "")),
        "both" => done(report.finding("a").param("k", "").param("n", 1)),
        "b" => done(report.finding("b")),
        "unjudged" => {
            report.finding("no-title");
            report.error("no rate");
        }
        "longest" => {
            (0..998).for_each(|i| done(report.finding("a").row(i)));
            report.finding(&*most).row(&*most);
            report.measure(&*most, 1);
        }
        "longest label" => done(report.label(most)),
        _ => panic!("there is no {}", what),
    }
}

/// What the test of a check says, "" when it passes.
fn said(test: impl FnOnce()) -> String {
    let said = catch_unwind(AssertUnwindSafe(test)).err();
    said.map_or(String::new(), |said| {
        let text = said.downcast_ref::<String>().cloned();
        text.unwrap_or_else(|| said.downcast_ref::<&str>().unwrap_or(&"?").to_string())
    })
}

type Judge = fn(&What, &Client, &mut Report);

#[test]
fn what_is_refused_fails() {
    let cases: [(Judge, &str, &'static str, &str); 22] = [
        (quality, "quality", "code", "the code is empty"),
        (quality, "quality", "long code", "the code is longer than 255 bytes"),
        (quality, "quality", "row", "the row id is longer than 255 bytes"),
        (quality, "quality", "suggest", "the suggestion is not JSON: {"),
        (quality, "quality", "utf8", "a parameter is not UTF-8"),
        (quality, "quality", "key", "the key of a parameter is empty"),
        (quality, "quality", "rows", "more than 1000 rows"),
        (quality, "quality", "bytes", "at most 65536 are allowed"),
        (quality, "quality", "measure", "the name of the measure is empty"),
        (quality, "quality", "long measure", "the name of the measure is longer than 255 bytes"),
        (quality, "quality", "label", "the server would refuse the report: a Quality check gave a label"),
        (segmentation, "segmentation", "finding", "the server would refuse the report: a Segmentation check gave a finding"),
        (segmentation, "segmentation", "other label", "the label \"C\" is not among those of the check: A, B"),
        (segmentation, "segmentation", "long label", "the label is longer than 255 bytes"),
        (segmentation, "segmentation", "two labels", "a second label"),
        (worded, "worded", "undeclared", "people cannot read the finding \"no-title\": the check has messages for a, b only"),
        (worded, "worded", "unread", "people cannot read the finding \"unread\": the check has messages for a, b only"),
        (worded, "worded", "finding", "people cannot read the finding \"a\": its message in en asks for {{ n }}, a parameter that it lacks"),
        (worded, "worded", "k", "its message in en asks for {{ n }}, a parameter that it lacks"),
        (undeclared, "quality", "label", "a Quality check gave a label"),
        (undeclared, "worded", "undeclared", "the check has messages for a, b only"),
        (undeclared, "segmentation", "finding", "a Segmentation check gave a finding"),
    ];
    for (judge, name, what, says) in cases {
        let json = format!(r#"{{"what":"{}"}}"#, what);
        let card = ClientBuilder::new().card();
        let by_name = said(|| done(Host::at(0).run_card(&MODULE, name, &json, &card)));
        assert!(by_name.contains(says), "{} {}: {}", name, what, by_name);
        let by_function = said(|| done(run(judge, &What { what }, &ClientBuilder::new(), 0)));
        let known = judge as usize != undeclared as Judge as usize;
        assert_eq!(
            by_function.contains(says),
            known,
            "{}: {}",
            what,
            by_function
        );
    }
}

#[test]
fn what_is_taken_passes() {
    let cases: [(Judge, &'static str); 10] = [
        (quality, "longest"),
        (quality, "undeclared"), // the manifest may have its message
        (quality, "unread"),
        (worded, "both"),
        (worded, "b"),
        (worded, "unjudged"),
        (segmentation, "label"),
        (unlabelled, "longest label"),
        (undeclared, "label"), // no module has it
        (undeclared, "undeclared"),
    ];
    for (judge, what) in cases {
        run(judge, &What { what }, &ClientBuilder::new(), 0);
    }
}

#[test]
fn settings_have_a_length() {
    let of = |length: usize| format!(r#"{{"what":"{}"}}"#, "x".repeat(length - 11));
    let refused = "65537 bytes, at most 65536 are allowed";
    assert_eq!(settings::<What>(&of(65536)).unwrap().what.len(), 65525);
    assert_eq!(settings::<What>(&of(65537)).unwrap_err(), refused);
    let card = ClientBuilder::new().card();
    let judged = said(|| done(Host::at(0).run_card(&MODULE, "quality", &of(65537), &card)));
    assert_eq!(judged, format!("the settings are refused: {}", refused));
}

/// The host's answers to what is too long are not for a test to give.
#[test]
fn questions_have_a_length() {
    fn ask(_: &(), _: &Client, report: &mut Report) {
        let long = "1".repeat(257);
        report.measure("pattern", assay::valid_pattern(&"a".repeat(4096)) as i64);
        report.measure(
            "long pattern",
            assay::valid_pattern(&"a".repeat(4097)) as i64,
        );
        report.measure("phone", assay::phone(&long[..256], &long[..256]) as i64);
        report.measure("long phone", assay::phone(&*long, "UA") as i64);
        report.measure("long country", assay::phone("1", &*long) as i64);
        for (name, zone) in [("zone", 64), ("long zone", 65)] {
            let zone = assay::zone_offset(&"Z".repeat(zone), 0);
            report.measure(name, zone.unwrap_or(-1));
        }
        for zone in ["", "Local", "posix/Europe/Kyiv", "Europe//Kyiv", "Europe/"] {
            assert!(assay::zone_offset(zone, 0).is_none(), "{}", zone);
        }
    }
    let host = Host::at(0).matches(|_, _| Some(true)).phone(|_, _| true);
    let verdict = host
        .zone_offset(|_, _| Some(1))
        .run(ask, &(), &ClientBuilder::new());
    let want = [
        ("pattern", 1),
        ("long pattern", 0),
        ("phone", 1),
        ("long phone", 0),
        ("long country", 0),
        ("zone", 1),
        ("long zone", -1),
    ];
    assert!(
        verdict.measures.iter().map(|m| (&*m.0, m.1)).eq(want),
        "{:?}",
        verdict.measures
    );
}
