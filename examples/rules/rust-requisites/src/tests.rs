use assay::testing::*;

use super::*;

const BIC: &str = "044525225";
const ACCOUNT: &str = "40702810938000012345";

fn row(bic: &str, account: &str) -> RequisiteBuilder {
    RequisiteBuilder::new().id("r1").bic(bic).account(account)
}

/// What is found about one row: codes, paths, suggestions.
fn judged(bic: &str, account: &str) -> Vec<(String, String, String)> {
    let client = ClientBuilder::new()
        .country("RU")
        .requisites([row(bic, account)]);
    let verdict = run(requisites, &Settings::default(), &client, 0);
    verdict
        .findings
        .into_iter()
        .map(|finding| (finding.code, finding.path, finding.suggest))
        .collect()
}

fn found(code: &str, field: &str, suggest: &str) -> Vec<(String, String, String)> {
    vec![(
        code.into(),
        format!("requisites[0].{}", field),
        suggest.into(),
    )]
}

#[test]
fn numbers_that_fit_are_silent() {
    for (bic, account) in [
        (BIC, ACCOUNT),
        (BIC, "30101810400000000225"), // its correspondent account
        ("044525187", "30101810700000000187"),
        ("044525593", "30101810200000000593"),
        ("044525974", "40802810000000123456"),
        ("044583001", "40101810800000010041"), // at a settlement centre
        (BIC, "40702A98938000012345"),         // in a clearing currency
        ("004525988", "03100643000000017300"), // at the Treasury
        (BIC, ""),
        ("", ""),
    ] {
        assert_eq!(judged(bic, account), [], "{} {}", bic, account);
    }
}

/// Weights without a common factor with 10: a single wrong digit never goes unseen.
#[test]
fn every_mistyped_digit_is_seen() {
    for place in 0..ACCOUNT.len() {
        let mut typed = ACCOUNT.as_bytes().to_vec();
        typed[place] = b'0' + (typed[place] - b'0' + 1) % 10;
        let typed = String::from_utf8(typed).unwrap();
        assert_eq!(
            judged(BIC, &typed),
            found("account-key", "account", ""),
            "{}",
            typed
        );
    }
    assert_eq!(
        judged("044525226", ACCOUNT),
        found("account-key", "account", "")
    );
}

#[test]
fn what_was_meant_is_suggested() {
    assert_eq!(
        judged(BIC, "40702 810 9 3800 0012345"),
        found("account-form", "account", "\"40702810938000012345\"")
    );
    assert_eq!(
        judged(BIC, "40702.810.9\u{a0}3800-0012345"),
        found("account-form", "account", "\"40702810938000012345\"")
    );
    assert_eq!(
        judged("044 525 225", ACCOUNT),
        found("bic-form", "bic", "\"044525225\"")
    );
    assert_eq!(
        judged("44525225", ACCOUNT),
        found("bic-form", "bic", "\"044525225\"")
    );
}

#[test]
fn what_cannot_be_known_is_not_suggested() {
    assert_eq!(
        judged(BIC, "4070281093800001234"),
        found("account-form", "account", "")
    );
    assert_eq!(
        judged(BIC, "407028109380000123456"),
        found("account-form", "account", "")
    );
    assert_eq!(
        judged(BIC, "4070281093800001234O"),
        found("account-form", "account", "")
    );
    assert_eq!(judged("944525225", ACCOUNT), found("bic-form", "bic", ""));
    assert_eq!(judged("44525226", ACCOUNT), found("bic-form", "bic", "")); // with its zero, it does not fit
    assert_eq!(judged("44525225", ""), found("bic-form", "bic", ""));
}

#[test]
fn an_account_needs_a_bic_unless_settings_say_otherwise() {
    assert_eq!(judged("", ACCOUNT), found("bic-missing", "bic", ""));
    let client = ClientBuilder::new().requisites([row("", ACCOUNT)]);
    let verdict = run(
        requisites,
        &Settings {
            bic_required: false,
        },
        &client,
        0,
    );
    assert_eq!(verdict.paths(), [""; 0]);
}

#[test]
fn each_row_has_findings_of_its_own() {
    let client = ClientBuilder::new().requisites([
        row(BIC, ACCOUNT),
        row("044525226", ACCOUNT).id("r2"),
        row("x", "y").id("r3"),
    ]);
    let verdict = run(requisites, &Settings::default(), &client, 0);
    assert_eq!(
        verdict.paths(),
        [
            "requisites[1].account",
            "requisites[2].bic",
            "requisites[2].account"
        ]
    );
    let first = &verdict.findings[0];
    assert_eq!(
        (&*first.row, first.param("account"), first.param("bic")),
        ("r2", Some(ACCOUNT), Some("044525226"))
    );
}

#[test]
fn other_countries_have_other_numbers() {
    let client = ClientBuilder::new()
        .country("UA")
        .requisites([row("322313", "26001234567890")]);
    assert_eq!(
        run(requisites, &Settings::default(), &client, 0),
        Verdict::default()
    );
}
