/** What runner.mjs calls: an entry file of every module of tests. */
import { nameOf, tests } from "./suite";

export function test_count(): i32 { return tests.length; }
export function test_name(i: i32): u64 { return nameOf(i); }
export function test_run(i: i32): void { tests[i].body(); }
