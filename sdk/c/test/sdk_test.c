// What the SDK does for a check, by the module conformance (sdk/conformance/README.md).
#include "../assay_test.h"
#include "../conformance/conformance.c"

static const assay_verdict_t *results_of(const char *settings) { return assay_run("results", settings, assay_new_client(), 0); }

ASSAY_TEST(a_finding_has_everything) {
  const assay_verdict_t *v = results_of(NULL); // the default is "full"
  ASSAY_EXPECT_INTEGER(v->finding_count, 1);
  const assay_found_t *f = assay_found(v, 0);
  ASSAY_EXPECT_TEXT(f->code, "full");
  ASSAY_EXPECT_TEXT(f->path, "contacts[0].jobTitle");
  ASSAY_EXPECT_TEXT(f->row, "c1");
  ASSAY_EXPECT_TEXT(f->suggest, "\"директор\"");
  ASSAY_EXPECT_TEXT(f->severity, "error");
  ASSAY_EXPECT_INTEGER(f->param_count, 3);
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "b"), "");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "ключ"), "значение");
  ASSAY_EXPECT(v->fault == NULL && v->error == NULL && v->refused == NULL);
}

// The bytes of ABI.md's example.
ASSAY_TEST(results_are_packed) {
  assay_report_t report = {0};
  assay_path(assay_finding(&report, "tax-id"), "taxId");
  static const char want[] = "\x16\0\0\0\1\1\6\0\0\0tax-id\2\5\0\0\0taxId";
  ASSAY_EXPECT_TEXT(((assay_text_t){(const char *)report.out_.bytes, report.out_.length}), ((assay_text_t){want, sizeof want - 1}));
}

// Fields stand in the one order, however they were given, and the last of equal ones counts.
ASSAY_TEST(fields_have_their_order) {
  assay_report_t one = {0}, other = {0};
  assay_finding_t f = assay_finding(&one, "c");
  assay_path(f, "p");
  assay_row(f, "r");
  assay_suggest_integer(f, 1);
  assay_severity(f, ASSAY_INFO);
  assay_param(f, "k", "v");
  f = assay_finding(&other, "c");
  assay_param(f, "k", "v");
  assay_severity(f, ASSAY_ERROR);
  assay_row(f, "a longer one");
  assay_suggest_integer(f, 1);
  assay_path(f, "p");
  assay_row(f, "r");
  assay_severity(f, ASSAY_INFO);
  assay_path(f, ""); // empty: nothing is said
  ASSAY_EXPECT_TEXT(((assay_text_t){(const char *)other.out_.bytes, other.out_.length}), ((assay_text_t){(const char *)one.out_.bytes, one.out_.length}));
}

ASSAY_TEST(suggestions_are_json) {
  const assay_verdict_t *v = results_of("{\"kind\":\"suggest\"}");
  ASSAY_EXPECT_TEXT(assay_found(v, 0)->suggest, "\"a\\\"b\\\\c\\n\\u0001\\té\"");
  ASSAY_EXPECT_TEXT(assay_found(v, 1)->suggest, "-3");
  ASSAY_EXPECT_TEXT(assay_found(v, 2)->suggest, "true");
  ASSAY_EXPECT_TEXT(assay_found(v, 3)->suggest, "{\"a\":[1,null]}");
  ASSAY_EXPECT_TEXT(assay_found(v, 4)->suggest, "18446744073709551615");
}

// Says everything that is no text, in a finding and a label.
ASSAY_TEST(parameters_have_types) {
  assay_report_t report = {0};
  assay_finding_t finding = assay_finding(&report, "c");
  assay_param_integer(finding, "smallest", INT64_MIN);
  assay_param_integer(finding, "none", 0);
  assay_param_unsigned(finding, "largest", UINT64_MAX);
  assay_param_bool(finding, "yes", true);
  assay_param_bool(finding, assay_text("no"), false);
  assay_param_date(finding, "day", assay_date(2026, 12, 31) + 1);
  assay_param_date(finding, "before", -1);
  assay_param_integer(assay_label(&report, "A"), "share", 41);
  assay_suggest_unsigned(assay_finding(&report, "s"), UINT64_MAX);
  assay_verdict_t v = {.bytes = {(const char *)report.out_.bytes, report.out_.length}};
  assay_read_results_(&v);
  ASSAY_EXPECT(v.fault == NULL);
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "smallest"), "-9223372036854775808");
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "none"), "0");
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "largest"), "18446744073709551615");
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "yes"), "true");
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "no"), "false");
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "day"), "2026-12-31");
  ASSAY_EXPECT_TEXT(assay_found_param(&v, 0, "before"), "1969-12-31");
  ASSAY_EXPECT_TEXT(assay_label_param(&v, "share"), "41");
  ASSAY_EXPECT_TEXT(assay_found(&v, 1)->suggest, "18446744073709551615");
}

