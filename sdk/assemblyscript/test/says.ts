// A check that gives what it is asked for, which a host may refuse.
import { Client, Report, Settings, Text } from "..";

export class Asked {
  readonly what: string;
  constructor(settings: Settings) { this.what = settings.text("what").required(); }
}

export function say(settings: Asked, client: Client, report: Report): void {
  const what = settings.what, longest = "i".repeat(255), longer = "i".repeat(256);
  if (what == "code") report.finding("");
  else if (what == "long code") report.finding(longer);
  else if (what == "row") report.finding("a").row(longer);
  else if (what == "suggest") report.finding("a").suggestJSON("{");
  else if (what == "utf8") report.finding("a").param("k", notUTF8());
  else if (what == "key") report.finding("a").param("", "x");
  else if (what == "rows") rows(report, 1001);
  else if (what == "bytes") report.finding("a").param("k", "v".repeat(64 << 10));
  else if (what == "measure") report.measure("", 1);
  else if (what == "long measure") report.measure(longer, 1);
  else if (what == "label") report.label("B");
  else if (what == "other label") report.label("C");
  else if (what == "long label") report.label(longer);
  else if (what == "label key") report.label("A").param("", "x");
  else if (what == "two labels") {
    report.label("A");
    report.label("A");
  } else if (what == "finding") report.finding("a");
  else if (what == "undeclared") report.finding("no-title");
  else if (what == "k") report.finding("a").param("k", "");
  else if (what == "both") report.finding("a").param("k", "").param("n", 1);
  else if (what == "b") report.finding("b");
  else if (what == "unjudged") {
    report.finding("no-title");
    report.error("no rate");
  } else if (what == "longest") {
    rows(report, 998);
    report.finding(longest).row(longest);
    report.measure(longest, 1);
  } else if (what == "longest label") report.label(longest);
  else throw new Error("there is no " + what);
}

function notUTF8(): Text {
  const bytes: StaticArray<u8> = [0xff];
  return Text.of(changetype<usize>(bytes), 1);
}

function rows(report: Report, count: i32): void {
  for (let i = 0; i < count; i++) report.finding("a").row(i);
}
