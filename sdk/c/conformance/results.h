// The checks `results` and `labels`: every kind of result.

enum results_kind { NONE, FULL, MANY, SUGGEST, SEVERITY, LONG, ERROR, STALE };

typedef struct {
  enum results_kind kind;
  int64_t count;
} results_settings_t;

ASSAY_SETTINGS(results_settings, results_settings_t, NULL,
  ASSAY_CHOICE(results_settings_t, kind, ASSAY_ONE_OF("none", "full", "many", "suggest", "severity", "long", "error", "stale"), FULL),
  ASSAY_INTEGER(results_settings_t, count, 1, ASSAY_RANGE(0, 2000)));

static void give_full(assay_report_t *report) {
  assay_finding_t finding = assay_finding(report, "full");
  assay_path(finding, "contacts[0].jobTitle");
  assay_row(finding, "c1");
  assay_suggest_text(finding, "директор");
  assay_severity(finding, ASSAY_ERROR);
  assay_param(finding, "a", "1");
  assay_param(finding, "b", "");
  assay_param(finding, "ключ", "значение");
}

static assay_finding_t suggestion(assay_report_t *report, const char *row) {
  assay_finding_t finding = assay_finding(report, "suggest");
  assay_path(finding, "notes");
  assay_row(finding, row);
  return finding;
}

static void give_suggestions(assay_report_t *report) {
  assay_suggest_text(suggestion(report, "text"), "a\"b\\c\n\001\té");
  assay_suggest_integer(suggestion(report, "number"), -3);
  assay_suggest_bool(suggestion(report, "truth"), true);
  assay_suggest_json(suggestion(report, "json"), "{\"a\":[1,null]}");
  assay_finding_t largest = suggestion(report, "largest");
  assay_suggest_unsigned(largest, UINT64_MAX);
  assay_param_unsigned(largest, "largest", UINT64_MAX);
  assay_param_integer(largest, "least", INT64_MIN);
  assay_param_bool(largest, "yes", true);
  assay_param_bool(largest, "no", false);
}

static void give_severities(assay_report_t *report) {
  static const char *const names[] = {"info", "warning", "error"};
  for (int severity = ASSAY_INFO; severity <= ASSAY_ERROR; severity++) {
    assay_finding_t finding = assay_finding(report, "severity");
    assay_row(finding, names[severity]);
    assay_severity(finding, (assay_severity_t)severity);
  }
}

static void give_many(assay_report_t *report, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) {
    assay_finding_t finding = assay_finding(report, "many");
    assay_path(finding, assay_format("contacts[%u].name", i));
    assay_row(finding, assay_format("c%u", i));
  }
}

static void give_long(assay_report_t *report, uint32_t count) {
  char *text = assay_new(1024 * count);
  __builtin_memset(text, 'x', 1024 * count);
  assay_param(assay_finding(report, "long"), "x", ((assay_text_t){text, 1024 * count}));
}

static void give_stale(assay_report_t *report) {
  assay_finding_t first = assay_finding(report, "first");
  assay_finding(report, "second");
  assay_path(first, "name");
}

static void results(const void *settings, assay_client_t client, assay_report_t *report) {
  (void)client;
  const results_settings_t *set = settings;
  switch (set->kind) {
  case NONE: break;
  case FULL: give_full(report); break;
  case MANY: give_many(report, (uint32_t)set->count); break;
  case SUGGEST: give_suggestions(report); break;
  case SEVERITY: give_severities(report); break;
  case LONG: give_long(report, (uint32_t)set->count); break;
  case ERROR:
    assay_finding(report, "before");
    assay_error(report, "no rate for the currency");
    break;
  case STALE: give_stale(report); break;
  }
}

typedef struct { assay_text_t label; } labels_settings_t;

ASSAY_SETTINGS(labels_settings, labels_settings_t, NULL, ASSAY_TEXT(labels_settings_t, label, "A"));

static void labels(const void *settings, assay_client_t client, assay_report_t *report) {
  const labels_settings_t *set = settings;
  assay_param_integer(assay_label(report, set->label), "share", 41);
  assay_measure(report, "revenue", assay_client_revenue(client));
  assay_measure(report, "smallest", INT64_MIN);
  assay_measure(report, "largest", INT64_MAX);
}
