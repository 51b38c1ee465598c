use std::format;
use std::string::String;
use std::vec::Vec;

use crate::abi_gen::*;
use crate::json::Json;

/// What a check said about a client.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The findings in the order they were reported.
    pub findings: Vec<Finding>,
    /// The label of a segmentation.
    pub label: Option<Label>,
    /// Measures by name, in the order they were given.
    pub measures: Vec<(String, i64)>,
    /// Why the client could not be judged.
    pub error: Option<String>,
    /// What was logged, a text a call.
    pub log: Vec<String>,
}

impl Verdict {
    /// The paths of the findings, for a test that asks where something is wrong.
    pub fn paths(&self) -> Vec<&str> {
        self.findings.iter().map(|finding| &*finding.path).collect()
    }

    /// The measure of that name.
    pub fn measure(&self, name: &str) -> Option<i64> {
        self.measures
            .iter()
            .find(|measure| measure.0 == name)
            .map(|measure| measure.1)
    }
}

/// A finding; what was not given is empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finding {
    /// Its code.
    pub code: String,
    /// The field that is wrong.
    pub path: String,
    /// The id of the row.
    pub row: String,
    /// The suggestion, JSON.
    pub suggest: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Parameters of the message, in the order they were given.
    pub params: Vec<(String, String)>,
}

impl Finding {
    /// The parameter with the key.
    pub fn param(&self, key: &str) -> Option<&str> {
        param(&self.params, key)
    }
}

/// A label with the parameters of its reason.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    /// The label.
    pub name: String,
    /// Parameters of the reason, in the order they were given.
    pub params: Vec<(String, String)>,
}

impl Label {
    /// The parameter with the key.
    pub fn param(&self, key: &str) -> Option<&str> {
        param(&self.params, key)
    }
}

fn param<'a>(params: &'a [(String, String)], key: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|param| param.0 == key)
        .map(|param| &*param.1)
}

/// Reads results the way the server does, and says what it would refuse.
pub(super) fn parse(bytes: &[u8]) -> Result<Verdict, String> {
    if bytes.len() > MAX_RESULTS_BYTES {
        return Err(format!(
            "{} bytes, at most {} are allowed",
            bytes.len(),
            MAX_RESULTS_BYTES
        ));
    }
    let mut verdict = Verdict::default();
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() {
        if count == MAX_RESULT_ROWS {
            return Err(format!("more than {} rows", MAX_RESULT_ROWS));
        }
        let (row, after) = cut(rest, 0);
        parse_row(&mut verdict, row).map_err(|fault| format!("row {}: {}", count, fault))?;
        rest = after;
        count += 1;
    }
    Ok(verdict)
}

/// Cuts what a u32 at a place says is the length of; the SDK wrote it, so that it is there.
fn cut(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    let length = u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    bytes[at + 4..].split_at(length as usize)
}

fn parse_row(verdict: &mut Verdict, row: &[u8]) -> Result<(), String> {
    let (kind, mut rest) = (row[0], &row[1..]);
    let (mut finding, mut measure, mut label) =
        (Finding::default(), (String::new(), 0), Label::default());
    let mut key = String::new();
    while !rest.is_empty() {
        let tag = rest[0];
        let (value, after) = cut(rest, 1);
        rest = after;
        if tag == TAG_VALUE {
            measure.1 = i64::from_le_bytes(value.try_into().expect("eight bytes"));
            continue;
        }
        let value = field(tag, value)?;
        match tag {
            TAG_CODE => finding.code = value,
            TAG_PATH => finding.path = value,
            TAG_ROW_ID => finding.row = value,
            TAG_SUGGEST => finding.suggest = value,
            TAG_SEVERITY => finding.severity = value,
            TAG_PARAM_KEY => key = value,
            TAG_PARAM_VALUE if kind == RESULT_LABEL => {
                label.params.push((std::mem::take(&mut key), value))
            }
            TAG_PARAM_VALUE => finding.params.push((std::mem::take(&mut key), value)),
            TAG_LABEL => label.name = value,
            TAG_MEASURE => measure.0 = value,
            _ => verdict.error = Some(value),
        }
    }
    match kind {
        RESULT_FINDING => verdict.findings.push(finding),
        RESULT_LABEL if verdict.label.is_some() => return Err("a second label".into()),
        RESULT_LABEL => verdict.label = Some(label),
        RESULT_MEASURE => verdict.measures.push(measure),
        _ => {}
    }
    Ok(())
}

fn field(tag: u8, value: &[u8]) -> Result<String, String> {
    let name = match tag {
        TAG_CODE => "the code",
        TAG_PATH => "the path",
        TAG_ROW_ID => "the row id",
        TAG_SUGGEST => "the suggestion",
        TAG_PARAM_KEY => "the key of a parameter",
        TAG_PARAM_VALUE => "a parameter",
        TAG_LABEL => "the label",
        TAG_MEASURE => "the name of the measure",
        _ => "the text",
    };
    let text = std::str::from_utf8(value).map_err(|_| format!("{} is not UTF-8", name))?;
    if text.is_empty() && [TAG_CODE, TAG_LABEL, TAG_MEASURE, TAG_PARAM_KEY].contains(&tag) {
        return Err(format!("{} is empty", name));
    }
    if text.len() > MAX_IDENT_BYTES && [TAG_CODE, TAG_LABEL, TAG_MEASURE, TAG_ROW_ID].contains(&tag) {
        return Err(format!("{} is longer than {} bytes", name, MAX_IDENT_BYTES));
    }
    if tag == TAG_SUGGEST && !Json::is_valid(value) {
        return Err(format!("the suggestion is not JSON: {}", text));
    }
    Ok(text.into())
}