ASSAY_TEST(severities_have_names) {
  const assay_verdict_t *v = results_of("{\"kind\":\"severity\"}");
  for (uint32_t i = 0; i < 3; i++) ASSAY_EXPECT_TEXT(assay_found(v, i)->severity, assay_found(v, i)->row);
}

ASSAY_TEST(many_findings_and_long_ones) {
  const assay_verdict_t *v = results_of("{\"kind\":\"many\",\"count\":1000}");
  ASSAY_EXPECT_INTEGER(v->finding_count, 1000);
  ASSAY_EXPECT_TEXT(assay_found(v, 999)->path, "contacts[999].name");
  ASSAY_EXPECT_TEXT(assay_found(v, 999)->row, "c999");
  ASSAY_EXPECT(v->fault == NULL);
  ASSAY_EXPECT_TEXT(results_of("{\"kind\":\"many\",\"count\":1001}")->fault, "more than 1000 rows of results");
  ASSAY_EXPECT_INTEGER(strlen(assay_found_param(results_of("{\"kind\":\"long\",\"count\":3}"), 0, "x")), 3 * 1024);
  ASSAY_EXPECT_TEXT(results_of("{\"kind\":\"long\",\"count\":64}")->fault, "results of more than 64 KiB");
}

ASSAY_TEST(errors_stand_behind_findings) {
  const assay_verdict_t *v = results_of("{\"kind\":\"error\"}");
  ASSAY_EXPECT_TEXT(assay_found(v, 0)->code, "before");
  ASSAY_EXPECT_TEXT(v->error, "no rate for the currency");
}

ASSAY_TEST(labels_and_measures) {
  assay_client_builder_t *client = assay_new_client();
  assay_client_set_revenue(client, 15200050);
  const assay_verdict_t *v = assay_run("labels", NULL, client, 0);
  ASSAY_EXPECT_TEXT(v->label, "A");
  ASSAY_EXPECT_TEXT(assay_label_param(v, "share"), "41");
  ASSAY_EXPECT_INTEGER(assay_measured(v, "revenue"), 15200050);
  ASSAY_EXPECT_INTEGER(assay_measured(v, "smallest"), INT64_MIN);
  ASSAY_EXPECT_INTEGER(assay_measured(v, "largest"), INT64_MAX);
  ASSAY_EXPECT_TEXT(assay_run("labels", "{\"label\":\"\"}", client, 0)->label, "");
}

static void add_to_a_finding(assay_report_t *report) {
  assay_finding_t first = assay_finding(report, "first");
  assay_finding(report, "second");
  assay_path(first, "name");
}

static void add_nothing_to_a_finding(assay_report_t *report) {
  assay_finding_t first = assay_finding(report, "first");
  assay_error(report, "no rate");
  assay_row(first, "");
}

static void add_to_a_label(assay_report_t *report) {
  assay_label_t label = assay_label(report, "A");
  assay_measure(report, "m", 1);
  assay_param(label, "share", "41");
}

// Why a card fails of which a check says this, NULL when it does not.
static const char *failure_of(void (*say)(assay_report_t *)) {
  assay_report_t report = {0};
  assay_run_.reason = NULL;
  assay_run_.running = true;
  if (setjmp(assay_run_.failed) == 0) say(&report);
  assay_run_.running = false;
  return assay_run_.reason;
}

// A finding or a label takes nothing more when the next row has begun.
ASSAY_TEST(what_is_not_the_last_takes_nothing_more) {
  static const char why[] = "a finding or label is added to when the next row has begun: say all of it before";
  ASSAY_EXPECT_TEXT(failure_of(add_to_a_finding), why);
  ASSAY_EXPECT_TEXT(failure_of(add_nothing_to_a_finding), why);
  ASSAY_EXPECT_TEXT(failure_of(add_to_a_label), why);
  ASSAY_EXPECT(failure_of(give_severities) == NULL);
}

