// The stub host: what it answers is what a server would, and what it does not know ends the test.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "../testing/compile.mjs";
import { StubHost } from "../testing/host.mjs";
import { matches } from "../testing/pattern.mjs";

const folder = fileURLToPath(new URL(".", import.meta.url));

test("patterns mean what they mean in RE2, or end the test", () => {
  for (const [pattern, text, want] of [
    ["^[а-яё' -]+$", "а-б", true], ["(?i)^ООО", "ооо", true], ["\\s", "\u00a0", false], ["a.c", "a\rc", true], ["a.c", "a\nc", false], ["(?s)a.c", "a\nc", true],
    ["\\Aa\\z", "a\n", false], ["\\pL+", "ж", true], ["\\p{Cyrillic}", "x", false], ["[]a]", "]", true], ["[^]a]", "]", false], ["[[]", "[", true],
    ["a{,3}", "a{,3}", true], ["]}", "]}", true], ["(?P<x>a)", "a", true], ["\\x{416}", "Ж", true], ["", "", true],
    ["(", "", undefined], ["*", "", undefined], ["[b-a]", "", undefined], ["a{1001}", "", undefined], ["a(?=b)", "ab", undefined], ["(a)\\1", "aa", undefined],
    ["a".repeat(4097), "", undefined],
    ["(?i:a)", "A", "unknown"], ["(?m)^a", "a", "unknown"], ["\\Qa\\E", "a", "unknown"], ["[[:alpha:]]", "a", "unknown"], ["\\C", "a", "unknown"],
  ]) {
    assert.equal(matches(pattern, text, () => "unknown"), want, `${pattern.slice(0, 20)} in ${text}`);
  }
});

// Each test of failing.ts is named for what it ends with.
const output = fileURLToPath(new URL("../build/failing.wasm", import.meta.url));
mkdirSync(new URL("../build", import.meta.url), { recursive: true });
compile(folder, ["failing.ts", "../testing/module.ts", "--outFile", output, "--debug"]);
const module = new WebAssembly.Module(readFileSync(output));
const names = new StubHost(module).exports;
for (let i = 0; i < names.test_count(); i++) {
  const host = new StubHost(module), says = host.text(host.exports.test_name(i));
  test(`a test ends: ${says}`, () => {
    assert.throws(() => host.run(() => host.exports.test_run(i)), (error) => error.message.includes(says) || assert.fail(error.message));
  });
}
