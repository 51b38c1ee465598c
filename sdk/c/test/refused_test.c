// What the server and `assay rule test` refuse fails a native test.
#include "../assay_test.h"

typedef struct { assay_text_t what; } what_t;

ASSAY_SETTINGS(what_settings, what_t, NULL, ASSAY_TEXT(what_t, what, ""));

static assay_text_t repeated(char letter, uint32_t count) {
  char *text = assay_new(count);
  memset(text, letter, count);
  return (assay_text_t){text, count};
}

static void find_many(assay_report_t *report, uint32_t count) {
  for (uint32_t i = 0; i < count; i++) assay_row(assay_finding(report, "a"), assay_format("%u", i));
}

static void find_with(assay_report_t *report, const char *key, assay_text_t value) { assay_param(assay_finding(report, "a"), key, value); }

static void suggest(assay_report_t *report, const char *json) { assay_suggest_json(assay_finding(report, "a"), json); }

static void give_everything_longest(assay_report_t *report) {
  find_many(report, 998);
  assay_row(assay_finding(report, repeated('i', 255)), repeated('i', 255));
  assay_measure(report, repeated('i', 255), 1);
}

// Gives what a host may refuse.
static void say(const void *given, assay_client_t client, assay_report_t *report) {
  (void)client;
  const char *what = assay_test_copy_(((const what_t *)given)->what);
  if (strcmp(what, "code") == 0) assay_finding(report, "");
  else if (strcmp(what, "long code") == 0) assay_finding(report, repeated('i', 256));
  else if (strcmp(what, "row") == 0) assay_row(assay_finding(report, "a"), repeated('i', 256));
  else if (strncmp(what, "suggest ", 8) == 0) suggest(report, what + 8);
  else if (strcmp(what, "utf8") == 0) find_with(report, "k", assay_text("\xff"));
  else if (strcmp(what, "key") == 0) find_with(report, "", assay_text("v"));
  else if (strcmp(what, "rows") == 0) find_many(report, 1001);
  else if (strcmp(what, "bytes") == 0) find_with(report, "k", repeated('v', 64 << 10));
  else if (strcmp(what, "measure") == 0) assay_measure(report, "", 1);
  else if (strcmp(what, "long measure") == 0) assay_measure(report, repeated('i', 256), 1);
  else if (strcmp(what, "label") == 0) assay_label(report, "B");
  else if (strcmp(what, "other label") == 0) assay_label(report, "C");
  else if (strcmp(what, "long label") == 0) assay_label(report, repeated('i', 256));
  else if (strcmp(what, "longest label") == 0) assay_label(report, repeated('i', 255));
  else if (strcmp(what, "two labels") == 0) assay_label(report, "A"), assay_label(report, "A");
  else if (strcmp(what, "finding") == 0) assay_finding(report, "a");
  else if (strcmp(what, "undeclared") == 0) assay_finding(report, "no-title");
  else if (strcmp(what, "textless") == 0) assay_finding(report, "textless");
  else if (strcmp(what, "k") == 0) find_with(report, "k", assay_text(""));
  else if (strcmp(what, "b") == 0) assay_finding(report, "b");
  else if (strcmp(what, "unjudged") == 0) assay_finding(report, "no-title"), assay_error(report, "no rate");
  else if (strcmp(what, "longest") == 0) give_everything_longest(report);
  else if (strcmp(what, "both") == 0) {
    assay_finding_t finding = assay_finding(report, "a");
    for (uint32_t i = 0; i < 100; i++) assay_param(finding, assay_format("p%u", i), "");
    assay_param(finding, "n", "1");
    assay_param(finding, "k", "");
  }
}

// Asks the host what it says to texts that are as long as they may be, and longer ones.
static void ask(const void *given, assay_client_t client, assay_report_t *report) {
  (void)given, (void)client;
  int32_t offset = -1;
  assay_measure(report, "pattern", assay_valid_pattern(repeated('a', 4096)));
  assay_measure(report, "long pattern", assay_valid_pattern(repeated('a', 4097)));
  assay_measure(report, "no pattern", assay_valid_pattern("("));
  assay_measure(report, "phone", assay_phone(repeated('1', 256), repeated('1', 256)));
  assay_measure(report, "long phone", assay_phone(repeated('1', 257), "UA"));
  assay_measure(report, "long country", assay_phone("1", repeated('1', 257)));
  assay_measure(report, "zone", assay_zone_offset(repeated('Z', 64), -1, &offset) ? offset : -2);
  assay_measure(report, "long zone", assay_zone_offset(repeated('Z', 65), -1, &offset));
  static const char *const none[] = {"", "Local", "posix/Europe/Kyiv", "Europe//Kyiv", "Europe/", "Europe.Kyiv"};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
    if (assay_zone_offset(none[i], 0, &offset)) assay_fail(none[i]);
}

