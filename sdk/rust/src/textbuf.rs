use core::fmt;

use crate::memory;
use crate::text::Text;

/// Text that grows: what `String` is where there is a standard library.
///
/// A check seldom needs one, for what a report takes can be given in parts. In WebAssembly its memory is
/// given back by the host, before the next card.
///
/// ```
/// let mut digits = assay::TextBuf::new();
/// for byte in "40702 810".bytes().filter(u8::is_ascii_digit) {
///     digits.push_byte(byte);
/// }
/// assert_eq!(digits.as_text(), "40702810");
/// ```
pub struct TextBuf {
    at: *mut u8,
    len: usize,
    room: usize, // 0: `at` is no memory of ours
}

impl TextBuf {
    /// Empty, without memory of its own yet.
    pub const fn new() -> Self {
        TextBuf {
            at: core::ptr::NonNull::dangling().as_ptr(),
            len: 0,
            room: 0,
        }
    }

    /// Empty, with room for so many bytes or a few more.
    pub fn with_room(room: usize) -> Self {
        let mut text = TextBuf::new();
        text.reserve(room);
        text
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        unsafe { core::slice::from_raw_parts(self.at, self.len) }
    }

    /// The text, to look at.
    pub fn as_text(&self) -> Text<'_> {
        Text::from(self.as_bytes())
    }

    /// The text as a `str`, as [`Text::as_str`] has it.
    pub fn as_str(&self) -> &str {
        self.as_text().as_str()
    }

    /// Appends text, or several things one after another when given a tuple.
    pub fn push(&mut self, text: impl ToText) {
        text.write_to(self);
    }

    /// Appends one byte.
    #[inline]
    pub fn push_byte(&mut self, byte: u8) {
        self.reserve(1);
        unsafe { self.at.add(self.len).write(byte) };
        self.len += 1;
    }

    /// Appends bytes.
    #[inline(never)]
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        unsafe {
            self.at
                .add(self.len)
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len())
        };
        self.len += bytes.len();
    }

    /// Cuts the text to at most so many bytes.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// Writes over bytes that are there; those beyond the end are left out.
    pub(crate) fn overwrite(&mut self, from: usize, bytes: &[u8]) {
        if from + bytes.len() <= self.len {
            unsafe {
                self.at
                    .add(from)
                    .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len())
            };
        }
    }

    /// Takes out the bytes of a range that lies inside.
    pub(crate) fn remove(&mut self, from: usize, to: usize) {
        if from < to && to <= self.len {
            unsafe { self.at.add(from).copy_from(self.at.add(to), self.len - to) };
            self.len -= to - from;
        }
    }

    /// Moves the bytes from `tail` on before those that begin at `to`.
    pub(crate) fn move_tail(&mut self, tail: usize, to: usize) {
        if to >= tail || tail >= self.len {
            return;
        }
        let moved = self.len - tail;
        self.reserve(moved);
        unsafe {
            let spare = self.at.add(self.len);
            spare.copy_from_nonoverlapping(self.at.add(tail), moved);
            self.at
                .add(to + moved)
                .copy_from(self.at.add(to), tail - to);
            self.at.add(to).copy_from_nonoverlapping(spare, moved);
        }
    }

    /// Gives the memory away, for as long as the program runs, but for what is not used of it.
    pub(crate) fn leak(mut self) -> &'static [u8] {
        if self.room != 0 {
            self.at = unsafe { memory::reallocate(self.at, self.room, self.len) };
        }
        let bytes: *const [u8] = self.as_bytes();
        core::mem::forget(self);
        unsafe { &*bytes }
    }

    /// Makes room for so many bytes more.
    #[inline]
    pub(crate) fn reserve(&mut self, more: usize) {
        if more > self.room - self.len {
            self.grow(more);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let room = (self.len + more).max(2 * self.room).max(32);
        self.at = match self.room {
            0 => memory::allocate(room),
            old => unsafe { memory::reallocate(self.at, old, room) },
        };
        self.room = room;
    }
}

