// The smallest rule in C: a client needs a manager.

// All of the SDK. In a project of your own, made by `assay rule new`, it is "assay.h" in the folder sdk.
#include "../../../sdk/c/assay.h"

// A check gets its settings (none here), one client, and a report to say things to. It is called for client after client
// and remembers nothing between them.
static void has_manager(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)settings;

  // A field that the client does not have is empty. Texts are parts of the client: bytes and a length, with no zero byte behind.
  if (assay_client_manager(client).length > 0) return;

  // Something is wrong: a code, the field it is about, and what the message says beside.
  assay_finding_t finding = assay_finding(report, "no-manager");
  assay_path(finding, "manager");
  assay_param(finding, "client", assay_client_name(client));
}

// What the module has, under which names, and what people read of a finding, in each language.
ASSAY_CHECKS(
  ASSAY_QUALITY("has-manager", has_manager,
    ASSAY_MESSAGES(ASSAY_MESSAGE("no-manager",
      ASSAY_IN("en", "{{ client }} has no manager. Assign one.")
      ASSAY_IN("ru", "У клиента {{ client }} нет менеджера. Назначьте его.")))));
