// The readers over the cards of sdk/abi/vectors, through the check `fields`, and over damaged ones.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Check, readCard, readIndex, vectors } from "./conformance.mjs";

const FINDING = 1, ERROR = 4, VALUE = 6, ERROR_TEXT = 11;

for (const { name, opens, card } of readIndex()) {
  test(`${name} ${opens ? "reads as its fields say" : "does not open"}`, () => {
    const [row, ...more] = new Check("fields", { text: true }).judge(card);
    assert.equal(more.length, 0);
    if (!opens) {
      assert.equal(row.kind, ERROR);
      assert.match(Buffer.from(row.fields[0][1]).toString(), /^card: (size|magic|length|layout version|slots) is \d+, want /);
      assert.equal(row.fields[0][0], ERROR_TEXT);
      return;
    }
    assert.equal(row.kind, FINDING);
    const values = row.fields.filter(([tag]) => tag === VALUE).map(([, value]) => Buffer.from(value));
    const want = readFileSync(new URL(`${name}.fields`, vectors));
    assert.equal(values[2].toString("latin1"), want.toString("latin1"));
    assert.equal(values[0].toString(), String(want.length));
    assert.equal(values[1].toString(), fnv(want));
  });
}

/** FNV-1a, 64 bits, in hexadecimal digits. */
function fnv(bytes) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

test("no damage to a card makes a reader trap", () => {
  const check = new Check("fields", { text: true });
  const random = xorshift(20260101);
  for (const name of ["good-full", "good-many-fields", "newest", "good-extremes"]) {
    const whole = readCard(name);
    const damaged = Buffer.from(whole), at = check.host.place(damaged);
    for (let i = 0; i < 1500; i++) {
      whole.copy(damaged);
      damage(damaged, random);
      new Uint8Array(check.host.exports.memory.buffer, at, damaged.length).set(damaged);
      check.host.run(() => check.host.exports.assay_evaluate(check.handle, at, damaged.length));
    }
  }
});

/** Changes some bytes behind the header, mostly of slots, to such as offsets and counts go wrong with. */
function damage(card, random) {
  for (let n = 1 + random() % 4; n > 0; n--) {
    const at = 32 + 4 * (random() % ((card.length - 32) / 4));
    const odd = [0, 1, 7, 8, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff, card.length, card.length - 8, card.length + 1, random()];
    card.writeUInt32LE(odd[random() % odd.length] >>> 0, at);
  }
}

/** Random numbers of 32 bits, the same in every run. */
function xorshift(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
