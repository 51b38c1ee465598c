use crate::abi_gen::*;
use crate::suggest::Suggestion;
use crate::textbuf::{TextBuf, ToText};

/// What a check has to say about one client: findings, or a label and measures, or why the client cannot be judged.
///
/// At most 1,000 of them and 64 KiB a client; a check that says more fails for that client.
#[derive(Debug)]
pub struct Report {
    rows: TextBuf,
}

impl Report {
    /// One that says nothing yet.
    pub(crate) const fn new() -> Self {
        Report {
            rows: TextBuf::new(),
        }
    }

    /// Makes room for so many bytes, so that a client whose report is no longer allocates nothing.
    #[cfg(target_family = "wasm")]
    pub(crate) fn make_room(&mut self, bytes: usize) {
        self.clear();
        self.rows.reserve(bytes);
    }

    pub(crate) fn clear(&mut self) {
        self.rows.truncate(0);
    }

    /// The rows, as ABI.md has them.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.rows.as_bytes()
    }

    /// Something is wrong with the client. The code, of small letters, digits and hyphens, is what the messages of the
    /// check are given for; with the rule, the client and the row it makes the identity of the finding.
    ///
    /// It is described before the next one begins, which the compiler sees to:
    ///
    /// ```compile_fail,E0499
    /// fn check(_: &(), _: &assay::Client, report: &mut assay::Report) {
    ///     let mut first = report.finding("first");
    ///     let mut second = report.finding("second");
    ///     first.path("name");
    /// }
    /// ```
    pub fn finding(&mut self, code: impl ToText) -> Finding<'_> {
        let start = begin(&mut self.rows, RESULT_FINDING);
        field(&mut self.rows, TAG_CODE, |out| out.push(code));
        close(&mut self.rows, start);
        let end = self.rows.len();
        Finding {
            rows: &mut self.rows,
            start,
            code_end: end,
            ends: [end; FIELDS],
        }
    }

    /// The segment the client belongs to. A client without a segment gets no label: an empty one is none, and its
    /// parameters go nowhere.
    pub fn label(&mut self, label: impl ToText) -> Label<'_> {
        let start = begin(&mut self.rows, RESULT_LABEL);
        let at = open_field(&mut self.rows, TAG_LABEL);
        self.rows.push(label);
        let given = close_field(&mut self.rows, at) > 0;
        if given {
            close(&mut self.rows, start);
        } else {
            self.rows.truncate(start);
        }
        Label {
            rows: &mut self.rows,
            row: given.then_some(start),
        }
    }

    /// A number to rank the client by.
    pub fn measure(&mut self, name: impl ToText, value: i64) {
        let start = begin(&mut self.rows, RESULT_MEASURE);
        field(&mut self.rows, TAG_MEASURE, |out| out.push(name));
        field(&mut self.rows, TAG_VALUE, |out| {
            out.push_bytes(&value.to_le_bytes())
        });
        close(&mut self.rows, start);
    }

    /// The client cannot be judged, and why.
    pub fn error(&mut self, text: impl ToText) {
        let start = begin(&mut self.rows, RESULT_ERROR);
        field(&mut self.rows, TAG_ERROR, |out| out.push(text));
        close(&mut self.rows, start);
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// To be mended.
    Warning,
    /// To be mended first.
    Error,
}

impl Severity {
    /// The severity as a manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

// Fields of a finding that stand once, in their order behind the code; parameters follow them.
const PATH: usize = 0;
const ROW: usize = 1;
const SUGGEST: usize = 2;
const SEVERITY: usize = 3;
const FIELDS: usize = 4;

/// A finding that is being described. Every part is optional, and may be given in any order.
pub struct Finding<'r> {
    rows: &'r mut TextBuf,
    start: usize,
    code_end: usize,
    ends: [usize; FIELDS], // where each field ends; where the one before it does when it is not given
}

