// What the host knows

#ifdef __wasm__

__attribute__((import_module("assay"), import_name("call"))) int64_t assay_import_call_(uint32_t function, const void *argument, uint32_t length);

typedef struct { uint32_t first, first_length, second, second_length; } assay_two_texts_t_;

ASSAY_API int64_t assay_ask_(uint32_t function, assay_text_t first, assay_text_t second) {
  assay_two_texts_t_ argument = {(uint32_t)(uintptr_t)first.bytes, first.length, (uint32_t)(uintptr_t)second.bytes, second.length};
  return assay_import_call_(function, &argument, sizeof argument);
}

ASSAY_API void assay_log_(assay_text_t text) { assay_import_log_(text.bytes, text.length); }
ASSAY_API int64_t assay_now(void) { return assay_import_call_(ASSAY_CALL_NOW, NULL, 0); }
ASSAY_API int assay_matches_(assay_text_t pattern, assay_text_t text) { return (int)assay_ask_(ASSAY_CALL_MATCH, pattern, text); }
ASSAY_API bool assay_phone_(assay_text_t text, assay_text_t country) { return assay_ask_(ASSAY_CALL_PHONE, text, country) == 1; }

ASSAY_API bool assay_zone_offset_(assay_text_t zone, int64_t ms, int32_t *offset) {
  int64_t seconds = ms / 1000 - (ms % 1000 < 0);
  struct { uint32_t name, length; int64_t seconds; } argument = {(uint32_t)(uintptr_t)zone.bytes, zone.length, seconds};
  int64_t answer = assay_import_call_(ASSAY_CALL_ZONE_OFFSET, &argument, sizeof argument);
  if (answer == INT64_MIN) return false;
  *offset = (int32_t)answer;
  return true;
}

ASSAY_API assay_text_t assay_format_double(double value, char format) {
  enum { ROOM = 512 }; // the longest is 5e-324 in format f, 326 characters
  char *text = assay_new(ROOM);
  struct { double value; uint32_t format, text, room; } argument = {value, (uint8_t)format, (uint32_t)(uintptr_t)text, ROOM};
  int64_t length = assay_import_call_(ASSAY_CALL_DOUBLE_TEXT, &argument, ASSAY_DOUBLE_TEXT_ARGUMENT);
  if (length < 0) assay_fail("assay_format_double: want the format e, f or g");
  return (assay_text_t){text, (uint32_t)length};
}

ASSAY_API bool assay_parse_double_(assay_text_t text, double *value) {
  struct { uint32_t text, length, value; } argument = {(uint32_t)(uintptr_t)text.bytes, text.length, (uint32_t)(uintptr_t)value};
  return assay_import_call_(ASSAY_CALL_PARSE_DOUBLE, &argument, sizeof argument) == 1;
}

#else // natively assay_test.h answers

void assay_log_(assay_text_t text);
int64_t assay_now(void);
int assay_matches_(assay_text_t pattern, assay_text_t text);
bool assay_phone_(assay_text_t text, assay_text_t country);
bool assay_zone_offset_(assay_text_t zone, int64_t ms, int32_t *offset);
assay_text_t assay_format_double(double value, char format);
bool assay_parse_double_(assay_text_t text, double *value);

#endif

ASSAY_API bool assay_match_(assay_text_t pattern, assay_text_t text) {
  int answer = assay_matches_(pattern, text);
  if (answer < 0) assay_fail("assay_matches: the pattern is invalid or too large");
  return answer == 1;
}

/* Writes a line to the server's log: assay_log(TEXT). A card may log 4 KiB; the rest is dropped. */
#define assay_log(text) assay_log_(assay_text(text))

/* int64_t assay_now(void): the evaluation time, unix milliseconds. */

/* Whether an RE2 pattern matches anywhere in a text: assay_matches(TEXT pattern, TEXT text). A pattern that is invalid
   or too large (ABI.md) makes the card an evaluation error. */
#define assay_matches(pattern, text) assay_match_(assay_text(pattern), assay_text(text))

/* Whether a text is a pattern that assay_matches takes, for a check of settings: assay_valid_pattern(TEXT). */
#define assay_valid_pattern(pattern) (assay_matches_(assay_text(pattern), (assay_text_t){"", 0}) >= 0)

/* Whether a text is a phone number of a country (a code, UA, or a name), or an international one:
   assay_phone(TEXT text, TEXT country). With an empty country an international one only. */
#define assay_phone(text, country) assay_phone_(assay_text(text), assay_text(country))

/* How many seconds clocks in a time zone ("Europe/Kyiv") were east of UTC at a time in unix milliseconds; false when
   there is no such zone: assay_zone_offset(TEXT zone, int64_t ms, int32_t *offset). */
#define assay_zone_offset(zone, ms, offset) assay_zone_offset_(assay_text(zone), ms, offset)

/* assay_text_t assay_format_double(double value, char format): the fewest digits that read back as the value, in the
   format 'e' (1.5e+00), 'f' (1.5) or 'g' (e for exponents below -4 and above 5, else f). */

/* Reads a number, false when the text is none or beyond the range: assay_parse_double(TEXT text, double *value). */
#define assay_parse_double(text, value) assay_parse_double_(assay_text(text), value)
