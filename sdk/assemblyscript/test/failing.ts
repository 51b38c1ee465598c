// Tests that fail, each named for what it must say.
import { Client, Report, Settings, matches, phone, quality, segmentation } from "..";
import { client, run, test } from "../testing";

class Asked {
  readonly what: string;
  constructor(settings: Settings) { this.what = settings.text("what").required(); }
}

quality("asks", (settings: Asked, client: Client, report: Report) => {
  if (settings.what == "phone") report.finding("phone").param("is", phone("044 123-45-67", "UA"));
  else if (settings.what == "pattern") report.finding("pattern").param("is", matches("[[:alpha:]]", "a"));
  else if (settings.what == "key") report.finding("key").param("", "x");
  else if (settings.what == "stale") stale(report);
});

function stale(report: Report): void {
  const first = report.finding("first");
  report.finding("second");
  first.path("name");
}

segmentation("labels", (settings: Asked, client: Client, report: Report) => {
  if (settings.what == "two") report.label("A").param("x", 1);
  report.label("B").param(settings.what == "key" ? "" : "x", 1);
});

function judge(check: string, what: string): void { run(check, `{"what":"${what}"}`, client()); }

test("phone(044 123-45-67, UA): plans of national numbers are known to a server only; show it in cases.yaml", () => judge("asks", "phone"));
test("matches([[:alpha:]], a): patterns here are JavaScript's, which have [: otherwise", () => judge("asks", "pattern"));
test("the key of a parameter is empty", () => judge("asks", "key"));
test("before the next thing is reported", () => judge("asks", "stale"));
test("the label B comes after A: a client gets one", () => judge("labels", "two"));
test("key of a parameter is empty: a host refuses that", () => judge("labels", "key"));
