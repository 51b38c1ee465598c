import { Text, bytesOf, copyASCII, encodeTo } from "./text";

/** Units of a text for which there is room whatever they are, each of at most so many bytes. */
const SHORT: i32 = 256, MOST_BYTES: i32 = 3;
/** Results of a client mostly fit into this. */
const LEAST_ROOM: i32 = 512;
const MINUS: u8 = 0x2d, ZERO: u8 = 0x30;

/** Bytes that grow at their end. The memory moves when they do; an address is taken when all is written. */
export class Bytes {
  private start: usize = 0;
  private room: i32 = 0;
  length: i32 = 0;

  /** Where the bytes are until more is written. */
  get address(): usize { return this.start; }

  get text(): Text { return Text.of(this.start, this.length); }

  clear(): void { this.length = 0; }

  byte(value: u32): void { store<u8>(this.extend(1), value); }
  u32(value: u32): void { store<u32>(this.extend(4), value); }
  u64(value: u64): void { store<u64>(this.extend(8), value); }

  /** Adds a string, a text, the digits of an integer, or true or false, and returns this. */
  add<T>(value: T): Bytes {
    if (isString<T>()) this.addString(changetype<string>(value));
    else if (isBoolean<T>()) this.addString(value ? "true" : "false");
    else if (isInteger<T>() && isSigned<T>()) this.addSigned(<i64>value);
    else if (isInteger<T>()) this.addDigits(<u64>value);
    else if (value instanceof Text) this.copy(value.address, value.length);
    else ERROR("add takes a string, a Text, an integer or a bool, none of which is null");
    return this;
  }

  /** Most texts of a rule are short ASCII, which takes one pass and less than a third of the fuel. */
  private addString(text: string): void {
    const units = text.length, before = this.length;
    const at = this.extend(units < SHORT ? MOST_BYTES * units : bytesOf(text));
    this.length = before + (copyASCII(at, text) ? units : encodeTo(at, text));
  }

  private addSigned(value: i64): void {
    if (value < 0) this.byte(MINUS);
    this.addDigits(value < 0 ? 0 - <u64>value : <u64>value);
  }

  private addDigits(value: u64): void {
    let left = value, count = digitsOf(value);
    for (let at = this.extend(count) + count - 1; count > 0; count--, at--) {
      store<u8>(at, ZERO + left % 10);
      left /= 10;
    }
  }

  copy(from: usize, length: i32): void { memory.copy(this.extend(length), from, length); }

  /** Makes room for more bytes and returns where they are. */
  extend(more: i32): usize {
    const length = this.length;
    if (length + more > this.room) this.grow(length + more);
    this.length = length + more;
    return this.start + length;
  }

  private grow(least: i32): void {
    const room = max(2 * least, LEAST_ROOM), start = heap.alloc(room);
    memory.copy(start, this.start, this.length);
    this.start = start;
    this.room = room;
  }
}

/** How many decimal digits a number has. */
function digitsOf(value: u64): i32 {
  let count = 1;
  for (let left = value / 10; left > 0; left /= 10) count++;
  return count;
}
