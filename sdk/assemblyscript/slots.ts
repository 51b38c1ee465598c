import { MAX_ROW_SLOTS } from "./abi_gen";
import { take } from "./arena";
import { Text, utf8 } from "./text";

/**
 * The client or a row. Its slots lie inside the card, which whoever makes one sees to; of what
 * they refer to nothing is trusted: whatever is not inside the card is absent. FORMAT.md says how.
 */
@unmanaged
export class Slots {
  cardAddress!: usize;
  /** Bytes of the card. */
  cardSize!: u32;
  /** The address of slot 0. */
  slotsAddress!: usize;
  /** The address of the presence bitmap. */
  bitsAddress!: usize;
  /** How many the writer of the card knew. */
  slotCount!: u32;

  static of<T extends Slots>(card: usize, size: u32, slots: usize, bits: usize, count: u32): T {
    const view = changetype<Slots>(take(offsetof<Slots>()));
    view.cardAddress = card;
    view.cardSize = size;
    view.slotsAddress = slots;
    view.bitsAddress = bits;
    view.slotCount = count;
    return changetype<T>(view);
  }

  /** The eight bytes of a slot, 0 when the card has no such slot. */
  wordAt(slot: u32): u64 {
    return slot < this.slotCount ? load<u64>(this.slotsAddress + (slot << 3)) : 0;
  }

  hasAt(slot: u32): bool {
    return slot < this.slotCount && (load<u64>(this.bitsAddress + (slot >> 6 << 3)) >> (slot & 63) & 1) != 0;
  }

  /** An enum's code, 0 when it is above the highest this version knows. */
  codeAt(slot: u32, top: u32): i32 {
    const code = this.wordAt(slot);
    return code > top ? 0 : <i32>code;
  }

  hasCodeAt(slot: u32, top: u32): bool {
    return this.hasAt(slot) && this.codeAt(slot, top) != 0;
  }

  textAt(slot: u32): Text {
    return cut(this.cardAddress, this.cardSize, this.wordAt(slot));
  }

  hasTextAt(slot: u32): bool {
    const word = this.wordAt(slot);
    return this.hasAt(slot) && (inside(this.cardSize, word) || word >> 32 == 0);
  }

  hasStringsAt(slot: u32): bool {
    return this.hasAt(slot) && Strings.of(this, slot).length == <i32>(this.wordAt(slot) >> 32);
  }

  hasRowsAt(slot: u32): bool {
    return this.hasAt(slot) && Rows.of<Rows>(this, slot).length == <i32>(this.wordAt(slot) >> 32);
  }
}

/** A list of texts, read in place. */
@unmanaged @final
export class Strings {
  [key: number]: Text;
  length!: i32;
  private card!: usize;
  private size!: u32;
  private first!: usize;

  static of(owner: Slots, slot: u32): Strings {
    const word = owner.wordAt(slot);
    const list = changetype<Strings>(take(offsetof<Strings>()));
    list.card = owner.cardAddress;
    list.size = owner.cardSize;
    list.first = owner.cardAddress + <u32>word;
    list.length = stringsFit(owner.cardSize, word) ? <i32>(word >> 32) : 0;
    return list;
  }

  /** Text i, empty outside of 0 to length-1. */
  @operator("[]")
  at(i: i32): Text {
    const inside = <u32>i < <u32>this.length;
    return cut(this.card, this.size, inside ? load<u64>(this.first + (<usize>i << 3)) : 0);
  }
}

/** A list of rows, read in place. */
@unmanaged
export class Rows {
  length!: i32;
  cardAddress!: usize;
  cardSize!: u32;
  /** How many slots each row has. */
  slotCount!: u32;
  private first!: usize;

  static of<T extends Rows>(owner: Slots, slot: u32): T {
    const word = owner.wordAt(slot), at = owner.cardAddress + <u32>word;
    const fits = rowsFit(owner.cardAddress, owner.cardSize, word);
    const list = changetype<Rows>(take(offsetof<Rows>()));
    list.cardAddress = owner.cardAddress;
    list.cardSize = owner.cardSize;
    list.first = at + 8;
    list.length = fits ? <i32>(word >> 32) : 0;
    list.slotCount = fits ? load<u16>(at) : 0;
    return changetype<T>(list);
  }

  /** The address of row i, 0 outside of the list. */
  row(i: i32): usize {
    return <u32>i < <u32>this.length ? this.first + <usize>i * (8 + 8 * this.slotCount) : 0;
  }

  /** Which row has the key in slot 0, -1 when none has. The rows are sorted by the bytes of their keys. */
  search<K>(key: K): i32 {
    const wanted = utf8(key);
    let low = 0, high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.key(middle).compare(wanted) < 0) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.slotCount > 0 && this.key(low) == wanted ? low : -1;
  }

  private key(i: i32): Text {
    return cut(this.cardAddress, this.cardSize, this.slotCount > 0 ? load<u64>(this.row(i) + 8) : 0);
  }
}

/** Whether the list of strings that a slot refers to lies inside the card. */
function stringsFit(size: u32, word: u64): bool {
  return (word & 7) == 0 && (word & 0xffff_ffff) + 8 * (word >> 32) <= size;
}

/** Whether the list of rows that a slot refers to has any and lies inside the card. */
function rowsFit(card: usize, size: u32, word: u64): bool {
  const offset = word & 0xffff_ffff, count = word >> 32;
  if (count == 0 || (offset & 7) != 0 || offset + 8 > size) return false;
  const slots = <u64>load<u16>(card + <usize>offset);
  return slots <= MAX_ROW_SLOTS && offset + 8 + count * (8 + 8 * slots) <= size;
}

/** Whether the text that a slot refers to lies inside the card. In 32 bits the sum would wrap. */
function inside(size: u32, word: u64): bool {
  return (word & 0xffff_ffff) + (word >> 32) <= size;
}

/** The text that a slot refers to, empty when it does not lie inside the card. */
function cut(card: usize, size: u32, word: u64): Text {
  return inside(size, word) ? Text.of(card + <u32>word, <i32>(word >> 32)) : Text.of(card, 0);
}
