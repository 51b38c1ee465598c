use crate::abi_gen::VERSION;
use crate::card_gen::Client;
use crate::read::OpenError;
use crate::report::Report;
use crate::settings::{parse, Refusal, Schema, Settings};
use crate::suggest::push_json;
use crate::textbuf::TextBuf;

/// The checks of a module. [`module!`](crate::module!) makes one.
pub struct Module {
    #[doc(hidden)]
    pub checks: &'static [&'static dyn AnyCheck],
}

/// Texts by language.
#[doc(hidden)]
pub type Texts = &'static [(&'static str, &'static str)];

/// A check with settings of type `S`.
#[doc(hidden)]
pub struct Check<S: 'static> {
    pub name: &'static str,
    pub judge: fn(&S, &Client, &mut Report),
    pub about: About,
}

/// What the description says of a check.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum About {
    /// Messages by code.
    Quality(&'static [(&'static str, Texts)]),
    /// Titles and reasons by label.
    Segmentation(&'static [(&'static str, Texts, Texts)]),
}

/// A check whatever its settings are.
#[doc(hidden)]
pub trait AnyCheck: Sync {
    fn name(&self) -> &'static str;
    fn describe(&self, out: &mut TextBuf);
    /// Settings that stay for as long as the program runs, for `evaluate`.
    fn configure(&self, settings: &[u8]) -> Result<*const u8, Refusal>;
    /// # Safety
    /// `settings` are of `configure` of this check.
    unsafe fn evaluate(&self, settings: *const u8, client: &Client, report: &mut Report);
    /// What it says it gives, for native tests.
    #[cfg(not(target_family = "wasm"))]
    fn about(&self) -> About;
    /// The address of its function, by which native tests find it.
    #[cfg(not(target_family = "wasm"))]
    fn judges(&self) -> usize;
}

impl<S: Settings> AnyCheck for Check<S> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn describe(&self, out: &mut TextBuf) {
        out.push("{\"name\":");
        push_json(out, self.name.as_bytes());
        out.push(match self.about {
            About::Quality(_) => ",\"type\":\"Quality\"",
            About::Segmentation(_) => ",\"type\":\"Segmentation\"",
        });
        describe_settings::<S>(out);
        match self.about {
            About::Quality(messages) => describe_messages(out, messages.iter().copied()),
            About::Segmentation(labels) => {
                describe_messages(
                    out,
                    labels.iter().map(|&(label, _, reason)| (label, reason)),
                );
                describe_labels(out, labels);
            }
        }
        out.push("}");
    }

    fn configure(&self, settings: &[u8]) -> Result<*const u8, Refusal> {
        let settings = parse::<S>(settings)?;
        let place = crate::memory::allocate(core::mem::size_of::<S>()).cast::<S>();
        unsafe { place.write(settings) };
        Ok(place as *const u8)
    }

    unsafe fn evaluate(&self, settings: *const u8, client: &Client, report: &mut Report) {
        (self.judge)(&*settings.cast::<S>(), client, report);
    }

    #[cfg(not(target_family = "wasm"))]
    fn about(&self) -> About {
        self.about
    }

    #[cfg(not(target_family = "wasm"))]
    fn judges(&self) -> usize {
        self.judge as usize
    }
}

impl Module {
    /// The description: JSON, as ABI.md has it.
    pub(crate) fn describe(&self) -> TextBuf {
        let mut out = TextBuf::new();
        out.push(("{\"abi\":", VERSION, ",\"checks\":["));
        for (i, check) in self.checks.iter().enumerate() {
            out.push(if i > 0 { "," } else { "" });
            check.describe(&mut out);
        }
        out.push("]}");
        out
    }
}

fn describe_settings<S: Settings>(out: &mut TextBuf) {
    let mut schema = Schema::default();
    S::describe(&mut schema);
    let before = out.len();
    out.push(",\"settings\":");
    if !schema.write(out) {
        out.truncate(before);
    }
}