ASSAY_CHECKS(
  ASSAY_QUALITY("quality", say, .settings = &what_settings),
  ASSAY_QUALITY("worded", say, .settings = &what_settings,
    ASSAY_MESSAGES(ASSAY_MESSAGE("a", ASSAY_IN("en", "{{ n }} of {{k}}") ASSAY_IN("ru", "{{ k }}")) ASSAY_MESSAGE("b", ASSAY_IN("en", "}} {{ x")) ASSAY_MESSAGE("textless", ""))),
  ASSAY_SEGMENTATION("segmentation", say, .settings = &what_settings, ASSAY_LABELS(ASSAY_LABEL("A", "") ASSAY_LABEL("B", ASSAY_IN("en", "B")))),
  ASSAY_SEGMENTATION("unlabelled", say, .settings = &what_settings),
  ASSAY_SEGMENTATION("asking", ask));

static const assay_verdict_t *said(const char *check, const char *what) {
  assay_output_t_ json = {0};
  assay_put_(&json, assay_text("{\"what\":"));
  assay_put_json_(&json, assay_text(what));
  assay_put_(&json, assay_text("}"));
  return assay_run(check, assay_test_copy_((assay_text_t){(const char *)json.bytes, json.length}), assay_new_client(), 0);
}

ASSAY_TEST(what_is_refused_fails) {
  static const struct { const char *check, *what, *says; } cases[] = {
    {"quality", "code", "an empty code, label, name of a measure or key of a parameter"},
    {"quality", "long code", "a code, label, name of a measure or row id of more than 255 bytes"},
    {"quality", "row", "a code, label, name of a measure or row id of more than 255 bytes"},
    {"quality", "suggest {", "a suggestion that is not JSON: {"},
    {"quality", "utf8", "a text that is not UTF-8"},
    {"quality", "key", "an empty code, label, name of a measure or key of a parameter"},
    {"quality", "rows", "more than 1000 rows of results"},
    {"quality", "bytes", "results of more than 64 KiB"},
    {"quality", "measure", "an empty code, label, name of a measure or key of a parameter"},
    {"quality", "long measure", "a code, label, name of a measure or row id of more than 255 bytes"},
    {"quality", "label", "a Quality check gave a label"},
    {"segmentation", "finding", "a Segmentation check gave a finding"},
    {"segmentation", "other label", "the label \"C\" is not among those of the check: A, B"},
    {"segmentation", "long label", "a code, label, name of a measure or row id of more than 255 bytes"},
    {"segmentation", "two labels", "a second label"},
    {"worded", "undeclared", "people cannot read the finding \"no-title\": the check has messages for a, b only"},
    {"worded", "textless", "people cannot read the finding \"textless\": the check has messages for a, b only"},
    {"worded", "finding", "people cannot read the finding \"a\": its message in en asks for {{ n }}, a parameter that it lacks"},
    {"worded", "k", "people cannot read the finding \"a\": its message in en asks for {{ n }}, a parameter that it lacks"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) ASSAY_EXPECT_TEXT(said(cases[i].check, cases[i].what)->fault, cases[i].says);
}

ASSAY_TEST(what_is_taken_passes) {
  static const struct { const char *check, *what; } cases[] = {
    {"quality", "longest"}, {"quality", "undeclared"}, // the manifest may have its message
    {"worded", "both"}, {"worded", "b"}, {"worded", "unjudged"}, {"segmentation", "label"}, {"unlabelled", "longest label"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) ASSAY_EXPECT_TEXT(said(cases[i].check, cases[i].what)->fault, "");
  ASSAY_EXPECT_INTEGER(assay_found(said("worded", "both"), 0)->param_count, 102);
}

// The same table is in the native tests of every language, and held against the server in server/author/conformance.
ASSAY_TEST(placeholders_are_read_as_the_server_reads_them) {
  static const struct { const char *text, *want; } cases[] = {
    {"plain { } text", ""},
    {"{{ key }}", "[key]"},
    {"{{key}} of {{  a.b }}{{ key }}", "[key][a.b][key]"},
    {"{{ }}", "[]"},
    {"{{\t\n\v\f\r key \t\n}}", "[key]"},
    {"{{\xc2\x85\u00a0\u1680key\u2000\u2028\u202f\u205f\u3000}}", "[key]"},
    {"{{ \ufeffkey }}", "[\ufeffkey]"},
    {"{{ ключ }}", "[ключ]"},
    {"}} {{ a }} }}", "[a]"},
    {"{{ a }}}", "[a]"},
    {"{{{ a }}}", "[{ a }]"},
    {"{{ a {{ b }} }} {{ c }}", "[a {{ b }}][c]"},
    {"{{ c }} {{ a {{ b }} {{ d }}", "[c]"},
    {"{{ a } }} {{ b }}", ""},
    {"{{ a", ""},
    {"{{ \"}}\" }} {{ 'a\"}}' }}", "[\"}}\"]['a\"}}']"},
    {"{{ \"\\\"}}\" }}", "[\"\\\"}}\"]"},
    {"{{ it's }} {{ a }}", ""},
    {"{{ \"a\\\" }}", ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *at = cases[i].text, *got = "";
    for (assay_text_t key; assay_next_key_(&at, &key);) got = assay_test_text_("%s[%.*s]", got, ASSAY_ARG(key));
    ASSAY_EXPECT_TEXT(got, cases[i].want);
  }
}

// So is this one.
ASSAY_TEST(suggestions_are_json_or_refused) {
  static const char *const good[] = {
    "null", " -0.5e+3\t\r\n", "0", "-0", "1E5", "[]", "[1,[2], {}]", "{\"a\" : [true,false,\"\\u00e9\\n\"], \"b\":{}}", "{\"a\":1,\"a\":2}", "\"\"",
    "\"/\"", "\"\\/\\ud800\"", "\"\x7f\u00a0\ufeff\"",
  };
  static const char *const bad[] = {
    " ", "nul", "True", "NaN", "01", "-", "1.", "1e", "+1", ".5", "0x1", "[1,]", "[,1]", "[1 2]", "[1", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
    "{a:1}", "\"\\x\"", "\"\\u12\"", "\"\\u00g0\"", "\"a", "\"\\", "\"\t\"", "\"\n\"", "'a'", "1 2", "1,", "\ufeff1", "1\ufeff", "\u00a01", "\v1",
    "// 1\n1",
  };
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) ASSAY_EXPECT_TEXT(said("quality", assay_test_text_("suggest %s", good[i]))->fault, "");
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
    ASSAY_EXPECT_TEXT(said("quality", assay_test_text_("suggest %s", bad[i]))->fault, assay_test_text_("a suggestion that is not JSON: %s", bad[i]));
  for (uint32_t levels = 10000; levels <= 10001; levels++) {
    assay_text_t opened = repeated('[', levels), closed = repeated(']', levels);
    ASSAY_EXPECT(assay_is_json_(assay_text(assay_test_text_("%.*s1%.*s", ASSAY_ARG(opened), ASSAY_ARG(closed)))) == (levels == 10000));
  }
}

// What nobody expects fails the test, a fault or a refusal.
ASSAY_TEST(what_is_not_expected_fails_the_test) {
  int failures = assay_tests_.failures;
  const assay_verdict_t *faulty = said("quality", "code"), *refused = assay_run("quality", "{\"wath\":\"\"}", assay_new_client(), 0);
  printf("these two lines are expected:\n");
  assay_expect_no_more_("what_is_not_expected_fails_the_test");
  int after = assay_tests_.failures;
  assay_tests_.failures = failures;
  ASSAY_EXPECT_INTEGER(after, failures + 2);
  ASSAY_EXPECT_TEXT(faulty->fault, "an empty code, label, name of a measure or key of a parameter");
  ASSAY_EXPECT(refused->refused != NULL);
  assay_expect_no_more_("expected");
  ASSAY_EXPECT_INTEGER(assay_tests_.failures, failures);
}

ASSAY_TEST(settings_have_a_length) {
  assay_text_t xs = repeated('x', 65536 - 11);
  ASSAY_EXPECT_TEXT(said("quality", assay_test_copy_(xs))->refused, "");
  ASSAY_EXPECT_TEXT(said("quality", assay_test_text_("%.*sx", ASSAY_ARG(xs)))->refused, "65537 bytes, at most 65536 are allowed");
}

static int matches(const char *pattern, const char *text) { return *pattern == '(' ? -1 : *text == 0; }
static bool phone(const char *text, const char *country) { return *text == '1' && *country != 0; }
static bool zone_offset(const char *zone, int64_t ms, int32_t *offset) {
  *offset = (int32_t)ms;
  return *zone == 'Z';
}

// What is too long the host answers, and the test is not asked.
ASSAY_TEST(questions_have_a_length) {
  assay_test_host.matches = matches;
  assay_test_host.phone = phone;
  assay_test_host.zone_offset = zone_offset;
  const assay_verdict_t *v = assay_run("asking", NULL, assay_new_client(), 0);
  static const struct { const char *what; int64_t want; } cases[] = {
    {"pattern", 1}, {"long pattern", 0}, {"no pattern", 0}, {"phone", 1}, {"long phone", 0}, {"long country", 0}, {"zone", -1}, {"long zone", 0},
  };
  ASSAY_EXPECT_INTEGER(v->measure_count, sizeof cases / sizeof cases[0]);
  for (size_t i = 0; i < v->measure_count; i++) assay_expect_integer_(assay_measured(v, cases[i].what), cases[i].want, __FILE__, __LINE__, cases[i].what);
}

ASSAY_TEST_MAIN
