// Runs tests written in AssemblyScript under node's test runner: they are compiled with the rule into one module, and this
// file is the host of that module. There is no Assay server in it and no meter: a check that never ends does not end here.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "./compile.mjs";
import { StubHost } from "./host.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/**
 * Compiles a file of tests, together with the entries of asconfig.json in the folder of it, and runs each test in an instance
 * of its own. Call it in a file that node's test runner finds: `testFile(import.meta.url, "rule.test.ts")`.
 */
export function testFile(caller, file) {
  const folder = dirname(fileURLToPath(caller));
  const output = join("build", basename(file, ".ts") + ".wasm");
  mkdirSync(join(folder, "build"), { recursive: true });
  try {
    compile(folder, [file, relative(folder, join(here, "module.ts")), "--outFile", output, "--debug", "--optimizeLevel", "0", "--shrinkLevel", "0"]);
  } catch (error) {
    test(`${file} compiles`, () => assert.fail(error.message));
    return;
  }
  const module = new WebAssembly.Module(readFileSync(resolve(folder, output)));

  test("the module describes its checks", () => checkDescription(new StubHost(module)));
  const first = new StubHost(module);
  for (let i = 0; i < first.exports.test_count(); i++) {
    test(first.text(first.exports.test_name(i)), () => new StubHost(module).run((host) => host.exports.test_run(i)));
  }
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Holds what a host would refuse in the description, as far as authors can get it wrong. */
function checkDescription(host) {
  const { checks } = JSON.parse(host.text(host.run(() => host.exports.assay_describe())));
  assert.ok(checks.length > 0, "no check is declared: call quality or segmentation at the top level of the rule");
  const names = checks.map((check) => check.name);
  for (const name of names) assert.match(name, NAME, "a check's name is of small letters, digits and inner hyphens");
  assert.equal(new Set(names).size, names.length, `two checks have one name: ${names}`);
  for (const check of checks) {
    for (const code of check.type === "Quality" ? Object.keys(check.messages ?? {}) : []) {
      assert.match(code, NAME, `a code of ${check.name} is of small letters, digits and inner hyphens`);
    }
  }
}
