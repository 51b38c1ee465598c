import { Bytes } from "./bytes";
import { formatDouble, parseDouble } from "./host";
import { Whole } from "./integers";
import { quote } from "./json";
import { Members, isString, stringOf } from "./members";
import { Text } from "./text";

/**
 * The settings of a check, in the making. A check's class takes them in its constructor and says
 * there of each what it is; the answer is its value:
 *
 *     this.days = settings.integer("days").title("Days of notice").min(0).max(365).or(30);
 *
 * So the same lines give the JSON Schema of the settings and read them.
 */
@final
export class Settings {
  private declared: Bytes = new Bytes();
  private needed: Bytes = new Bytes();
  private asked: string[] = [];
  private first: string = "";

  /** What a rule sets, null while the settings are only described. */
  constructor(private given: Members | null) {
    if (given && !given.valid) this.refuse("settings are not a JSON object");
  }

  integer(name: string): IntegerSetting { return new IntegerSetting(this, name, "integer"); }
  number(name: string): NumberSetting { return new NumberSetting(this, name, "number"); }
  boolean(name: string): BooleanSetting { return new BooleanSetting(this, name, "boolean"); }
  text(name: string): TextSetting { return new TextSetting(this, name, "string"); }
  texts(name: string): TextsSetting { return new TextsSetting(this, name, "array"); }

  /** Refuses the settings and says why, to the person who wrote them. */
  refuse(why: string): void {
    if (this.given && this.first.length == 0) this.first = why;
  }

  /** Why the settings are refused, "" when they are not. */
  get refusal(): string {
    const given = this.given;
    if (!given || this.first.length > 0) return this.first;
    for (let i = 0; i < given.names.length; i++) {
      if (!this.asked.includes(given.names[i])) return `${given.names[i]} is no setting of this check`;
    }
    return "";
  }

  /** The JSON Schema of what was declared; nothing when that is nothing. */
  writeSchema(out: Bytes): void {
    out.add('{"type":"object","properties":{').add(this.declared.text).add("}");
    if (this.needed.length > 0) out.add(',"required":[').add(this.needed.text).add("]");
    out.add(',"additionalProperties":false}');
  }

  get isEmpty(): bool { return this.asked.length == 0; }

  /** The JSON that is given for a setting, null when there is none. */
  take(name: string): Text | null {
    this.asked.push(name);
    const given = this.given;
    return given ? given.value(name) : null;
  }

  /** Adds a property to the schema. */
  addProperty(name: string, property: Bytes, required: bool): void {
    if (this.given) return;
    if (this.declared.length > 0) this.declared.add(",");
    quote(this.declared, name);
    this.declared.add(":{").add(property.text).add("}");
    if (!required) return;
    if (this.needed.length > 0) this.needed.add(",");
    quote(this.needed, name);
  }
}

/** One setting: its name and what its schema says. */
class Setting {
  protected property: Bytes = new Bytes();

  constructor(protected settings: Settings, protected name: string, type: string) {
    this.property.add('"type":"').add(type).add('"');
  }

  protected note(key: string, value: string): void {
    this.property.add(',"').add(key).add('":').add(value);
  }

  protected noteTitle(text: string): void {
    this.property.add(',"title":');
    quote(this.property, text);
  }

  protected refuse(must: string): void { this.settings.refuse(`${this.name} must ${must}`); }

  /** Declares the setting and returns the JSON that is given for it. */
  protected end(required: bool): Text | null {
    this.settings.addProperty(this.name, this.property, required);
    const given = this.settings.take(this.name);
    if (!given && required) this.refuse("be set");
    return given;
  }
}

@final
export class IntegerSetting extends Setting {
  private least: i64 = i64.MIN_VALUE;
  private most: i64 = i64.MAX_VALUE;

  title(text: string): IntegerSetting { this.noteTitle(text); return this; }
  min(least: i64): IntegerSetting { this.least = least; this.note("minimum", least.toString()); return this; }
  max(most: i64): IntegerSetting { this.most = most; this.note("maximum", most.toString()); return this; }

  required(): i64 { return this.value(this.end(true), 0); }
  or(standard: i64): i64 {
    this.note("default", standard.toString());
    return this.value(this.end(false), standard);
  }

  private value(json: Text | null, standard: i64): i64 {
    if (!json) return standard;
    const whole = new Whole(json), value = whole.value;
    if (!whole.valid) {
      this.refuse("be an integer");
      return standard;
    }
    if (value < this.least) this.refuse(`be at least ${this.least}`);
    if (value > this.most) this.refuse(`be at most ${this.most}`);
    return value;
  }
}