ASSAY_TEST(an_empty_label_takes_what_it_is_given_and_is_none) {
  assay_report_t report = {0};
  assay_label_t none = assay_label(&report, "");
  assay_measure(&report, "m", 1);
  uint32_t length = report.out_.length;
  assay_param(none, "share", "41");
  ASSAY_EXPECT_INTEGER(report.out_.length, length);
}

static const assay_verdict_t *set(const char *settings) { return assay_run("settings", settings, assay_new_client(), 0); }

ASSAY_TEST(settings_have_defaults) {
  const assay_verdict_t *v = set("{\"name\":\"x\"}");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "name"), "x");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "ratio"), "3ff8000000000000");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "days"), "3");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "strict"), "true");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "choice"), "b");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "list"), "");
}

ASSAY_TEST(settings_are_read_as_json_has_them) {
  const assay_verdict_t *v = set(" { \"list\" : [ \"a\" , \"\\u0416\\ud834\\udd1e\\n\" ] ,\"\\u006eame\":\"\\u00e9\",\n\"days\":-3.0,\"ratio\":1e2,\"choice\":\"a\",\"strict\":false} ");
  ASSAY_EXPECT_TEXT(v->refused, "");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "name"), "é");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "ratio"), "4059000000000000");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "days"), "-3");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "strict"), "false");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "choice"), "a");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "list"), "a,Ж𝄞\n");
}

