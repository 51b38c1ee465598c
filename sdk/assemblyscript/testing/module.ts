/** What runner.mjs and host.mjs call: an entry file of every module of tests. */
import { Text } from "../text";
import { host } from "./host";
import { nameOf, tests } from "./suite";
import { refused } from "./verdict";

export function test_count(): i32 { return tests.length; }
export function test_name(i: i32): u64 { return nameOf(i); }
export function test_run(i: i32): void {
  tests[i].body();
  for (let k = 0; k < refused.length; k++) refused[k].settle();
}

// The answers of the test, by the addresses and lengths of texts; null leaves them to the stub.

export function test_answers_matches(): bool { return host.matches != null; }
export function test_matches(pattern: usize, patternLength: i32, text: usize, length: i32): i32 {
  return host.matches!(stringAt(pattern, patternLength), stringAt(text, length));
}

export function test_answers_phone(): bool { return host.phone != null; }
export function test_phone(text: usize, length: i32, country: usize, countryLength: i32): bool {
  return host.phone!(stringAt(text, length), stringAt(country, countryLength));
}

export function test_answers_zone(): bool { return host.zoneOffset != null; }
export function test_zone(zone: usize, length: i32, unixSeconds: i64): i64 { return host.zoneOffset!(stringAt(zone, length), 1000 * unixSeconds); }

function stringAt(address: usize, length: i32): string { return Text.of(address, length).toString(); }
