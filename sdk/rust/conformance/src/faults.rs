use assay::{Client, Report, Text, TextBuf};

assay::choice! {
    pub enum Fault {
        Trap = "trap",
        Loop = "loop",
        Depth = "depth",
        Memory = "memory",
        Code = "code",
        Utf8 = "utf8",
        Rows = "rows",
        Log = "log",
    }
}

assay::settings! {
    pub struct Faults {
        pub fault: Fault = Fault::Trap,
    }
}

/// Does what no check should.
#[allow(clippy::empty_loop)] // one of the faults
pub fn faults(settings: &Faults, _: &Client, report: &mut Report) {
    match settings.fault {
        Fault::Trap => panic!("the worst"),
        Fault::Loop => loop {},
        Fault::Depth => {
            report.measure("depth", depth(0));
        }
        Fault::Memory => loop {
            let mut kept = TextBuf::with_room(1 << 16);
            kept.push_byte(1);
            core::mem::forget(kept);
        },
        Fault::Code => {
            report.finding("");
        }
        Fault::Utf8 => {
            report.finding("utf8").param("x", Text::from(&[0xff][..]));
        }
        Fault::Rows => {
            for _ in 0..1001 {
                report.finding("rows");
            }
        }
        Fault::Log => {
            let mut letters = TextBuf::new();
            for _ in 0..10_000 {
                letters.push_byte(b'l');
            }
            assay::log(&letters);
            report.finding("logged").path("name");
        }
    }
}

/// Calls itself without end, in a way that no compiler makes a loop of: there is something to do behind the call.
#[allow(unconditional_recursion)]
#[inline(never)]
fn depth(level: i64) -> i64 {
    let below = depth(level + 1);
    let here = unsafe { core::ptr::read_volatile(&level) };
    here - below
}
