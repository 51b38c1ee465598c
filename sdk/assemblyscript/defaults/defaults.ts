// The five default rules of Assay: rules/builtin has them in CEL, with the cases that both pass.
import { Client, ClientKind, ContactRows, ChannelRows, NoSettings, Report, quality } from "..";

quality("main-manager", mainManager)
  .message("main-manager", "en", "No main manager. Assign one.")
  .message("main-manager", "ru", "Не назначен основной менеджер. Назначьте ответственного.")
  .message("main-manager", "uk", "Не призначено основного менеджера. Призначте відповідального.");

function mainManager(settings: NoSettings, client: Client, report: Report): void {
  if (client.manager.isEmpty) report.finding("main-manager").path("manager");
}

quality("contact-information", contactInformation)
  .message("contact-information", "en", "No contact information. Add a phone, an e-mail or another channel.")
  .message("contact-information", "ru", "Нет контактных данных. Добавьте телефон, e-mail или другой канал связи.")
  .message("contact-information", "uk", "Немає контактних даних. Додайте телефон, e-mail або інший канал зв’язку.");

function contactInformation(settings: NoSettings, client: Client, report: Report): void {
  if (reachable(client.channels) || anyReachable(client.contacts)) return;
  report.finding("contact-information").path("channels");
}

function reachable(channels: ChannelRows): bool {
  for (let i = 0; i < channels.length; i++) {
    if (!channels[i].value.isEmpty) return true;
  }
  return false;
}

function anyReachable(contacts: ContactRows): bool {
  for (let i = 0; i < contacts.length; i++) {
    if (reachable(contacts[i].channels)) return true;
  }
  return false;
}

quality("contact-person", contactPerson)
  .message("contact-person", "en", "No contact person. Add at least one.")
  .message("contact-person", "ru", "Нет контактных лиц. Добавьте хотя бы одно.")
  .message("contact-person", "uk", "Немає контактних осіб. Додайте хоча б одну.");

function contactPerson(settings: NoSettings, client: Client, report: Report): void {
  if (client.kind != ClientKind.Company || client.contacts.length > 0) return;
  report.finding("contact-person").path("contacts");
}

quality("contact-job-title", contactJobTitle)
  .message("contact-job-title", "en", "{{ en }} has no job title. Add it.")
  .message("contact-job-title", "ru", "У контактного лица {{ ru }} не указана должность. Укажите её.")
  .message("contact-job-title", "uk", "У контактної особи {{ uk }} не вказано посаду. Вкажіть її.");

function contactJobTitle(settings: NoSettings, client: Client, report: Report): void {
  const contacts = client.contacts;
  for (let i = 0; i < contacts.length; i++) {
    const contact = contacts[i];
    if (!contact.jobTitle.isEmpty) continue;
    const finding = report.finding("contact-job-title").path("contacts", i, "jobTitle").row(contact.id);
    const name = contact.name;
    if (name.isEmpty) {
      finding.param("en", "A contact without a name").param("ru", "без имени").param("uk", "без імені");
    } else {
      finding.param("en", name).param("ru", name).param("uk", name);
    }
  }
}

quality("tax-id", taxId)
  .message("tax-id", "en", "No tax id. Add it.")
  .message("tax-id", "ru", "Не указан ИНН. Укажите его.")
  .message("tax-id", "uk", "Не вказано податковий номер (ЄДРПОУ або РНОКПП). Вкажіть його.");

function taxId(settings: NoSettings, client: Client, report: Report): void {
  const business = client.kind == ClientKind.Company || client.kind == ClientKind.SoleTrader;
  if (business && client.taxId.isEmpty) report.finding("tax-id").path("taxId");
}
