// The SDK by its public face: a check that tells what it sees, and clients built for it.
import {
  Client, ClientKind, DAY, NO_ZONE, Report, Settings, dayOf, fieldTypeName, formatDate, log, matches, now, parseDouble, phone, quality, segmentation, validPattern,
  zoneOffset,
} from "..";
import {
  NEW_YEAR, boolField, channel, client, contact, equal, host, integerField, numberField, ok, property, run, test, textField,
} from "../testing";
import { say } from "./says";
import "./texts";

class Watch {
  readonly word: string;
  constructor(settings: Settings) { this.word = settings.text("word").or("ромашка"); }
}

quality("watch", watch);

function watch(settings: Watch, client: Client, report: Report): void {
  const name = client.name;
  if (name.equals(settings.word)) report.finding("equal");
  if (name.startsWith(settings.word)) report.finding("starts");
  if (!name.isEmpty && client.manager == name) report.finding("same");
  if (client.kind == ClientKind.SoleTrader) report.finding("trader");
  for (let i = 0; i < client.contacts.length; i++) {
    const contact = client.contacts[i];
    for (let j = 0; j < contact.channels.length; j++) report.finding("reach").param("by", contact.channels[j].value);
  }
  for (let i = 0; i < client.fields.length; i++) {
    const field = client.fields[i];
    report.finding("field").param("key", field.key).param("type", fieldTypeName(field.type));
  }
  const loyalty = client.property("loyalty");
  if (loyalty) report.finding("loyal").param("to", loyalty.value);
  if (client.hasCreatedAt) report.finding("created").param("at", client.createdAt);
  if (!client.hasUpdatedAt) report.finding("never-updated");
}

test("texts are compared by their bytes", () => {
  equal(run("watch", "{}", client().name("ромашка").updatedAt(1)).findings.length, 2);
  equal(run("watch", "{}", client().name("ромашка плюс").updatedAt(1)).findings[0].code, "starts");
  equal(run("watch", "{}", client().name("ромаш").updatedAt(1)).findings.length, 0);
  equal(run("watch", "{}", client().name("ромашки").updatedAt(1)).findings.length, 0);
  equal(run("watch", '{"word":"abcdefgh"}', client().name("abcdefgh").updatedAt(1)).findings.length, 2);
  equal(run("watch", '{"word":"abcdefgh"}', client().name("abcdefgH").updatedAt(1)).findings.length, 0);
  equal(run("watch", '{"word":"x"}', client().name("a").manager("a").updatedAt(1)).findings[0].code, "same");
});

test("a built client is read as it was built", () => {
  const verdict = run("watch", '{"word":"-"}', client().kind(ClientKind.SoleTrader).name("x").createdAt(0).updatedAt(1)
    .contacts([contact().id("c1").channels([channel().value("+380441234567"), channel().value("")]), contact(), contact().channels([channel().value("é")])])
    .fields([textField("b", "x"), integerField("a", 0), boolField("ж", true), numberField("c", 1.5)])
    .properties([property("loyalty").value("gold"), property("a").value("b")]));
  const codes = verdict.findings.map<string>((f) => f.code).join(" ");
  equal(codes, "trader reach reach reach field field field field loyal created");
  equal(verdict.findings[1].param("by"), "+380441234567");
  equal(verdict.findings[3].param("by"), "é");
  equal(verdict.findings.slice(4, 8).map<string>((f) => f.param("key") + "=" + f.param("type")).join(" "), "a=integer b=string c=number ж=bool");
  equal(verdict.findings[8].param("to"), "gold");
  equal(verdict.findings[9].param("at"), "0");
  equal(run("watch", '{"word":"-"}', client().name("x")).findings[0].code, "never-updated");
});

class NoMore {
  constructor(settings: Settings) {}
}

segmentation("measures", measures).label("late", "en", "Late").label("ж");

function measures(settings: NoMore, client: Client, report: Report): void {
  report.measure("revenue", client.revenue);
  if (client.purchases == 0) report.error(client.name);
  if (now() > NEW_YEAR) report.label("late").param("by", now() - NEW_YEAR).param("least", i64.MIN_VALUE);
  if (client.unsubscribed) report.label("ж");
  if (matches("(?i)^ООО", client.name)) log(`money ${parseDouble("1.5") * 2}`);
}

test("labels, measures, errors, the log and the time", () => {
  const late = run("measures", "{}", client().revenue(-5).purchases(1), NEW_YEAR + 60);
  equal(late.label, "late");
  equal(late.labelled!.param("by"), "60");
  equal(late.labelled!.param("least"), "-9223372036854775808");
  equal(late.measure("revenue"), -5);
  const other = run("measures", "{}", client().name("ооо Ж").unsubscribed(true));
  equal(other.label, "ж");
  equal(other.error, "ооо Ж");
  equal(other.log, "money 3.0");
  equal(run("measures", "{}", client().purchases(1)).label, "");
});

