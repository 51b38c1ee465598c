// The stub host

/* What the stub host answers; a test may put functions of its own here: matches says 1, 0, or -1 of what is no pattern. Doubles are written and
   read as the server does. What the stub cannot answer as the server would fails the test: matches takes POSIX extended
   patterns, which are those of RE2 without (?i), \d and the like; phone takes + and counts digits, and national numbers it does not know;
   zone_offset knows UTC only. What the server answers to all that is too long the stub does, too: no function is asked then. */
typedef struct {
  int64_t now;
  int (*matches)(const char *pattern, const char *text);
  bool (*phone)(const char *text, const char *country);
  bool (*zone_offset)(const char *zone, int64_t ms, int32_t *offset);
} assay_test_host_t;

static assay_test_host_t assay_test_host;

// Where a run goes on after assay_fail, and what was logged in it.
static struct {
  bool running;
  jmp_buf failed;
  const char *reason;
  const char *unanswered; // what the stub host could not answer
  struct assay_verdict_t *failing; // the verdicts that fail the test unless it expects them
  char log[ASSAY_MAX_LOG + 1];
  uint32_t logged;
} assay_run_;

_Noreturn void assay_fail(const char *reason) {
  assay_run_.reason = reason;
  if (assay_run_.running) longjmp(assay_run_.failed, 1);
  fprintf(stderr, "%s\n", reason);
  abort();
}

// Ends the run, and fails the test whatever it expects.
_Noreturn static inline void assay_unanswered_(const char *what) {
  assay_run_.unanswered = what;
  assay_fail(what);
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
  if (pattern.length > ASSAY_MAX_PATTERN) return -1;
  if (assay_test_host.matches != NULL) return assay_test_host.matches(p, t);
  regex_t compiled;
  if (!assay_is_posix_(p)) assay_unanswered_("assay_matches: the stub host knows POSIX extended patterns only: set assay_test_host.matches");
  if (regcomp(&compiled, p, REG_EXTENDED | REG_NOSUB) != 0) return -1;
  int found = regexec(&compiled, t, 0, NULL, 0) == 0;
  regfree(&compiled);
  return found;
}

// Whether a text is a number for which + or 00 stands, for all that can be said without plans.
static inline bool assay_counts_as_phone_(const char *text) {
  static const char unknown[] = "assay_phone: the stub host knows numbers of + and digits only, with spaces, hyphens, dots and brackets between: set assay_test_host.phone";
  int digits = 0;
  for (const char *at = text + 1; *at != 0; at++) {
    if (*at >= '0' && *at <= '9') digits++;
    else if (strchr(" -.()", *at) == NULL) assay_unanswered_(unknown);
  }
  return digits >= 8 && digits <= 15;
}

bool assay_phone_(assay_text_t text, assay_text_t country) {
  const char *number = assay_test_copy_(text);
  if (text.length > ASSAY_MAX_PHONE || country.length > ASSAY_MAX_PHONE) return false;
  if (assay_test_host.phone != NULL) return assay_test_host.phone(number, assay_test_copy_(country));
  if (strpbrk(number, "0123456789") == NULL) return false;
  if (*number == '+') return assay_counts_as_phone_(number);
  bool national = *number >= '0' && *number <= '9' && strncmp(number, "00", 2) != 0 && strchr(number, '+') == NULL;
  if (country.length == 0 && national) return false;
  assay_unanswered_("assay_phone: the stub host does not know the numbers of a country: set assay_test_host.phone, or write the number with +");
}

// Whether a name is written as the time zone database writes them.
static inline bool assay_is_zone_name_(const char *name) {
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", others[] = "0123456789_+-/";
  size_t length = strlen(name);
  if (length == 0 || length > ASSAY_MAX_ZONE || *name < 'A' || *name > 'Z' || name[length - 1] == '/') return false;
  for (const char *at = name; *at != 0; at++)
    if (strchr(letters, *at) == NULL && strchr(others, *at) == NULL) return false;
  return strstr(name, "//") == NULL && strcmp(name, "Local") != 0;
}

bool assay_zone_offset_(assay_text_t zone, int64_t ms, int32_t *offset) {
  const char *name = assay_test_copy_(zone);
  if (!assay_is_zone_name_(name)) return false;
  if (assay_test_host.zone_offset != NULL) return assay_test_host.zone_offset(name, ms, offset);
  if (strcmp(name, "UTC") != 0) assay_unanswered_("assay_zone_offset: the stub host knows UTC only: set assay_test_host.zone_offset");
  *offset = 0;
  return true;
}