@final
export class NumberSetting extends Setting {
  private least: f64 = -Infinity;
  private most: f64 = Infinity;

  title(text: string): NumberSetting { this.noteTitle(text); return this; }
  min(least: f64): NumberSetting { this.least = least; this.note("minimum", formatDouble(least)); return this; }
  max(most: f64): NumberSetting { this.most = most; this.note("maximum", formatDouble(most)); return this; }

  required(): f64 { return this.value(this.end(true), 0); }
  or(standard: f64): f64 {
    this.note("default", formatDouble(standard));
    return this.value(this.end(false), standard);
  }

  private value(json: Text | null, standard: f64): f64 {
    if (!json) return standard;
    const value = isNumber(json) ? parseDouble<Text>(json) : NaN;
    if (isNaN(value)) this.refuse("be a number");
    if (value < this.least) this.refuse(`be at least ${formatDouble(this.least)}`);
    if (value > this.most) this.refuse(`be at most ${formatDouble(this.most)}`);
    return value;
  }
}

@final
export class BooleanSetting extends Setting {
  title(text: string): BooleanSetting { this.noteTitle(text); return this; }

  required(): bool { return this.value(this.end(true), false); }
  or(standard: bool): bool {
    this.note("default", standard ? "true" : "false");
    return this.value(this.end(false), standard);
  }

  private value(json: Text | null, standard: bool): bool {
    if (!json) return standard;
    const value = json.equals("true");
    if (!value && !json.equals("false")) this.refuse("be true or false");
    return value;
  }
}

@final
export class TextSetting extends Setting {
  private shortest: i32 = 0;
  private longest: i32 = i32.MAX_VALUE;
  private choices: string[] | null = null;

  title(text: string): TextSetting { this.noteTitle(text); return this; }
  /** In characters. */
  minLength(least: i32): TextSetting { this.shortest = least; this.note("minLength", least.toString()); return this; }
  /** In characters. */
  maxLength(most: i32): TextSetting { this.longest = most; this.note("maxLength", most.toString()); return this; }
  oneOf(choices: string[]): TextSetting {
    this.choices = choices;
    this.note("enum", listOf(choices));
    return this;
  }

  required(): string { return this.value(this.end(true), ""); }
  or(standard: string): string {
    this.note("default", quoted(standard));
    return this.value(this.end(false), standard);
  }

  private value(json: Text | null, standard: string): string {
    if (!json) return standard;
    if (!isString(json)) this.refuse("be a text");
    const value = stringOf(json), length = charactersOf(value), choices = this.choices;
    if (length < this.shortest) this.refuse(`have at least ${this.shortest} characters`);
    if (length > this.longest) this.refuse(`have at most ${this.longest} characters`);
    if (choices && !choices.includes(value)) this.refuse(`be one of ${choices.join(", ")}`);
    return value;
  }
}

@final
export class TextsSetting extends Setting {
  constructor(settings: Settings, name: string, type: string) {
    super(settings, name, type);
    this.note("items", '{"type":"string"}');
  }

  title(text: string): TextsSetting { this.noteTitle(text); return this; }

  required(): string[] { return this.value(this.end(true), []); }
  or(standard: string[]): string[] {
    this.note("default", listOf(standard));
    return this.value(this.end(false), standard);
  }

  private value(json: Text | null, standard: string[]): string[] {
    if (!json) return standard;
    const items = new Members(json, true);
    if (!items.valid || !items.values.every((item: Text) => isString(item))) this.refuse("be a list of texts");
    return items.values.map<string>((item: Text) => stringOf(item));
  }
}

function quoted(text: string): string {
  const out = new Bytes();
  quote(out, text);
  return out.text.toString();
}

function listOf(texts: string[]): string { return "[" + texts.map<string>((text: string) => quoted(text)).join(",") + "]"; }

/** How many characters a text has, as JSON Schema counts them: a surrogate pair is one. */
function charactersOf(text: string): i32 {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) != 0xdc00) count++;
  }
  return count;
}

/** Whether JSON is a number and not another literal that reads as one, such as Infinity in quotes. */
function isNumber(json: Text): bool {
  const c = json[json[0] == 0x2d ? 1 : 0];
  return c >= 0x30 && c <= 0x39;
}
