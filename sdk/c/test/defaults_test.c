// The five default checks.
#include "../assay_test.h"
#include "../defaults/defaults.c"

static uint32_t found(const char *check, assay_client_builder_t *client) { return assay_run(check, NULL, client, 0)->finding_count; }

static assay_client_builder_t *company(void) {
  assay_client_builder_t *client = assay_new_client();
  assay_client_set_kind(client, ASSAY_CLIENT_KIND_COMPANY);
  return client;
}

ASSAY_TEST(a_company_of_which_nothing_is_known) {
  ASSAY_EXPECT_INTEGER(found("main-manager", company()), 1);
  ASSAY_EXPECT_INTEGER(found("contact-information", company()), 1);
  ASSAY_EXPECT_INTEGER(found("contact-person", company()), 1);
  ASSAY_EXPECT_INTEGER(found("contact-job-title", company()), 0);
  ASSAY_EXPECT_INTEGER(found("tax-id", company()), 1);
}

ASSAY_TEST(a_company_of_which_all_is_known) {
  assay_client_builder_t *client = company();
  assay_client_set_manager(client, "ivanov");
  assay_client_set_tax_id(client, "7707083893");
  assay_contact_builder_t *contact = assay_client_add_contact(client);
  assay_contact_set_job_title(contact, "director");
  assay_channel_set_value(assay_contact_add_channel(contact), "anna@example.com");
  for (uint32_t i = 0; i < assay_checks_count_; i++) ASSAY_EXPECT_INTEGER(found(assay_checks_[i].name, client), 0);
}

ASSAY_TEST(only_who_does_business_needs_a_tax_id) {
  assay_client_builder_t *client = assay_new_client();
  ASSAY_EXPECT_INTEGER(found("tax-id", client), 0);
  assay_client_set_kind(client, ASSAY_CLIENT_KIND_PERSON);
  ASSAY_EXPECT_INTEGER(found("tax-id", client), 0);
  assay_client_set_kind(client, ASSAY_CLIENT_KIND_SOLE_TRADER);
  ASSAY_EXPECT_INTEGER(found("tax-id", client), 1);
}

ASSAY_TEST(a_channel_without_a_value_does_not_count) {
  assay_client_builder_t *client = company();
  assay_channel_set_label(assay_client_add_channel(client), "office");
  ASSAY_EXPECT_INTEGER(found("contact-information", client), 1);
}

ASSAY_TEST(each_contact_without_a_job_title_is_named) {
  assay_client_builder_t *client = company();
  assay_contact_set_job_title(assay_client_add_contact(client), "director");
  assay_contact_builder_t *named = assay_client_add_contact(client);
  assay_contact_set_id(named, "c7");
  assay_contact_set_name(named, "Лидия");
  assay_client_add_contact(client);
  const assay_verdict_t *v = assay_run("contact-job-title", NULL, client, 0);
  ASSAY_EXPECT_INTEGER(v->finding_count, 2);
  ASSAY_EXPECT_TEXT(assay_found(v, 0)->path, "contacts[1].jobTitle");
  ASSAY_EXPECT_TEXT(assay_found(v, 0)->row, "c7");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "uk"), "Лидия");
  ASSAY_EXPECT_TEXT(assay_found(v, 1)->path, "contacts[2].jobTitle");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 1, "uk"), "без імені");
}

ASSAY_TEST_MAIN
