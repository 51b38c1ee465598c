import { Text } from "./text";

const QUOTE: u8 = 0x22, BACKSLASH: u8 = 0x5c, COMMA: u8 = 0x2c, COLON: u8 = 0x3a;
const OPEN: u8 = 0x7b, CLOSE: u8 = 0x7d, OPEN_LIST: u8 = 0x5b, CLOSE_LIST: u8 = 0x5d;

/** The members of a JSON object, or the items of a list: what they are is looked at when it is asked for. */
export class Members {
  /** Empty for the items of a list. */
  readonly names: string[] = [];
  /** The JSON of each value. */
  readonly values: Text[] = [];
  /** Whether the JSON is such a thing, as far as it was read. */
  readonly valid: bool;
  private at: usize;
  private end: usize;

  constructor(json: Text, list: bool) {
    this.at = json.address;
    this.end = json.address + json.length;
    this.valid = this.read(list) && this.peek() == 0;
  }

  /** The value of a name; the last, when it stands twice; null when it does not stand there. */
  value(name: string): Text | null {
    const i = this.names.lastIndexOf(name);
    return i < 0 ? null : this.values[i];
  }

  private read(list: bool): bool {
    const close = list ? CLOSE_LIST : CLOSE;
    if (!this.take(list ? OPEN_LIST : OPEN)) return false;
    if (this.take(close)) return true;
    do {
      if (!list) {
        this.names.push(stringOf(this.span()));
        if (!this.take(COLON)) return false;
      }
      const value = this.span();
      if (value.isEmpty) return false;
      this.values.push(value);
    } while (this.take(COMMA));
    return this.take(close);
  }

  /** The next byte that is no blank, 0 at the end. */
  private peek(): u8 {
    while (this.at < this.end && load<u8>(this.at) <= 0x20) this.at++;
    return this.at < this.end ? load<u8>(this.at) : 0;
  }

  private take(byte: u8): bool {
    if (this.peek() != byte) return false;
    this.at++;
    return true;
  }

  /** The next value as it stands there, empty when there is none. */
  private span(): Text {
    this.peek();
    const start = this.at;
    let depth = 0;
    while (this.at < this.end) {
      const c = load<u8>(this.at);
      if (depth == 0 && this.at > start && (c <= 0x20 || c == COMMA || c == COLON || c == CLOSE || c == CLOSE_LIST)) break;
      if (c == QUOTE) {
        this.skipString();
      } else {
        this.at++;
        if (c == OPEN || c == OPEN_LIST) depth++;
        else if (c == CLOSE || c == CLOSE_LIST) depth--;
      }
      if (depth < 0) return Text.of(start, 0);
    }
    return Text.of(start, <i32>(this.at - start));
  }

  private skipString(): void {
    this.at++;
    while (this.at < this.end) {
      const c = load<u8>(this.at++);
      if (c == QUOTE) return;
      if (c == BACKSLASH && this.at < this.end) this.at++;
    }
  }
}

export function isString(json: Text): bool {
  return json.length >= 2 && json[0] == QUOTE && json[json.length - 1] == QUOTE;
}

/** The text of a JSON string. */
export function stringOf(json: Text): string {
  if (!isString(json)) return "";
  const text = Text.of(json.address + 1, json.length - 2).toString();
  return text.includes("\\") ? unescaped(text) : text;
}

function unescaped(text: string): string {
  const out = heap.alloc(<usize>text.length << 1);
  let length: usize = 0;
  for (let i = 0; i < text.length; i++) {
    let unit = <u32>text.charCodeAt(i);
    if (unit == BACKSLASH && i + 1 < text.length) {
      unit = text.charCodeAt(++i);
      if (unit == 0x75) { // u
        unit = <u32>I32.parseInt(text.substr(i + 1, 4), 16);
        i += 4;
      } else {
        unit = controlOf(unit);
      }
    }
    store<u16>(out + length, unit);
    length += 2;
  }
  return String.UTF16.decodeUnsafe(out, length);
}

/** What a letter behind a backslash stands for. */
function controlOf(letter: u32): u32 {
  switch (letter) {
    case 0x62: return 0x08; // b
    case 0x66: return 0x0c; // f
    case 0x6e: return 0x0a; // n
    case 0x72: return 0x0d; // r
    case 0x74: return 0x09; // t
    default: return letter;
  }
}
