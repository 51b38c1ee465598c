// Shows that the C SDK keeps the module ABI: sdk/conformance/README.md says what each check does.
#include "../assay.h"

#include "fields.h"
#include "results.h"
#include "settings.h"

ASSAY_CHECKS(
  ASSAY_QUALITY("fields", fields, .settings = &fields_settings),
  ASSAY_QUALITY("results", results, .settings = &results_settings),
  ASSAY_SEGMENTATION("labels", labels, .settings = &labels_settings,
    ASSAY_MESSAGES(ASSAY_MESSAGE("A", ASSAY_IN("en", "{{ share }} % of revenue"))),
    ASSAY_LABELS(ASSAY_LABEL("A", ASSAY_IN("en", "Class A") ASSAY_IN("ru", "Класс А")) ASSAY_LABEL("B", ""))),
  ASSAY_QUALITY("settings", settings, .settings = &settings_settings),
  ASSAY_QUALITY("host", host),
  ASSAY_QUALITY("faults", faults, .settings = &faults_settings));
