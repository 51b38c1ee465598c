import { Bytes } from "../bytes";
import { fail } from "./host";

/** A test: a name and what it does. */
class Test {
  constructor(readonly name: string, readonly body: () => void) {}
}

export const tests: Test[] = [];

/** Declares a test. It runs in an instance of its own, under node's test runner. */
export function test(name: string, body: () => void): void { tests.push(new Test(name, body)); }

/** Ends the test unless both are equal; numbers, strings, bools and texts. */
export function equal<T>(got: T, want: T, what: string = ""): void {
  if (got == want) return;
  const about = what.length > 0 ? what + ": " : "";
  if (isString<T>()) fail(`${about}got "${got}", want "${want}"`);
  else fail(`${about}got ${got}, want ${want}`);
}

/** Ends the test unless it is so. */
export function ok(so: bool, what: string): void {
  if (!so) fail(what);
}

/** The address and length of a test's name. */
export function nameOf(i: i32): u64 {
  const out = new Bytes().add(tests[i].name);
  return <u64>out.address << 32 | <u64>out.length;
}