impl Finding<'_> {
    /// The field of the client's JSON that is wrong: `"taxId"`, `("contacts[", i, "].jobTitle")`.
    pub fn path(&mut self, path: impl ToText) -> &mut Self {
        self.set(PATH, TAG_PATH, |out| out.push(path))
    }

    /// The id of the row that the path leads into, by which the finding stays the same when rows move.
    pub fn row(&mut self, id: impl ToText) -> &mut Self {
        self.set(ROW, TAG_ROW_ID, |out| out.push(id))
    }

    /// A better value of the field: text, a whole number, a bool, or [`Json`](crate::Json).
    pub fn suggest(&mut self, value: impl Suggestion) -> &mut Self {
        self.set(SUGGEST, TAG_SUGGEST, |out| value.write_json(out))
    }

    /// How much this finding matters, when not as much as its rule says.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.set(SEVERITY, TAG_SEVERITY, |out| out.push(severity.as_str()))
    }

    /// What stands for `{{ key }}` in the message.
    pub fn param(&mut self, key: impl ToText, value: impl ToText) -> &mut Self {
        param(self.rows, self.start, key, value);
        self
    }

    /// Puts a field into its place; one that is empty is left out.
    fn set(&mut self, which: usize, tag: u8, value: impl FnOnce(&mut TextBuf)) -> &mut Self {
        self.clear(which);
        let tail = open_field(self.rows, tag);
        value(self.rows);
        self.place(which, tail);
        self
    }

    /// Moves the field that was written behind all others to its place.
    #[inline(never)]
    fn place(&mut self, which: usize, tail: usize) {
        if close_field(self.rows, tail) == 0 {
            self.rows.truncate(tail);
        }
        let size = self.rows.len() - tail;
        self.rows.move_tail(tail, self.ends[which]);
        for end in self.ends.iter_mut().skip(which) {
            *end += size;
        }
        close(self.rows, self.start);
    }

    /// Takes out what was given for a field before.
    fn clear(&mut self, which: usize) {
        let from = if which == 0 {
            self.code_end
        } else {
            self.ends[which - 1]
        };
        let to = self.ends[which];
        if from == to {
            return;
        }
        self.rows.remove(from, to);
        for end in self.ends.iter_mut().skip(which) {
            *end -= to - from;
        }
    }
}

/// A label, whose reason can have parameters.
pub struct Label<'r> {
    rows: &'r mut TextBuf,
    row: Option<usize>, // where it begins, `None` of an empty label
}

impl Label<'_> {
    /// What stands for `{{ key }}` in the reason.
    pub fn param(&mut self, key: impl ToText, value: impl ToText) -> &mut Self {
        if let Some(start) = self.row {
            param(self.rows, start, key, value);
        }
        self
    }
}

const FIELD_HEADER: usize = 5; // u8 tag, u32 length

fn begin(rows: &mut TextBuf, kind: u8) -> usize {
    let start = rows.len();
    rows.push_bytes(&[0, 0, 0, 0, kind]);
    start
}

/// Sets the size of the row that began at `start` and ends where the rows do.
fn close(rows: &mut TextBuf, start: usize) {
    let size = (rows.len() - start - 4) as u32;
    rows.overwrite(start, &size.to_le_bytes());
}

fn field(rows: &mut TextBuf, tag: u8, value: impl FnOnce(&mut TextBuf)) {
    let at = open_field(rows, tag);
    value(rows);
    close_field(rows, at);
}

/// Begins a field at the end, which is returned.
fn open_field(rows: &mut TextBuf, tag: u8) -> usize {
    let at = rows.len();
    rows.push_bytes(&[tag, 0, 0, 0, 0]);
    at
}

/// Sets the length of the field that began at `at`, and returns it.
fn close_field(rows: &mut TextBuf, at: usize) -> usize {
    let length = rows.len() - at - FIELD_HEADER;
    rows.overwrite(at + 1, &(length as u32).to_le_bytes());
    length
}

fn param(rows: &mut TextBuf, start: usize, key: impl ToText, value: impl ToText) {
    field(rows, TAG_PARAM_KEY, |out| out.push(key));
    field(rows, TAG_PARAM_VALUE, |out| out.push(value));
    close(rows, start);
}
