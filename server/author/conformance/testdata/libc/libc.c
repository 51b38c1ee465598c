// A rule with a C library in it: blocks of malloc and of the SDK stand beside one another, and none is in another.
#include "assay.h"
#include "filled.h"

enum { ROUNDS = 4 };

static void apart(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;
  uint32_t wrong = 0;
  char *taken[ROUNDS], *given[ROUNDS];
  for (uint32_t i = 0; i < ROUNDS; i++) {
    given[i] = fill(assay_new(90000), 90000, 'a' + i);
    taken[i] = fill(take(150000), 150000, 'A' + i);
  }
  for (uint32_t i = 0; i < ROUNDS; i++) {
    wrong += unlike(given[i], 90000, 'a' + i) + unlike(taken[i], 150000, 'A' + i);
    give_back(taken[i]);
  }
  assay_finding_t finding = assay_finding(report, "apart");
  assay_param(finding, "wrong", assay_format("%u", wrong));
  assay_param(finding, "name", assay_client_name(client)); // of the card, which lies in memory of the SDK
}

ASSAY_CHECKS(ASSAY_QUALITY("apart", apart));