ASSAY_TEST(settings_that_are_refused) {
  static const struct { const char *settings, *says; } cases[] = {
    {"", "the settings are not a JSON object"},
    {"[]", "the settings are not a JSON object"},
    {"{", "the settings are not a JSON object"},
    {"{\"name\":\"x\"", "the settings are not a JSON object"},
    {"{\"name\":\"x\"}}", "the settings are not a JSON object"},
    {"{\"name\":\"x\",}", "the settings are not a JSON object"},
    {"{}", "name: is required"},
    {"{\"nome\":1}", "nome: there is no such setting"},
    {"{\"name\":\"x\",\"name\":\"y\"}", "name: stands twice"},
    {"{\"name\":1}", "name: want a text of the length that the schema says"},
    {"{\"name\":\"\"}", "name: want a text of the length that the schema says"},
    {"{\"name\":\"жжжжжжжжжжжжжжжжжжжжж\"}", "name: want a text of the length that the schema says"},
    {"{\"name\":\"\\x\"}", "name: want a text of the length that the schema says"},
    {"{\"name\":\"\\u12\"}", "name: want a text of the length that the schema says"},
    {"{\"name\":\"x", "name: want a text of the length that the schema says"},
    {"{\"name\":\"x\\", "name: want a text of the length that the schema says"},
    {"{\"days\":1.5}", "days: want an integer in the range of the schema"},
    {"{\"days\":11}", "days: want an integer in the range of the schema"},
    {"{\"large\":9223372036854775808}", "large: want an integer in the range of the schema"},
    {"{\"days\":99999999999999999999}", "days: want an integer in the range of the schema"},
    {"{\"days\":-}", "days: want an integer in the range of the schema"},
    {"{\"ratio\":-1}", "ratio: want a number in the range of the schema"},
    {"{\"ratio\":true}", "ratio: want a number in the range of the schema"},
    {"{\"strict\":1}", "strict: want true or false"},
    {"{\"choice\":\"c\"}", "choice: want one of the texts in the schema"},
    {"{\"list\":[1]}", "list: want a list of texts"},
    {"{\"list\":[\"a\"}", "list: want a list of texts"},
    {"{\"name\":\"refuse\"}", "name must not be refuse"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    ASSAY_EXPECT_TEXT(set(cases[i].settings)->refused, cases[i].says);
}

ASSAY_TEST(the_description_is_derived) {
  const char *d = assay_description();
  ASSAY_EXPECT(strstr(d, "{\"abi\":1,\"checks\":[{\"name\":\"fields\",\"type\":\"Quality\",\"settings\":{\"type\":\"object\",\"additionalProperties\":false,"
                         "\"properties\":{\"text\":{\"type\":\"boolean\",\"default\":false}}}},") == d);
  ASSAY_EXPECT(strstr(d, "\"name\":{\"type\":\"string\",\"title\":\"Name\",\"minLength\":1,\"maxLength\":20}") != NULL);
  ASSAY_EXPECT(strstr(d, "\"ratio\":{\"type\":\"number\",\"title\":\"Ratio\",\"default\":1.5,\"minimum\":0,\"maximum\":1000}") != NULL);
  ASSAY_EXPECT(strstr(d, "\"choice\":{\"type\":\"string\",\"title\":\"Choice\",\"default\":\"b\",\"enum\":[\"a\",\"b\"]}") != NULL);
  ASSAY_EXPECT(strstr(d, "\"list\":{\"type\":\"array\",\"title\":\"List\",\"default\":[],\"items\":{\"type\":\"string\"}},"
                         "\"large\":{\"type\":\"integer\",\"title\":\"Large\",\"default\":0}},\"required\":[\"name\"]}}") != NULL);
  ASSAY_EXPECT(strstr(d, "\"messages\":{\"A\":{\"en\":\"{{ share }} % of revenue\"}},\"labels\":{\"A\":{\"title\":{\"en\":\"Class A\",\"ru\":\"Класс А\"}},\"B\":{\"title\":{}}}") != NULL);
}

static bool zones(const char *zone, int64_t ms, int32_t *offset) {
  *offset = ms == 1784107800123 ? 10800 : -1;
  return strcmp(zone, "Europe/Kyiv") == 0;
}

static int anything_matches(const char *pattern, const char *text) { return *pattern == '^' && *text == 0; }

ASSAY_TEST(the_stub_host_answers) {
  assay_client_builder_t *client = assay_new_client();
  assay_client_set_name(client, "aaa");
  assay_channel_builder_t *channel = assay_client_add_channel(client);
  assay_channel_set_type(channel, ASSAY_CHANNEL_TYPE_PHONE);
  assay_channel_set_value(channel, "+7 (495) 748-01-13");
  assay_test_host.zone_offset = zones;
  const assay_verdict_t *v = assay_run("host", NULL, client, 1784107800123);
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "now"), "1784107800123");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "match"), "true");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "valid"), "true");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "invalid"), "false");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "phone"), "true");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "zone"), "10800");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "nowhere"), "none");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "written"), "1.5e-07");
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "read"), "4004000000000000");
  assay_client_set_name(client, "");
  ASSAY_EXPECT_TEXT(assay_found_param(assay_run("host", NULL, client, 0), 0, "match"), "false");
  assay_test_host.matches = anything_matches;
  ASSAY_EXPECT_TEXT(assay_found_param(assay_run("host", NULL, client, 0), 0, "match"), "true");
}

static int no_pattern(const char *pattern, const char *text) { (void)pattern, (void)text; assay_fail("a pattern that is none"); }

// Runs the check `host` on a client with a name, a number and a country, and returns what the stub could not answer, "" when it could all.
static const char *unanswered(const char *number, const char *country, const char **phone) {
  assay_client_builder_t *client = assay_new_client();
  assay_channel_set_value(assay_client_add_channel(client), number);
  assay_client_set_country(client, country);
  const assay_verdict_t *v = assay_run("host", NULL, client, 0);
  const char *what = assay_run_.unanswered;
  assay_run_.unanswered = NULL; // or this test fails
  ASSAY_EXPECT(what == v->fault);
  *phone = assay_found_param(v, 0, "phone");
  return what == NULL ? "" : what;
}

ASSAY_TEST(the_stub_host_does_not_guess) {
  static const struct { const char *number, *country, *phone; } cases[] = {
    {"+380 44 490-0102", "", "true"}, {"+380444900102", "UA", "true"}, {"+1", "", "false"}, {"+1234567890123456", "", "false"}, {"0444900102", "", "false"}, {"4444900102", "", "false"},
    {"no number", "UA", "false"}, {"0444900102", "UA", ""}, {"+7 495 748-01-13 доб. 5", "", ""}, {"00380444900102", "", ""},
  };
  const char *phone;
  ASSAY_EXPECT_TEXT(unanswered("", "", &phone), "assay_zone_offset: the stub host knows UTC only: set assay_test_host.zone_offset");
  assay_test_host.zone_offset = zones;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *what = unanswered(cases[i].number, cases[i].country, &phone);
    assay_expect_text_(assay_text(phone), assay_text(cases[i].phone), __FILE__, __LINE__, cases[i].number);
    assay_expect_((strncmp(what, "assay_phone: ", 13) == 0) == (*cases[i].phone == 0), __FILE__, __LINE__, cases[i].number);
  }
}

