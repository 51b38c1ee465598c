import { Bytes } from "../bytes";
import { Text, encoded } from "../text";

// What runner.mjs gives to tests beside what a host gives to rules.

// @ts-ignore: decorator
@external("test", "fail")
declare function failTest(address: usize, length: usize): void;
// @ts-ignore: decorator
@external("test", "now")
declare function setTime(unixMilliseconds: i64): void;
// @ts-ignore: decorator
@external("test", "logged")
declare function takeLogged(address: usize, room: usize): usize;

// @ts-ignore: decorator
@external("test", "isText")
declare function isTextAt(address: usize, length: usize): bool;
// @ts-ignore: decorator
@external("test", "isJSON")
declare function isJSONAt(address: usize, length: usize): bool;

/**
 * What a test answers itself in place of the stub host; what is null the stub answers. A test is not asked what the server answers by a
 * length alone.
 */
@final
class Answers {
  /** Whether a pattern matches in a text: 1, 0, or -1 when it is no pattern. */
  matches: ((pattern: string, text: string) => i32) | null = null;
  /** Whether a text is a phone number of a country. */
  phone: ((text: string, country: string) => bool) | null = null;
  /** Seconds east of UTC in a zone at unix milliseconds of a whole second; NO_ZONE when there is none. */
  zoneOffset: ((zone: string, unixMilliseconds: i64) => i64) | null = null;
}

/** The host, to which a test gives answers: `host.phone = (text: string, country: string): bool => text == "12"`. */
export const host = new Answers();

/** Ends the test and says why. */
export function fail(why: string): void {
  const text = encoded(why);
  failTest(text.address, text.length);
}

/** Whether the bytes are UTF-8. */
export function isText(text: Text): bool { return isTextAt(text.address, text.length); }

/** Whether the text is JSON. */
export function isJSON(text: Text): bool { return isJSONAt(text.address, text.length); }

/** Sets what now() answers. */
export function setNow(unixMilliseconds: i64): void { setTime(unixMilliseconds); }

/** What was logged since the last call. */
export function takeLog(): string {
  const length = <i32>takeLogged(0, 0), out = new Bytes();
  takeLogged(out.extend(length), length);
  return out.text.toString();
}
