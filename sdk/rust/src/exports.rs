//! What a module exports, in WebAssembly.

use core::cell::UnsafeCell;

use crate::abi_gen::*;
use crate::memory;
use crate::module::{judge, AnyCheck, Module};
use crate::report::Report;
use crate::textbuf::TextBuf;

/// A check with settings: its address is the handle that the host gives with each card.
struct Configured {
    check: &'static dyn AnyCheck,
    settings: *const u8,
}

/// Room that the results of most cards do not outgrow.
const ROOM: usize = 1024;

/// What is said of the card that was judged last, whose memory the next one takes.
struct Last(UnsafeCell<Report>);

unsafe impl Sync for Last {} // a module has one thread

static LAST: Last = Last(UnsafeCell::new(Report::new()));

fn packed(bytes: &[u8]) -> u64 {
    (bytes.as_ptr() as u64) << 32 | bytes.len() as u64
}

/// `assay_alloc`.
pub fn alloc(size: usize) -> usize {
    start();
    memory::for_host(size)
}

/// `assay_describe`.
pub fn describe(module: &Module) -> u64 {
    start();
    packed(module.describe().leak())
}

/// `assay_configure`.
///
/// # Safety
/// `length` bytes at `settings` can be read.
pub unsafe fn configure(
    module: &'static Module,
    check: usize,
    settings: *const u8,
    length: usize,
) -> u64 {
    start();
    (*LAST.0.get()).make_room(ROOM);
    let configured = match module.checks.get(check) {
        Some(&check) => check
            .configure(core::slice::from_raw_parts(settings, length))
            .map(|settings| Configured { check, settings }),
        None => Err("there is no check of this number".into()),
    };
    let mut answer = TextBuf::new();
    match configured {
        Ok(configured) => {
            let place = memory::allocate(core::mem::size_of::<Configured>()).cast::<Configured>();
            place.write(configured);
            answer.push_bytes(&CONFIGURE_OK.to_le_bytes());
            answer.push_bytes(&(place as u32).to_le_bytes());
        }
        Err(refusal) => {
            answer.push_bytes(&CONFIGURE_REFUSED.to_le_bytes());
            answer.push_bytes(&[0; CONFIGURE_HEADER - 4]);
            answer.push(&refusal.text);
        }
    }
    packed(answer.leak())
}

/// `assay_evaluate`.
///
/// # Safety
/// `handle` is of `configure`; `length` bytes at `card` can be read.
pub unsafe fn evaluate(handle: usize, card: *const u8, length: usize) -> u64 {
    let configured = &*(handle as *const Configured);
    let card = core::slice::from_raw_parts(card, length);
    let report = &mut *LAST.0.get();
    judge(configured.check, configured.settings, card, report);
    packed(report.as_bytes())
}

/// Sees that a panic is heard of, which the standard library has to be told.
fn start() {
    #[cfg(feature = "std")]
    std::panic::set_hook(std::boxed::Box::new(|panic| {
        crate::log(format_args!("{}", panic));
    }));
}

/// A panic says in the log what it was, and traps: the card gets an evaluation error.
#[cfg(not(feature = "std"))]
#[panic_handler]
fn panic(panic: &core::panic::PanicInfo) -> ! {
    crate::log(format_args!("{}", panic));
    core::arch::wasm32::unreachable()
}
