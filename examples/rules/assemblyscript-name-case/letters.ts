// The letters of Latin and Cyrillic names: their case, one letter at a time. The compiler's own tables for all of Unicode
// would make the module twice as large.

/** Basic Latin and Latin-1 without × and ÷; Cyrillic with Ґ. */
export function isLetter(c: i32): bool { return isCapital(c) || isSmall(c); }

export function isCapital(c: i32): bool {
  return c >= 0x41 && c <= 0x5a || c >= 0xc0 && c <= 0xde && c != 0xd7 || c >= 0x400 && c <= 0x42f || c == 0x490;
}

export function isSmall(c: i32): bool {
  return c >= 0x61 && c <= 0x7a || c >= 0xdf && c <= 0xff && c != 0xf7 || c >= 0x430 && c <= 0x45f || c == 0x491;
}

export function isDigit(c: i32): bool { return c >= 0x30 && c <= 0x39; }

export function isLatin(c: i32): bool { return c < 0x100; }

/** The three marks that people type for an apostrophe. */
export function isApostrophe(c: i32): bool { return c == 0x27 || c == 0x2019 || c == 0x2bc; }

export function toSmall(c: i32): i32 {
  if (!isCapital(c)) return c;
  if (c == 0x490) return 0x491;
  return c >= 0x400 && c < 0x410 ? c + 80 : c + 32;
}

export function toCapital(c: i32): i32 {
  if (!isSmall(c) || c == 0xdf || c == 0xff) return c; // ß and ÿ have none here
  if (c == 0x491) return 0x490;
  return c >= 0x450 ? c - 80 : c - 32;
}

export function small(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) out += String.fromCharCode(toSmall(text.charCodeAt(i)));
  return out;
}

const VOWELS = "aeiouyаеёиіїєоуыэюя";

export function hasVowel(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    if (VOWELS.includes(String.fromCharCode(toSmall(text.charCodeAt(i))))) return true;
  }
  return false;
}
