// What README.md says that the compiler does not have, and what stands for it. Where a newer compiler has it, the page changes.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile } from "../testing/compile.mjs";

const folder = fileURLToPath(new URL("../build/limits", import.meta.url));
mkdirSync(folder, { recursive: true });

/** Compiles a check of these lines. */
function check(name, lines) {
  writeFileSync(`${folder}/${name}.ts`, `import { Client, NoSettings, Report, quality } from "../..";
quality("check", check);
function check(settings: NoSettings, client: Client, report: Report): void {
  const tags: i32[] = [1, 2];
  ${lines}
  report.measure("tags", tags.length);
}
`);
  compile(folder, [`${name}.ts`, "--outFile", `${name}.wasm`, "--runtime", "stub"]);
}

for (const [name, lines, says] of [
  ["rows", "for (const contact of client.contacts) report.finding(\"x\").row(contact.id);", /Not implemented: Iterators/],
  ["arrays", "for (const tag of tags) report.finding(\"x\").param(\"tag\", tag);", /Not implemented: Iterators/],
  ["literal", "if (client.name == \"x\") report.finding(\"x\");", /Ambiguous operator overload '=='/],
  ["unequal", "if (client.name != \"x\") report.finding(\"x\");", /Ambiguous operator overload '!='/],
]) {
  test(`the compiler does not have: ${lines}`, () => assert.throws(() => check(name, lines), says));
}

test("what stands for it compiles", () => check("instead", `for (let i = 0; i < client.contacts.length; i++) report.finding("x").row(client.contacts[i].id);
  if (client.name.equals("x") || client.name == client.manager || client.name === client.manager || client.name != client.manager) report.finding("x");`));
