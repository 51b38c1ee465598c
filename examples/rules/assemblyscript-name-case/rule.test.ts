import { ClientKind } from "../../../sdk/assemblyscript";
import { ClientBuilder, client, contact, equal, run, test } from "../../../sdk/assemblyscript/testing";

/** What is suggested for a client, "" when there is nothing to say. */
function suggested(about: ClientBuilder, settings: string = "{}"): string {
  const findings = run("name-case", settings, about).findings;
  return findings.length == 0 ? "" : findings[0].code + " " + findings[0].suggest;
}

function company(name: string): ClientBuilder { return client().kind(ClientKind.Company).name(name); }
function person(name: string): ClientBuilder { return client().kind(ClientKind.Person).name(name); }

test("companies in capitals", () => {
  equal(suggested(company("ООО «РОМАШКА»")), 'capitals "ООО «Ромашка»"');
  equal(suggested(company("ТОВ \"МРІЯ ҐАЗДИНІ\"")), 'capitals "ТОВ \\"Мрія Ґаздині\\""');
  equal(suggested(company("ACME TRADING LLC")), 'capitals "Acme Trading LLC"');
  equal(suggested(company("РОГА И КОПЫТА")), 'capitals "Рога и Копыта"');
});

test("companies in small letters", () => {
  equal(suggested(company("ооо ромашка")), 'small-letters "ООО Ромашка"');
  equal(suggested(company("acme trading ltd.")), 'small-letters "Acme Trading Ltd."');
});

test("legal forms and abbreviations stay", () => {
  equal(suggested(company("ООО ВТБ")), "");
  equal(suggested(company("ПАО «МТС»")), "");
  equal(suggested(company("ПАО МТС БАНК")), 'capitals "ПАО МТС Банк"');
  equal(suggested(company("ТОВ")), "");
  equal(suggested(company("СК24 ПЛЮС")), 'capitals "СК24 Плюс"');
  equal(suggested(company("ozon.ru")), "");
  equal(suggested(company("ПАО ЛУКОЙЛ")), 'capitals "ПАО Лукойл"');
  equal(suggested(company("ПАО ЛУКОЙЛ"), '{"keep":["ЛУКОЙЛ"]}'), "");
  equal(suggested(company("икея дом"), '{"keep":["ИКЕЯ"]}'), 'small-letters "ИКЕЯ Дом"');
  equal(suggested(company("БАНК"), '{"abbreviation":4}'), "");
});

test("people, double names, particles, initials and apostrophes", () => {
  equal(suggested(person("САЛТЫКОВ-ЩЕДРИН МИХАИЛ")), 'capitals "Салтыков-Щедрин Михаил"');
  equal(suggested(person("коваль-юрчак мар'яна")), "small-letters \"Коваль-Юрчак Мар'яна\"");
  equal(suggested(person("URSULA VON DER LEYEN")), 'capitals "Ursula von der Leyen"');
  equal(suggested(person("SEAN O’BRIEN")), 'capitals "Sean O’Brien"');
  equal(suggested(person("иванов и.и.")), 'small-letters "Иванов И.И."');
  equal(suggested(person("ЛИ АННА")), 'capitals "Ли Анна"');
  equal(suggested(client().kind(ClientKind.SoleTrader).name("ИП ПЕТРОВ ЁЖ")), 'capitals "ИП Петров Ёж"');
  equal(suggested(person("ЄВГЕНІЯ ЇЖАК")), 'capitals "Євгенія Їжак"');
});

test("what is typed well, or has no case, is left alone", () => {
  equal(suggested(person("Иван Петров")), "");
  equal(suggested(person("Людвиг ван Бетховен")), "");
  equal(suggested(company("ООО «Ромашка»")), "");
  equal(suggested(company("iPhone")), "");
  equal(suggested(company("株式会社 123")), "");
  equal(suggested(company("")), "");
});

test("a contact is named by path and row", () => {
  const findings = run("name-case", "{}", company("Ромашка").contacts([contact().id("c1").name("Анна"), contact().id("c2").name("ОЛЕГ КОВАЛЬ")])).findings;
  equal(findings.length, 1);
  equal(findings[0].path, "contacts[1].name");
  equal(findings[0].row, "c2");
  equal(findings[0].param("name"), "ОЛЕГ КОВАЛЬ");
  equal(findings[0].param("better"), "Олег Коваль");
});
