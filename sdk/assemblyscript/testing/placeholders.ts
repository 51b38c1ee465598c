/**
 * The keys of a text's {{ key }}, as the server reads them: a key may be an expression, in which braces and quoted texts are
 * skipped, and behind a {{ that nothing closes there are none.
 */
export function placeholders(text: string): string[] {
  const keys: string[] = [];
  for (let open = text.indexOf("{{"); open >= 0;) {
    const end = closing(text, open + 2);
    if (end < 0) break;
    keys.push(trimmed(text.substring(open + 2, end)));
    open = text.indexOf("{{", end + 2);
  }
  return keys;
}

const QUOTE = 0x22, APOSTROPHE = 0x27, BACKSLASH = 0x5c, OPEN = 0x7b, CLOSE = 0x7d;

/** Where from a place on the }} is that ends a placeholder, -1 if none does. */
function closing(text: string, at: i32): i32 {
  for (let depth = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c == QUOTE || c == APOSTROPHE) {
      at = quoted(text, at);
      if (at < 0) return -1;
    } else if (c == OPEN) {
      depth++;
    } else if (c == CLOSE) {
      if (depth == 0) return at + 1 < text.length && text.charCodeAt(at + 1) == CLOSE ? at : -1;
      depth--;
    }
  }
  return -1;
}

/** Where the quote is that ends the text whose quote is at a place, -1 if none does. */
function quoted(text: string, at: i32): i32 {
  const quote = text.charCodeAt(at);
  for (at++; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c == BACKSLASH) at++;
    else if (c == quote) return at;
  }
  return -1;
}

/** The text without the white space around it: that of Unicode, of which trim() has other notions. */
function trimmed(text: string): string {
  let from = 0, end = text.length;
  while (from < end && isSpace(text.charCodeAt(from))) from++;
  while (end > from && isSpace(text.charCodeAt(end - 1))) end--;
  return text.substring(from, end);
}

function isSpace(c: i32): bool {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
    c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}
