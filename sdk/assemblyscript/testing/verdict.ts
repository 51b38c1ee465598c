import { ACCEPTED, ANSWER_HEADER, FIELD_HEADER, Kind, MAX_IDENT, MAX_RESULTS, MAX_ROWS, MAX_SETTINGS, ROW_HEADER, Tag } from "../abi_gen";
import { checks } from "../check";
import { assay_configure, assay_evaluate } from "../module";
import { Text, encoded } from "../text";
import { ClientBuilder } from "./builder_gen";
import { hold } from "./declared";
import { fail, isJSON, isText, setNow, takeLog } from "./host";

/** A parameter of a message. */
class Param {
  constructor(readonly key: string, readonly value: string) {}
}

/** A finding or label as the host would read it. What was not given is "". */
@final
export class Result {
  code: string = "";
  path: string = "";
  row: string = "";
  /** JSON. */
  suggest: string = "";
  severity: string = "";
  label: string = "";
  private params: Param[] = [];

  /** The value of a parameter, "" when it was not given. */
  param(key: string): string {
    for (let i = 0; i < this.params.length; i++) {
      if (this.params[i].key == key) return this.params[i].value;
    }
    return "";
  }

  /** Whether a parameter was given. */
  has(key: string): bool {
    for (let i = 0; i < this.params.length; i++) {
      if (this.params[i].key == key) return true;
    }
    return false;
  }

  add(key: string, value: string): void { this.params.push(new Param(key, value)); }
}

/** All that a check said of a client. */
@final
export class Verdict {
  private why: string = "";
  private overlooked: bool = false;
  findings: Result[] = [];
  /** The label with its parameters; null for none. */
  labelled: Result | null = null;
  /** Why the client could not be judged. */
  error: string = "";
  log: string = "";
  private names: string[] = [];
  private values: i64[] = [];

  /** Why the settings were refused; then there is nothing else. A refusal at which a test does not look ends it. */
  get refusal(): string {
    this.overlooked = false;
    return this.why;
  }

  refuse(why: string): Verdict {
    this.why = why;
    this.overlooked = true;
    refused.push(this);
    return this;
  }

  /** Ends the test when it did not look at the refusal. */
  settle(): void {
    if (this.overlooked) fail(`the check refuses its settings: ${this.why}`);
  }

  /** The label, "" for none. */
  get label(): string {
    const labelled = this.labelled;
    return labelled ? labelled.label : "";
  }

  /** The value of a measure. One that was not given ends the test. */
  measure(name: string): i64 {
    const i = this.names.indexOf(name);
    if (i < 0) fail(`no measure ${name} was given, but ${this.names.join(", ")}`);
    return this.values[i];
  }

  addMeasure(name: string, value: i64): void {
    this.names.push(name);
    this.values.push(value);
  }
}

/** The verdicts of the test that are refusals. */
export const refused: Verdict[] = [];

/** 2026-01-01T00:00:00Z, the evaluation time of tests that need no other. */
export const NEW_YEAR: i64 = 1767225600000;

/**
 * Judges a client by a check with settings (a JSON object), at a time in unix milliseconds. It goes the way of a
 * server: settings as JSON, client as a card, results as packed rows. Results that a server would refuse end the test, and so do findings
 * that people could not read: whose code is not among those that the check has messages for, or that lack a parameter of their message.
 */
export function run(check: string, settings: string, client: ClientBuilder, now: i64 = NEW_YEAR): Verdict {
  const verdict = new Verdict(), json = encoded(settings), index = indexOf(check);
  if (json.length > MAX_SETTINGS) return verdict.refuse(`${json.length} bytes, at most ${MAX_SETTINGS} are allowed`);
  setNow(0); // while it is configured there is no evaluation time
  takeLog();
  const answer = textOf(assay_configure(index, json.address, json.length));
  if (load<u32>(answer.address) != ACCEPTED) {
    return verdict.refuse(Text.of(answer.address + ANSWER_HEADER, answer.length - ANSWER_HEADER).toString());
  }
  setNow(now);
  const card = client.card();
  read(verdict, textOf(assay_evaluate(load<u32>(answer.address, 4), card.address, card.length)));
  verdict.log = takeLog();
  hold(checks[index], verdict);
  return verdict;
}

function indexOf(check: string): i32 {
  for (let i = 0; i < checks.length; i++) {
    if (checks[i].name == check) return i;
  }
  fail(`no check is called ${check}; there are ${checks.map<string>((c) => c.name).join(", ")}`);
  return -1;
}

function textOf(packed: u64): Text { return Text.of(<usize>(packed >> 32), <i32>packed); }

function read(verdict: Verdict, rows: Text): void {
  if (rows.length > MAX_RESULTS) fail(`the results have ${rows.length} bytes, a host takes 64 KiB`);
  let count = 0;
  for (let at = rows.address; at < rows.address + rows.length; at += 4 + load<u32>(at), count++) {
    readRow(verdict, at + ROW_HEADER, at + 4 + load<u32>(at), <Kind>load<u8>(at, 4));
  }
  if (count > MAX_ROWS) fail(`the results have ${count} rows, a host takes 1,000`);
}

/** Ends the test when a host would refuse a field. */
function judge(tag: Tag, text: Text): void {
  const name = tag == Tag.Code || tag == Tag.Label || tag == Tag.Measure;
  if (tag != Tag.Value && !isText(text)) fail("a text is not UTF-8: a host refuses that");
  if ((name || tag == Tag.ParamKey) && text.isEmpty) {
    fail("a code, a label, the name of a measure or the key of a parameter is empty: a host refuses that");
  }
  if ((name || tag == Tag.RowID) && text.length > MAX_IDENT) {
    fail(`a code, a label, the name of a measure or a row id has ${text.length} bytes: a host takes ${MAX_IDENT}`);
  }
  if (tag == Tag.Suggest && !isJSON(text)) fail(`the suggestion is not JSON: ${text.toString()}`);
}

function readRow(verdict: Verdict, from: usize, end: usize, kind: Kind): void {
  const result = new Result();
  let name = "", key = "";
  for (let at = from; at < end; at += FIELD_HEADER + load<u32>(at, 1)) {
    const tag = <Tag>load<u8>(at), text = Text.of(at + FIELD_HEADER, load<u32>(at, 1));
    judge(tag, text);
    const value = tag == Tag.Value ? "" : text.toString();
    switch (tag) {
      case Tag.Code: result.code = value; break;
      case Tag.Path: result.path = value; break;
      case Tag.RowID: result.row = value; break;
      case Tag.Suggest: result.suggest = value; break;
      case Tag.Severity: result.severity = value; break;
      case Tag.Label: result.label = value; break;
      case Tag.ParamKey: key = value; break;
      case Tag.ParamValue: result.add(key, value); break;
      case Tag.Measure: name = value; break;
      case Tag.Value: verdict.addMeasure(name, load<i64>(at, FIELD_HEADER)); break;
      case Tag.Error: verdict.error = value; break;
    }
  }
  if (kind == Kind.Finding) verdict.findings.push(result);
  if (kind != Kind.Label) return;
  if (verdict.labelled) fail(`the label ${result.label} comes after ${verdict.label}: a client gets one`);
  verdict.labelled = result;
}
