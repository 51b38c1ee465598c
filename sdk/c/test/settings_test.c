// How settings are read: integers exactly, bounds of 64 bits, long lists, and JSON that is damaged, which a sanitizer watches.
#include "../assay_test.h"

typedef struct {
  int64_t whole, wide, real;
  double ratio;
  assay_text_t text;
  assay_texts_t list;
  bool truth;
  int choice;
} settings_t;

ASSAY_SETTINGS(settings, settings_t, NULL,
  ASSAY_INTEGER(settings_t, whole, 0),
  ASSAY_INTEGER(settings_t, wide, 0, ASSAY_RANGE(-9223372036854775807, 9223372036854775806)),
  ASSAY_INTEGER(settings_t, real, 0, ASSAY_RANGE(-1.5, 1e18)),
  ASSAY_NUMBER(settings_t, ratio, 0.25, ASSAY_RANGE(-0.5, 9007199254740993)),
  ASSAY_TEXT(settings_t, text, "", ASSAY_LENGTH(0, 5)),
  ASSAY_TEXTS(settings_t, list, ASSAY_EMPTY),
  ASSAY_BOOL(settings_t, truth, false),
  ASSAY_CHOICE(settings_t, choice, ASSAY_ONE_OF("first", "second"), 0));

static void nothing(const void *given, assay_client_t client, assay_report_t *report) { (void)given, (void)client, (void)report; }

ASSAY_CHECKS(ASSAY_QUALITY("nothing", nothing, .settings = &settings));

static settings_t read;

static const char *read_from(assay_text_t json) {
  memset(&read, 0, sizeof read);
  return assay_read_settings_(json, settings.table_, settings.count_, (char *)&read);
}

ASSAY_TEST(integers_are_read_exactly) {
  static const struct { const char *json; int64_t want; } cases[] = {
    {"0", 0}, {"-0", 0}, {"-0.0e5", 0}, {"0e999999999999", 0}, {"3.0", 3}, {"3e0", 3}, {"-1.0E1", -10}, {"1200e-2", 12}, {"1.25e2", 125}, {"12.50e+1", 125},
    {"100000000000000000000e-20", 1}, {"0.00000000000000000000001e23", 1}, {"9007199254740993", 9007199254740993}, {"9007199254740993.0", 9007199254740993},
    {"9007199254740993e0", 9007199254740993}, {"900719925474099.3e1", 9007199254740993}, {"9223372036854775807", INT64_MAX}, {"9223372036854775807.000", INT64_MAX},
    {"-9223372036854775808", INT64_MIN}, {"-92233720368547758.08e2", INT64_MIN}, {"9e18", 9000000000000000000},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assay_expect_text_(assay_text(read_from(assay_format("{\"whole\":%s}", cases[i].json))), assay_text(""), __FILE__, __LINE__, cases[i].json);
    assay_expect_integer_(read.whole, cases[i].want, __FILE__, __LINE__, cases[i].json);
  }
}

