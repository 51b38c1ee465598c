//! What a report becomes, byte for byte, and what native tests see of it.

use assay::testing::{describe, run, settings, ClientBuilder, Host};
use assay::{Client, Json, Report, Severity, TextBuf};

fn judge(check: fn(&(), &Client, &mut Report)) -> assay::testing::Verdict {
    run(check, &(), &ClientBuilder::new(), 0)
}

#[test]
fn parts_may_be_given_in_any_order_and_twice() {
    let all = judge(|_, _, report| {
        report
            .finding("a")
            .path("x")
            .row("r")
            .suggest(1)
            .severity(Severity::Info)
            .param("k", "v");
    });
    let mixed = judge(|_, _, report| {
        let finding = &mut report.finding("a");
        finding
            .param("k", "v")
            .severity(Severity::Error)
            .path("long path")
            .suggest("text");
        finding
            .row("r")
            .suggest(1)
            .severity(Severity::Info)
            .path("x");
    });
    assert_eq!(all, mixed);
    assert_eq!(
        (&*all.findings[0].suggest, &*all.findings[0].severity),
        ("1", "info")
    );
}

#[test]
fn an_empty_part_is_none() {
    let verdict = judge(|_, _, report| {
        report
            .finding("a")
            .path("x")
            .path("")
            .row("")
            .param("k", "");
        report.finding("b");
    });
    let first = &verdict.findings[0];
    assert_eq!(
        (&*first.path, &*first.row, first.param("k")),
        ("", "", Some(""))
    );
    assert_eq!(verdict.findings[1].code, "b");
}

#[test]
fn suggestions_are_json() {
    let verdict = judge(|_, _, report| {
        report
            .finding("a")
            .suggest("a\"b\\c\u{8}\u{c}\n\r\t\u{1f}é");
        report.finding("a").suggest(i64::MIN);
        report.finding("a").suggest(false);
        report
            .finding("a")
            .suggest(Json("{\"a\": [1, null, -0.5e+3]}"));
        report.finding("a").suggest(format_args!("{:?}", "x"));
    });
    let suggested: Vec<&str> = verdict
        .findings
        .iter()
        .map(|finding| &*finding.suggest)
        .collect();
    let text = r#""a\"b\\c\b\f\n\r\t\u001fé""#;
    assert_eq!(
        suggested,
        [
            text,
            "-9223372036854775808",
            "false",
            "{\"a\": [1, null, -0.5e+3]}",
            r#""\"x\"""#
        ]
    );
}

#[test]
fn labels_measures_errors_and_the_log() {
    let verdict = judge(|_, _, report| {
        report.label(("A", 1)).param("share", 41u8);
        report.measure("least", i64::MIN);
        report.error("no rate");
        assay::log(("now ", assay::now()));
    });
    let label = verdict.label.as_ref().unwrap();
    assert_eq!((&*label.name, label.param("share")), ("A1", Some("41")));
    assert_eq!(
        (verdict.measure("least"), verdict.error.as_deref()),
        (Some(i64::MIN), Some("no rate"))
    );
    assert_eq!(verdict.log, ["now 0"]);
}

#[test]
fn an_empty_label_is_none() {
    let verdict = judge(|_, _, report| {
        report.label("").param("share", 41);
        report.measure("rank", 1);
        report.label(("", TextBuf::new())).param("share", 42);
        report.label("B").param("share", 43);
    });
    let label = verdict.label.as_ref().unwrap();
    assert_eq!((&*label.name, label.param("share")), ("B", Some("43")));
    assert_eq!((verdict.measure("rank"), verdict.error), (Some(1), None));
}

#[test]
fn numbers_and_booleans_are_written_as_they_are() {
    let verdict = judge(|_, _, report| {
        let mut finding = report.finding("a");
        finding.param("u64", u64::MAX).param("i64", i64::MIN);
        finding.param("yes", true).param("no", false);
        report.finding("a").suggest(u64::MAX);
    });
    let params: Vec<&str> = verdict.findings[0]
        .params
        .iter()
        .map(|param| &*param.1)
        .collect();
    let want = [
        "18446744073709551615",
        "-9223372036854775808",
        "true",
        "false",
    ];
    assert_eq!(params, want);
    assert_eq!(verdict.findings[1].suggest, "18446744073709551615");
}

