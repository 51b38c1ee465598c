// The rule without WebAssembly, as a program of its own: make test.
#include "../../../sdk/c/assay_test.h"
#include "has_manager.c"

ASSAY_TEST(a_client_without_a_manager_is_found) {
  assay_client_builder_t *client = assay_new_client();
  assay_client_set_name(client, "Chamomile");
  const assay_verdict_t *verdict = assay_run("has-manager", "{}", client, 0);
  ASSAY_EXPECT_INTEGER(verdict->finding_count, 1);
  ASSAY_EXPECT_TEXT(assay_found(verdict, 0)->code, "no-manager");
  ASSAY_EXPECT_TEXT(assay_found(verdict, 0)->path, "manager");
  ASSAY_EXPECT_TEXT(assay_found_param(verdict, 0, "client"), "Chamomile");
}

ASSAY_TEST(a_client_with_one_is_not) {
  assay_client_builder_t *client = assay_new_client();
  assay_client_set_manager(client, "ivanov");
  ASSAY_EXPECT_INTEGER(assay_run("has-manager", "{}", client, 0)->finding_count, 0);
}

ASSAY_TEST_MAIN
