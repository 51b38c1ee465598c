import { Bytes, Client, Report, Settings, Severity, quality, segmentation } from "..";

class ResultsSettings {
  readonly kind: string;
  readonly count: i32;
  constructor(settings: Settings) {
    this.kind = settings.text("kind").oneOf(["none", "full", "many", "suggest", "severity", "long", "error", "stale"]).or("full");
    this.count = <i32>settings.integer("count").min(0).max(2000).or(1);
  }
}

quality("results", results);

function results(settings: ResultsSettings, client: Client, report: Report): void {
  const kind = settings.kind;
  if (kind == "full") full(report);
  else if (kind == "many") many(settings.count, report);
  else if (kind == "suggest") suggest(report);
  else if (kind == "severity") severities(report);
  else if (kind == "long") long(settings.count, report);
  else if (kind == "error") {
    report.finding("before");
    report.error("no rate for the currency");
  } else if (kind == "stale") stale(report);
}

/** A finding is completed before the next thing is reported. */
function stale(report: Report): void {
  const first = report.finding("first");
  report.finding("second");
  first.path("name");
}

/** The fields are given in another order than the one in which they are written. */
function full(report: Report): void {
  report.finding("full")
    .param("a", 1).param("b", "").param("ключ", "значение")
    .severity(Severity.Error)
    .row("c1")
    .path("contacts", 0, "jobTitle")
    .suggest("директор");
}

function many(count: i32, report: Report): void {
  for (let i = 0; i < count; i++) report.finding("many").path("contacts", i, "name").row(`c${i}`);
}

function suggest(report: Report): void {
  report.finding("suggest").path("notes").row("text").suggest("a\"b\\c\n\u0001\té");
  report.finding("suggest").path("notes").row("number").suggest(-3);
  report.finding("suggest").path("notes").row("truth").suggest(true);
  report.finding("suggest").path("notes").row("json").suggestJSON('{"a":[1,null]}');
  report.finding("suggest").path("notes").row("largest").suggest(u64.MAX_VALUE)
    .param("largest", u64.MAX_VALUE).param("least", i64.MIN_VALUE).param("yes", true).param("no", false);
}

function severities(report: Report): void {
  report.finding("severity").row("info").severity(Severity.Info);
  report.finding("severity").row("warning").severity(Severity.Warning);
  report.finding("severity").row("error").severity(Severity.Error);
}

function long(count: i32, report: Report): void {
  const kibibyte = new Bytes().add("x".repeat(1024)).text, text = new Bytes();
  for (let i = 0; i < count; i++) text.add(kibibyte);
  report.finding("long").param("x", text.text);
}

class LabelsSettings {
  readonly label: string;
  constructor(settings: Settings) { this.label = settings.text("label").or("A"); }
}

segmentation("labels", labels)
  .label("A", "en", "Class A")
  .label("A", "ru", "Класс А")
  .label("B")
  .message("A", "en", "{{ share }} % of revenue");

function labels(settings: LabelsSettings, client: Client, report: Report): void {
  report.label(settings.label).param("share", 41);
  report.measure("revenue", client.revenue);
  report.measure("smallest", i64.MIN_VALUE);
  report.measure("largest", i64.MAX_VALUE);
}
