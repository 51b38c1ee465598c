use crate::suggest::Suggestion;
use crate::textbuf::{TextBuf, ToText};

/// A day in milliseconds, which all times are in.
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// The day since 1970-01-01 in which unix milliseconds lie, in UTC.
///
/// ```
/// use assay::{day_of, DAY};
/// assert_eq!((day_of(-1), day_of(0), day_of(DAY)), (-1, 0, 1));
/// ```
pub fn day_of(unix_milliseconds: i64) -> i64 {
    unix_milliseconds.div_euclid(DAY)
}

/// The day in which unix milliseconds lie, in UTC, for a parameter, a suggestion or a [`TextBuf`]: `2027-01-31`.
///
/// ```
/// # use assay::{testing::{run, ClientBuilder}, Client, Report};
/// use assay::Date;
///
/// fn plan(_: &(), client: &Client, report: &mut Report) {
///     let finding = &mut report.finding("late");
///     finding.param("planned", Date(client.next_contact_at()));
///     finding.suggest(Date(assay::now()));
/// }
///
/// let client = ClientBuilder::new().next_contact_at(1_801_353_600_000);
/// let verdict = run(plan, &(), &client, 1_801_440_000_000);
/// assert_eq!(verdict.findings[0].param("planned"), Some("2027-01-31"));
/// assert_eq!(verdict.findings[0].suggest, "\"2027-02-01\"");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(
    /// Unix milliseconds.
    pub i64,
);

impl ToText for Date {
    fn write_to(&self, out: &mut TextBuf) {
        let (year, month, day) = civil(day_of(self.0));
        out.push(if year < 0 { "-" } else { "" });
        push_digits(out, year.unsigned_abs(), 4);
        out.push("-");
        push_digits(out, month as u64, 2);
        out.push("-");
        push_digits(out, day as u64, 2);
    }
}

impl Suggestion for Date {
    fn write_json(&self, out: &mut TextBuf) {
        out.push(("\"", *self, "\""));
    }
}

/// The date of a day since 1970-01-01 in the Gregorian calendar, also before there was one. It counts in eras of 400 years
/// that begin in March, so that the day of a leap year is the last of a year.
fn civil(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097; // days, as the next two
    const CENTURY: i64 = 36_524;
    const FOUR_YEARS: i64 = 1461;
    let days = days + 719_468; // since 0000-03-01
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / (FOUR_YEARS - 1) + day / CENTURY - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153; // from March, five months have 153 days
    let day = day - (153 * month + 2) / 5 + 1;
    let year = year + 400 * era;
    match month {
        0..=9 => (year, month + 3, day),
        _ => (year + 1, month - 9, day),
    }
}

/// Appends a number with at least so many digits.
fn push_digits(out: &mut TextBuf, number: u64, width: u32) {
    for place in (1..width).rev() {
        if number < 10u64.pow(place) {
            out.push("0");
        }
    }
    out.push(number);
}
