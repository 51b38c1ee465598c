// What the checks of the module conformance give, by sdk/conformance/README.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Check, readCard } from "./conformance.mjs";

const card = readCard("good-small");

/** The rows in words: a field that is text by its tag, a measure as a number. */
function judged(name, settings, at) {
  const check = new Check(name, settings);
  assert.equal(check.refusal, "");
  if (at) check.host.now = at;
  return check.judge(card).map(({ kind, fields }) => [kind, ...fields.map(([tag, bytes]) =>
    [tag, tag === 10 ? Buffer.from(bytes).readBigInt64LE() : Buffer.from(bytes).toString()])]);
}

test("fields of a row stand in one order, however they are given", () => {
  assert.deepEqual(judged("results", {}), [
    [1, [1, "full"], [2, "contacts[0].jobTitle"], [3, "c1"], [4, '"директор"'], [12, "error"],
      [5, "a"], [6, "1"], [5, "b"], [6, ""], [5, "ключ"], [6, "значение"]],
  ]);
});

test("suggestions are JSON", () => {
  const values = judged("results", { kind: "suggest" }).map((row) => row[4][1]);
  assert.deepEqual(values, ['"a\\"b\\\\c\\n\\u0001\\té"', "-3", "true", '{"a":[1,null]}', "18446744073709551615"]);
});

test("severities, many findings, long parameters, an error behind a finding", () => {
  assert.deepEqual(judged("results", { kind: "severity" }).map((row) => row.slice(1)), [
    [[1, "severity"], [3, "info"], [12, "info"]],
    [[1, "severity"], [3, "warning"], [12, "warning"]],
    [[1, "severity"], [3, "error"], [12, "error"]],
  ]);
  const many = judged("results", { kind: "many", count: 1000 });
  assert.equal(many.length, 1000);
  assert.deepEqual(many[999], [1, [1, "many"], [2, "contacts[999].name"], [3, "c999"]]);
  assert.equal(judged("results", { kind: "long", count: 63 })[0][3][1], "x".repeat(63 * 1024));
  assert.deepEqual(judged("results", { kind: "error" }), [[1, [1, "before"]], [4, [11, "no rate for the currency"]]]);
  assert.deepEqual(judged("results", { kind: "none" }), []);
});

test("labels and measures", () => {
  const measures = [[3, [9, "revenue"], [10, 0n]], [3, [9, "smallest"], [10, -(2n ** 63n)]], [3, [9, "largest"], [10, 2n ** 63n - 1n]]];
  assert.deepEqual(judged("labels", {}), [[2, [7, "A"], [5, "share"], [6, "41"]], ...measures]);
  assert.deepEqual(judged("labels", { label: "" }), measures);
});

test("settings are read as JSON has them", () => {
  const values = (settings) => judged("settings", settings)[0].slice(3).filter(([tag]) => tag === 6).map(([, value]) => value);
  assert.deepEqual(values({ name: "x" }), ["x", "3ff8000000000000", "3", "true", "b", "", "0"]);
  assert.deepEqual(values(' { "list" : [ "a" , "\\"]" ] , "days":-1.0E1,"ratio":1e2, "strict":false, "choice":"a", "n\\u0061me":"\\ud834\\udd1e\\n" } '),
    ["𝄞\n", "4059000000000000", "-10", "false", "a", 'a,"]', "0"]);
  assert.equal(values({ name: "x", list: Array(10_000).fill("text") })[5], Array(10_000).fill("text").join(","));
  assert.throws(() => judged("results", { kind: "stale" }), /before the next thing is reported/);
});

test("settings are refused with the first reason", () => {
  for (const [settings, why] of [
    ["[]", "settings are not a JSON object"],
    ['{"name":"x"', "settings are not a JSON object"],
    ['{"name":"x"} {}', "settings are not a JSON object"],
    [{}, "name must be set"],
    [{ name: 1 }, "name must be a text"],
    [{ name: "" }, "name must have at least 1 characters"],
    [{ name: "𝄞".repeat(21) }, "name must have at most 20 characters"],
    [{ name: "refuse" }, "name must not be refuse"],
    [{ name: "x", ratio: -1 }, "ratio must be at least 0"],
    [{ name: "x", ratio: "1" }, "ratio must be a number"],
    [{ name: "x", days: 11 }, "days must be at most 10"],
    [{ name: "x", days: 1.5 }, "days must be an integer"],
    [{ name: "x", strict: 1 }, "strict must be true or false"],
    [{ name: "x", choice: "c" }, "choice must be one of a, b"],
    [{ name: "x", list: ["a", 1] }, "list must be a list of texts"],
    [{ name: "x", dyas: 1 }, "dyas is no setting of this check"],
  ]) {
    assert.equal(new Check("settings", settings).refusal, why, JSON.stringify(settings));
  }
});

test("the host's functions", () => {
  const params = Object.fromEntries(judged("host", {}, 1784107800123).slice(0, 1)[0].slice(3)
    .reduce((pairs, [tag, text]) => (tag === 5 ? [...pairs, [text]] : [...pairs.slice(0, -1), [...pairs.at(-1), text]]), []));
  assert.equal(params.now, "1784107800123");
  assert.equal(params.zone, "10800");
  assert.equal(params.nowhere, "none");
  assert.equal(params.written, "1.5e-07");
  assert.equal(params.read, "4004000000000000");
  assert.equal(params.match, "false");
  assert.equal(params.valid, "true");
  assert.equal(params.invalid, "false");
});

test("a trap tells its reason, and the log is that of the check", () => {
  assert.throws(() => judged("faults", {}), /a trap was asked for at faults\.ts:\d+:\d+/);
  const check = new Check("faults", { fault: "log" });
  assert.equal(check.judge(card).length, 1);
  assert.equal(check.host.log, "x".repeat(4096));
});

test("what a client takes is given back for the next one", () => {
  const check = new Check("results", { kind: "none" }), { exports } = check.host;
  const at = check.host.place(card), before = exports.memory.buffer.byteLength;
  for (let i = 0; i < 20_000; i++) exports.assay_evaluate(check.handle, at, card.length);
  assert.equal(exports.memory.buffer.byteLength, before);
});