ASSAY_TEST(patterns_are_tried) {
  ASSAY_EXPECT(assay_valid_pattern("^a+$") && assay_valid_pattern("") && !assay_valid_pattern("(a") && !assay_valid_pattern("[a"));
  ASSAY_EXPECT(assay_valid_pattern(assay_text("x|y")));
}

ASSAY_TEST(a_run_goes_on_after_assay_fail) {
  assay_test_host.matches = no_pattern;
  const assay_verdict_t *v = assay_run("host", NULL, assay_new_client(), 0);
  ASSAY_EXPECT_TEXT(v->fault, "a pattern that is none");
  ASSAY_EXPECT_INTEGER(v->finding_count, 0);
  ASSAY_EXPECT_TEXT(assay_found(v, 0)->code, "");
}

ASSAY_TEST(doubles_are_written_as_the_server_does) {
  static const struct { double value; char format; const char *want; } cases[] = {
    {0, 'g', "0"}, {-0.0, 'g', "-0"}, {0, 'e', "0e+00"}, {1.5, 'g', "1.5"}, {1.5, 'e', "1.5e+00"}, {100000, 'g', "100000"}, {1e6, 'g', "1e+06"}, {1e6, 'f', "1000000"},
    {0.0001, 'g', "0.0001"}, {0.00001, 'g', "1e-05"}, {0.1, 'f', "0.1"}, {-123456.789, 'g', "-123456.789"}, {5e-324, 'g', "5e-324"}, {1.0 / 3, 'g', "0.3333333333333333"},
    {1e23, 'f', "100000000000000000000000"}, {1e23, 'e', "1e+23"}, {1.7976931348623157e308, 'e', "1.7976931348623157e+308"}, {0.00025, 'f', "0.00025"}, {12.5, 'f', "12.5"},
    {0x1p-1022, 'e', "2.2250738585072014e-308"}, {0x1p122, 'e', "5.316911983139664e+36"}, {0x1p-44, 'e', "5.684341886080802e-14"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) ASSAY_EXPECT_TEXT(assay_format_double(cases[i].value, cases[i].format), cases[i].want);
}

ASSAY_TEST(doubles_are_read_as_the_server_does) {
  static const char *const none[] = {
    "", " 1", "1 ", "1x", "1e999", "-1e999", "nan(1)", "+nan", "-nan", "in", "infinit", "inf ", "0x1", "0x1.8", "0x", "0xp1", "0x1p", "0x1p9999", "1e", "1e+", ".", "e5", "+", "--1",
    "1__0", "_1", "1_", "1_.5", "1._5", "1e_5", "1e5_", "1_e5", "0b1", "1,5", "1.5.5", "1p3",
  };
  static const struct { const char *text; double want; } numbers[] = {
    {"-2.5e1", -25}, {"+1", 1}, {".5", 0.5}, {"5.", 5}, {"1_000.2_5e0_1", 10002.5}, {"0x1p-2", 0.25}, {"-0X1.8P+1", -3}, {"0x_1p0", 1}, {"1e-999", 0}, {"007", 7}, {"0_7", 7},
    {"Inf", INFINITY}, {"-INFINITY", -INFINITY}, {"+inf", INFINITY},
  };
  double value = 7;
  for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) assay_expect_(!assay_parse_double(none[i], &value) && value == 7, __FILE__, __LINE__, none[i]);
  for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
    assay_expect_(assay_parse_double(numbers[i].text, &value) && value == numbers[i].want, __FILE__, __LINE__, numbers[i].text);
  ASSAY_EXPECT(assay_parse_double("nAn", &value) && isnan(value));
  ASSAY_EXPECT(!assay_parse_double(((assay_text_t){"1\0002", 3}), &value));
}