/// The bytes of ABI.md's example.
#[test]
fn the_bytes_are_those_of_the_page() {
    let module = "\x16\0\0\0\x01\x01\x06\0\0\0tax-id\x02\x05\0\0\0taxId";
    let host = Host::at(0);
    let card = ClientBuilder::new().card();
    assert_eq!(
        host.run_bytes(&MODULE, "tax-id", "{}", &card),
        module.as_bytes()
    );
}

fn tax_id(_: &(), client: &Client, report: &mut Report) {
    if client.tax_id().is_empty() {
        report.finding("tax-id").path("taxId");
    }
}

assay::choice! {
    enum Unit { Days = "days", Weeks = "weeks" }
}

assay::settings! {
    struct Window {
        /// Days "before"
        days_before: i64 = -3 => { minimum: -10, maximum: 10 },
        /// Share
        share: f64 = 0.5 => { maximum: 1.5 },
        unit: Unit = Unit::Weeks,
        words: &'static [&'static str] = &["a"],
        on: bool = false,
        /// Name
        name: &'static str => { required, min_length: 1, max_length: 9 },
    }

    fn validate(&self) -> Result<(), assay::Refusal> {
        if self.on && self.days_before == 0 {
            return Err(assay::Refusal::new(("daysBefore is ", self.days_before)));
        }
        Ok(())
    }
}

assay::settings! {
    struct Numbers {
        large: i64 = 0,
        words: &'static [&'static str] = &[],
    }
}

fn window(_: &Window, _: &Client, _: &mut Report) {}

assay::module! {
    quality "tax-id" => tax_id { "tax-id": { en: "No \"tax id\"", ru: "Нет ИНН" } }
    segmentation "window" => window { "A": { title: { en: "Class A" } }, "B": { reason: { en: "b" } }, "C": {} }
}

#[test]
fn the_description_says_it_all() {
    let want = r#"{"abi":1,"checks":[
{"name":"tax-id","type":"Quality","messages":{"tax-id":{"en":"No \"tax id\"","ru":"Нет ИНН"}}},
{"name":"window","type":"Segmentation","settings":{"type":"object","additionalProperties":false,"properties":{
"daysBefore":{"type":"integer","title":"Days \"before\"","default":-3,"minimum":-10,"maximum":10},
"share":{"type":"number","title":"Share","default":0.5,"maximum":1.5},
"unit":{"type":"string","enum":["days","weeks"],"default":"weeks"},
"words":{"type":"array","items":{"type":"string"},"default":["a"]},
"on":{"type":"boolean","default":false},
"name":{"type":"string","title":"Name","minLength":1,"maxLength":9}},"required":["name"]},
"messages":{"B":{"en":"b"}},"labels":{"A":{"title":{"en":"Class A"}},"B":{},"C":{}}}]}"#;
    assert_eq!(describe(&MODULE), want.replace('\n', ""));
}

