//! Reads the bytes of a card (FORMAT.md of sdk/abi): no offset in it is trusted, nothing panics,
//! and what does not lie inside the card is absent.

use core::marker::PhantomData;

use crate::abi_gen::*;
use crate::card_gen::Client;
use crate::text::Text;

/// Why bytes are not a card that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenError {
    /// What is wrong: `size`, `magic`, `length`, `layout version` or `slots`.
    pub what: &'static str,
    /// What it is.
    pub got: u64,
    /// What it should be.
    pub want: &'static str,
}

impl core::fmt::Display for OpenError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} is {}, want {}", self.what, self.got, self.want)
    }
}

impl<'a> Client<'a> {
    /// Opens a card. Only its header is looked at, so that it costs the same for any card.
    ///
    /// A rule gets its client opened; this is for whoever has the bytes of one.
    pub fn open(card: &'a [u8]) -> Result<Client<'a>, OpenError> {
        let fail = |what, got, want| Err(OpenError { what, got, want });
        let size = card.len() as u64;
        if card.len() < HEADER_SIZE || card.len() > MAX_CARD || size % 8 != 0 {
            return fail("size", size, "a multiple of 8 from 32 bytes to 16 MiB");
        }
        let (first, second) = (load(card, 0), load(card, PLACE_LAYOUT));
        let (layout, slots) = (second & 0xffff, second >> 16 & 0xffff);
        if first as u32 as u64 != MAGIC {
            return fail("magic", first as u32 as u64, "1146241347 (\"CARD\")");
        }
        if first >> 32 != size {
            return fail("length", first >> 32, "the number of bytes given");
        }
        if layout != LAYOUT {
            return fail("layout version", layout, "1");
        }
        if slots > MAX_CLIENT_SLOTS || HEADER_SIZE as u64 + 8 * slots > size {
            return fail("slots", slots, "at most 128 and room for them in the card");
        }
        let record = Record {
            card,
            at: HEADER_SIZE,
            bits: PLACE_BITMAP,
            slots: slots as usize,
        };
        Ok(Client { record })
    }
}

/// The client or a row: its slots lie inside the card, which whoever makes a record sees to.
#[derive(Clone, Copy, Default)]
pub struct Record<'a> {
    card: &'a [u8],
    at: usize,    // slot 0
    bits: usize,  // the presence bitmap
    slots: usize, // how many the writer of the card knew
}

impl<'a> Record<'a> {
    /// The eight bytes of a slot, 0 when the card has no such slot.
    #[inline]
    pub fn word(&self, slot: usize) -> u64 {
        if slot >= self.slots {
            return 0;
        }
        load(self.card, self.at + 8 * slot)
    }

    #[inline]
    pub fn has(&self, slot: usize) -> bool {
        slot < self.slots && load(self.card, self.bits + slot / 64 * 8) >> (slot % 64) & 1 == 1
    }

    #[inline]
    pub fn text(&self, slot: usize) -> Text<'a> {
        cut(self.card, self.word(slot)).unwrap_or_default()
    }

    pub fn has_text(&self, slot: usize) -> bool {
        cut(self.card, self.word(slot)).is_some() && self.has(slot)
    }

    pub fn strings(&self, slot: usize) -> Strings<'a> {
        let (at, count) = halves(self.word(slot));
        if at % 8 != 0 || at as u64 + 8 * count as u64 > self.card.len() as u64 {
            return Strings::default();
        }
        Strings {
            card: self.card,
            at,
            count,
        }
    }

    pub fn has_strings(&self, slot: usize) -> bool {
        self.has(slot) && self.strings(slot).count == halves(self.word(slot)).1
    }

    pub fn rows<R>(&self, slot: usize) -> Rows<'a, R> {
        let (at, count) = halves(self.word(slot));
        let size = self.card.len() as u64;
        if count == 0 || at % 8 != 0 || at as u64 + 8 > size {
            return Rows::default();
        }
        let slots = load(self.card, at) & 0xffff;
        let rows = 8 + count as u64 * (8 + 8 * slots);
        if slots > MAX_ROW_SLOTS || at as u64 + rows > size {
            return Rows::default();
        }
        Rows {
            card: self.card,
            at: at + 8,
            count,
            slots: slots as usize,
            row: PhantomData,
        }
    }

    pub fn has_rows(&self, slot: usize) -> bool {
        self.has(slot) && self.rows::<()>(slot).count == halves(self.word(slot)).1
    }
}

/// A list of texts, read in place.
#[derive(Clone, Copy, Default)]
pub struct Strings<'a> {
    card: &'a [u8],
    at: usize, // the first {offset, length}
    count: usize,
}

