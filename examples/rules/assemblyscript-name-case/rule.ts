// Names of clients and of their contacts that are typed in capitals, or in small letters only.
import { Client, ClientKind, Finding, Report, Settings, Text, quality } from "../../../sdk/assemblyscript";
import { Name } from "./name";
import { Case } from "./words";

class NameCase {
  readonly keep: string[];
  readonly abbreviation: i32;

  constructor(settings: Settings) {
    this.keep = settings.texts("keep").title("Words that stay as they are given here").or([]);
    this.abbreviation = <i32>settings.integer("abbreviation").title("Most letters of an abbreviation in a company's name").min(1).max(10).or(3);
  }
}

quality("name-case", nameCase)
  .message("capitals", "en", "{{ name }} is typed in capitals. Better: {{ better }}.")
  .message("capitals", "ru", "{{ name }} набрано заглавными буквами. Лучше: {{ better }}.")
  .message("capitals", "uk", "{{ name }} набрано великими літерами. Краще: {{ better }}.")
  .message("small-letters", "en", "{{ name }} is typed in small letters. Better: {{ better }}.")
  .message("small-letters", "ru", "{{ name }} набрано строчными буквами. Лучше: {{ better }}.")
  .message("small-letters", "uk", "{{ name }} набрано малими літерами. Краще: {{ better }}.");

function nameCase(settings: NameCase, client: Client, report: Report): void {
  const person = client.kind == ClientKind.Person || client.kind == ClientKind.SoleTrader;
  const found = judge(settings, client.name, person, report);
  if (found) found.path("name");

  const contacts = client.contacts;
  for (let i = 0; i < contacts.length; i++) {
    const found = judge(settings, contacts[i].name, true, report);
    if (found) found.path("contacts", i, "name").row(contacts[i].id);
  }
}

/** Reports a name that is typed wrong; where it stands is the caller's to say. */
function judge(settings: NameCase, text: Text, person: bool, report: Report): Finding | null {
  if (text.isEmpty) return null;
  const name = new Name(text.toString(), person, settings.keep, settings.abbreviation);
  const fault = name.fault;
  if (fault == Case.None) return null;
  const better = name.corrected;
  return report.finding(fault == Case.Capitals ? "capitals" : "small-letters")
    .param("name", text).param("better", better).suggest(better);
}
