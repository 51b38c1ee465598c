// What a check says

/* What a check says of a client. */
typedef struct { assay_output_t_ out_; } assay_report_t;

// A row that has been opened, by where it begins. That of an empty label is not there: its `out` is NULL.
typedef struct {
  assay_output_t_ *out;
  uint32_t at;
} assay_row_t_;

/* A finding that has been opened. It can be added to until the next finding, label, measure or error; to add to it later fails the card. */
typedef struct { assay_row_t_ row_; } assay_finding_t;

/* The label that was given. It can be added to as a finding can. */
typedef struct { assay_row_t_ row_; } assay_label_t;

/* How much a finding matters. */
typedef enum { ASSAY_INFO, ASSAY_WARNING, ASSAY_ERROR } assay_severity_t;

ASSAY_API void assay_store32_(uint8_t *at, uint32_t value) { __builtin_memcpy(at, &value, sizeof value); }

ASSAY_API uint32_t assay_load32_(const uint8_t *at) {
  uint32_t value;
  __builtin_memcpy(&value, at, sizeof value);
  return value;
}

// Where a field stands in its row: code, path, row id, suggestion, severity, parameters; label, parameters; a measure's
// name, its value.
enum { ASSAY_RANK_PARAM_ = 6 };

ASSAY_API uint32_t assay_rank_(uint8_t tag) {
  if (tag <= ASSAY_TAG_SUGGEST) return tag;
  if (tag <= ASSAY_TAG_PARAM_VALUE) return ASSAY_RANK_PARAM_;
  return tag == ASSAY_TAG_SEVERITY ? 5 : tag == ASSAY_TAG_VALUE ? 2 : 1;
}

ASSAY_COLD_ void assay_begin_row_(assay_output_t_ *out, uint8_t kind) {
  out->row = out->length;
  out->rank = 0;
  uint8_t *header = assay_extend_(out, 5);
  assay_store32_(header, 1);
  header[4] = kind;
}

// Where a field goes that comes too late in the open row, or once more. What was there of its tag is gone then.
ASSAY_COLD_ uint32_t assay_place_(assay_output_t_ *out, uint8_t tag) {
  uint32_t at = out->row + 5;
  while (at < out->length && assay_rank_(out->bytes[at]) < assay_rank_(tag)) at += 5 + assay_load32_(out->bytes + at + 1);
  if (at == out->length || out->bytes[at] != tag) return at;
  uint8_t *field = out->bytes + at;
  uint32_t size = 5 + assay_load32_(field + 1);
  out->length -= size;
  __builtin_memmove(field, field + size, out->length - at);
  return at;
}

// Puts a field into its place in the open row, instead of one that was there. Parameters go behind all others.
ASSAY_COLD_ void assay_put_field_(assay_output_t_ *out, uint8_t tag, const char *bytes, uint32_t length) {
  uint32_t rank = assay_rank_(tag), at = out->length;
  if (rank <= out->rank && rank != ASSAY_RANK_PARAM_) at = assay_place_(out, tag);
  else out->rank = rank;
  uint32_t size = 5 + length, behind = out->length - at;
  assay_extend_(out, size);
  uint8_t *field = out->bytes + at;
  if (behind > 0) __builtin_memmove(field + size, field, behind);
  field[0] = tag;
  assay_store32_(field + 1, length);
  if (length > 0) __builtin_memcpy(field + 5, bytes, length);
  assay_store32_(out->bytes + out->row, out->length - out->row - 4);
}

ASSAY_INLINE_ void assay_field_(assay_output_t_ *out, uint8_t tag, assay_text_t value) { assay_put_field_(out, tag, value.bytes, value.length); }

// Adds a field to a row that was opened before. What is empty is left out, but for what belongs to a parameter.
ASSAY_COLD_ void assay_add_field_(assay_output_t_ *out, uint32_t row, uint8_t tag, const char *bytes, uint32_t length) {
  if (out == NULL) return;
  if (out->row != row) assay_fail("a finding or label is added to when the next row has begun: say all of it before");
  if (length > 0 || assay_rank_(tag) == ASSAY_RANK_PARAM_) assay_put_field_(out, tag, bytes, length);
}

ASSAY_INLINE_ void assay_add_(assay_row_t_ row, uint8_t tag, assay_text_t value) { assay_add_field_(row.out, row.at, tag, value.bytes, value.length); }

ASSAY_COLD_ void assay_begin_finding_(assay_output_t_ *out, const char *code, uint32_t length) {
  assay_begin_row_(out, ASSAY_RESULT_FINDING);
  assay_put_field_(out, ASSAY_TAG_CODE, code, length);
}

ASSAY_INLINE_ assay_finding_t assay_finding_(assay_output_t_ *out, assay_text_t code) {
  assay_begin_finding_(out, code.bytes, code.length);
  return (assay_finding_t){{out, out->row}};
}

ASSAY_INLINE_ void assay_path_(assay_finding_t finding, assay_text_t path) { assay_add_(finding.row_, ASSAY_TAG_PATH, path); }
ASSAY_INLINE_ void assay_row_id_(assay_finding_t finding, assay_text_t id) { assay_add_(finding.row_, ASSAY_TAG_ROW_ID, id); }
ASSAY_INLINE_ void assay_suggest_json_(assay_finding_t finding, assay_text_t json) { assay_add_(finding.row_, ASSAY_TAG_SUGGEST, json); }

ASSAY_COLD_ void assay_suggest_text_(assay_finding_t finding, assay_text_t text) {
  assay_output_t_ json = {0};
  assay_put_json_(&json, text);
  assay_suggest_json_(finding, (assay_text_t){(const char *)json.bytes, json.length});
}