/// Appends the codes or labels that have texts.
fn describe_messages(out: &mut TextBuf, messages: impl Iterator<Item = (&'static str, Texts)>) {
    let mut lead = ",\"messages\":{";
    for (code, texts) in messages.filter(|(_, texts)| !texts.is_empty()) {
        out.push(lead);
        lead = ",";
        push_json(out, code.as_bytes());
        out.push(":");
        describe_texts(out, texts);
    }
    out.push(if lead == "," { "}" } else { "" });
}

fn describe_labels(out: &mut TextBuf, labels: &[(&str, Texts, Texts)]) {
    out.push(",\"labels\":{");
    for (i, (label, title, _)) in labels.iter().enumerate() {
        out.push(if i > 0 { "," } else { "" });
        push_json(out, label.as_bytes());
        out.push(":{");
        if !title.is_empty() {
            out.push("\"title\":");
            describe_texts(out, title);
        }
        out.push("}");
    }
    out.push("}");
}

fn describe_texts(out: &mut TextBuf, texts: Texts) {
    out.push("{");
    for (i, (language, text)) in texts.iter().enumerate() {
        out.push(if i > 0 { "," } else { "" });
        push_json(out, language.as_bytes());
        out.push(":");
        push_json(out, text.as_bytes());
    }
    out.push("}");
}

/// Judges a card into an emptied report; one that does not open gives an error.
///
/// # Safety
/// As for [`AnyCheck::evaluate`].
pub(crate) unsafe fn judge(
    check: &dyn AnyCheck,
    settings: *const u8,
    card: &[u8],
    report: &mut Report,
) {
    report.clear();
    match Client::open(card) {
        Ok(client) => check.evaluate(settings, &client, report),
        Err(e) => not_a_card(e, report),
    }
}

// Apart, for the host charges a function for the dearest way through it.
#[cold]
#[inline(never)]
fn not_a_card(e: OpenError, report: &mut Report) {
    report.error(("card: ", e.what, " is ", e.got, ", want ", e.want));
}

/// Makes a module of checks: what the host calls, and the static `MODULE` for tests.
///
/// A `quality` check has messages by the code of a finding, a `segmentation` has labels with titles and reasons; each by
/// language. `{{ key }}` in a message or reason stands for the parameter of that name.
///
/// ```
/// use assay::{Client, Report};
///
/// fn manager(_: &(), client: &Client, report: &mut Report) {
///     if client.manager().is_empty() {
///         report.finding("no-manager").path("manager");
///     }
/// }
///
/// fn filled(_: &(), client: &Client, report: &mut Report) {
///     if client.completeness() > 80 {
///         report.label("complete").param("percent", client.completeness());
///     }
/// }
///
/// assay::module! {
///     quality "manager" => manager {
///         "no-manager": { en: "No main manager. Assign one.", uk: "Немає основного менеджера." },
///     }
///     segmentation "filled" => filled {
///         "complete": { title: { en: "Complete" }, reason: { en: "{{ percent }} % is filled in" } },
///         "other": {},
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! module {
    ($($kind:ident $name:literal => $judge:path { $($about:tt)* })+) => {
        /// The checks of this module.
        pub static MODULE: $crate::Module = $crate::Module {
            checks: &[$(&$crate::__private::Check {
                name: $name,
                judge: $judge,
                about: $crate::module!(@$kind $($about)*),
            }),+],
        };

        #[cfg(not(target_family = "wasm"))]
        const _: () = {
            extern "C" fn declare() {
                $crate::__private::declare(&MODULE)
            }

            // Called before main, so that native tests of a check's function know what the check says it gives.
            #[used]
            #[cfg_attr(target_vendor = "apple", link_section = "__DATA,__mod_init_func")]
            #[cfg_attr(windows, link_section = ".CRT$XCU")]
            #[cfg_attr(not(any(target_vendor = "apple", windows)), link_section = ".init_array")]
            static DECLARE: extern "C" fn() = declare;
        };

        #[cfg(target_family = "wasm")]
        mod assay_exports {
            use super::MODULE;

            #[no_mangle]
            extern "C" fn assay_abi() -> i32 {
                $crate::__private::VERSION
            }

            #[no_mangle]
            extern "C" fn assay_alloc(size: usize) -> usize {
                $crate::__private::alloc(size)
            }

            #[no_mangle]
            extern "C" fn assay_describe() -> u64 {
                $crate::__private::describe(&MODULE)
            }

            #[no_mangle]
            unsafe extern "C" fn assay_configure(check: usize, settings: *const u8, length: usize) -> u64 {
                $crate::__private::configure(&MODULE, check, settings, length)
            }

            #[no_mangle]
            unsafe extern "C" fn assay_evaluate(handle: usize, card: *const u8, length: usize) -> u64 {
                $crate::__private::evaluate(handle, card, length)
            }
        }
    };
    (@quality $($code:literal : { $($language:ident : $text:expr),* $(,)? }),* $(,)?) => {
        $crate::__private::About::Quality(&[$(($code, &[$((stringify!($language), $text)),*])),*])
    };
    (@segmentation $($label:literal : {
        $(title: { $($tl:ident : $title:expr),* $(,)? } $(,)?)?
        $(reason: { $($rl:ident : $reason:expr),* $(,)? } $(,)?)?
    }),* $(,)?) => {
        $crate::__private::About::Segmentation(&[$((
            $label,
            &[$($((stringify!($tl), $title)),*)?],
            &[$($((stringify!($rl), $reason)),*)?],
        )),*])
    };
}
