// Tests

typedef struct assay_test_t_ {
  const char *name;
  void (*run)(void);
  struct assay_test_t_ *next;
} assay_test_t_;

static struct {
  assay_test_t_ *first, **last;
  const char *running;
  int failures; // of the test that runs
} assay_tests_ = {.last = &assay_tests_.first};

static inline void assay_register_(assay_test_t_ *test) {
  *assay_tests_.last = test;
  assay_tests_.last = &test->next;
}

/* A test: ASSAY_TEST(name_of_it) { … }. ASSAY_TEST_MAIN stands once behind all, runs them in order and says how it went. */
#define ASSAY_TEST(name)                                             \
  static void name(void);                                            \
  __attribute__((constructor)) static void assay_register_##name(void) { \
    static assay_test_t_ test = {#name, name, NULL};                 \
    assay_register_(&test);                                          \
  }                                                                  \
  static void name(void)
#define ASSAY_TEST_MAIN \
  int main(void) { return assay_run_tests_(); }

// Fails the test for what was refused and not expected.
static inline void assay_expect_no_more_(const char *test) {
  for (const assay_verdict_t *v = assay_run_.failing; v != NULL; v = v->next_) {
    if (v->expected_) continue;
    assay_tests_.failures++;
    if (v->refused != NULL) printf("%s: the settings are refused: %s\n", test, v->refused);
    else printf("%s: %s\n", test, v->fault);
  }
}

static inline int assay_run_tests_(void) {
  int run = 0, failed = 0;
  for (assay_test_t_ *test = assay_tests_.first; test != NULL; test = test->next, run++) {
    assay_tests_.running = test->name;
    assay_tests_.failures = 0;
    memset(&assay_test_host, 0, sizeof assay_test_host);
    assay_run_.unanswered = NULL;
    assay_run_.failing = NULL;
    test->run();
    assay_expect_no_more_(test->name);
    if (assay_run_.unanswered != NULL) {
      assay_tests_.failures++;
      printf("%s: %s\n", test->name, assay_run_.unanswered);
    }
    assay_test_free_();
    printf("%s %s\n", assay_tests_.failures == 0 ? "ok  " : "FAIL", test->name);
    failed += assay_tests_.failures != 0;
  }
  printf("%d tests, %d failed\n", run, failed);
  return run == 0 || failed > 0;
}

// A test that looks why the last of its verdicts was refused expects that it was.
static inline void assay_look_(const char *what) {
  if (assay_run_.failing != NULL && (strstr(what, "->refused") != NULL || strstr(what, "->fault") != NULL)) assay_run_.failing->expected_ = true;
}

// So does one that looks at this reason.
static inline void assay_look_at_(const char *reason) {
  for (assay_verdict_t *v = assay_run_.failing; v != NULL; v = v->next_)
    if (reason != NULL && (reason == v->refused || reason == v->fault)) v->expected_ = true;
}

static inline void assay_expect_(bool met, const char *file, int line, const char *what) {
  assay_look_(what);
  if (met) return;
  assay_tests_.failures++;
  printf("%s:%d: %s: not so: %s\n", file, line, assay_tests_.running, what);
}

static inline void assay_expect_text_(assay_text_t got, assay_text_t want, const char *file, int line, const char *what) {
  assay_look_at_(got.bytes);
  if (assay_equal(got, want)) return;
  assay_tests_.failures++;
  printf("%s:%d: %s: %s is\n     \"%.*s\"\nwant \"%.*s\"\n", file, line, assay_tests_.running, what, ASSAY_ARG(got), ASSAY_ARG(want));
}

static inline void assay_expect_integer_(int64_t got, int64_t want, const char *file, int line, const char *what) {
  if (got == want) return;
  assay_tests_.failures++;
  printf("%s:%d: %s: %s is %lld, want %lld\n", file, line, assay_tests_.running, what, (long long)got, (long long)want);
}

/* A test goes on when something is not as expected. Texts are TEXT; NULL is empty. What is refused fails a test that does not look at `refused` or `fault`
   of the verdict: ASSAY_EXPECT_TEXT(verdict->refused, "days: …"), or ASSAY_EXPECT(verdict->refused != NULL) behind its run. */
#define ASSAY_EXPECT(condition) assay_expect_(condition, __FILE__, __LINE__, #condition)
#define ASSAY_EXPECT_TEXT(got, want) assay_expect_text_(assay_text(got), assay_text(want), __FILE__, __LINE__, #got)
#define ASSAY_EXPECT_INTEGER(got, want) assay_expect_integer_(got, want, __FILE__, __LINE__, #got)
