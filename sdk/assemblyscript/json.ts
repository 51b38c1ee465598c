import { Bytes } from "./bytes";
import { utf8 } from "./text";

const QUOTE: u8 = 0x22, BACKSLASH: u8 = 0x5c;

/** Adds a string or a Text as a JSON string: what must be escaped is, and nothing else. */
export function quote<T>(out: Bytes, value: T): void {
  const text = utf8(value);
  out.byte(QUOTE);
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = load<u8>(text.address + i);
    if (c >= 0x20 && c != QUOTE && c != BACKSLASH) continue;
    out.copy(text.address + from, i - from);
    escape(out, c);
    from = i + 1;
  }
  out.copy(text.address + from, text.length - from);
  out.byte(QUOTE);
}

function escape(out: Bytes, c: u8): void {
  out.byte(BACKSLASH);
  switch (c) {
    case 0x08: out.byte(0x62); return; // b
    case 0x09: out.byte(0x74); return; // t
    case 0x0a: out.byte(0x6e); return; // n
    case 0x0c: out.byte(0x66); return; // f
    case 0x0d: out.byte(0x72); return; // r
    case QUOTE: case BACKSLASH: out.byte(c); return;
  }
  out.add("u00");
  out.byte(hexDigit(c >> 4));
  out.byte(hexDigit(c & 15));
}

function hexDigit(value: u32): u32 { return value < 10 ? 0x30 + value : 0x57 + value; }
