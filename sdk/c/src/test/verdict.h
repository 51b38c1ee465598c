// What a check said

typedef struct { const char *key, *value; } assay_param_t;

/* A finding; what was not said is "". */
typedef struct {
  const char *code, *path, *row, *suggest, *severity;
  uint32_t param_count;
  assay_param_t *params;
} assay_found_t;

typedef struct { const char *name; int64_t value; } assay_measured_t;

/* What a check says of a client. One that was refused or has a fault fails its test, unless the test looks at that. */
typedef struct assay_verdict_t {
  const char *refused; /* why the settings were refused, NULL when they were not; nothing else is there then */
  const char *fault;   /* why the server or `assay rule test` would refuse what was said, or what assay_fail said; NULL */
  uint32_t finding_count;
  const assay_found_t *findings;
  const char *label; /* "" for none */
  assay_found_t reason_;
  uint32_t measure_count;
  const assay_measured_t *measures;
  const char *error; /* why the client could not be judged, NULL */
  const char *log;
  assay_text_t bytes; /* the packed results (ABI.md) */
  struct assay_verdict_t *next_; // of those that fail the test
  bool expected_;
} assay_verdict_t;

/* Finding i; one in which everything is "" when there is none. */
static inline const assay_found_t *assay_found(const assay_verdict_t *verdict, uint32_t i) {
  static const assay_found_t nothing = {.code = "", .path = "", .row = "", .suggest = "", .severity = ""};
  return i < verdict->finding_count ? &verdict->findings[i] : &nothing;
}

static inline const char *assay_param_in_(const assay_found_t *row, const char *key) {
  for (uint32_t i = 0; i < row->param_count; i++)
    if (strcmp(row->params[i].key, key) == 0) return row->params[i].value;
  return "";
}

/* The parameter of finding i, or of the label's reason, "" when it has none of this key. */
static inline const char *assay_found_param(const assay_verdict_t *verdict, uint32_t i, const char *key) { return assay_param_in_(assay_found(verdict, i), key); }
static inline const char *assay_label_param(const assay_verdict_t *verdict, const char *key) { return assay_param_in_(&verdict->reason_, key); }

/* The measure of a name, 0 when there is none. */
static inline int64_t assay_measured(const assay_verdict_t *verdict, const char *name) {
  for (uint32_t i = 0; i < verdict->measure_count; i++)
    if (strcmp(verdict->measures[i].name, name) == 0) return verdict->measures[i].value;
  return 0;
}

static inline bool assay_is_utf8_(assay_text_t t) {
  for (uint32_t i = 0; i < t.length;) {
    uint8_t c = (uint8_t)t.bytes[i];
    uint32_t more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if ((c >= 0x80 && c < 0xc2) || c > 0xf4 || more > t.length - i - 1) return false;
    uint32_t code = more == 0 ? c : c & (0x3f >> more);
    for (uint32_t k = 1; k <= more; k++) {
      if ((t.bytes[i + k] & 0xc0) != 0x80) return false;
      code = code << 6 | ((uint8_t)t.bytes[i + k] & 0x3f);
    }
    if ((more == 2 && (code < 0x800 || (code >= 0xd800 && code < 0xe000))) || (more == 3 && (code < 0x10000 || code > 0x10ffff))) return false;
    i += more + 1;
  }
  return true;
}

// What the server would say of a field, NULL when it takes it.
static inline const char *assay_judge_field_(uint8_t kind, uint8_t tag, assay_text_t value) {
  static const uint32_t allowed[] = {0, 0x107e, 0xe0, 0x600, 0x800}; // tags by kind of row
  bool name = tag == ASSAY_TAG_CODE || tag == ASSAY_TAG_LABEL || tag == ASSAY_TAG_MEASURE;
  if (tag > ASSAY_TAG_SEVERITY || !(allowed[kind] >> tag & 1)) return "a field that does not belong in its row";
  if (tag == ASSAY_TAG_VALUE) return NULL;
  if (!assay_is_utf8_(value)) return "a text that is not UTF-8";
  if ((name || tag == ASSAY_TAG_PARAM_KEY) && value.length == 0) return "an empty code, label, name of a measure or key of a parameter";
  if (tag == ASSAY_TAG_SUGGEST && !assay_is_json_(value)) return assay_test_text_("a suggestion that is not JSON: %.*s", ASSAY_ARG(value));
  if ((name || tag == ASSAY_TAG_ROW_ID) && value.length > ASSAY_MAX_IDENT) return "a code, label, name of a measure or row id of more than 255 bytes";
  return NULL;
}