impl Default for TextBuf {
    fn default() -> Self {
        TextBuf::new()
    }
}

impl Drop for TextBuf {
    fn drop(&mut self) {
        if self.room != 0 {
            unsafe { memory::release(self.at, self.room) };
        }
    }
}

impl fmt::Write for TextBuf {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_bytes(text.as_bytes());
        Ok(())
    }
}

impl fmt::Debug for TextBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_text(), f)
    }
}

/// What can be written as text into a report or a log: texts, whole numbers, `true` and `false`, characters, a
/// [`Date`](crate::Date), what `format_args!` makes, and tuples of these, one after another.
///
/// ```
/// let mut text = assay::TextBuf::new();
/// text.push(("contacts[", 3, "].jobTitle"));
/// text.push(format_args!(" {:02}", 7));
/// assert_eq!(text.as_text(), "contacts[3].jobTitle 07");
/// ```
///
/// A tuple is the smaller and faster way: it needs none of the machinery of `format_args!`, some 5 KB of a module.
pub trait ToText {
    /// Appends it.
    fn write_to(&self, out: &mut TextBuf);
}

impl<T: ToText + ?Sized> ToText for &T {
    fn write_to(&self, out: &mut TextBuf) {
        (**self).write_to(out);
    }
}

impl ToText for str {
    fn write_to(&self, out: &mut TextBuf) {
        out.push_bytes(self.as_bytes());
    }
}

impl ToText for Text<'_> {
    fn write_to(&self, out: &mut TextBuf) {
        out.push_bytes(self.as_bytes());
    }
}

impl ToText for TextBuf {
    fn write_to(&self, out: &mut TextBuf) {
        out.push_bytes(self.as_bytes());
    }
}

#[cfg(any(feature = "std", not(target_family = "wasm")))]
impl ToText for std::string::String {
    fn write_to(&self, out: &mut TextBuf) {
        out.push_bytes(self.as_bytes());
    }
}

impl ToText for char {
    fn write_to(&self, out: &mut TextBuf) {
        out.push_bytes(self.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

impl ToText for bool {
    fn write_to(&self, out: &mut TextBuf) {
        out.push(if *self { "true" } else { "false" });
    }
}

impl ToText for fmt::Arguments<'_> {
    fn write_to(&self, out: &mut TextBuf) {
        // Writing to a buffer cannot fail, and what a Display fails at is for its author to see in the text.
        let _ = fmt::write(out, *self);
    }
}

/// Appends a number, decimal.
fn push_decimal(out: &mut TextBuf, negative: bool, mut left: u64) {
    let mut digits = [b'0'; 20];
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (left % 10) as u8;
        left /= 10;
        used += 1;
        if left == 0 {
            break;
        }
    }
    if negative {
        out.push_byte(b'-');
    }
    out.push_bytes(digits.get(20 - used..).unwrap_or_default());
}

macro_rules! whole_numbers {
    ($($signed:ty)*; $($unsigned:ty)*) => {
        $(impl ToText for $signed {
            fn write_to(&self, out: &mut TextBuf) {
                push_decimal(out, *self < 0, (*self as i64).unsigned_abs());
            }
        })*
        $(impl ToText for $unsigned {
            fn write_to(&self, out: &mut TextBuf) {
                push_decimal(out, false, *self as u64);
            }
        })*
    };
}

whole_numbers!(i8 i16 i32 i64 isize; u8 u16 u32 u64 usize);

macro_rules! tuples {
    ($(($($part:ident)*))*) => {
        $(impl<$($part: ToText),*> ToText for ($($part,)*) {
            #[allow(non_snake_case)]
            fn write_to(&self, out: &mut TextBuf) {
                let ($($part,)*) = self;
                $($part.write_to(out);)*
            }
        })*
    };
}

tuples!((A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H));
