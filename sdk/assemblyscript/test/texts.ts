// How the tests of rules read texts that a server reads, too.
import { encoded } from "../text";
import { equal, test } from "../testing";
import { isJSON } from "../testing/host";
import { placeholders } from "../testing/placeholders";

// The same table is in the native tests of every language, and held against the server in server/author/conformance.
test("placeholders are read as the server reads them", () => {
  const table = [
    ["plain { } text", ""],
    ["{{ key }}", "[key]"],
    ["{{key}} of {{  a.b }}{{ key }}", "[key][a.b][key]"],
    ["{{ }}", "[]"],
    ["{{\t\n\v\f\r key \t\n}}", "[key]"],
    ["{{\u0085\u00a0\u1680key\u2000\u2028\u202f\u205f\u3000}}", "[key]"],
    ["{{ \ufeffkey }}", "[\ufeffkey]"],
    ["{{ ключ }}", "[ключ]"],
    ["}} {{ a }} }}", "[a]"],
    ["{{ a }}}", "[a]"],
    ["{{{ a }}}", "[{ a }]"],
    ["{{ a {{ b }} }} {{ c }}", "[a {{ b }}][c]"],
    ["{{ c }} {{ a {{ b }} {{ d }}", "[c]"],
    ["{{ a } }} {{ b }}", ""],
    ["{{ a", ""],
    ["{{ \"}}\" }} {{ 'a\"}}' }}", "[\"}}\"]['a\"}}']"],
    ["{{ \"\\\"}}\" }}", "[\"\\\"}}\"]"],
    ["{{ it's }} {{ a }}", ""],
    ["{{ \"a\\\" }}", ""],
  ];
  for (let i = 0; i < table.length; i++) {
    equal(placeholders(table[i][0]).map<string>((key) => `[${key}]`).join(""), table[i][1]);
  }
});

// So is this one.
test("suggestions are JSON, or refused", () => {
  const good = [
    "null", " -0.5e+3\t\r\n", "0", "-0", "1E5", "[]", "[1,[2], {}]", "{\"a\" : [true,false,\"\\u00e9\\n\"], \"b\":{}}", "{\"a\":1,\"a\":2}", "\"\"",
    "\"/\"", "\"\\/\\ud800\"", "\"\u007f\u00a0\ufeff\"",
  ], bad = [
    " ", "nul", "True", "NaN", "01", "-", "1.", "1e", "+1", ".5", "0x1", "[1,]", "[,1]", "[1 2]", "[1", "{1:2}", "{\"a\"}", "{\"a\":}",
    "{\"a\":1,}", "{a:1}", "\"\\x\"", "\"\\u12\"", "\"\\u00g0\"", "\"a", "\"\\", "\"\t\"", "\"\n\"", "'a'", "1 2", "1,", "\ufeff1", "1\ufeff",
    "\u00a01", "\u000b1", "// 1\n1",
  ];
  for (let i = 0; i < good.length; i++) equal(good[i] + (isJSON(encoded(good[i])) ? "" : " is refused"), good[i]);
  for (let i = 0; i < bad.length; i++) equal(bad[i] + (isJSON(encoded(bad[i])) ? " is taken" : ""), bad[i]);
  equal(isJSON(encoded(nested(10_000))), true);
  equal(isJSON(encoded(nested(10_001))), false);
});

function nested(levels: i32): string { return "[".repeat(levels) + '"[\\"["' + "]".repeat(levels); }
