// A client that passes and one that does not for each check; `assay rule test` runs all cases of rules/builtin.
import { ClientKind } from "..";
import { ClientBuilder, channel, client, contact, equal, run, test } from "../testing";

/** The findings of a check as code at path. */
function found(check: string, about: ClientBuilder): string {
  return run(check, "{}", about).findings.map<string>((f) => f.code + " at " + f.path).join(", ");
}

test("main-manager", () => {
  equal(found("main-manager", client()), "main-manager at manager");
  equal(found("main-manager", client().manager("ivanov")), "");
});

test("contact-information", () => {
  const silent = client().channels([channel().label("office")]).contacts([contact().channels([channel()])]);
  equal(found("contact-information", silent), "contact-information at channels");
  equal(found("contact-information", client().channels([channel(), channel().value("+74957480113")])), "");
  equal(found("contact-information", client().contacts([contact(), contact().channels([channel().value("a@b.ru")])])), "");
});

test("contact-person", () => {
  equal(found("contact-person", client().kind(ClientKind.Company)), "contact-person at contacts");
  equal(found("contact-person", client().kind(ClientKind.Company).contacts([contact()])), "");
  equal(found("contact-person", client().kind(ClientKind.SoleTrader)), "");
});

test("contact-job-title", () => {
  const contacts = [contact().id("c1").name("Анна").jobTitle("директор"), contact().id("c2").name("Олег"), contact().id("c3")];
  const findings = run("contact-job-title", "{}", client().contacts(contacts)).findings;
  equal(findings.length, 2);
  equal(findings[0].path, "contacts[1].jobTitle");
  equal(findings[0].row, "c2");
  equal(findings[0].param("ru"), "Олег");
  equal(findings[1].row, "c3");
  equal(findings[1].param("en"), "A contact without a name");
  equal(findings[1].param("uk"), "без імені");
});

test("tax-id", () => {
  equal(found("tax-id", client().kind(ClientKind.Company)), "tax-id at taxId");
  equal(found("tax-id", client().kind(ClientKind.SoleTrader).taxId("500100732259")), "");
  equal(found("tax-id", client().kind(ClientKind.Person)), "");
});
