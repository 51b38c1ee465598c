//! Writes cards by FORMAT.md of sdk/abi.

use std::vec::Vec;

use super::{ChannelBuilder, ClientBuilder, ContactBuilder, FieldBuilder, PropertyBuilder};
use crate::abi_gen::*;
use crate::card_gen::FieldType;
use crate::field::FieldValue;

/// Text for a builder: a `&str`, a `String`, or bytes, which need not be UTF-8.
pub trait Bytes {
    /// The bytes of the text.
    fn into_bytes(self) -> Vec<u8>;
}

impl Bytes for &str {
    fn into_bytes(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

impl Bytes for std::string::String {
    fn into_bytes(self) -> Vec<u8> {
        self.into_bytes()
    }
}

impl Bytes for &[u8] {
    fn into_bytes(self) -> Vec<u8> {
        self.to_vec()
    }
}

/// The slots of a client or row.
#[derive(Clone, Debug)]
pub struct Record {
    slots: Vec<Slot>,
    keyed: bool, // rows of this kind are sorted by slot 0
}

#[derive(Clone, Debug)]
enum Slot {
    Absent,
    Word(u64),
    Text(Vec<u8>),
    Texts(Vec<Vec<u8>>), // at least one
    Rows(Vec<Record>),   // at least one
}

impl Record {
    pub(super) fn new(slots: usize, keyed: bool) -> Self {
        Record {
            slots: std::vec![Slot::Absent; slots],
            keyed,
        }
    }

    /// Sets a number, of which zero is absent.
    pub(super) fn set_word(&mut self, slot: usize, word: u64) {
        self.set(slot, word == 0, Slot::Word(word));
    }

    /// Sets a time or a date, of which zero is one, too.
    pub(super) fn set_time(&mut self, slot: usize, unix_milliseconds: i64) {
        self.slots[slot] = Slot::Word(unix_milliseconds as u64);
    }

    pub(super) fn set_text(&mut self, slot: usize, text: impl Bytes) {
        let text = text.into_bytes();
        self.set(slot, text.is_empty(), Slot::Text(text));
    }

    pub(super) fn set_texts(&mut self, slot: usize, texts: impl IntoIterator<Item = impl Bytes>) {
        let texts: Vec<Vec<u8>> = texts.into_iter().map(Bytes::into_bytes).collect();
        self.set(slot, texts.is_empty(), Slot::Texts(texts));
    }

    fn set(&mut self, slot: usize, is_empty: bool, value: Slot) {
        self.slots[slot] = if is_empty { Slot::Absent } else { value };
    }

    /// Sets rows; keyed ones are sorted, and of two with one key the later stands.
    pub(super) fn set_rows(&mut self, slot: usize, rows: impl IntoIterator<Item = Record>) {
        let mut rows: Vec<Record> = rows.into_iter().collect();
        if rows.iter().any(|row| row.keyed) {
            rows.reverse();
            rows.sort_by(|a, b| a.key().cmp(b.key()));
            rows.dedup_by(|a, b| a.key() == b.key());
        }
        self.set(slot, rows.is_empty(), Slot::Rows(rows));
    }

    fn add_row(&mut self, slot: usize, row: Record) {
        let mut rows = match std::mem::replace(&mut self.slots[slot], Slot::Absent) {
            Slot::Rows(rows) => rows,
            _ => Vec::new(),
        };
        rows.push(row);
        self.set_rows(slot, rows);
    }

    fn key(&self) -> &[u8] {
        match &self.slots[0] {
            Slot::Text(key) => key,
            _ => &[],
        }
    }
}

impl ClientBuilder {
    /// The card: the bytes a check reads the client from.
    pub fn card(&self) -> Vec<u8> {
        let slots = self.record.slots.len();
        let mut card = std::vec![0; HEADER_SIZE + 8 * slots];
        card[..4].copy_from_slice(&(MAGIC as u32).to_le_bytes());
        card[PLACE_LAYOUT..][..2].copy_from_slice(&(LAYOUT as u16).to_le_bytes());
        card[PLACE_LAYOUT + 2..][..2].copy_from_slice(&(slots as u16).to_le_bytes());
        write(&mut card, &self.record, PLACE_BITMAP, HEADER_SIZE);
        align(&mut card);
        let length = card.len() as u32;
        card[4..8].copy_from_slice(&length.to_le_bytes());
        card
    }

    /// Adds a contact to those there are.
    pub fn contact(mut self, contact: ContactBuilder) -> Self {
        self.record
            .add_row(crate::card_gen::slots::CLIENT_CONTACTS, contact.record);
        self
    }

    /// Adds a channel to those there are.
    pub fn channel(mut self, channel: ChannelBuilder) -> Self {
        self.record
            .add_row(crate::card_gen::slots::CLIENT_CHANNELS, channel.record);
        self
    }

    /// Sets a property.
    pub fn property(mut self, key: &str, value: &str) -> Self {
        let property = PropertyBuilder::new().key(key).value(value);
        self.record
            .add_row(crate::card_gen::slots::CLIENT_PROPERTIES, property.record);
        self
    }

    /// Sets a custom field.
    pub fn field(mut self, key: &str, value: FieldValue) -> Self {
        let field = FieldBuilder::new().key(key);
        let field = match value {
            FieldValue::Text(text) => field.type_(FieldType::String).text(text.as_bytes()),
            FieldValue::Number(number) => field.type_(FieldType::Number).number(number),
            FieldValue::Integer(integer) => field.type_(FieldType::Integer).integer(integer),
            FieldValue::Bool(truth) => field.type_(FieldType::Bool).integer(truth as i64),
            FieldValue::Date(date) => field.type_(FieldType::Date).integer(date),
            FieldValue::Time(time) => field.type_(FieldType::Time).integer(time),
        };
        self.record
            .add_row(crate::card_gen::slots::CLIENT_FIELDS, field.record);
        self
    }
}

/// Writes the slots of a record to `at` and its presence to `bits`; lists and texts go to the end.
fn write(card: &mut Vec<u8>, record: &Record, bits: usize, at: usize) {
    for (i, slot) in record.slots.iter().enumerate() {
        let word = match slot {
            Slot::Absent => continue,
            Slot::Word(word) => *word,
            Slot::Text(text) => write_text(card, text),
            Slot::Texts(texts) => write_texts(card, texts),
            Slot::Rows(rows) => write_rows(card, rows),
        };
        put(card, at + 8 * i, word);
        card[bits + i / 8] |= 1 << (i % 8);
    }
}

fn write_text(card: &mut Vec<u8>, text: &[u8]) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let at = card.len();
    card.extend_from_slice(text);
    pair(at, text.len())
}

fn write_texts(card: &mut Vec<u8>, texts: &[Vec<u8>]) -> u64 {
    let at = align(card);
    card.resize(at + 8 * texts.len(), 0);
    for (i, text) in texts.iter().enumerate() {
        let word = write_text(card, text);
        put(card, at + 8 * i, word);
    }
    pair(at, texts.len())
}

fn write_rows(card: &mut Vec<u8>, rows: &[Record]) -> u64 {
    let slots = rows[0].slots.len();
    let at = align(card);
    let stride = 8 + 8 * slots;
    card.resize(at + 8 + rows.len() * stride, 0);
    put(card, at, slots as u64);
    for (i, row) in rows.iter().enumerate() {
        let bits = at + 8 + i * stride;
        write(card, row, bits, bits + 8);
    }
    pair(at, rows.len())
}

/// Pads the card to a multiple of 8 and returns its length.
fn align(card: &mut Vec<u8>) -> usize {
    card.resize((card.len() + 7) / 8 * 8, 0);
    card.len()
}

fn put(card: &mut [u8], at: usize, word: u64) {
    card[at..at + 8].copy_from_slice(&word.to_le_bytes());
}

fn pair(at: usize, count: usize) -> u64 {
    at as u64 | (count as u64) << 32
}
