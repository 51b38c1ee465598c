// Doubles as the server writes and reads them, which is how Go does

// The fewest digits that read back as a value above 0, and the exponent of the first.
typedef struct {
  char digits[20];
  int count, exponent;
} assay_shortest_t_;

static inline void assay_digits_of_(assay_shortest_t_ *s, const char *written) {
  s->count = 0;
  for (; *written != 'e'; written++)
    if (*written != '.') s->digits[s->count++] = *written;
  s->exponent = atoi(written + 1);
}

// The next larger number of as many digits.
static inline void assay_next_digits_(assay_shortest_t_ *s) {
  int i = s->count - 1;
  for (; i >= 0 && s->digits[i] == '9'; i--) s->digits[i] = '0';
  if (i >= 0) {
    s->digits[i]++;
  } else {
    s->digits[0] = '1';
    s->exponent++;
  }
}

static inline bool assay_reads_as_(const assay_shortest_t_ *s, double value) {
  char text[48];
  snprintf(text, sizeof text, "%c.%.*se%d", s->digits[0], s->count - 1, s->digits + 1, s->exponent);
  return strtod(text, NULL) == value;
}

// The nearest number of so many digits reads back when any does, but where the doubles below lie closer together than those above: behind a
// power of two the one that is next to it may.
static inline assay_shortest_t_ assay_shortest_(double value) {
  assay_shortest_t_ s;
  for (int digits = 1;; digits++) {
    char text[48];
    snprintf(text, sizeof text, "%.*e", digits - 1, value);
    assay_digits_of_(&s, text);
    if (digits == 17 || assay_reads_as_(&s, value)) return s;
    assay_next_digits_(&s);
    if (assay_reads_as_(&s, value)) return s;
  }
}

static inline void assay_put_zeros_(assay_output_t_ *out, int count) {
  for (; count > 0; count--) assay_put_byte_(out, '0');
}

static inline void assay_put_fixed_(assay_output_t_ *out, const assay_shortest_t_ *s) {
  int whole = s->exponent + 1, before = whole < 0 ? 0 : whole < s->count ? whole : s->count;
  assay_put_(out, (assay_text_t){s->digits, (uint32_t)before});
  assay_put_zeros_(out, whole <= 0 ? 1 : whole - before);
  if (before == s->count) return;
  assay_put_byte_(out, '.');
  assay_put_zeros_(out, -whole);
  assay_put_(out, (assay_text_t){s->digits + before, (uint32_t)(s->count - before)});
}

static inline void assay_put_exponent_(assay_output_t_ *out, const assay_shortest_t_ *s) {
  char exponent[8];
  snprintf(exponent, sizeof exponent, "e%+03d", s->exponent);
  assay_put_byte_(out, s->digits[0]);
  if (s->count > 1) assay_put_byte_(out, '.');
  assay_put_(out, (assay_text_t){s->digits + 1, (uint32_t)s->count - 1});
  assay_put_(out, assay_text((const char *)exponent));
}

assay_text_t assay_format_double(double value, char format) {
  if (format != 'e' && format != 'f' && format != 'g') assay_fail("assay_format_double: want the format e, f or g");
  if (isnan(value)) return assay_text("NaN");
  if (isinf(value)) return assay_text(value > 0 ? "+Inf" : "-Inf");
  assay_output_t_ out = {0};
  assay_shortest_t_ s = assay_shortest_(fabs(value));
  if (signbit(value)) assay_put_byte_(&out, '-');
  if (format == 'e' || (format == 'g' && (s.exponent < -4 || s.exponent > 5))) assay_put_exponent_(&out, &s);
  else assay_put_fixed_(&out, &s);
  return (assay_text_t){(const char *)out.bytes, out.length};
}

static inline bool assay_is_digit_(char c, bool hex) {
  char low = (char)(c | 0x20);
  return (c >= '0' && c <= '9') || (hex && low >= 'a' && low <= 'f');
}

// Whether each underscore stands between digits, or between 0x and one.
static inline bool assay_separates_(const char *at, bool hex) {
  char last = 0; // a digit as 0
  for (at += *at == '+' || *at == '-'; *at != 0; at++) {
    bool digit = assay_is_digit_(*at, hex) || (hex && (*at | 0x20) == 'x');
    if (*at == '_' ? last != '0' : last == '_' && !digit) return false;
    last = digit ? '0' : *at == '_' ? '_' : '!';
  }
  return last != '_';
}

static inline const char *assay_skip_number_(const char *at, bool hex, bool point, bool *any) {
  for (; assay_is_digit_(*at, hex) || *at == '_' || (point && *at == '.'); at++) {
    if (*at == '.') point = false;
    *any |= assay_is_digit_(*at, hex);
  }
  return at;
}

// Whether a text is a number as Go writes them in its source, with a sign.
static inline bool assay_is_number_(const char *text) {
  const char *at = text + (*text == '+' || *text == '-');
  bool hex = at[0] == '0' && (at[1] | 0x20) == 'x' && at[2] != 0, mantissa = false, any = false;
  at = assay_skip_number_(at + (hex ? 2 : 0), hex, true, &mantissa);
  bool has_exponent = (*at | 0x20) == (hex ? 'p' : 'e');
  if (has_exponent) {
    at++;
    at += *at == '+' || *at == '-';
    if (!assay_is_digit_(*at, false)) return false;
    at = assay_skip_number_(at, false, false, &any);
  }
  return mantissa && (has_exponent || !hex) && *at == 0 && (strchr(text, '_') == NULL || assay_separates_(text, hex));
}

static inline bool assay_is_word_(const char *text, const char *word) {
  for (; *word != 0; word++, text++)
    if ((*text | 0x20) != *word) return false;
  return *text == 0;
}

static inline bool assay_is_special_(const char *text) {
  const char *name = text + (*text == '+' || *text == '-');
  return assay_is_word_(name, "inf") || assay_is_word_(name, "infinity") || assay_is_word_(text, "nan");
}

bool assay_parse_double_(assay_text_t text, double *value) {
  char *copy = assay_test_copy_(text), *to = copy;
  bool special = assay_is_special_(copy);
  if (strlen(copy) != text.length || (!special && !assay_is_number_(copy))) return false;
  for (const char *from = copy; *from != 0; from++)
    if (*from != '_') *to++ = *from;
  *to = 0;
  double read = strtod(copy, NULL);
  if (isinf(read) && !special) return false;
  *value = read;
  return true;
}
