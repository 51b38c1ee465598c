// Patterns of RE2, which a server has, by JavaScript's regular expressions where these say the same.

import { MAX_PATTERN } from "./abi_gen.mjs";

/** Repetitions in a pattern, at most. */
const MAX_REPEAT = 1000;

/** What RE2 writes and JavaScript writes otherwise. */
const REWRITTEN = { "\\A": "(?<![^])", "\\z": "(?![^])", "\\s": "[\\t\\n\\f\\r ]", "\\S": "[^\\t\\n\\f\\r ]", ".": "[^\\n]" };
const IN_CLASS = { "\\s": "\\t\\n\\f\\r ", "[": "\\[" };
const TOKEN = /\\[pP]\{\^?\w+\}|\\[pP]\w|\\x\{[\da-fA-F]+\}|\\x[\da-fA-F]{2}|\\.|\(\?(?:P?<\w+>|<?[=!]|.)?|\[\^?\]?|\{\d+(?:,\d*)?\}|./gsu;
const IN_CLASS_TOKEN = /\\[pP]\{\^?\w+\}|\\[pP]\w|\\x\{[\da-fA-F]+\}|\\x[\da-fA-F]{2}|\\.|\[:|./gsu;
/** Escapes that mean the same in both. */
const SAME = /^\\(?:[dDwWbBtnrfv]|x[\da-fA-F]{2}|[\^$\\.*+?()[\]{}|\/-])$/;
/** What neither takes, in the words of V8. */
const INVALID = /Unterminated|Unmatched|Nothing to repeat|out of order|\\ at end|Missing/;

class Unknown extends Error {}

/** Whether the pattern matches in the text, undefined for an invalid one; `unknown` is called with what this host does not know. */
export function matches(pattern, text, unknown) {
  try {
    return compiled(pattern)?.test(text);
  } catch (error) {
    if (error instanceof Unknown) return unknown(error.message);
    throw error;
  }
}

function compiled(pattern) {
  if (Buffer.byteLength(pattern) > MAX_PATTERN) return undefined;
  const flags = /^\(\?([is]+)\)/.exec(pattern);
  const source = translated(pattern.slice(flags?.[0].length ?? 0), flags?.[1].includes("s"));
  try {
    return source === undefined ? undefined : new RegExp(source, flags?.[1].includes("i") ? "iu" : "u");
  } catch (error) {
    if (INVALID.test(error.message)) return undefined;
    throw new Unknown(error.message);
  }
}

/** The pattern as JavaScript has it, undefined for what RE2 refuses. */
function translated(pattern, dotAll) {
  let out = "", inClass = false;
  for (let at = 0; at < pattern.length;) {
    const rule = inClass ? IN_CLASS_TOKEN : TOKEN;
    rule.lastIndex = at;
    const [token] = rule.exec(pattern);
    at += token.length;
    const piece = inClass ? ofClass(token) : outsideOfClass(token, dotAll);
    if (piece === undefined) return undefined;
    out += piece;
    inClass = inClass ? token !== "]" : token[0] === "[";
  }
  return out;
}

function outsideOfClass(token, dotAll) {
  if (/^\(\?<?[=!]/.test(token) || /^\\[1-9]$/.test(token)) return undefined; // nothing of RE2 looks around or back
  if (/^\{/.test(token) && token.length > 1) return token.match(/\d+/g).every((n) => n <= MAX_REPEAT) ? token : undefined;
  if (token === "." && dotAll) return "[^]";
  if (token in REWRITTEN) return REWRITTEN[token];
  if (token[0] === "[") return token.endsWith("]") ? token.slice(0, -1) + "\\]" : token;
  if (/^[{}\]]$/.test(token)) return "\\" + token;
  if (/^\(\?P?<\w/.test(token)) return token.replace("P<", "<");
  if (token === "(?:" || token[0] !== "\\" && !token.startsWith("(?")) return token;
  return escaped(token);
}

function ofClass(token) {
  if (token === "[:") throw new Unknown(token);
  return IN_CLASS[token] ?? (token[0] === "\\" ? escaped(token) : token);
}

function escaped(token) {
  if (SAME.test(token)) return token;
  if (token.startsWith("\\x{")) return "\\u" + token.slice(2);
  const [, kind, name] = /^\\([pP])\{?(\w+)\}?$/.exec(token) ?? [];
  if (!name) throw new Unknown(token);
  return `\\${kind}{${name.length > 2 ? "Script=" : ""}${name}}`;
}
