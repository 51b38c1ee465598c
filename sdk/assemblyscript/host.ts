import { Call } from "./abi_gen";
import { Bytes } from "./bytes";
import { floorDivide } from "./date";
import { Text, encoded, utf8 } from "./text";

// @ts-ignore: decorator
@external("assay", "log")
declare function hostLog(address: usize, length: usize): void;
// @ts-ignore: decorator
@external("assay", "call")
declare function hostCall(fn: i32, address: usize, length: usize): i64;

/** Writes to the server's log; 4 KiB a client are kept. */
export function log<T>(text: T): void {
  const line = utf8(text);
  hostLog(line.address, line.length);
}

/** The evaluation time, unix milliseconds. Two clients of one run have the same. */
export function now(): i64 { return hostCall(Call.Now, 0, 0); }

/**
 * Whether the RE2 pattern matches anywhere in the text, a string or a Text. An invalid pattern stops the check: let
 * validPattern see those that come from settings.
 */
export function matches<T>(pattern: string, text: T): bool {
  const found = callWithTexts(Call.Match, encoded(pattern), utf8(text));
  if (found < 0) throw new Error(`the pattern is not valid RE2, or too large: ${pattern}`);
  return found == 1;
}

/** Whether `matches` takes the pattern: RE2, at most 4 KiB, and not too large when compiled. */
export function validPattern(pattern: string): bool {
  return callWithTexts(Call.Match, encoded(pattern), encoded("")) >= 0;
}

/**
 * Whether the text is a phone number that is possible in the plan of its country: a national
 * number of the country (a code or a name), or an international one, and without a country that only.
 */
export function phone<T, C>(text: T, country: C): bool {
  return callWithTexts(Call.Phone, utf8(text), utf8(country)) == 1;
}

/** How many seconds clocks in a zone (Europe/Kyiv) are east of UTC at a time in unix milliseconds; NO_ZONE when there is none. */
export function zoneOffset(zone: string, unixMilliseconds: i64): i64 {
  const name = encoded(zone), call = heap.alloc(16);
  store<u32>(call, <u32>name.address);
  store<u32>(call, name.length, 4);
  store<i64>(call, floorDivide(unixMilliseconds, 1000), 8);
  return hostCall(Call.ZoneOffset, call, 16);
}

/** The number with the fewest digits that read back as it; format is e, f or g as in Go. */
export function formatDouble(value: f64, format: string = "g"): string {
  const call = heap.alloc(20 + DOUBLE_ROOM);
  store<f64>(call, value);
  store<u32>(call, format.length == 1 ? format.charCodeAt(0) : 0, 8);
  store<u32>(call, <u32>call + 20, 12);
  store<u32>(call, DOUBLE_ROOM, 16);
  const length = <i32>hostCall(Call.DoubleText, call, 20);
  if (length < 0) throw new Error(`the format of a number is e, f or g, not ${format}`);
  return String.UTF8.decodeUnsafe(call + 20, length);
}

/** The longest double: the smallest one in format f has 3 and 324 characters before its last digit. */
const DOUBLE_ROOM: u32 = 400;

/** The double nearest to the text, a string or a Text; NaN when it is no number or beyond the range. */
export function parseDouble<T>(text: T): f64 {
  const digits = utf8(text), call = heap.alloc(24);
  store<u32>(call, <u32>digits.address);
  store<u32>(call, digits.length, 4);
  store<u32>(call, <u32>call + 16, 8);
  return hostCall(Call.ParseDouble, call, 12) == 1 ? load<f64>(call, 16) : NaN;
}

function callWithTexts(fn: i32, a: Text, b: Text): i64 {
  const call = heap.alloc(16);
  store<u32>(call, <u32>a.address);
  store<u32>(call, a.length, 4);
  store<u32>(call, <u32>b.address, 8);
  store<u32>(call, b.length, 12);
  return hostCall(fn, call, 16);
}

/** What asc calls for throw and assert: the reason goes to the log, then the check traps. */
export function assayAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  const out = new Bytes();
  out.add(message ? message : "abort");
  if (file) out.add(" at ").add(file).add(":").add(line).add(":").add(column);
  log(out.text);
  unreachable();
}