ASSAY_TEST(texts_are_made) {
  ASSAY_EXPECT_TEXT(assay_format("%d %i %u %x %s %c%% %.*s|%.2s|%5d|%05d|%04x", -1, 2, 3u, 255u, "s", 'c', 2, "abc", "xyz", -12, -12, 10u), "-1 2 3 ff s c% ab|xy|  -12|-0012|000a");
  ASSAY_EXPECT_TEXT(assay_format("%lld %llu %ld %zu", INT64_MIN + 0LL, UINT64_MAX + 0ULL, -5L, sizeof(char)), "-9223372036854775808 18446744073709551615 -5 1");
  ASSAY_EXPECT_TEXT(assay_format("%s", ""), "");
}

ASSAY_TEST(dates_are_counted) {
  static const struct { int32_t year, month, day; int64_t days; const char *text; } cases[] = {
    {1970, 1, 1, 0, "1970-01-01"}, {1969, 12, 31, -1, "1969-12-31"}, {2000, 2, 29, 11016, "2000-02-29"}, {2000, 3, 1, 11017, "2000-03-01"},
    {2026, 12, 31, 20818, "2026-12-31"}, {1600, 1, 1, -135140, "1600-01-01"}, {9999, 12, 31, 2932896, "9999-12-31"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t ms = assay_date(cases[i].year, cases[i].month, cases[i].day);
    ASSAY_EXPECT_INTEGER(ms, cases[i].days * ASSAY_DAY);
    ASSAY_EXPECT_TEXT(assay_date_text(ms), cases[i].text);
    ASSAY_EXPECT_TEXT(assay_date_text(ms + ASSAY_DAY - 1), cases[i].text);
  }
}

ASSAY_TEST(faults_are_seen_natively) {
  ASSAY_EXPECT_TEXT(assay_run("faults", "{\"fault\":\"code\"}", assay_new_client(), 0)->fault, "an empty code, label, name of a measure or key of a parameter");
  ASSAY_EXPECT_TEXT(assay_run("faults", "{\"fault\":\"utf8\"}", assay_new_client(), 0)->fault, "a text that is not UTF-8");
  ASSAY_EXPECT_TEXT(assay_run("faults", "{\"fault\":\"rows\"}", assay_new_client(), 0)->fault, "more than 1000 rows of results");
  const assay_verdict_t *v = assay_run("faults", "{\"fault\":\"log\"}", assay_new_client(), 0);
  ASSAY_EXPECT_TEXT(assay_found(v, 0)->code, "logged");
  ASSAY_EXPECT_INTEGER(strlen(v->log), ASSAY_MAX_LOG);
}

ASSAY_TEST(what_a_builder_is_given_is_read) {
  assay_client_builder_t *client = assay_new_client();
  assay_client_set_kind(client, ASSAY_CLIENT_KIND_SOLE_TRADER);
  assay_client_add_tag(client, "vip");
  assay_client_add_tag(client, "");
  assay_client_set_unsubscribed(client, false);
  assay_client_set_birthday(client, assay_date(1970, 1, 1));
  assay_client_set_field_text(client, "gln", "4607");
  assay_client_set_field_date(client, "ends", assay_date(2026, 12, 31));
  assay_client_set_field_bool(client, "chain", true);
  assay_client_set_property(client, "loyalty", "gold");
  assay_channel_set_value(assay_contact_add_channel(assay_client_add_contact(client)), "a@b");
  const assay_verdict_t *v = assay_run("fields", "{\"text\":true}", client, 0);
  ASSAY_EXPECT_TEXT(assay_found_param(v, 0, "text"),
                    "kind=soleTrader\ncontacts=1\ncontacts[0].channels=1\ncontacts[0].channels[0].value=a@b\n"
                    "properties=1\nproperties[0].key=loyalty\nproperties[0].value=gold\ntags=2\ntags[0]=vip\ntags[1]=\n"
                    "fields=3\nfields[0].key=chain\nfields[0].type=bool\nfields[0].integer=1\n"
                    "fields[1].key=ends\nfields[1].type=date\nfields[1].integer=1798675200000\n"
                    "fields[2].key=gln\nfields[2].type=string\nfields[2].text=4607\nbirthday=0\n"
                    "field(chain)=bool\nfield(ends)=date\nfield(gln)=string\nfield(no such key)=none\n"
                    "property(loyalty)=gold\nproperty(no such key)=none\ndefaults=0\n");
}

ASSAY_TEST_MAIN
