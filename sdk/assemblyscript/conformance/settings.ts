import { Bytes, Client, Report, Settings, Text, quality } from "..";
import { hex } from "./lines";

class EveryKind {
  readonly name: string;
  readonly ratio: f64;
  readonly days: i64;
  readonly strict: bool;
  readonly choice: string;
  readonly list: string[];
  readonly large: i64;

  constructor(settings: Settings) {
    this.name = settings.text("name").title("Name").minLength(1).maxLength(20).required();
    this.ratio = settings.number("ratio").title("Ratio").min(0).max(1000).or(1.5);
    this.days = settings.integer("days").title("Days").min(-10).max(10).or(3);
    this.strict = settings.boolean("strict").title("Strict").or(true);
    this.choice = settings.text("choice").title("Choice").oneOf(["a", "b"]).or("b");
    this.list = settings.texts("list").title("List").or([]);
    this.large = settings.integer("large").title("Large").or(0);
    if (this.name == "refuse") settings.refuse("name must not be refuse");
  }
}

quality("settings", settings);

function settings(settings: EveryKind, client: Client, report: Report): void {
  report.finding("settings").path("name")
    .param("name", settings.name)
    .param("ratio", hex(reinterpret<u64>(settings.ratio)))
    .param("days", settings.days)
    .param("strict", settings.strict)
    .param("choice", settings.choice)
    .param("list", joined(settings.list))
    .param("large", settings.large);
}

/** Array.join, as it is compiled for small modules, makes a new string for each item: thousands of texts take more memory than there is. */
function joined(texts: string[]): Text {
  const out = new Bytes();
  for (let i = 0; i < texts.length; i++) {
    if (i > 0) out.add(",");
    out.add(texts[i]);
  }
  return out.text;
}