ASSAY_TEST(what_is_no_integer_is_refused) {
  static const char *const cases[] = {
    "1.5", "1e-1", "9007199254740993.5", "9223372036854775808", "-9223372036854775809", "922337203685477580.8e1", "1e19", "1e999999999999", "1e-999999999999",
    "99999999999999999999", "00", "01", "-01", "+1", ".5", "1.", "-", "1e", "1e+", "1e5.0", "1-1", "1.0.0", "0x1", "1_0", "\"1\"", "true", "null", "", "NaN",
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assay_expect_(read_from(assay_format("{\"whole\":%s}", cases[i])) != NULL, __FILE__, __LINE__, cases[i]);
}

ASSAY_TEST(numbers_are_those_of_json) {
  static const char *const cases[] = {".5", "1.", "+1", "01", "1e", "0x1p0", "inf", "NaN", "1e999", "1_0"};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assay_expect_(read_from(assay_format("{\"ratio\":%s}", cases[i])) != NULL, __FILE__, __LINE__, cases[i]);
  ASSAY_EXPECT(read_from(assay_text("{\"ratio\":1.50e1}")) == NULL && read.ratio == 15);
}

ASSAY_TEST(bounds_have_64_bits) {
  static const struct { const char *json; bool taken; } cases[] = {
    {"{\"wide\":9223372036854775806}", true}, {"{\"wide\":9223372036854775807}", false}, {"{\"wide\":-9223372036854775807}", true}, {"{\"wide\":-9223372036854775808}", false},
    {"{\"real\":1000000000000000000}", true}, {"{\"real\":1000000000000000001}", false}, {"{\"real\":-1}", true}, {"{\"real\":-2}", false},
    {"{\"ratio\":-0.5}", true}, {"{\"ratio\":-0.51}", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
    assay_expect_((read_from(assay_text(cases[i].json)) == NULL) == cases[i].taken, __FILE__, __LINE__, cases[i].json);
  ASSAY_EXPECT(strstr(assay_description(), "\"wide\":{\"type\":\"integer\",\"default\":0,\"minimum\":-9223372036854775807,\"maximum\":9223372036854775806}") != NULL);
  ASSAY_EXPECT(strstr(assay_description(), "\"real\":{\"type\":\"integer\",\"default\":0,\"minimum\":-1,\"maximum\":1000000000000000000}") != NULL);
  ASSAY_EXPECT(strstr(assay_description(), "\"ratio\":{\"type\":\"number\",\"default\":0.25,\"minimum\":-0.5,\"maximum\":9007199254740993}") != NULL);
}

ASSAY_TEST(a_list_of_10000_texts) {
  assay_output_t_ json = {0};
  assay_put_(&json, assay_text("{\"list\":["));
  for (int i = 0; i < 10000; i++) assay_put_(&json, assay_format("%s\"%03x\"", i > 0 ? "," : "", i % 4096));
  assay_put_(&json, assay_text("]}"));
  ASSAY_EXPECT_TEXT(read_from((assay_text_t){(const char *)json.bytes, json.length}), "");
  ASSAY_EXPECT_INTEGER(read.list.count, 10000);
  ASSAY_EXPECT_TEXT(read.list.items[0], "000");
  ASSAY_EXPECT_TEXT(read.list.items[9999], "70f");
}

// Reads from a block of exactly that size, so that a read behind it is seen.
static void read_exactly(const char *bytes, uint32_t length) {
  char *exact = malloc(length);
  if (length > 0) memcpy(exact, bytes, length);
  read_from((assay_text_t){exact, length});
  free(exact);
}

static void give_back_to(assay_block_t_ *before) {
  while (assay_blocks_ != before) {
    assay_block_t_ *block = assay_blocks_;
    assay_blocks_ = block->next;
    free(block);
  }
}

static const char *const seeds[] = {
  "{\"whole\":-12.0e1,\"wide\":3,\"real\":1e18,\"ratio\":1.5E-2,\"text\":\"\\ud834\\udd1e\\n\",\"list\":[\"\\u0041\",\"\",\"\\\\\"],\"truth\":true,\"choice\":\"second\"}",
  "{\"text\":\"\\ud834\"}", "{\"text\":\"\\ud834\\\"}", "{\"text\":\"\\ud834\\u\"}", "{\"text\":\"\\ud834\\u12\"}", "{\"text\":\"\\udd1e\\ud834\"}", "{\"text\":\"\\ud834\\ud834\\udd1e\"}",
  "{\"text\":\"\\u\"}", "{\"text\":\"\\", "{\"list\":[\"\\u00\"", "{\"list\":[\"a\" , \"b\" ,]}", "{\"\\u0077hole\":1}", "{\"whole\":1e", "{\"whole\":-", "{\"whole\":1.",
};

// Every seed cut anywhere, and with any byte made something else, and with two of them.
ASSAY_TEST(damaged_settings_are_read_within_their_bytes) {
  static const char with[] = "\"\\u{}[],:0-.eE9\x00\x1f \xff\x80tfd8";
  assay_block_t_ *before = assay_blocks_;
  for (size_t s = 0; s < sizeof seeds / sizeof seeds[0]; s++) {
    uint32_t length = (uint32_t)strlen(seeds[s]);
    for (uint32_t i = 0; i <= length; i++) {
      read_exactly(seeds[s], i);
      for (size_t k = 0; i < length && k < sizeof with; k++) {
        char damaged[256];
        memcpy(damaged, seeds[s], length);
        damaged[i] = with[k];
        read_exactly(damaged, length);
        damaged[(i * 7 + k) % length] = with[(k * 5 + i) % sizeof with];
        read_exactly(damaged, length);
      }
      give_back_to(before);
    }
  }
  ASSAY_EXPECT(read_from(assay_text(seeds[0])) == NULL && read.whole == -120);
}

// Nothing calls itself, so nothing gets too deep.
ASSAY_TEST(deep_settings_are_refused) {
  static const char *const openings[] = {"[", "{\"list\":[", "{\"text\":{", "{"};
  for (size_t o = 0; o < sizeof openings / sizeof openings[0]; o++) {
    assay_output_t_ json = {0};
    for (int i = 0; i < 20000; i++) assay_put_(&json, assay_text(openings[o]));
    ASSAY_EXPECT(read_from((assay_text_t){(const char *)json.bytes, json.length}) != NULL);
  }
}

ASSAY_TEST_MAIN
