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

/** Ends the test and says why. */
export function fail(why: string): void {
  const text = encoded(why);
  failTest(text.address, text.length);
}

/** Sets what now() answers. */
export function setNow(unixMilliseconds: i64): void { setTime(unixMilliseconds); }

/** What was logged since the last call. */
export function takeLog(): string {
  const length = <i32>takeLogged(0, 0), out = new Bytes();
  takeLogged(out.extend(length), length);
  return out.text.toString();
}
