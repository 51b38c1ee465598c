// The five default checks, as the rules in rules/builtin.
#include "../assay.h"

// Every client has somebody who answers for it. Those who help, the list of managers, do not count.
static void main_manager(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;
  if (assay_client_manager(client).length == 0) assay_path(assay_finding(report, "main-manager"), "manager");
}

static bool have_value(assay_channels_t channels) {
  for (uint32_t i = 0; i < assay_channels_count(channels); i++)
    if (assay_channel_value(assay_channels_at(channels, i)).length > 0) return true;
  return false;
}

static bool reachable(assay_client_t client) {
  if (have_value(assay_client_channels(client))) return true;
  assay_contacts_t contacts = assay_client_contacts(client);
  for (uint32_t i = 0; i < assay_contacts_count(contacts); i++)
    if (have_value(assay_contact_channels(assay_contacts_at(contacts, i)))) return true;
  return false;
}

// There is a way to reach the client: a channel of its own or of one of its contacts, of any type and state.
static void contact_information(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;
  if (!reachable(client)) assay_path(assay_finding(report, "contact-information"), "channels");
}

// A company is its people: at least one contact is known.
static void contact_person(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;
  if (assay_client_kind(client) != ASSAY_CLIENT_KIND_COMPANY || assay_contacts_count(assay_client_contacts(client)) > 0) return;
  assay_path(assay_finding(report, "contact-person"), "contacts");
}

// It is known what each contact does at the client.
static void contact_job_title(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;
  assay_contacts_t contacts = assay_client_contacts(client);
  for (uint32_t i = 0; i < assay_contacts_count(contacts); i++) {
    assay_contact_t contact = assay_contacts_at(contacts, i);
    if (assay_contact_job_title(contact).length > 0) continue;
    assay_text_t name = assay_contact_name(contact);
    bool named = name.length > 0;
    assay_finding_t finding = assay_finding(report, "contact-job-title");
    assay_path(finding, assay_format("contacts[%u].jobTitle", i));
    assay_row(finding, assay_contact_id(contact));
    assay_param(finding, "en", named ? name : assay_text("A contact without a name"));
    assay_param(finding, "ru", named ? name : assay_text("без имени"));
    assay_param(finding, "uk", named ? name : assay_text("без імені"));
  }
}

// Those who do business have a tax id.
static void tax_id(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;
  assay_client_kind_t kind = assay_client_kind(client);
  bool business = kind == ASSAY_CLIENT_KIND_COMPANY || kind == ASSAY_CLIENT_KIND_SOLE_TRADER;
  if (business && assay_client_tax_id(client).length == 0) assay_path(assay_finding(report, "tax-id"), "taxId");
}

ASSAY_CHECKS(
  ASSAY_QUALITY("main-manager", main_manager,
    ASSAY_MESSAGES(ASSAY_MESSAGE("main-manager",
      ASSAY_IN("en", "No main manager. Assign one.")
      ASSAY_IN("ru", "Не назначен основной менеджер. Назначьте ответственного.")
      ASSAY_IN("uk", "Не призначено основного менеджера. Призначте відповідального.")))),
  ASSAY_QUALITY("contact-information", contact_information,
    ASSAY_MESSAGES(ASSAY_MESSAGE("contact-information",
      ASSAY_IN("en", "No contact information. Add a phone, an e-mail or another channel.")
      ASSAY_IN("ru", "Нет контактных данных. Добавьте телефон, e-mail или другой канал связи.")
      ASSAY_IN("uk", "Немає контактних даних. Додайте телефон, e-mail або інший канал зв’язку.")))),
  ASSAY_QUALITY("contact-person", contact_person,
    ASSAY_MESSAGES(ASSAY_MESSAGE("contact-person",
      ASSAY_IN("en", "No contact person. Add at least one.")
      ASSAY_IN("ru", "Нет контактных лиц. Добавьте хотя бы одно.")
      ASSAY_IN("uk", "Немає контактних осіб. Додайте хоча б одну.")))),
  ASSAY_QUALITY("contact-job-title", contact_job_title,
    ASSAY_MESSAGES(ASSAY_MESSAGE("contact-job-title",
      ASSAY_IN("en", "{{ en }} has no job title. Add it.")
      ASSAY_IN("ru", "У контактного лица {{ ru }} не указана должность. Укажите её.")
      ASSAY_IN("uk", "У контактної особи {{ uk }} не вказано посаду. Вкажіть її.")))),
  ASSAY_QUALITY("tax-id", tax_id,
    ASSAY_MESSAGES(ASSAY_MESSAGE("tax-id",
      ASSAY_IN("en", "No tax id. Add it.")
      ASSAY_IN("ru", "Не указан ИНН. Укажите его.")
      ASSAY_IN("uk", "Не вказано податковий номер (ЄДРПОУ або РНОКПП). Вкажіть його.")))));