static inline void assay_read_field_(assay_verdict_t *v, assay_found_t *row, assay_measured_t *measure, uint8_t tag, assay_text_t value) {
  const char *text = assay_test_copy_(value);
  switch (tag) {
  case ASSAY_TAG_CODE: row->code = text; return;
  case ASSAY_TAG_PATH: row->path = text; return;
  case ASSAY_TAG_ROW_ID: row->row = text; return;
  case ASSAY_TAG_SUGGEST: row->suggest = text; return;
  case ASSAY_TAG_SEVERITY: row->severity = text; return;
  case ASSAY_TAG_LABEL: v->label = text; return;
  case ASSAY_TAG_ERROR: v->error = text; return;
  case ASSAY_TAG_MEASURE: measure->name = text; return;
  case ASSAY_TAG_VALUE: memcpy(&measure->value, value.bytes, sizeof measure->value); return;
  case ASSAY_TAG_PARAM_KEY: row->params[row->param_count++] = (assay_param_t){text, ""}; return;
  case ASSAY_TAG_PARAM_VALUE: row->params[row->param_count - 1].value = text; return; // the SDK writes both together
  }
}

// Makes room for the parameters of a row, whose fields are at these places.
static inline void assay_make_params_(assay_found_t *row, const uint8_t *bytes, uint32_t at, uint32_t end) {
  size_t params = 0;
  for (; at < end; at += 5 + assay_load32_(bytes + at + 1)) params += bytes[at] == ASSAY_TAG_PARAM_KEY;
  row->params = assay_test_zeros_((params + 1) * sizeof *row->params);
  row->param_count = 0;
}

// Reads one row and returns where the next begins.
static inline uint32_t assay_read_row_(assay_verdict_t *v, uint32_t at, assay_found_t *row, assay_measured_t *measure) {
  const uint8_t *bytes = (const uint8_t *)v->bytes.bytes;
  uint32_t end = at + 4 + assay_load32_(bytes + at);
  uint8_t kind = bytes[at + 4];
  if (kind == ASSAY_RESULT_FINDING || kind == ASSAY_RESULT_LABEL) assay_make_params_(row, bytes, at + 5, end);
  for (at += 5; at < end;) {
    assay_text_t value = {v->bytes.bytes + at + 5, assay_load32_(bytes + at + 1)};
    const char *why = assay_judge_field_(kind, bytes[at], value);
    if (why != NULL && v->fault == NULL) v->fault = why;
    assay_read_field_(v, row, measure, bytes[at], value);
    at += 5 + value.length;
  }
  return end;
}

// Reads the packed results as the server does.
static inline void assay_read_results_(assay_verdict_t *v) {
  const uint32_t length = v->bytes.length;
  uint32_t rows = 0, labels = 0;
  for (uint32_t at = 0; at < length; at += 4 + assay_load32_((const uint8_t *)v->bytes.bytes + at)) rows++;
  assay_found_t *findings = assay_test_zeros_((rows + (size_t)1) * sizeof *findings);
  assay_measured_t *measures = assay_test_zeros_((rows + (size_t)1) * sizeof *measures);
  v->findings = findings;
  v->measures = measures;
  if (length > ASSAY_MAX_RESULTS) v->fault = "results of more than 64 KiB";
  else if (rows > ASSAY_MAX_ROWS) v->fault = "more than 1000 rows of results";
  for (uint32_t at = 0; at < length;) {
    uint8_t kind = (uint8_t)v->bytes.bytes[at + 4];
    assay_found_t *row = kind == ASSAY_RESULT_FINDING ? &findings[v->finding_count++] : &v->reason_;
    if (kind == ASSAY_RESULT_LABEL && labels++ == 1 && v->fault == NULL) v->fault = "a second label";
    assay_measured_t *measure = &measures[v->measure_count];
    if (kind == ASSAY_RESULT_MEASURE) v->measure_count++;
    row->code = row->path = row->row = row->suggest = row->severity = "";
    at = assay_read_row_(v, at, row, measure);
  }
}
