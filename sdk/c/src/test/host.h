// The stub host

/* What the stub host answers; a test may put functions of its own here. matches takes POSIX extended patterns, which are those of
   RE2 without (?i), \d and the like; phone takes +, or with a country nothing, and 7 to 15 digits with spaces, hyphens and
   brackets between; zone_offset knows UTC only. Doubles are written and read as the server does. */
typedef struct {
  int64_t now;
  bool (*matches)(const char *pattern, const char *text);
  bool (*phone)(const char *text, const char *country);
  bool (*zone_offset)(const char *zone, int64_t seconds, int32_t *offset);
} assay_test_host_t;

static assay_test_host_t assay_test_host;

// Where a run goes on after assay_fail, and what was logged in it.
static struct {
  bool running;
  jmp_buf failed;
  const char *reason;
  char log[ASSAY_MAX_LOG + 1];
  uint32_t logged;
} assay_run_;

_Noreturn void assay_fail(const char *reason) {
  assay_run_.reason = reason;
  if (assay_run_.running) longjmp(assay_run_.failed, 1);
  fprintf(stderr, "%s\n", reason);
  abort();
}

void assay_log_(assay_text_t text) {
  uint32_t room = ASSAY_MAX_LOG - assay_run_.logged, length = text.length < room ? text.length : room;
  if (length > 0) memcpy(assay_run_.log + assay_run_.logged, text.bytes, length);
  assay_run_.logged += length;
}

int64_t assay_now(void) { return assay_test_host.now; }

// RE2 that POSIX reads otherwise, or not at all.
static inline bool assay_is_posix_(const char *pattern) {
  for (; *pattern != 0; pattern++) {
    if (strncmp(pattern, "(?", 2) == 0 || (strchr("*+?}", *pattern) != NULL && pattern[1] == '?')) return false;
    if (*pattern == '\\' && pattern[1] != 0 && strchr("^$.[]|()*+?{}\\/-", *++pattern) == NULL) return false;
  }
  return true;
}

int assay_matches_(assay_text_t pattern, assay_text_t text) {
  const char *p = assay_test_copy_(pattern), *t = assay_test_copy_(text);
  if (assay_test_host.matches != NULL) return assay_test_host.matches(p, t);
  regex_t compiled;
  if (!assay_is_posix_(p)) assay_fail("assay_matches: the stub host knows POSIX extended patterns only: set assay_test_host.matches");
  if (regcomp(&compiled, p, REG_EXTENDED | REG_NOSUB) != 0) return -1;
  int found = regexec(&compiled, t, 0, NULL, 0) == 0;
  regfree(&compiled);
  return found;
}

bool assay_phone_(assay_text_t text, assay_text_t country) {
  const char *at = assay_test_copy_(text);
  if (assay_test_host.phone != NULL) return assay_test_host.phone(at, assay_test_copy_(country));
  if (*at == '+') at++;
  else if (country.length == 0) return false;
  int digits = 0;
  for (; *at != 0; at++) {
    if (*at >= '0' && *at <= '9') digits++;
    else if (strchr(" -()", *at) == NULL) return false;
  }
  return digits >= 7 && digits <= 15;
}

bool assay_zone_offset_(assay_text_t zone, int64_t seconds, int32_t *offset) {
  const char *name = assay_test_copy_(zone);
  if (assay_test_host.zone_offset != NULL) return assay_test_host.zone_offset(name, seconds, offset);
  if (strcmp(name, "UTC") != 0) return false;
  *offset = 0;
  return true;
}

// The fewest digits that read back as the value, and their number behind the point in format e.
static inline int assay_shortest_(double value) {
  char text[40];
  int digits = 0;
  do snprintf(text, sizeof text, "%.*e", digits, value);
  while (strtod(text, NULL) != value && ++digits < 17);
  return digits;
}

assay_text_t assay_format_double(double value, char format) {
  char text[400];
  if (format != 'e' && format != 'f' && format != 'g') assay_fail("assay_format_double: want the format e, f or g");
  if (isnan(value)) return assay_text("NaN");
  if (isinf(value)) return assay_text(value > 0 ? "+Inf" : "-Inf");
  int digits = assay_shortest_(value);
  snprintf(text, sizeof text, "%.*e", digits, value);
  int exponent = atoi(strchr(text, 'e') + 1);
  bool small = exponent < -4 || exponent > 5;
  if (format == 'f' || (format == 'g' && !small)) snprintf(text, sizeof text, "%.*f", digits > exponent ? digits - exponent : 0, value);
  return assay_text((const char *)assay_test_copy_(assay_text((const char *)text)));
}

bool assay_parse_double_(assay_text_t text, double *value) {
  char *copy = assay_test_copy_(text), *end;
  if (copy[0] == 0 || strchr(" \t\n\v\f\r", copy[0]) != NULL) return false;
  errno = 0;
  double read = strtod(copy, &end);
  if (end != copy + text.length || (errno == ERANGE && isinf(read))) return false;
  *value = read;
  return true;
}
