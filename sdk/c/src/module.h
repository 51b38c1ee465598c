// Declaring checks

/* A check: judges a client. The settings are the struct that was declared with ASSAY_SETTINGS, NULL for a check
   without settings. */
typedef void assay_judge_t(const void *settings, assay_client_t client, assay_report_t *report);

/* A check's declaration; made by ASSAY_QUALITY or ASSAY_SEGMENTATION. */
typedef struct {
  const char *name;
  assay_judge_t *judge;
  const char *type_, *messages_, *labels_; // templates of JSON, of assay_put_template_
  const assay_settings_t *settings;
} assay_check_t;

/* Declares the checks of the module, once: ASSAY_CHECKS(ASSAY_QUALITY(…), ASSAY_SEGMENTATION(…), …).

   ASSAY_QUALITY(name, function, …) gives findings, ASSAY_SEGMENTATION(name, function, …) a label and measures. Names have small
   letters, digits and hyphens inside. Behind the function may stand, in any order:

     .settings = &name                the name in ASSAY_SETTINGS
     ASSAY_MESSAGES(…)                the messages of the findings; of a segmentation the reasons for its labels
     ASSAY_LABELS(…)                  what a segmentation gives

   In these two stand, one behind the other like the parts of a string and without commas,

     ASSAY_MESSAGE("code", ASSAY_IN("en", "Assign a manager to {{ name }}") ASSAY_IN("ru", "…"))
     ASSAY_LABEL("A", ASSAY_IN("en", "Class A"))

   {{ key }} becomes the parameter with that key. */
#define ASSAY_QUALITY(check, ...) {.name = check, .type_ = "\",\"type\":\"Quality\"", .judge = __VA_ARGS__}
#define ASSAY_SEGMENTATION(check, ...) {.name = check, .type_ = "\",\"type\":\"Segmentation\"", .judge = __VA_ARGS__}
#define ASSAY_MESSAGES(texts) .messages_ = ",\"messages\":{" texts "}"
#define ASSAY_LABELS(texts) .labels_ = ",\"labels\":{" texts "}"
#define ASSAY_MESSAGE(code, texts) ",\1" code "\1:{" texts "}"
#define ASSAY_LABEL(name, titles) ",\1" name "\1:{\"title\":{" titles "}}"
#define ASSAY_IN(language, text) ",\1" language "\1:\1" text "\1"

// Writes a template of JSON: what stands between two bytes \1 becomes a text, quoted, and a comma behind an opening bracket
// is left out.
ASSAY_COLD_ void assay_put_template_(assay_output_t_ *out, const char *at) {
  if (at == NULL) return;
  char last = 0;
  for (; *at != 0; at++) {
    if (*at == '\1') {
      const char *from = ++at;
      while (*at != '\1') at++;
      assay_put_quoted_(out, from, (uint32_t)(at - from));
    } else if (*at != ',' || (last != '{' && last != '[')) {
      assay_put_byte_(out, *at);
    }
    last = *at;
  }
}

// The description, as JSON.
ASSAY_COLD_ void assay_put_description_(assay_output_t_ *out, const assay_check_t *checks, uint32_t count) {
  assay_put_template_(out, "{\"abi\":1,\"checks\":[{\"name\":\"");
  for (const assay_check_t *check = checks; check < checks + count; check++) {
    if (check != checks) assay_put_template_(out, "},{\"name\":\"");
    assay_put_template_(out, check->name);
    assay_put_template_(out, check->type_);
    assay_put_template_(out, check->messages_);
    assay_put_template_(out, check->labels_);
    if (check->settings != NULL) check->settings->schema_(out, check->settings->table_, check->settings->count_);
  }
  assay_put_template_(out, "}]}");
}

// A check with settings.
typedef struct {
  const assay_check_t *check;
  char *settings;
} assay_configured_t_;

