// The stub host of tests: an instance of a module with what a host gives to it.
import assert from "node:assert/strict";
import { Call, MAX_LOG, MAX_PATTERN, MAX_PHONE, MAX_ZONE, NO_ZONE } from "./abi_gen.mjs";
import { matches } from "./pattern.mjs";

export class StubHost {
  #now = 0n;
  #log = [];

  constructor(module) {
    const instance = new WebAssembly.Instance(module, {
      assay: {
        log: (address, length) => { this.#log.push(...this.bytes(address, length)); },
        call: (fn, address, length) => this.#call(fn, this.#view(address, length)),
      },
      test: {
        fail: (address, length) => { throw new assert.AssertionError({ message: this.#decode(address, length) }); },
        now: (milliseconds) => { this.#now = milliseconds; },
        logged: (address, room) => this.#logged(address, room),
        isText: (address, length) => isText(this.bytes(address, length)),
        isJSON: (address, length) => isJSON(this.#decode(address, length)),
      },
    });
    this.exports = instance.exports;
    this.run(() => this.exports._initialize?.());
  }

  set now(milliseconds) { this.#now = BigInt(milliseconds); }

  /** Calls the module. A trap tells what was logged before it: there is the reason of an abort. */
  run(call) {
    try {
      return call(this);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new Error(`the rule trapped: ${error.message}; its log says: ${this.log || "nothing"}`, { cause: error });
    }
  }

  /** What was logged and not taken. */
  get log() { return decode(Uint8Array.from(this.#log.slice(0, MAX_LOG))); }

  /** A copy of bytes of the module's memory. */
  bytes(address, length) { return new Uint8Array(this.exports.memory.buffer, address >>> 0, length >>> 0).slice(); }

  /** The bytes at a packed address and length. */
  packed(value) { return this.bytes(Number(BigInt.asUintN(32, value >> 32n)), Number(BigInt.asUintN(32, value))); }

  /** The text at a packed address and length. */
  text(value) { return decode(this.packed(value)); }

  /** Puts bytes where the module wants them and returns their address. */
  place(bytes) {
    const address = this.exports.assay_alloc(bytes.length) >>> 0;
    new Uint8Array(this.exports.memory.buffer, address, bytes.length).set(bytes);
    return address;
  }

  #logged(address, room) {
    const log = this.#log.slice(0, MAX_LOG);
    if (room > 0) {
      new Uint8Array(this.exports.memory.buffer, address >>> 0, room).set(log.slice(0, room));
      this.#log = [];
    }
    return log.length;
  }

  #view(address, length) { return new DataView(this.exports.memory.buffer, address >>> 0, length >>> 0); }

  #decode(address, length) { return decode(this.bytes(address, length)); }

  #call(fn, args) {
    const word = (at) => args.getUint32(at, true), two = () => [word(0), word(4), word(8), word(12)];
    const text = (at) => this.#decode(word(at), word(at + 4));
    switch (fn) {
      case Call.Now: return this.#now;
      case Call.Match:
        if (word(4) > MAX_PATTERN) return -1n;
        return this.#asks("matches") ? BigInt(this.exports.test_matches(...two())) : match(text(0), text(8));
      case Call.DoubleText: return this.#writeDouble(args.getFloat64(0, true), word(8), word(12), word(16));
      case Call.ParseDouble: return this.#readDouble(text(0), word(8));
      case Call.ZoneOffset:
        if (!isZoneName(text(0))) return NO_ZONE;
        return this.#asks("zone") ? this.exports.test_zone(word(0), word(4), args.getBigInt64(8, true)) : zoneOffset(text(0), args.getBigInt64(8, true));
      case Call.Phone:
        if (Math.max(word(4), word(12)) > MAX_PHONE) return 0n;
        return this.#asks("phone") ? BigInt(this.exports.test_phone(...two())) : phone(text(0), text(8));
      default: throw new Error(`assay.call has no function ${fn}`);
    }
  }

  /** Whether the test answers itself. */
  #asks(what) { return Boolean(this.exports[`test_answers_${what}`]?.()); }

  #writeDouble(value, format, to, room) {
    const written = formatDouble(value, String.fromCharCode(format));
    if (written === undefined) return -1n;
    const bytes = new TextEncoder().encode(written);
    if (bytes.length <= room) new Uint8Array(this.exports.memory.buffer, to, room).set(bytes);
    return BigInt(bytes.length);
  }

  #readDouble(text, to) {
    const value = parseDouble(text);
    if (value === undefined) return 0n;
    this.#view(to, 8).setFloat64(0, value, true);
    return 1n;
  }
}

/** The text of bytes, with a byte order mark if it begins with one: that is a character as any. */
function decode(bytes) { return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes); }

function isText(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function isJSON(text) {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return levels(text) <= 10_000; // a server takes no more
}

/** How deep a JSON text is nested. */
function levels(json) {
  let depth = 0, most = 0;
  for (const c of json.replace(/"(?:[^"\\]|\\.)*"/g, "")) {
    if (c === "[" || c === "{") most = Math.max(most, ++depth);
    else if (c === "]" || c === "}") depth--;
  }
  return most;
}

/** 1, 0, or -1 for an invalid pattern. */
function match(pattern, text) {
  const found = matches(pattern, text, (what) => unanswered(`matches(${pattern}, ${text})`, `patterns here are JavaScript's, which have ${what} otherwise or not at all`));
  return found === undefined ? -1n : BigInt(found);
}

/** Ends the test: a wrong answer is worse than none. */
function unanswered(call, why) {
  throw new assert.AssertionError({ message: `${call}: ${why}; give an answer with host, or show it in cases.yaml and run \`assay rule test\`` });
}

/** International numbers are judged by their length alone; of national ones, and of words, this host knows nothing and says so. */
function phone(text, country) {
  const digits = text.replace(/[ ().-]/g, "");
  if (/^\+\d*$/.test(digits)) return BigInt(digits.length > 8 && digits.length < 17);
  if (!/\p{N}/u.test(text) || !country && /^(?!00)\d+$/.test(digits)) return 0n;
  return unanswered(`phone(${text}, ${country})`, "plans of national numbers are known to a server only");
}

/** Whether a name is written as the time zone database writes them. */
function isZoneName(zone) {
  return zone.length <= MAX_ZONE && zone !== "Local" && /^[A-Z][\w+-]*(\/[\w+-]+)*$/.test(zone);
}

/** Seconds east of UTC. */
function zoneOffset(zone, unixSeconds) {
  const date = new Date(Number(unixSeconds) * 1000);
  try {
    const clock = new Intl.DateTimeFormat("en-US", {
      timeZone: zone, hourCycle: "h23",
      year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    const known = clock.resolvedOptions().timeZone;
    if (known !== zone && known.toLowerCase() === zone.toLowerCase()) return NO_ZONE; // node takes EUROPE/PARIS, too
    const part = Object.fromEntries(clock.formatToParts(date).map(({ type, value }) => [type, value]));
    const there = Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
    return BigInt(there / 1000) - unixSeconds;
  } catch (error) {
    if (error instanceof RangeError) return NO_ZONE;
    throw error;
  }
}

/** As Go writes it with the fewest digits; undefined for another format than e, f and g. */
function formatDouble(value, format) {
  if (!"efg".includes(format)) return undefined;
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const [mantissa, power] = Math.abs(value).toExponential().split("e");
  const exponent = Number(power);
  const digits = mantissa.replace(".", "");
  if (format === "e" || (format === "g" && (exponent < -4 || exponent > 5))) {
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return sign + (digits.length > exponent + 1 ? `${whole}.${digits.slice(exponent + 1)}` : whole);
}

/** Decimal literals of Go; undefined for no number or one beyond the range. */
function parseDouble(text) {
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word) return word[2].toLowerCase() === "nan" ? NaN : word[1] === "-" ? -Infinity : Infinity;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
