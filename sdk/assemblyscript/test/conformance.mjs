// The module conformance in the stub host: what all tests of it share.
import { mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../testing/compile.mjs";
import { StubHost } from "../testing/host.mjs";

const folder = fileURLToPath(new URL("../conformance", import.meta.url));
const output = fileURLToPath(new URL("../build/conformance.wasm", import.meta.url));

mkdirSync(dirname(output), { recursive: true });
compile(folder, ["--outFile", output]);

/** The module as a server gets it. */
export const module = new WebAssembly.Module(readFileSync(output));

export const vectors = new URL("../../abi/vectors/", import.meta.url);

/** The lines of index.txt: which cards there are, and whether they open. */
export function readIndex() {
  const lines = readFileSync(new URL("index.txt", vectors), "utf8").trim().split("\n");
  return lines.map((line) => line.split(" ")).map(([name, state]) => ({ name, opens: state === "opens", card: readCard(name) }));
}

export function readCard(name) { return readFileSync(new URL(`${name}.card`, vectors)); }

/** A configured check of the module, in an instance of its own. */
export class Check {
  constructor(name, settings = {}) {
    this.host = new StubHost(module);
    const { exports } = this.host;
    const { checks } = JSON.parse(this.host.text(this.host.run(() => exports.assay_describe())));
    const json = new TextEncoder().encode(typeof settings === "string" ? settings : JSON.stringify(settings));
    const at = this.host.place(json);
    const index = checks.findIndex((check) => check.name === name);
    const answer = this.host.packed(this.host.run(() => exports.assay_configure(index, at, json.length)));
    const view = new DataView(answer.buffer);
    this.refusal = new TextDecoder().decode(answer.slice(8));
    this.handle = view.getUint32(0, true) === 0 ? view.getUint32(4, true) : undefined;
  }

  /** The rows for a card. */
  judge(card) {
    const at = this.host.place(card);
    return rowsOf(this.host.packed(this.host.run(() => this.host.exports.assay_evaluate(this.handle, at, card.length))));
  }
}

/** Rows as they are packed: {kind, fields: [[tag, bytes]]}. */
function rowsOf(packed) {
  const view = new DataView(packed.buffer), rows = [];
  for (let at = 0; at < packed.length; at += 4 + view.getUint32(at, true)) {
    const fields = [], end = at + 4 + view.getUint32(at, true);
    for (let field = at + 5; field < end; field += 5 + view.getUint32(field + 1, true)) {
      fields.push([packed[field], packed.slice(field + 5, field + 5 + view.getUint32(field + 1, true))]);
    }
    rows.push({ kind: packed[at + 4], fields });
  }
  return rows;
}
