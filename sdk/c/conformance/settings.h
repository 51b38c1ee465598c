// The checks `settings`, `host` and `faults`.

typedef struct {
  assay_text_t name;
  double ratio;
  int64_t days;
  bool strict;
  int choice;
  assay_texts_t list;
  int64_t large;
} settings_t;

static const char *refuse(const void *settings) {
  const settings_t *set = settings;
  return assay_equal(set->name, "refuse") ? "name must not be refuse" : NULL;
}

ASSAY_SETTINGS(settings_settings, settings_t, refuse,
  ASSAY_TEXT(settings_t, name, "", .required = true, .title = "Name", ASSAY_LENGTH(1, 20)),
  ASSAY_NUMBER(settings_t, ratio, 1.5, .title = "Ratio", ASSAY_RANGE(0, 1000)),
  ASSAY_INTEGER(settings_t, days, 3, .title = "Days", ASSAY_RANGE(-10, 10)),
  ASSAY_BOOL(settings_t, strict, true, .title = "Strict"),
  ASSAY_CHOICE(settings_t, choice, ASSAY_ONE_OF("a", "b"), 1, .title = "Choice"),
  ASSAY_TEXTS(settings_t, list, ASSAY_EMPTY, .title = "List"),
  ASSAY_INTEGER(settings_t, large, 0, .title = "Large"));

static void settings(const void *given, assay_client_t client, assay_report_t *report) {
  (void)client;
  const settings_t *set = given;
  lines_t list = {0};
  for (uint32_t i = 0; i < set->list.count; i++) {
    if (i > 0) put(&list, assay_text(","));
    put(&list, set->list.items[i]);
  }
  assay_finding_t finding = assay_finding(report, "settings");
  assay_path(finding, "name");
  assay_param(finding, "name", set->name);
  assay_param(finding, "ratio", bits(set->ratio));
  assay_param_integer(finding, "days", set->days);
  assay_param_bool(finding, "strict", set->strict);
  assay_param(finding, "choice", set->choice == 0 ? "a" : "b");
  assay_param(finding, "list", ((assay_text_t){list.bytes, list.length}));
  assay_param_integer(finding, "large", set->large);
}

static assay_text_t offset_in(const char *zone) {
  int32_t offset;
  if (!assay_zone_offset(zone, assay_now(), &offset)) return assay_text("none");
  return assay_format("%d", (int)offset);
}

static void host(const void *given, assay_client_t client, assay_report_t *report) {
  (void)given;
  assay_text_t value = assay_channel_value(assay_channels_at(assay_client_channels(client), 0));
  double read = 0;
  assay_parse_double("2.50", &read);
  assay_finding_t finding = assay_finding(report, "host");
  assay_path(finding, "name");
  assay_param(finding, "now", assay_format("%lld", (long long)assay_now()));
  assay_param(finding, "match", assay_matches("^a+$", assay_client_name(client)) ? "true" : "false");
  assay_param_bool(finding, "valid", assay_valid_pattern("^a+$"));
  assay_param_bool(finding, "invalid", assay_valid_pattern("(a"));
  assay_param(finding, "phone", assay_phone(value, assay_client_country(client)) ? "true" : "false");
  assay_param(finding, "zone", offset_in("Europe/Kyiv"));
  assay_param(finding, "nowhere", offset_in("Nowhere/Here"));
  assay_param(finding, "written", assay_format_double(1.5e-7, 'g'));
  assay_param(finding, "read", bits(read));
}

enum fault { TRAP, LOOP, DEPTH, MEMORY, CODE, UTF8, ROWS, LOG };

typedef struct { enum fault fault; } faults_settings_t;

ASSAY_SETTINGS(faults_settings, faults_settings_t, NULL,
  ASSAY_CHOICE(faults_settings_t, fault, ASSAY_ONE_OF("trap", "loop", "depth", "memory", "code", "utf8", "rows", "log"), TRAP));

static volatile uint32_t turns;

// What it keeps on the stack is used behind the call, so that no compiler makes a loop of it.
static uint32_t call_without_end(uint32_t n) {
  volatile uint32_t kept = n;
  turns = n;
  return n == UINT32_MAX ? 0 : call_without_end(n + 1) + kept;
}

static void log_much(assay_report_t *report) {
  char letters[100];
  __builtin_memset(letters, 'x', sizeof letters);
  for (int i = 0; i < 100; i++) assay_log(((assay_text_t){letters, sizeof letters}));
  assay_path(assay_finding(report, "logged"), "name");
}

static void faults(const void *given, assay_client_t client, assay_report_t *report) {
  (void)client;
  const faults_settings_t *set = given;
  switch (set->fault) {
  case TRAP: __builtin_trap();
  case LOOP: for (;;) turns = 0;
  case DEPTH: call_without_end(0); break;
  case MEMORY: for (;;) *(volatile char *)assay_new(1 << 20) = 1;
  case CODE: assay_finding(report, ""); break;
  case UTF8: assay_param(assay_finding(report, "utf8"), "x", "\xff"); break;
  case ROWS: give_many(report, 1001); break;
  case LOG: log_much(report); break;
  }
}
