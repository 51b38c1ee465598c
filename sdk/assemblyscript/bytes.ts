import { Text, bytesOf, encodeTo } from "./text";

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

  /** Adds a string, a text or the digits of an integer, and returns this. */
  add<T>(value: T): Bytes {
    if (isString<T>()) {
      const text = changetype<string>(value);
      encodeTo(this.extend(bytesOf(text)), text);
    } else if (isInteger<T>()) {
      this.add(value.toString());
    } else if (value instanceof Text) {
      this.copy(value.address, value.length);
    } else {
      ERROR("add takes a string, a Text or an integer");
    }
    return this;
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
    const room = max(max(least, 2 * this.room), 512);
    const start = heap.alloc(room);
    memory.copy(start, this.start, this.length);
    if (this.start != 0) heap.free(this.start);
    this.start = start;
    this.room = room;
  }
}
