import { take } from "./arena";

/**
 * A text in the card, UTF-8, read in place: nothing is decoded before it is asked for. It is
 * valid during the check only; toString() makes a string that lasts.
 */
@unmanaged @final
export class Text {
  [key: number]: u8;
  address!: usize;
  /** In bytes; letters outside of ASCII take two to four. */
  length!: i32;

  /** The text of the bytes at an address of this memory. */
  static of(address: usize, length: i32): Text {
    const text = changetype<Text>(take(offsetof<Text>()));
    text.address = address;
    text.length = length;
    return text;
  }

  get isEmpty(): bool { return this.length == 0; }

  /** Byte i, 0 outside of the text. */
  @operator("[]")
  at(i: i32): u8 {
    return <u32>i < <u32>this.length ? load<u8>(this.address + i) : 0;
  }

  equals(text: string): bool {
    return this.startsWith(text) && this.length == bytesOf(text);
  }

  startsWith(text: string): bool {
    const units = text.length;
    if (this.length < units) return false;
    for (let i = 0; i < units; i++) {
      const unit = load<u16>(changetype<usize>(text) + (<usize>i << 1));
      if (unit >= 0x80) return this.startsWithBytes(encoded(text));
      if (load<u8>(this.address + i) != unit) return false;
    }
    return true;
  }

  private startsWithBytes(text: Text): bool {
    return this.length >= text.length && memory.compare(this.address, text.address, text.length) == 0;
  }

  /** Whether both have the same bytes. Compare with a string by equals(). */
  @operator("==")
  same(other: Text): bool {
    return this.length == other.length && memory.compare(this.address, other.address, this.length) == 0;
  }

  @operator("!=")
  differs(other: Text): bool { return !this.same(other); }

  /** Less than, equal to or greater than 0 by the order of the bytes. */
  compare(other: Text): i32 {
    const order = memory.compare(this.address, other.address, min(this.length, other.length));
    return order != 0 ? order : this.length - other.length;
  }

  toString(): string {
    return String.UTF8.decodeUnsafe(this.address, this.length);
  }
}

/** The string in UTF-8, in memory of its own. Half of a surrogate pair becomes U+FFFD. */
export function encoded(text: string): Text {
  const length = bytesOf(text);
  const address = heap.alloc(length);
  encodeTo(address, text);
  return Text.of(address, length);
}

/** A string or a Text in UTF-8. */
export function utf8<T>(text: T): Text {
  if (isString<T>()) return encoded(changetype<string>(text));
  else if (text instanceof Text) return text;
  else ERROR("want a string or a Text that is not null");
}

/** How many bytes the string has in UTF-8. */
export function bytesOf(text: string): i32 { return String.UTF8.byteLength(text); }

/** Writes the string in UTF-8 and returns how many bytes. There must be room for bytesOf(text). */
export function encodeTo(address: usize, text: string): i32 {
  return <i32>String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, address, false, String.UTF8.ErrorMode.REPLACE);
}

/** What no unit of ASCII has set, in four units of UTF-16. */
const BEYOND_ASCII: u64 = 0xff80_ff80_ff80_ff80;

/** Writes a string of ASCII, for which there is room, four letters at a time; false when it is not all ASCII. */
export function copyASCII(to: usize, text: string): bool {
  let from = changetype<usize>(text);
  const end = from + (<usize>text.length << 1);
  for (; from + 8 <= end; from += 8, to += 4) {
    const four = load<u64>(from);
    if ((four & BEYOND_ASCII) != 0) return false;
    const pairs = (four | four >> 8) & 0x0000_ffff_0000_ffff;
    store<u32>(to, <u32>(pairs | pairs >> 16));
  }
  for (; from < end; from += 2, to++) {
    const unit = load<u16>(from);
    if (unit >= 0x80) return false;
    store<u8>(to, unit);
  }
  return true;
}
