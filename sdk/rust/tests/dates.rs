//! Days of times, and how they are written.

use assay::{Date, TextBuf, DAY};

fn written(ms: i64) -> String {
    let mut text = TextBuf::new();
    text.push(Date(ms));
    text.as_str().into()
}

#[test]
fn dates_are_written_by_their_day() {
    for (days, want) in [
        (0, "1970-01-01"),
        (-1, "1969-12-31"),
        (59, "1970-03-01"),
        (789, "1972-02-29"),
        (11_016, "2000-02-29"),
        (11_017, "2000-03-01"),
        (47_540, "2100-02-28"),
        (47_541, "2100-03-01"),
        (20_849, "2027-01-31"),
        (2_932_896, "9999-12-31"),
        (2_932_897, "10000-01-01"),
        (-719_528, "0000-01-01"),
        (-719_529, "-0001-12-31"),
        (-719_162, "0001-01-01"),
    ] {
        assert_eq!(written(days * DAY), want);
        assert_eq!(written(days * DAY + DAY - 1), want, "its last millisecond");
    }
    assert_eq!(written(i64::MAX), "292278994-08-17");
    assert_eq!(written(i64::MIN), "-292275055-05-16");
}

/// Each day follows the one before it, over four centuries.
#[test]
fn days_follow_each_other() {
    let mut before = written(-DAY);
    for day in 0..146_097 {
        let text = written(day * DAY);
        assert!(text > before, "{} behind {}", text, before);
        assert!(text.ends_with("-01") || text[..8] == before[..8]);
        before = text;
    }
    assert_eq!(before, "2369-12-31");
}
