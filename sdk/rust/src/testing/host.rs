use std::boxed::Box;
use std::cell::RefCell;
use std::format;
use std::rc::Rc;
use std::string::{String, ToString};
use std::thread_local;
use std::vec::Vec;

use super::declared::{declared, hold};
use super::results::{parse, Verdict};
use super::ClientBuilder;
use crate::abi_gen::*;
use crate::module::{judge, About, AnyCheck, Check};
use crate::{Client, Module, Refusal, Report, Settings};

/// A host for native tests: what the server would answer to a check. What the server answers to all that is too long this
/// does, too: no answer is asked for then.
///
/// ```
/// use assay::testing::{ClientBuilder, Host};
/// use assay::{Client, Report};
///
/// fn greeting(_: &(), client: &Client, report: &mut Report) {
///     if assay::matches("^ООО ", client.name()) != Some(true) {
///         report.finding("no-form").path("name");
///     }
/// }
///
/// let host = Host::at(0).matches(|_pattern, text| Some(text.starts_with("ООО ")));
/// let verdict = host.run(greeting, &(), &ClientBuilder::new().name("ООО Ромашка"));
/// assert!(verdict.findings.is_empty());
/// ```
#[derive(Clone, Default)]
pub struct Host {
    now: i64,
    matches: Option<Answer<Option<bool>>>,
    phone: Option<Answer<bool>>,
    zone_offset: Option<Rc<dyn Fn(&str, i64) -> Option<i64>>>,
}

/// What the host says to two texts.
type Answer<T> = Rc<dyn Fn(&str, &str) -> T>;

impl Host {
    /// With an evaluation time in unix milliseconds.
    pub fn at(now: i64) -> Self {
        Host {
            now,
            ..Host::default()
        }
    }

    /// Answers [`assay::matches`](crate::matches): given pattern and text.
    pub fn matches(mut self, answer: impl Fn(&str, &str) -> Option<bool> + 'static) -> Self {
        self.matches = Some(Rc::new(answer));
        self
    }

    /// Answers [`assay::phone`](crate::phone): given text and country. Without it, an international number is judged by its
    /// length, and a national one ends the test: plans of numbers are known to a server only.
    pub fn phone(mut self, answer: impl Fn(&str, &str) -> bool + 'static) -> Self {
        self.phone = Some(Rc::new(answer));
        self
    }

    /// Answers [`assay::zone_offset`](crate::zone_offset): given a zone and unix milliseconds. Without it there is `UTC`, and
    /// another zone ends the test.
    pub fn zone_offset(mut self, answer: impl Fn(&str, i64) -> Option<i64> + 'static) -> Self {
        self.zone_offset = Some(Rc::new(answer));
        self
    }

    /// Runs a check over a client, as [`run`](super::run) does.
    pub fn run<S: Settings>(
        &self,
        check: fn(&S, &Client, &mut Report),
        settings: &S,
        client: &ClientBuilder,
    ) -> Verdict {
        let declared = declared(check as usize);
        let check = Check {
            name: "",
            judge: check,
            about: About::Quality(&[]), // nobody looks at it
        };
        let mut report = Report::new();
        let card = client.card();
        let log = self.during(|| {
            accept(super::held::made(settings).and_then(|_| settings.validate()));
            let settings: *const S = settings;
            unsafe { judge(&check, settings.cast(), &card, &mut report) }
        });
        verdict(&declared, &report, log)
    }

    /// Runs a check of a module by its name over the bytes of a card, with settings in JSON: what the server does.
    ///
    /// # Panics
    /// As [`run`](super::run), and when the module has no such check or the settings are refused.
    pub fn run_card(&self, module: &Module, check: &str, settings: &str, card: &[u8]) -> Verdict {
        let check = named(module, check);
        let (report, log) = self.report(check, settings, card);
        verdict(&[check.about()], &report, log)
    }

    /// The results as the server gets them, whether it would refuse them or not: bytes, as ABI.md has them.
    pub fn run_bytes(&self, module: &Module, check: &str, settings: &str, card: &[u8]) -> Vec<u8> {
        let (report, _) = self.report(named(module, check), settings, card);
        report.as_bytes().to_vec()
    }

    fn report(&self, check: &dyn AnyCheck, settings: &str, card: &[u8]) -> (Report, Vec<String>) {
        let mut report = Report::new();
        let log = self.during(|| unsafe {
            let settings =
                accept(short(settings).and_then(|settings| check.configure(settings.as_bytes())));
            judge(check, settings, card, &mut report)
        });
        (report, log)
    }

    /// Does something while this host answers; returns what was logged.
    fn during(&self, something: impl FnOnce()) -> Vec<String> {
        let before = ANSWERING.with(|current| {
            current.replace(Answering {
                host: self.clone(),
                log: Vec::new(),
            })
        });
        let _restore = Restore(Some(before));
        something();
        ANSWERING.with(|current| std::mem::take(&mut current.borrow_mut().log))
    }
}

fn named(module: &Module, check: &str) -> &'static dyn AnyCheck {
    let found = module.checks.iter().find(|known| known.name() == check);
    *found.unwrap_or_else(|| panic!("the module has no check {:?}", check))
}

