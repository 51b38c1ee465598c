// Tests that fail, each named for what it must say.
import { Client, Report, Settings, matches, phone, quality, segmentation } from "..";
import { client, run, test } from "../testing";
import { Asked, say } from "./says";

quality("asks", (settings: Asked, client: Client, report: Report) => {
  if (settings.what == "phone") report.finding("phone").param("is", phone("044 123-45-67", "UA"));
  else if (settings.what == "words") report.finding("phone").param("is", phone("+380 44 123-45-67 доб. 5", ""));
  else if (settings.what == "pattern") report.finding("pattern").param("is", matches("[[:alpha:]]", "a"));
  else if (settings.what == "stale") stale(report);
});

function stale(report: Report): void {
  const first = report.finding("first");
  report.finding("second");
  first.path("name");
}

quality("says", say);
quality("worded", say).message("a", "en", "{{ n }} of {{k}}").message("a", "ru", "{{ k }}").message("b", "en", "}} {{ x");
segmentation("labels", say).label("A").label("B", "en", "B");

function judge(check: string, what: string): void { run(check, `{"what":"${what}"}`, client()); }

test("phone(044 123-45-67, UA): plans of national numbers are known to a server only; give an answer with host, or show it in cases.yaml", () => judge("asks", "phone"));
test("phone(+380 44 123-45-67 доб. 5, ): plans of national numbers", () => judge("asks", "words"));
test("matches([[:alpha:]], a): patterns here are JavaScript's, which have [: otherwise", () => judge("asks", "pattern"));
test("the check refuses its settings: what must be set", () => { run("says", "{}", client()).findings; });
test("before the next thing is reported", () => judge("asks", "stale"));

test("a code, a label, the name of a measure or the key of a parameter is empty: a host refuses that", () => judge("says", "code"));
test("the name of a measure or the key of a parameter is empty: a host refuses that", () => judge("says", "measure"));
test("the key of a parameter is empty: a host refuses that", () => judge("says", "key"));
test("key of a parameter is empty: a host refuses that", () => judge("labels", "label key"));
test("a code, a label, the name of a measure or a row id has 256 bytes: a host takes 255", () => judge("says", "long code"));
test("the name of a measure or a row id has 256 bytes: a host takes 255", () => judge("says", "long measure"));
test("or a row id has 256 bytes: a host takes 255", () => judge("says", "row"));
test("a row id has 256 bytes: a host takes 255", () => judge("labels", "long label"));
test("the suggestion is not JSON: {", () => judge("says", "suggest"));
test("a text is not UTF-8: a host refuses that", () => judge("says", "utf8"));
test("the results have 1001 rows, a host takes 1,000", () => judge("says", "rows"));
test("bytes, a host takes 64 KiB", () => judge("says", "bytes"));
test("the label A comes after A: a client gets one", () => judge("labels", "two labels"));

test("a host refuses the results: a Quality check gave a label", () => judge("says", "label"));
test("a host refuses the results: a Segmentation check gave a finding", () => judge("labels", "finding"));
test('the label "C" is not among those of the check: A, B', () => judge("labels", "other label"));
test('people cannot read the finding "no-title": the check has messages for a, b only', () => judge("worded", "undeclared"));
test('people cannot read the finding "a": its message in en asks for {{ n }}, a parameter that it lacks', () => judge("worded", "finding"));
test('its message in en asks for {{ n }}, a parameter that it lacks', () => judge("worded", "k"));
