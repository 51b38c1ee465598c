import { HEADER, LAYOUT, MAGIC, PLACE_BITMAP, PLACE_LAYOUT } from "../abi_gen";
import { Bytes } from "../bytes";
import { Text, encoded } from "../text";

/** What a slot will hold: eight bytes, or what they refer to. */
class Value {
  word: u64 = 0;
  text: string | null = null;
  texts: string[] | null = null;
  rows: Builder[] | null = null;
}

/** The client or a row in the making. A value that is empty is absent, as in the cards that the server writes. */
export class Builder {
  private values: Array<Value | null>;

  constructor(private slots: i32) {
    this.values = new Array<Value | null>(slots);
  }

  setWord(slot: i32, word: u64, present: bool): void {
    const value = new Value();
    value.word = word;
    this.values[slot] = present ? value : null;
  }

  setText(slot: i32, text: string): void {
    const value = new Value();
    value.text = text;
    this.values[slot] = text.length > 0 ? value : null;
  }

  setTexts(slot: i32, texts: string[]): void {
    const value = new Value();
    value.texts = texts;
    this.values[slot] = texts.length > 0 ? value : null;
  }

  /** Keyed rows are put in the order of their keys, each of which may stand there once. */
  setRows(slot: i32, rows: Builder[], keyed: bool): void {
    const value = new Value();
    value.rows = keyed ? sorted(rows) : rows;
    this.values[slot] = rows.length > 0 ? value : null;
  }

  /** The card of the client, as FORMAT.md says; it is at a multiple of 8. */
  card(): Bytes {
    const out = new Bytes();
    zeros(out, <i32>HEADER + 8 * this.slots);
    this.write(out, HEADER, PLACE_BITMAP);
    align(out);
    store<u32>(out.address, MAGIC);
    store<u32>(out.address, out.length, 4);
    store<u16>(out.address, LAYOUT, PLACE_LAYOUT);
    store<u16>(out.address, this.slots, PLACE_LAYOUT + 2);
    return out;
  }

  /** The key of a row that has one. */
  get keyText(): Text {
    const value = this.values[0];
    return encoded(value && value.text ? value.text! : "");
  }

  get slotCount(): i32 { return this.slots; }

  /** Fills the slots and bitmap at these offsets, and puts what they refer to behind all there is. */
  write(out: Bytes, slots: i32, bitmap: i32): void {
    for (let i = 0; i < this.slots; i++) {
      const value = this.values[i];
      if (!value) continue;
      const word = place(out, value), bits = bitmap + (i >> 6 << 3);
      store<u64>(out.address + slots + 8 * i, word);
      store<u64>(out.address + bits, load<u64>(out.address + bits) | (<u64>1 << (i & 63)));
    }
  }
}

/** Writes what a value refers to and returns its eight bytes. */
function place(out: Bytes, value: Value): u64 {
  const text = value.text, texts = value.texts, rows = value.rows;
  if (text) return placeText(out, text);
  if (texts) return placeTexts(out, texts);
  if (rows) return placeRows(out, rows);
  return value.word;
}

function placeText(out: Bytes, text: string): u64 {
  const offset = out.length;
  out.add(text);
  return offset == out.length ? 0 : reference(offset, out.length - offset);
}

function placeTexts(out: Bytes, texts: string[]): u64 {
  align(out);
  const list = out.length;
  zeros(out, 8 * texts.length);
  for (let i = 0; i < texts.length; i++) {
    const word = placeText(out, texts[i]);
    store<u64>(out.address + list + 8 * i, word);
  }
  return reference(list, texts.length);
}

function placeRows(out: Bytes, rows: Builder[]): u64 {
  align(out);
  const list = out.length, slots = rows[0].slotCount, stride = 8 + 8 * slots;
  zeros(out, 8 + rows.length * stride);
  store<u16>(out.address + list, slots);
  for (let i = 0; i < rows.length; i++) {
    const row = list + 8 + i * stride;
    rows[i].write(out, row + 8, row);
  }
  return reference(list, rows.length);
}

function reference(offset: u32, length: u32): u64 { return <u64>offset | <u64>length << 32; }

function align(out: Bytes): void { zeros(out, -out.length & 7); }

function zeros(out: Bytes, count: i32): void { memory.fill(out.extend(count), 0, count); }

function sorted(rows: Builder[]): Builder[] {
  const list = rows.slice().sort((a, b) => a.keyText.compare(b.keyText));
  for (let i = 1; i < list.length; i++) {
    if (list[i].keyText == list[i - 1].keyText) throw new Error(`the key ${list[i].keyText.toString()} stands twice`);
  }
  return list;
}