quality("widths", (settings: NoMore, client: Client, report: Report) => {
  report.finding("widths").param("flag", true).param("not", client.hasName).param("u64", u64.MAX_VALUE).param("i64", i64.MIN_VALUE)
    .param("u32", u32.MAX_VALUE).param("u8", <u8>255).param("i8", <i8>-128).param("zero", <u64>0);
  report.finding("true").suggest(true);
  report.finding("false").suggest(false);
  report.finding("u64").suggest(u64.MAX_VALUE);
  report.finding("i16").suggest(<i16>-1);
});

test("bools are true or false, and unsigned numbers are unsigned", () => {
  const findings = run("widths", "{}", client()).findings, first = findings[0];
  equal(first.param("flag") + " " + first.param("not"), "true false");
  equal(first.param("u64"), "18446744073709551615");
  equal(first.param("i64"), "-9223372036854775808");
  equal(first.param("u32") + " " + first.param("u8") + " " + first.param("i8") + " " + first.param("zero"), "4294967295 255 -128 0");
  equal(findings.slice(1).map<string>((f) => f.suggest).join(" "), "true false 18446744073709551615 -1");
});

segmentation("unlabelled", (settings: NoMore, client: Client, report: Report) => {
  report.label("").param("share", 41);
  report.label(client.name).param("share", 41).param("more", true);
  report.measure("revenue", 7);
});

test("an empty label is none, and its parameters go nowhere", () => {
  const verdict = run("unlabelled", "{}", client());
  ok(verdict.labelled == null, "a label was given");
  equal(verdict.measure("revenue"), 7);
  equal(run("unlabelled", "{}", client().name("A")).labelled!.param("more"), "true");
});

quality("dates", (settings: NoMore, client: Client, report: Report) => {
  report.finding("dates").paramDate("day", client.createdAt).param("n", dayOf(client.createdAt)).param("same", formatDate(client.createdAt));
});

test("dates are those of the calendar", () => {
  const days: i64[] = [-62167219200001, -62135596800001, -1, 951782400000, 1709251199999, 1709251200000, 4107542399999, 253402300800000];
  const dates = ["-0001-12-31", "0000-12-31", "1969-12-31", "2000-02-29", "2024-02-29", "2024-03-01", "2100-02-28", "10000-01-01"];
  for (let i = 0; i < days.length; i++) {
    const found = run("dates", "{}", client().createdAt(days[i])).findings[0];
    equal(found.param("day"), dates[i]);
    equal(found.param("same"), dates[i]);
  }
  equal(run("dates", "{}", client().createdAt(-1)).findings[0].param("n"), "-1");
  equal(run("dates", "{}", client().createdAt(DAY)).findings[0].param("n"), "1");
});

segmentation("zones", (settings: NoMore, client: Client, report: Report) => {
  report.label("there").paramDate("on", now());
  report.measure("offset", zoneOffset("Europe/Kyiv", now()));
  report.measure("none", zoneOffset("Nowhere/Here", now()));
  report.measure("valid", i64(validPattern("^a+$")) + i64(validPattern("(")) * 10);
});

test("zones take milliseconds, and patterns are seen before they are used", () => {
  equal(run("zones", "{}", client(), 1774746000000 - 1).measure("offset"), 7200); // 2026-03-29T01:00Z
  equal(run("zones", "{}", client(), 1774746000000).measure("offset"), 10800);
  equal(run("zones", "{}", client(), -1).measure("offset"), 10800); // Moscow's time before 1990
  const verdict = run("zones", "{}", client());
  equal(verdict.measure("none"), NO_ZONE);
  equal(verdict.measure("valid"), 1);
  equal(verdict.labelled!.param("on"), "2026-01-01");
});

class Large {
  readonly large: i64;
  constructor(settings: Settings) { this.large = settings.integer("large").max(i64.MAX_VALUE).or(0); }
}

quality("large", large);

function large(settings: Large, client: Client, report: Report): void { report.finding("large").param("n", settings.large); }

function largeOf(json: string): string {
  const verdict = run("large", `{"large":${json}}`, client());
  return verdict.refusal.length > 0 ? verdict.refusal : verdict.findings[0].param("n");
}