// Reads the settings of a check and returns why it refuses them, NULL when it takes them.
ASSAY_API const char *assay_configure_(assay_configured_t_ *c, const assay_check_t *check, assay_text_t json) {
  const assay_settings_t *s = check->settings;
  c->check = check;
  c->settings = NULL;
  if (s == NULL) return NULL;
  c->settings = assay_new(s->size_);
  __builtin_memset(c->settings, 0, s->size_);
  const char *why = s->read_(json, s->table_, s->count_, c->settings);
  return why == NULL && s->validate_ != NULL ? s->validate_(c->settings) : why;
}

ASSAY_API void assay_judge_(const assay_configured_t_ *c, const uint8_t *card, uint32_t size, assay_report_t *report) {
  assay_client_t client;
  const char *why = assay_open_(card, size, &client);
  if (why != NULL) assay_error(report, why);
  else c->check->judge(c->settings, client, report);
}

#ifdef __wasm__

ASSAY_API uint64_t assay_pack_(const void *bytes, uint32_t length) { return (uint64_t)(uintptr_t)bytes << 32 | length; }

ASSAY_API uint32_t assay_export_alloc_(uint32_t size) {
  uint32_t at = assay_take_(size);
  assay_keep_();
  return at;
}

ASSAY_API uint64_t assay_export_describe_(const assay_check_t *checks, uint32_t count) {
  assay_output_t_ out = {0};
  assay_put_description_(&out, checks, count);
  return assay_pack_(out.bytes, out.length);
}

ASSAY_API uint64_t assay_export_configure_(const assay_check_t *check, const char *json, uint32_t length) {
  assay_output_t_ answer = {0};
  assay_configured_t_ *configured = assay_new(sizeof *configured);
  const char *why = assay_configure_(configured, check, (assay_text_t){json, length});
  uint8_t *header = assay_extend_(&answer, ASSAY_CONFIGURE_HEADER);
  assay_store32_(header, why != NULL);
  assay_store32_(header + 4, (uint32_t)(uintptr_t)configured);
  assay_put_(&answer, assay_text(why));
  assay_keep_();
  return assay_pack_(answer.bytes, answer.length);
}

ASSAY_API uint64_t assay_export_evaluate_(uint32_t handle, const uint8_t *card, uint32_t size) {
  assay_report_t report = {0};
  assay_begin_card_();
  assay_judge_((const assay_configured_t_ *)(uintptr_t)handle, card, size, &report);
  return assay_pack_(report.out_.bytes, report.out_.length);
}

#define ASSAY_EXPORT_(name) __attribute__((export_name(name)))
#define ASSAY_CHECKS(...)                                                                                               \
  static const assay_check_t assay_checks_[] = {__VA_ARGS__};                                                           \
  ASSAY_EXPORT_("assay_abi") uint32_t assay_export_1_(void) { return ASSAY_ABI; }                                       \
  ASSAY_EXPORT_("assay_alloc") uint32_t assay_export_2_(uint32_t size) { return assay_export_alloc_(size); }            \
  ASSAY_EXPORT_("assay_describe") uint64_t assay_export_3_(void) {                                                      \
    return assay_export_describe_(assay_checks_, sizeof assay_checks_ / sizeof assay_checks_[0]);                       \
  }                                                                                                                     \
  ASSAY_EXPORT_("assay_configure") uint64_t assay_export_4_(uint32_t check, const char *settings, uint32_t length) {    \
    return assay_export_configure_(&assay_checks_[check], settings, length);                                            \
  }                                                                                                                     \
  ASSAY_EXPORT_("assay_evaluate") uint64_t assay_export_5_(uint32_t handle, const uint8_t *card, uint32_t length) {     \
    return assay_export_evaluate_(handle, card, length);                                                                \
  }                                                                                                                     \
  struct assay_end_of_checks_ /* a semicolon follows */

#else

extern const assay_check_t assay_checks_[];
extern const uint32_t assay_checks_count_;
#define ASSAY_CHECKS(...)                                       \
  const assay_check_t assay_checks_[] = {__VA_ARGS__};          \
  const uint32_t assay_checks_count_ = sizeof assay_checks_ / sizeof assay_checks_[0]

#endif