#[test]
fn settings_are_read_from_json() {
    let text = r#" { "daysBefore" : 3e0, "share":-1.5e-1, "unit":"days",
        "words":["\u00e9\ud834\udd1e","\"\\\/\b\f\n\r\t","ё"], "on":true, "name":"\ud834x" } "#;
    let read: Window = settings(text).unwrap();
    let want = Window {
        days_before: 3,
        share: -0.15,
        unit: Unit::Days,
        words: &["é𝄞", "\"\\/\u{8}\u{c}\n\r\t", "ё"],
        on: true,
        name: "\u{fffd}x",
    };
    assert_eq!(read, want);
    let named = Window {
        name: "x",
        ..Window::default()
    };
    assert_eq!(settings::<Window>(r#"{"name":"x"}"#).unwrap(), named);
}

#[test]
fn whole_numbers_are_read_exactly() {
    for (json, want) in [
        ("9223372036854775807", i64::MAX),
        ("9223372036854775807.000", i64::MAX),
        ("922337203685477580700e-2", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("-9.223372036854775808E+18", i64::MIN),
        ("1e18", 1_000_000_000_000_000_000),
        ("9007199254740993", (1 << 53) + 1),
        ("9007199254740993.0", (1 << 53) + 1),
        ("0.5e1", 5),
        ("-0", 0),
        ("0e99999999999", 0),
        ("0.0e-99999999999", 0),
    ] {
        let text = format!(r#"{{"large":{}}}"#, json);
        assert_eq!(settings::<Numbers>(&text).unwrap().large, want, "{}", json);
    }
    let long = "0".repeat(10_000);
    let text = format!(r#"{{"large":0.{}7e10001}}"#, long);
    assert_eq!(settings::<Numbers>(&text).unwrap().large, 7);
    for (json, says) in [
        ("1.5", "want a whole number"),
        ("9007199254740992.5", "want a whole number"),
        ("15e-1", "want a whole number"),
        ("1e-99999999999", "want a whole number"),
        ("9223372036854775808", "the 64 bits of an integer"),
        ("-9223372036854775809", "the 64 bits of an integer"),
        ("1e19", "the 64 bits of an integer"),
        ("1e99999999999", "the 64 bits of an integer"),
        ("007", "want a whole number"),
        ("1.", "want a whole number"),
        ("1e+", "want a whole number"),
        ("+1", "want a whole number"),
        ("-", "want a whole number"),
    ] {
        let text = format!(r#"{{"large":{}}}"#, json);
        let refusal = settings::<Numbers>(&text).unwrap_err();
        assert!(
            refusal.starts_with("large: want a whole number") && refusal.ends_with(says),
            "{}: {}",
            json,
            refusal
        );
    }
}

#[test]
fn a_list_of_many_texts_is_read() {
    let texts: Vec<String> = (0..10_000).map(|i| format!("{:x}", i % 4096)).collect();
    let text = format!(r#"{{"words":["{}"]}}"#, texts.join(r#"",""#));
    let read: Numbers = settings(&text).unwrap();
    assert!(read.words.iter().eq(texts.iter()));
}

assay::settings! {
    struct Bounds {
        days_left: i64 = 30 => { minimum: 0, maximum: 365 },
        share: f64 = 0.5 => { minimum: 0.25, maximum: 1 },
        word: &'static str => { min_length: 2, max_length: 3 },
        name: &'static str => { max_length: 5, required },
        least: i64 = 0 => { minimum: -9223372036854775807i64 },
        count: i64 => { required },
    }
}

fn bounds(_: &Bounds, _: &Client, _: &mut Report) {}

/// As the server does: the schema's words hold natively, too.
#[test]
fn settings_are_held_against_the_schema() {
    for text in [
        r#"{"name":"","count":0}"#,
        r#"{"name":"x","count":1,"daysLeft":0,"share":1,"word":"эээ"}"#,
        r#"{"count":1,"share":0.25,"word":"ab","name":"x","daysLeft":365}"#,
    ] {
        assert!(settings::<Bounds>(text).is_ok(), "{}", text);
    }
    for (more, says) in [
        (r#""daysLeft":100000"#, "daysLeft: 100000 is more than 365"),
        (r#""daysLeft":-1"#, "daysLeft: -1 is less than 0"),
        (r#""share":1.5"#, "share: 1.5 is more than 1"),
        (r#""share":0"#, "share: 0 is less than 0.25"),
        (r#""word":"э""#, "word: length 1, want at least 2"),
        (r#""word":"ээээ""#, "word: length 4, want at most 3"),
        (
            r#""least":-9223372036854775808"#,
            "least: -9223372036854775808 is less than -9223372036854775807",
        ),
    ] {
        let text = format!(r#"{{"name":"x","count":1,{}}}"#, more);
        assert_eq!(settings::<Bounds>(&text).unwrap_err(), says);
    }
    assert_eq!(
        settings::<Bounds>(r#"{"count":1}"#).unwrap_err(),
        "name: it is required, and is not set"
    );
    assert_eq!(
        settings::<Bounds>(r#"{"name":"x"}"#).unwrap_err(),
        "count: it is required, and is not set"
    );
}

#[test]
fn defaults_are_not_held() {
    run(bounds, &Bounds::default(), &ClientBuilder::new(), 0);
}

#[test]
#[should_panic(expected = "the settings are refused: daysLeft: 366 is more than 365")]
fn settings_in_code_are_held_against_the_schema() {
    let settings = Bounds {
        days_left: 366,
        ..Bounds::default()
    };
    run(bounds, &settings, &ClientBuilder::new(), 0);
}

#[test]
#[should_panic(expected = "the settings are refused: name: length 0, want at least 1")]
fn a_required_setting_is_held_though_it_is_the_default() {
    run(window, &Window::default(), &ClientBuilder::new(), 0);
}

#[test]
#[should_panic(expected = "the settings are refused: daysBefore is 0")]
fn settings_in_code_are_validated() {
    let settings = Window {
        on: true,
        days_before: 0,
        name: "x",
        ..Window::default()
    };
    run(window, &settings, &ClientBuilder::new(), 0);
}

#[test]
fn settings_that_are_cut_short_are_refused() {
    let text =
        r#"{"daysBefore":-3e0,"share":0.5,"words":["\ud834\udd1e","b"],"on":true,"name":"x"}"#;
    assert!(settings::<Window>(text).is_ok());
    for end in 0..text.len() {
        assert!(
            settings::<Window>(&text[..end]).is_err(),
            "{}",
            &text[..end]
        );
    }
}

#[test]
fn settings_are_refused_with_a_reason() {
    for (text, says) in [
        ("", "want an object"),
        ("[]", "want an object"),
        ("{} {}", "the settings are more than one JSON object"),
        (r#"{"days_before":1}"#, "there is no setting days_before"),
        (r#"{"daysBefore":1.5}"#, "daysBefore: want a whole number"),
        (r#"{"daysBefore":"1"}"#, "daysBefore: want a whole number"),
        (r#"{"share":"x"}"#, "share: want a number"),
        (r#"{"unit":"years"}"#, "unit: there is no choice years"),
        (r#"{"words":[1]}"#, "words: want a text"),
        (r#"{"words":"a"}"#, "words: want a list"),
        (r#"{"on":1}"#, "on: want true or false"),
        (r#"{"name":"a"#, "name: a text ends too early"),
        (
            r#"{"name":"\x"}"#,
            "name: a text has an escape that JSON does not know",
        ),
        (
            r#"{"name":"\u12"}"#,
            "name: \\u wants four hexadecimal digits",
        ),
        (
            r#"{"name":"x","on":true,"daysBefore":0}"#,
            "daysBefore is 0",
        ),
    ] {
        assert_eq!(settings::<Window>(text).unwrap_err(), says, "{}", text);
    }
}

#[test]
#[should_panic(expected = "the server would refuse the report: row 1: the code is empty")]
fn an_empty_code_is_refused() {
    judge(|_, _, report| {
        report.finding("a");
        report.finding("");
    });
}

#[test]
#[should_panic(expected = "more than 1000 rows")]
fn too_many_rows_are_refused() {
    judge(|_, _, report| {
        for _ in 0..1001 {
            report.finding("a");
        }
    });
}

#[test]
#[should_panic(expected = "the suggestion is not JSON: {'a'}")]
fn a_suggestion_that_is_no_json_is_refused() {
    judge(|_, _, report| {
        report.finding("a").suggest(Json("{'a'}"));
    });
}

#[test]
#[should_panic(expected = "give one with assay::testing::Host::matches")]
fn a_question_without_an_answer_is_told() {
    judge(|_, _, _| {
        assay::matches("a", "a");
    });
}

/// What needs no tables the stub host knows by itself.
#[test]
fn the_stub_host_knows_some_answers() {
    for (number, country, want) in [
        ("+380 (50) 123-45-67", "", true),
        ("+380501234567", "UA", true),
        ("+1234567", "UA", false),
        ("+1234567890123456", "UA", false),
        ("0501234567", "", false),
        ("", "UA", false),
        ("none", "UA", false),
    ] {
        assert_eq!(assay::phone(number, country), want, "{}", number);
    }
    assert_eq!(assay::zone_offset("UTC", 0), Some(0));
    assert_eq!(assay::zone_offset("", 0), None);
}

#[test]
#[should_panic(expected = "assay::phone(\"050 123-45-67\", \"UA\"): give one with")]
fn a_national_number_needs_an_answer() {
    assay::phone("050 123-45-67", "UA");
}

#[test]
#[should_panic(expected = "assay::phone(\"00380501234567\", \"\"): give one with")]
fn an_international_number_written_otherwise_needs_an_answer() {
    assay::phone("00380501234567", "");
}

#[test]
#[should_panic(expected = "assay::zone_offset(\"Europe/Kyiv\"): give one with")]
fn a_zone_needs_an_answer() {
    assay::zone_offset("Europe/Kyiv", 0);
}

#[test]
fn a_pattern_is_valid_when_the_host_says_so() {
    fn ask(_: &(), _: &Client, report: &mut Report) {
        report.measure("good", assay::valid_pattern("a+") as i64);
        report.measure("bad", assay::valid_pattern("(") as i64);
    }
    let host = Host::at(0).matches(|pattern, text| (pattern != "(").then_some(!text.is_empty()));
    let verdict = host.run(ask, &(), &ClientBuilder::new());
    assert_eq!(
        (verdict.measure("good"), verdict.measure("bad")),
        (Some(1), Some(0))
    );
}

#[test]
fn the_stub_host_answers() {
    fn ask(_: &(), client: &Client, report: &mut Report) {
        let offset = assay::zone_offset("Europe/Kyiv", assay::now());
        let finding = &mut report.finding("host");
        finding
            .param("now", assay::now())
            .param("kyiv", offset.unwrap_or(-1));
        finding.param("nowhere", assay::zone_offset("Nowhere/Here", 0).is_none());
        finding.param("match", assay::matches("^a+$", client.name()) == Some(true));
        finding.param("phone", assay::phone("12", "UA"));
    }
    let host = Host::at(7)
        .zone_offset(|zone, ms| (zone == "Europe/Kyiv" && ms == 7).then_some(10_800))
        .matches(|_, text| Some(text == "aa"))
        .phone(|text, _| text == "12");
    let verdict = host.run(ask, &(), &ClientBuilder::new().name("aa"));
    let params: Vec<&str> = verdict.findings[0]
        .params
        .iter()
        .map(|param| &*param.1)
        .collect();
    assert_eq!(params, ["7", "10800", "true", "true", "true"]);
}

#[test]
fn numbers_are_written_and_read_as_the_server_does() {
    use assay::DoubleFormat::*;
    for (value, format, want) in [
        (1.5, Exponent, "1.5e+00"),
        (1.5, Plain, "1.5"),
        (1.5, General, "1.5"),
        (1.5e-7, General, "1.5e-07"),
        (0.0001, General, "0.0001"),
        (0.00001, General, "1e-05"),
        (999999.0, General, "999999"),
        (1e6, General, "1e+06"),
        (-1e21, Plain, "-1000000000000000000000"),
        (0.0, Exponent, "0e+00"),
        (f64::NAN, Plain, "NaN"),
        (f64::NEG_INFINITY, General, "-Inf"),
    ] {
        assert_eq!(assay::format_double(value, format).as_str(), want);
    }
    assert_eq!(assay::format_double(f64::from_bits(1), Plain).len(), 326);
    for (text, want) in [
        ("2.50", Some(2.5)),
        ("-Infinity", Some(f64::NEG_INFINITY)),
        ("1e400", None),
        ("", None),
        ("x", None),
    ] {
        assert_eq!(assay::parse_double(text), want, "{}", text);
    }
}