test("integers are read exactly, however they are written", () => {
  equal(largeOf("9223372036854775807"), "9223372036854775807");
  equal(largeOf("-9223372036854775808"), "-9223372036854775808");
  equal(largeOf("9007199254740993.0"), "9007199254740993");
  equal(largeOf("-92233720368547758.08E+2"), "-9223372036854775808");
  equal(largeOf("1e18"), "1000000000000000000");
  equal(largeOf("0.00120e4"), "12");
  equal(largeOf("1200e-2"), "12");
  equal(largeOf("0e-1"), "0");
  equal(largeOf("-0.0e99999999999"), "0");
  const none = ["9223372036854775808", "-9223372036854775809", "9007199254740993.5", "1e-1", "1e19", "1e99999999999", "1.", "01", "-", "1e", "+1", "1e+-1", '"1"', "null", "1 1"];
  for (let i = 0; i < none.length; i++) equal(largeOf(none[i]).startsWith("large must be an integer") || largeOf(none[i]).startsWith("settings"), true, none[i]);
});

test("settings that the check does not have are refused", () => {
  equal(run("watch", '{"words":"x"}', client()).refusal, "words is no setting of this check");
  equal(run("watch", "no", client()).refusal, "settings are not a JSON object");
  ok(run("watch", "{}", client()).refusal.length == 0, "no settings were refused");
});

test("a thousand rows of a client are read beside each other", () => {
  const contacts = [contact().channels([channel().value("first")])];
  for (let i = 1; i < 900; i++) contacts.push(contact().channels([channel().value(i.toString())]));
  const found = run("watch", '{"word":"-"}', client().contacts(contacts).updatedAt(1)).findings;
  equal(found.length, 900);
  equal(found[899].param("by"), "899");
});

quality("says", say);
quality("worded", say).message("a", "en", "{{ n }} of {{k}}").message("a", "ru", "{{ k }}").message("b", "en", "}} {{ x");
segmentation("labelled", say).label("A").label("B");
segmentation("unlisted", say);

test("what a server takes is taken", () => {
  run("says", '{"what":"longest"}', client());
  run("says", '{"what":"undeclared"}', client()); // the manifest may have its message
  run("worded", '{"what":"both"}', client());
  run("worded", '{"what":"b"}', client());
  run("worded", '{"what":"unjudged"}', client());
  equal(run("labelled", '{"what":"label"}', client()).label, "B");
  run("unlisted", '{"what":"longest label"}', client());
});

test("settings have a length", () => {
  equal(run("watch", `{"word":"${"x".repeat(65536 - 11)}"}`, client()).refusal, "");
  equal(run("watch", `{"word":"${"x".repeat(65537 - 11)}"}`, client()).refusal, "65537 bytes, at most 65536 are allowed");
});

quality("host", (settings: NoMore, client: Client, report: Report) => {
  const digits = "1".repeat(257), a = "a".repeat(4097), zone = "Z".repeat(65);
  report.finding("asks").param("match", matches("^a", "x")).param("valid", validPattern("(")).param("phone", phone("12", "UA")).param("zone", zoneOffset("Europe/Kyiv", -1000));
  report.finding("short").param("valid", validPattern(a.substring(1))).param("phone", phone(digits.substring(1), digits.substring(1))).param("zone", zoneOffset(zone.substring(1), 0));
  report.finding("long").param("valid", validPattern(a)).param("phone", phone(digits, "UA")).param("country", phone("1", digits)).param("zone", zoneOffset(zone, 0));
});

quality("zone-names", (settings: NoMore, client: Client, report: Report) => {
  const names = ["UTC", "Europe/Kyiv", "EUROPE/PARIS", "Europe//Kyiv", "Europe/", "posix/Europe/Kyiv", "europe/Kyiv", "+02:00", "Local", ""];
  for (let i = 0; i < names.length; i++) report.finding("zone").param("is", zoneOffset(names[i], 0) != NO_ZONE);
});

test("a test answers itself, but what a server answers by a length alone", () => {
  host.matches = (pattern: string, text: string): i32 => pattern == "^a" ? i32(text == "x") : pattern == "(" ? -1 : 1;
  host.phone = (text: string, country: string): bool => text + country == "12UA" || text.length == 256;
  host.zoneOffset = (zone: string, unixMilliseconds: i64): i64 => zone == "Europe/Kyiv" ? unixMilliseconds : 7;
  const found = run("host", "{}", client()).findings, asks = found[0], short = found[1], long = found[2];
  equal(asks.param("match") + " " + asks.param("valid") + " " + asks.param("phone") + " " + asks.param("zone"), "true false true -1000");
  equal(short.param("valid") + " " + short.param("phone") + " " + short.param("zone"), "true true 7");
  equal(long.param("valid") + " " + long.param("phone") + " " + long.param("country"), "false false false");
  equal(long.param("zone"), NO_ZONE.toString());
});

test("zones are named as in their database", () => {
  equal(run("zone-names", "{}", client()).findings.map<string>((f) => f.param("is")).join(" "), "true true false false false false false false false false");
});