ASSAY_INLINE_ void assay_param_(assay_row_t_ row, assay_text_t key, assay_text_t value) {
  assay_add_(row, ASSAY_TAG_PARAM_KEY, key);
  assay_add_(row, ASSAY_TAG_PARAM_VALUE, value);
}

ASSAY_COLD_ void assay_param_integer_(assay_row_t_ row, assay_text_t key, int64_t value) {
  assay_digits_t_ digits;
  assay_param_(row, key, assay_integer_text_(&digits, value));
}

ASSAY_COLD_ void assay_param_unsigned_(assay_row_t_ row, assay_text_t key, uint64_t value) {
  assay_digits_t_ digits;
  assay_param_(row, key, assay_unsigned_text_(&digits, value));
}

ASSAY_API assay_text_t assay_bool_text_(bool value) { return assay_text(value ? "true" : "false"); }

ASSAY_COLD_ assay_label_t assay_label_(assay_output_t_ *out, assay_text_t name) {
  if (name.length == 0) return (assay_label_t){{NULL, 0}};
  assay_begin_row_(out, ASSAY_RESULT_LABEL);
  assay_field_(out, ASSAY_TAG_LABEL, name);
  return (assay_label_t){{out, out->row}};
}

ASSAY_COLD_ void assay_measure_(assay_output_t_ *out, assay_text_t name, int64_t value) {
  char bytes[8];
  __builtin_memcpy(bytes, &value, sizeof bytes);
  assay_begin_row_(out, ASSAY_RESULT_MEASURE);
  assay_field_(out, ASSAY_TAG_MEASURE, name);
  assay_field_(out, ASSAY_TAG_VALUE, (assay_text_t){bytes, sizeof bytes});
}

ASSAY_COLD_ void assay_error_(assay_output_t_ *out, assay_text_t text) {
  assay_begin_row_(out, ASSAY_RESULT_ERROR);
  assay_field_(out, ASSAY_TAG_ERROR, text);
}

/* Something is wrong with the client: assay_finding(report, TEXT code). The code is one of the check's messages; with the
   rule, the client and the row id it makes the finding's identity. */
#define assay_finding(report, code) assay_finding_(&(report)->out_, assay_text(code))

/* The field that is wrong, in the client's JSON: assay_path(finding, TEXT), such as "taxId" or
   assay_format("contacts[%u].jobTitle", i). */
#define assay_path(finding, path) assay_path_(finding, assay_text(path))

/* The id of the row that the path leads into: assay_row(finding, TEXT). */
#define assay_row(finding, id) assay_row_id_(finding, assay_text(id))

/* A parameter of the message, {{ key }} in it: assay_param(finding or label, TEXT key, TEXT value). */
#define assay_param(row, key, value) assay_param_((row).row_, assay_text(key), assay_text(value))

/* Parameters that are no texts, of a finding or label: assay_param_integer(row, TEXT key, int64_t), assay_param_unsigned(row, TEXT key, uint64_t),
   assay_param_bool(row, TEXT key, bool) as true or false, assay_param_date(row, TEXT key, int64_t ms) as 2026-12-31. */
#define assay_param_integer(row, key, value) assay_param_integer_((row).row_, assay_text(key), value)
#define assay_param_unsigned(row, key, value) assay_param_unsigned_((row).row_, assay_text(key), value)
#define assay_param_bool(row, key, value) assay_param_((row).row_, assay_text(key), assay_bool_text_(value))
#define assay_param_date(row, key, ms) assay_param_((row).row_, assay_text(key), assay_date_text(ms))

/* A better value for the field: assay_suggest_text(finding, TEXT); _integer, _unsigned, _bool; _json with JSON as it is. */
#define assay_suggest_text(finding, text) assay_suggest_text_(finding, assay_text(text))
#define assay_suggest_json(finding, json) assay_suggest_json_(finding, assay_text(json))

ASSAY_COLD_ void assay_suggest_integer(assay_finding_t finding, int64_t value) {
  assay_digits_t_ digits;
  assay_suggest_json_(finding, assay_integer_text_(&digits, value));
}

ASSAY_COLD_ void assay_suggest_unsigned(assay_finding_t finding, uint64_t value) {
  assay_digits_t_ digits;
  assay_suggest_json_(finding, assay_unsigned_text_(&digits, value));
}

ASSAY_API void assay_suggest_bool(assay_finding_t finding, bool value) { assay_suggest_json_(finding, assay_bool_text_(value)); }

/* How much this finding matters, when it is not what the rule says. */
ASSAY_API void assay_severity(assay_finding_t finding, assay_severity_t severity) {
  static const char *const names[] = {"info", "warning", "error"};
  if ((unsigned)severity > ASSAY_ERROR) assay_fail("assay_severity: want ASSAY_INFO, ASSAY_WARNING or ASSAY_ERROR");
  assay_add_(finding.row_, ASSAY_TAG_SEVERITY, assay_text(names[severity]));
}

/* The segment the client belongs to, once and in a segmentation: assay_label(report, TEXT name). An empty name is no
   label. The parameters are those of the reason. */
#define assay_label(report, name) assay_label_(&(report)->out_, assay_text(name))

/* A number to rank the client by, in a segmentation: assay_measure(report, TEXT name, int64_t value). */
#define assay_measure(report, name, value) assay_measure_(&(report)->out_, assay_text(name), value)

/* The client could not be judged, and why: assay_error(report, TEXT). */
#define assay_error(report, text) assay_error_(&(report)->out_, assay_text(text))