/// Settings of a length that the server takes.
pub(super) fn short(settings: &str) -> Result<&str, Refusal> {
    match settings.len() {
        0..=MAX_SETTINGS_BYTES => Ok(settings),
        length => Err(Refusal::new((
            length,
            " bytes, at most ",
            MAX_SETTINGS_BYTES,
            " are allowed",
        ))),
    }
}

fn accept<T>(settings: Result<T, Refusal>) -> T {
    settings.unwrap_or_else(|refusal| panic!("the settings are refused: {}", refusal.as_str()))
}

fn verdict(declared: &[About], report: &Report, log: Vec<String>) -> Verdict {
    let mut verdict = parse(report.as_bytes())
        .unwrap_or_else(|fault| panic!("the server would refuse the report: {}", fault));
    hold(declared, &verdict).unwrap_or_else(|fault| panic!("{}", fault));
    verdict.log = log;
    verdict
}

/// The host that answers on this thread, and what was logged to it.
#[derive(Default)]
struct Answering {
    host: Host,
    log: Vec<String>,
}

thread_local! {
    static ANSWERING: RefCell<Answering> = RefCell::default();
}

/// Puts the host from before back, also after a panic.
struct Restore(Option<Answering>);

impl Drop for Restore {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            ANSWERING.with(|current| current.replace(before));
        }
    }
}

fn current() -> Host {
    ANSWERING.with(|current| current.borrow().host.clone())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Keeps 4 KiB, as the server does.
pub(crate) fn log(line: &[u8]) {
    ANSWERING.with(|current| {
        let log = &mut current.borrow_mut().log;
        let used: usize = log.iter().map(String::len).sum();
        log.push(text(
            &line[..line.len().min(MAX_LOG_BYTES.saturating_sub(used))],
        ));
    });
}

pub(crate) fn now() -> i64 {
    current().now
}

pub(crate) fn matches(pattern: &[u8], subject: &[u8]) -> i64 {
    if pattern.len() > MAX_PATTERN_BYTES {
        return -1;
    }
    let answer = current()
        .matches
        .expect("no answer to assay::matches: give one with assay::testing::Host::matches");
    answer(&text(pattern), &text(subject)).map_or(-1, i64::from)
}

pub(crate) fn phone(subject: &[u8], country: &[u8]) -> i64 {
    if subject.len().max(country.len()) > MAX_PHONE_BYTES {
        return 0;
    }
    let (subject, country) = (text(subject), text(country));
    match current().phone {
        Some(answer) => answer(&subject, &country) as i64,
        None => international(&subject, &country) as i64,
    }
}

/// Judges what needs no plan of numbers: an international number by its length, and what can be none.
fn international(subject: &str, country: &str) -> bool {
    let digits = subject.chars().filter(char::is_ascii_digit).count();
    let is_between = |c: char| c.is_ascii_digit() || " -.()".contains(c);
    match subject.strip_prefix('+') {
        Some(rest) if rest.chars().all(is_between) => (8..=15).contains(&digits),
        _ if !subject.contains(char::is_numeric) => false,
        _ if country.is_empty()
            && subject.chars().all(is_between)
            && !subject.starts_with("00") =>
        {
            false
        }
        _ => panic!(
            "no answer to assay::phone({:?}, {:?}): give one with assay::testing::Host::phone",
            subject, country
        ),
    }
}

pub(crate) fn zone_offset(zone: &[u8], unix_milliseconds: i64) -> i64 {
    let zone = text(zone);
    match current().zone_offset {
        _ if !is_zone_name(&zone) => NO_ZONE,
        Some(answer) => answer(&zone, unix_milliseconds).unwrap_or(NO_ZONE),
        None if zone == "UTC" => 0,
        None => panic!(
            "no answer to assay::zone_offset({:?}): give one with assay::testing::Host::zone_offset",
            zone
        ),
    }
}

/// Whether a name is written as the time zone database writes them.
fn is_zone_name(zone: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "/_+-".contains(c);
    zone.len() <= MAX_ZONE_BYTES
        && zone.starts_with(|c: char| c.is_ascii_uppercase())
        && zone.chars().all(known)
        && zone.split('/').all(|part| !part.is_empty())
        && zone != "Local"
}

pub(crate) fn double_text(value: f64, format: u32, room: &mut [u8]) -> i64 {
    let written = written(value, format as u8);
    if written.len() <= room.len() {
        room[..written.len()].copy_from_slice(written.as_bytes());
    }
    written.len() as i64
}

/// A double with the fewest digits, as the server writes it.
fn written(value: f64, format: u8) -> Box<str> {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.into();
    }
    let scientific = format!("{:e}", value);
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let short = (-4..6).contains(&exponent);
    if format == b'f' || format == b'g' && short {
        return value.to_string().into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{}{:02}", digits, sign, exponent.abs()).into()
}

/// Decimal numbers, `inf` and `nan`: all that the server reads but hexadecimal ones.
pub(crate) fn parse_double(subject: &[u8], value: &mut f64) -> i64 {
    let subject = text(subject);
    let named = subject
        .trim_start_matches(&['+', '-'][..])
        .starts_with(|c: char| c.is_ascii_alphabetic());
    match subject.parse::<f64>() {
        Ok(read) if read.is_finite() || named => {
            *value = read;
            1
        }
        _ => 0,
    }
}
