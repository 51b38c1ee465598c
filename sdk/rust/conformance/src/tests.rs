//! The expectations of sdk/conformance/README.md, natively.

use assay::testing::*;

use super::*;

fn judge(check: &str, settings: &str) -> Verdict {
    judge_client(check, settings, &ClientBuilder::new())
}

fn judge_client(check: &str, settings: &str, client: &ClientBuilder) -> Verdict {
    Host::at(1_784_107_800_123).run_card(&MODULE, check, settings, &client.card())
}

fn params(finding: &Finding) -> Vec<(&str, &str)> {
    finding
        .params
        .iter()
        .map(|param| (&*param.0, &*param.1))
        .collect()
}

#[test]
fn fields_are_counted_and_shown() {
    let text = "name=Acme\nfield(no such key)=none\nproperty(no such key)=none\ndefaults=0\n";
    let client = ClientBuilder::new().name("Acme");
    let verdict = judge_client("fields", r#"{"text":true}"#, &client);
    let hash = format!("{:016x}", fnv(text.as_bytes()));
    assert_eq!(
        params(&verdict.findings[0]),
        [
            ("length", &*text.len().to_string()),
            ("hash", &*hash),
            ("text", text)
        ]
    );
    assert_eq!(
        judge_client("fields", "{}", &client).findings[0]
            .params
            .len(),
        2
    );
    assert_eq!(fnv(b"a"), 0xaf63dc4c8601ec8c);
}

#[test]
fn a_card_that_does_not_open_is_an_error() {
    let verdict = Host::at(0).run_card(&MODULE, "fields", "{}", &[0; 7]);
    assert_eq!(
        verdict.error.as_deref(),
        Some("card: size is 7, want a multiple of 8 from 32 bytes to 16 MiB")
    );
}

#[test]
fn results_are_of_every_kind() {
    assert_eq!(judge("results", r#"{"kind":"none"}"#), Verdict::default());

    let full = &judge("results", "{}").findings[0];
    assert_eq!(
        (&*full.code, &*full.path, &*full.row),
        ("full", "contacts[0].jobTitle", "c1")
    );
    assert_eq!((&*full.suggest, &*full.severity), ("\"директор\"", "error"));
    assert_eq!(params(full), [("a", "1"), ("b", ""), ("ключ", "значение")]);

    let many = judge("results", r#"{"kind":"many","count":1000}"#).findings;
    assert_eq!(
        (many.len(), &*many[999].path, &*many[999].row),
        (1000, "contacts[999].name", "c999")
    );

    let suggest = judge("results", r#"{"kind":"suggest"}"#).findings;
    let suggested: Vec<&str> = suggest.iter().map(|finding| &*finding.suggest).collect();
    assert_eq!(
        suggested,
        [
            r#""a\"b\\c\n\u0001\té""#,
            "-3",
            "true",
            r#"{"a":[1,null]}"#,
            "18446744073709551615"
        ]
    );

    let severity = judge("results", r#"{"kind":"severity"}"#).findings;
    assert!(severity
        .iter()
        .map(|finding| &*finding.severity)
        .eq(["info", "warning", "error"]));

    let long = judge("results", r#"{"kind":"long","count":63}"#).findings;
    assert_eq!(long[0].param("x"), Some(&*"x".repeat(63 << 10)));

    let error = judge("results", r#"{"kind":"error"}"#);
    assert_eq!(
        (&*error.findings[0].code, error.error.as_deref()),
        ("before", Some("no rate for the currency"))
    );
}

#[test]
fn labels_have_reasons_and_measures() {
    let verdict = judge_client("labels", "{}", &ClientBuilder::new().revenue(-7));
    let label = verdict.label.as_ref().unwrap();
    assert_eq!((&*label.name, label.param("share")), ("A", Some("41")));
    let want = [
        ("revenue", -7),
        ("smallest", i64::MIN),
        ("largest", i64::MAX),
    ];
    assert!(verdict
        .measures
        .iter()
        .map(|(name, value)| (&**name, *value))
        .eq(want));
    assert!(judge("labels", r#"{"label":""}"#).label.is_none());
}

#[test]
fn settings_are_read_and_refused() {
    let verdict = judge(
        "settings",
        r#"{"name":"\u00e9","ratio":2,"days":-1,"strict":false,"choice":"a","list":["x","y"],"large":9223372036854775807.0}"#,
    );
    let want = [
        ("name", "é"),
        ("ratio", "4000000000000000"),
        ("days", "-1"),
        ("strict", "false"),
        ("choice", "a"),
        ("list", "x,y"),
        ("large", "9223372036854775807"),
    ];
    assert_eq!(params(&verdict.findings[0]), want);
    let refused = assay::testing::settings::<settings::Settings>(r#"{"name":"refuse"}"#);
    assert_eq!(refused.unwrap_err(), "name must not be refuse");
}

#[test]
fn the_host_is_asked() {
    let host = Host::at(-1)
        .matches(|pattern, text| (pattern == "^a+$").then_some(text == "aa"))
        .phone(|text, _| text == "12")
        .zone_offset(|zone, ms| (zone == "Europe/Kyiv").then_some(if ms == -1 { 7200 } else { 0 }));
    let client = ClientBuilder::new()
        .name("aa")
        .channel(ChannelBuilder::new().value("12"));
    let verdict = host.run(host::host, &(), &client);
    let want = [
        ("now", "-1"),
        ("match", "true"),
        ("valid", "true"),
        ("invalid", "false"),
        ("phone", "true"),
        ("zone", "7200"),
        ("nowhere", "none"),
        ("written", "1.5e-07"),
    ];
    assert_eq!(params(&verdict.findings[0])[..8], want);
    assert_eq!(verdict.findings[0].param("read"), Some("4004000000000000"));
}

/// What the server would refuse, the test of a rule does.
#[test]
fn faults_are_told() {
    for (fault, says) in [
        ("trap", "the worst"),
        ("code", "the code is empty"),
        ("utf8", "a parameter is not UTF-8"),
        ("rows", "more than 1000 rows"),
    ] {
        let settings = format!(r#"{{"fault":"{}"}}"#, fault);
        let panic = std::panic::catch_unwind(|| judge("faults", &settings)).unwrap_err();
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()));
        assert!(
            text.as_ref().map_or(false, |text| text.contains(says)),
            "{}: {:?}",
            fault,
            text
        );
    }
}

#[test]
fn the_log_is_cut() {
    let verdict = judge("faults", r#"{"fault":"log"}"#);
    assert_eq!(
        (&*verdict.findings[0].code, verdict.log[0].len()),
        ("logged", 4096)
    );
}
