import { Bytes } from "./bytes";
import { Client } from "./card_gen";
import { quote } from "./json";
import { Report } from "./report";
import { Settings } from "./settings";

/** The settings of a check that has none. */
@final
export class NoSettings {
  constructor(settings: Settings) {}
}

/**
 * Declares a check that finds what is wrong with a client. S is the class of its settings, and
 * check a function at the top level: AssemblyScript has no closures.
 */
export function quality<S>(name: string, check: (settings: S, client: Client, report: Report) => void): Declaration {
  return register(name, "Quality", check);
}

/** Declares a check that gives clients a label, measures, or both. */
export function segmentation<S>(name: string, check: (settings: S, client: Client, report: Report) => void): Declaration {
  return register(name, "Segmentation", check);
}

function register<S>(name: string, type: string, check: (settings: S, client: Client, report: Report) => void): Declaration {
  const declaration = new DeclarationOf<S>(name, type, check);
  checks.push(declaration);
  return declaration;
}

/** The checks of the module in the order of their declaration, which is their index. */
export const checks: Declaration[] = [];

/** A check with settings, ready to judge clients. */
export abstract class Judge {
  abstract judge(client: Client, report: Report): void;
}

@final
class JudgeOf<S> extends Judge {
  constructor(private settings: S, private check: (settings: S, client: Client, report: Report) => void) { super(); }

  judge(client: Client, report: Report): void { this.check(this.settings, client, report); }
}

/** A text by what it belongs to (a code, a label) and language. */
export class Entry {
  constructor(readonly owner: string, readonly language: string, readonly text: string) {}
}

/** A declared check, to which messages and labels are added. */
export abstract class Declaration {
  readonly messages: Entry[] = [];
  readonly titles: Entry[] = [];

  constructor(readonly name: string, readonly type: string) {}

  /**
   * The message of a finding code, or the reason of a label, in a language (en, ru, uk, …).
   * {{ key }} in it becomes the parameter of that key.
   */
  message(code: string, language: string, text: string): Declaration {
    this.messages.push(new Entry(code, language, text));
    return this;
  }

  /** A label that a segmentation may give, and its title in a language; once more for another language. */
  label(name: string, language: string = "", title: string = ""): Declaration {
    this.titles.push(new Entry(name, language, title));
    return this;
  }

  /** Makes the check ready with settings, null when they refuse. */
  abstract configure(settings: Settings): Judge | null;

  /** Writes what assay_describe says of the check. */
  describe(out: Bytes): void {
    out.add('{"name":');
    quote(out, this.name);
    out.add(',"type":"').add(this.type).add('"');
    const settings = new Settings(null);
    this.configure(settings);
    if (!settings.isEmpty) {
      out.add(',"settings":');
      settings.writeSchema(out);
    }
    if (this.messages.length > 0) {
      out.add(',"messages":');
      writeEntries(out, this.messages, "");
    }
    if (this.titles.length > 0) {
      out.add(',"labels":');
      writeEntries(out, this.titles, '"title":');
    }
    out.add("}");
  }
}

@final
class DeclarationOf<S> extends Declaration {
  constructor(name: string, type: string, private check: (settings: S, client: Client, report: Report) => void) {
    super(name, type);
  }

  configure(settings: Settings): Judge | null {
    const own = instantiate<S>(settings);
    return settings.refusal.length > 0 ? null : new JudgeOf<S>(own, this.check);
  }
}

/** Writes {"owner": {"language": "text"}}, the inner object below a key when there is one. */
function writeEntries(out: Bytes, entries: Entry[], key: string): void {
  out.add("{");
  for (let i = 0; i < entries.length; i++) {
    if (firstOf(entries, entries[i].owner) < i) continue;
    if (i > 0) out.add(",");
    quote(out, entries[i].owner);
    out.add(":");
    if (key.length > 0) out.add("{").add(key);
    writeTexts(out, entries, entries[i].owner);
    if (key.length > 0) out.add("}");
  }
  out.add("}");
}

function writeTexts(out: Bytes, entries: Entry[], owner: string): void {
  out.add("{");
  let some = false;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (entry.owner != owner || entry.language.length == 0) continue;
    if (some) out.add(",");
    some = true;
    quote(out, entry.language);
    out.add(":");
    quote(out, entry.text);
  }
  out.add("}");
}

function firstOf(entries: Entry[], owner: string): i32 {
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].owner == owner) return i;
  }
  return -1;
}
