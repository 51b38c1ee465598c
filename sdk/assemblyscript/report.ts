import { Kind, Tag } from "./abi_gen";
import { take } from "./arena";
import { quote } from "./json";
import { Results } from "./results";
import { Text, utf8 } from "./text";

/** Where the row of a label is that is none. */
const NO_ROW: i32 = -1;

/** How much a finding matters; without one it has the severity of its rule. */
export enum Severity { Info, Warning, Error }

/** What a check says of a client. Values may be strings, texts of the client, integers or bools. */
@final
export class Report {
  private results: Results = new Results();

  /** Something is wrong. With the rule, the client and the row id the code makes the finding's identity. */
  finding(code: string): Finding {
    const row = this.results.begin(Kind.Finding);
    this.results.field(Tag.Code, code);
    return Finding.of(this.results, row);
  }

  /** The segment the client belongs to, "" for none: then its parameters go nowhere. */
  label<T>(name: T): Label {
    const label = utf8(name);
    if (label.isEmpty) return Label.of(this.results, NO_ROW);
    const row = this.results.begin(Kind.Label);
    this.results.field(Tag.Label, label);
    return Label.of(this.results, row);
  }

  /** A number to rank the client by. */
  measure(name: string, value: i64): void {
    this.results.begin(Kind.Measure);
    this.results.field(Tag.Measure, name);
    const field = this.results.open(Tag.Value);
    this.results.u64(value);
    this.results.close(field);
  }

  /** The client could not be judged, and why. */
  error<T>(text: T): void {
    this.results.begin(Kind.Error);
    this.results.field(Tag.Error, text);
  }

  /** The rows as the host reads them. */
  get packed(): Text { return this.results.text; }

  clear(): void { this.results.clear(); }
}

/** A finding, completed before the next thing is reported. */
@unmanaged @final
export class Finding {
  private results!: Results;
  private start!: i32;

  static of(results: Results, start: i32): Finding {
    const it = changetype<Finding>(take(offsetof<Finding>()));
    it.results = results;
    it.start = start;
    return it;
  }

  /** The field of the client's JSON form: path("taxId"), or path("contacts", 0, "jobTitle"). */
  path(field: string, index: i32 = -1, within: string = ""): Finding {
    const start = this.open(Tag.Path), out = this.results;
    out.add(field);
    if (index >= 0) out.add("[").add(index).add("]");
    if (within.length > 0) out.add(".").add(within);
    return this.close(start);
  }

  /** The id of the row the path leads into. */
  row<T>(id: T): Finding { return this.text(Tag.RowID, id); }

  /** A parameter of the message, which says {{ key }}: a string, a Text, an integer, or a bool, which is written true or false. */
  param<T>(key: string, value: T): Finding {
    this.results.hold(this.start);
    this.results.field(Tag.ParamKey, key);
    this.results.field(Tag.ParamValue, value);
    return this;
  }

  /** The day of unix milliseconds, as 2027-01-31, as a parameter of the message. */
  paramDate(key: string, unixMilliseconds: i64): Finding {
    this.results.hold(this.start);
    this.results.paramDate(key, unixMilliseconds);
    return this;
  }

  /** A better value for the field: a string, a Text, an integer or a bool. */
  suggest<T>(value: T): Finding {
    const start = this.open(Tag.Suggest), out = this.results;
    if (isInteger<T>()) out.add(value);
    else quote(out, value);
    return this.close(start);
  }

  /** A better value for the field, as JSON. */
  suggestJSON(json: string): Finding { return this.text(Tag.Suggest, json); }

  severity(level: Severity): Finding {
    return this.text(Tag.Severity, level == Severity.Info ? "info" : level == Severity.Warning ? "warning" : "error");
  }

  private text<T>(tag: Tag, value: T): Finding {
    const start = this.open(tag);
    this.results.add(value);
    return this.close(start);
  }

  private open(tag: Tag): i32 {
    this.results.hold(this.start);
    return this.results.open(tag);
  }

  private close(field: i32): Finding {
    this.results.closeUnlessEmpty(field);
    return this;
  }
}

/** A label, completed before the next thing is reported. */
@unmanaged @final
export class Label {
  private results!: Results;
  private start!: i32;

  static of(results: Results, start: i32): Label {
    const it = changetype<Label>(take(offsetof<Label>()));
    it.results = results;
    it.start = start;
    return it;
  }

  /** A parameter of the reason, which says {{ key }}. */
  param<T>(key: string, value: T): Label {
    if (this.start == NO_ROW) return this;
    this.results.hold(this.start);
    this.results.field(Tag.ParamKey, key);
    this.results.field(Tag.ParamValue, value);
    return this;
  }

  /** The day of unix milliseconds, as 2027-01-31, as a parameter of the reason. */
  paramDate(key: string, unixMilliseconds: i64): Label {
    if (this.start == NO_ROW) return this;
    this.results.hold(this.start);
    this.results.paramDate(key, unixMilliseconds);
    return this;
  }
}