impl<'a> Strings<'a> {
    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Text `i` from 0.
    pub fn get(&self, i: usize) -> Option<Text<'a>> {
        if i >= self.count {
            return None;
        }
        Some(cut(self.card, load(self.card, self.at + 8 * i)).unwrap_or_default())
    }

    /// The texts one after another.
    pub fn iter(&self) -> StringsIter<'a> {
        StringsIter {
            list: *self,
            next: 0,
        }
    }

    /// Whether a text of the list equals this one.
    pub fn contains(&self, text: &str) -> bool {
        self.iter().any(|s| s == text)
    }
}

impl<'a> IntoIterator for Strings<'a> {
    type Item = Text<'a>;
    type IntoIter = StringsIter<'a>;
    fn into_iter(self) -> StringsIter<'a> {
        self.iter()
    }
}

/// Goes through a list of texts.
#[derive(Clone)]
pub struct StringsIter<'a> {
    list: Strings<'a>,
    next: usize,
}

impl<'a> Iterator for StringsIter<'a> {
    type Item = Text<'a>;
    fn next(&mut self) -> Option<Text<'a>> {
        let text = self.list.get(self.next)?;
        self.next += 1;
        Some(text)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.list.count - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for StringsIter<'_> {}

/// What a list of rows holds: `Contact`, `Channel` and so on.
pub trait Row<'a> {
    #[doc(hidden)]
    fn of(record: Record<'a>) -> Self;
}

/// A list of rows, read in place.
pub struct Rows<'a, R> {
    card: &'a [u8],
    at: usize, // the first row's presence bitmap
    count: usize,
    slots: usize, // of each row
    row: PhantomData<R>,
}

impl<R> Default for Rows<'_, R> {
    fn default() -> Self {
        Rows {
            card: &[],
            at: 0,
            count: 0,
            slots: 0,
            row: PhantomData,
        }
    }
}

impl<R> Clone for Rows<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Rows<'_, R> {}

impl<'a, R> Rows<'a, R> {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn record(&self, i: usize) -> Record<'a> {
        let at = self.at + i * (8 + 8 * self.slots);
        Record {
            card: self.card,
            at: at + 8,
            bits: at,
            slots: self.slots,
        }
    }
}

impl<'a, R: Row<'a>> Rows<'a, R> {
    /// Row `i` from 0.
    pub fn get(&self, i: usize) -> Option<R> {
        if i >= self.count {
            return None;
        }
        Some(R::of(self.record(i)))
    }

    /// The rows one after another.
    pub fn iter(&self) -> RowsIter<'a, R> {
        RowsIter {
            list: *self,
            next: 0,
        }
    }

    /// Searches rows that are sorted by the bytes of their slot 0.
    pub(crate) fn find_key(&self, key: &[u8]) -> Option<R> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let mid = (low + high) / 2;
            if self.record(mid).text(0).as_bytes() < key {
                low = mid + 1;
            } else {
                high = mid;
            }
        }
        let found = self.record(low);
        if low == self.count || found.slots == 0 || found.text(0).as_bytes() != key {
            return None;
        }
        Some(R::of(found))
    }
}

impl<'a, R: Row<'a>> IntoIterator for Rows<'a, R> {
    type Item = R;
    type IntoIter = RowsIter<'a, R>;
    fn into_iter(self) -> RowsIter<'a, R> {
        self.iter()
    }
}

/// Goes through a list of rows.
#[derive(Clone)]
pub struct RowsIter<'a, R> {
    list: Rows<'a, R>,
    next: usize,
}

impl<'a, R: Row<'a>> Iterator for RowsIter<'a, R> {
    type Item = R;
    fn next(&mut self) -> Option<R> {
        let row = self.list.get(self.next)?;
        self.next += 1;
        Some(row)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.list.count - self.next;
        (left, Some(left))
    }
}

impl<'a, R: Row<'a>> ExactSizeIterator for RowsIter<'a, R> {}

fn halves(word: u64) -> (usize, usize) {
    (word as u32 as usize, (word >> 32) as usize)
}

/// The text a slot refers to, `None` when it does not lie inside the card. An empty one lies nowhere.
#[inline]
fn cut(card: &[u8], word: u64) -> Option<Text<'_>> {
    let (at, length) = halves(word);
    if at as u64 + length as u64 > card.len() as u64 {
        return if length == 0 {
            Some(Text::default())
        } else {
            None
        };
    }
    card.get(at..at + length).map(Text::from)
}

/// The little-endian word at a place, 0 outside the card.
#[inline]
fn load(card: &[u8], at: usize) -> u64 {
    match card.get(at..at + 8).map(<[u8; 8]>::try_from) {
        Some(Ok(word)) => u64::from_le_bytes(word),
        _ => 0,
    }
}
