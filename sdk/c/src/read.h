// Reading settings, a JSON object that the host has held against the schema. What is wrong is said nevertheless, for
// tests give any text.

struct assay_reader_t_ {
  const char *at, *end;
  bool bad; // something was not JSON, or not what was wanted
};

ASSAY_COLD_ bool assay_is_space_(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The next character behind white space, 0 at the end.
ASSAY_COLD_ char assay_peek_(assay_reader_t_ *r) {
  while (r->at < r->end && assay_is_space_(*r->at)) r->at++;
  return r->at < r->end ? *r->at : 0;
}

// Takes the character if it comes next.
ASSAY_COLD_ bool assay_take_char_(assay_reader_t_ *r, char c) {
  if (assay_peek_(r) != c) return false;
  r->at++;
  return true;
}

ASSAY_COLD_ void assay_want_(assay_reader_t_ *r, char c) {
  if (!assay_take_char_(r, c)) r->bad = true;
}

ASSAY_COLD_ bool assay_take_word_(assay_reader_t_ *r, const char *word) {
  assay_text_t w = assay_text(word);
  assay_peek_(r);
  if ((size_t)(r->end - r->at) < w.length || assay_compare_((assay_text_t){r->at, w.length}, w) != 0) return false;
  r->at += w.length;
  return true;
}

// Four hexadecimal digits.
ASSAY_COLD_ uint32_t assay_read_unit_(assay_reader_t_ *r) {
  uint32_t unit = 0;
  for (int i = 0; i < 4; i++) {
    char c = r->at < r->end ? *r->at++ : 0, low = (char)(c | 0x20);
    if (c >= '0' && c <= '9') unit = unit << 4 | (uint32_t)(c - '0');
    else if (low >= 'a' && low <= 'f') unit = unit << 4 | (uint32_t)(low - 'a' + 10);
    else r->bad = true;
  }
  return unit;
}

// Writes a character of \u…, of two of them when it needs a pair. Half a pair becomes U+FFFD.
ASSAY_COLD_ char *assay_read_escape_(assay_reader_t_ *r, char *to) {
  uint32_t c = assay_read_unit_(r);
  if (c >= 0xd800 && c < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' && r->at[1] == 'u') {
    assay_reader_t_ second = {r->at + 2, r->end, false};
    uint32_t low = assay_read_unit_(&second);
    if (low >= 0xdc00 && low < 0xe000) {
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
      r->at = second.at;
    }
  }
  if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
  if (c < 0x80) {
    *to++ = (char)c;
    return to;
  }
  int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  *to++ = (char)((0xff00u >> (more + 1) & 0xff) | c >> 6 * more);
  while (more-- > 0) *to++ = (char)(0x80 | (c >> 6 * more & 0x3f));
  return to;
}

ASSAY_COLD_ assay_text_t assay_read_text_(assay_reader_t_ *r) {
  static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
  assay_want_(r, '"');
  const char *close = r->at;
  while (close < r->end && *close != '"') close += *close == '\\' && r->end - close > 1 ? 2 : 1;
  if (r->bad || close >= r->end) {
    r->bad = true;
    return (assay_text_t){"", 0};
  }
  char *text = assay_new((uint32_t)(close - r->at) + 1), *to = text; // what is escaped gets no longer
  while (r->at < close && !r->bad) {
    char c = *r->at++;
    if (c == '\\' && *r->at == 'u') {
      r->at++;
      to = assay_read_escape_(r, to);
    } else if (c == '\\') {
      uint32_t which = 0;
      while (letters[which] != 0 && letters[which] != *r->at) which++;
      r->bad = letters[which] == 0;
      *to++ = meant[which];
      r->at++;
    } else {
      r->bad = (uint8_t)c < 0x20;
      *to++ = c;
    }
  }
  r->at = close + 1;
  return (assay_text_t){text, (uint32_t)(to - text)};
}

// A number as JSON writes it. Its value is that of its digits, the point left out, times ten to the power of scale.
typedef struct {
  assay_text_t text, digits; // all of it, and what stands in front of the exponent
  int32_t scale;
} assay_numeral_t_;

// Takes a character that comes next without white space.
ASSAY_COLD_ bool assay_take_next_(assay_reader_t_ *r, char c) {
  bool taken = r->at < r->end && *r->at == c;
  r->at += taken;
  return taken;
}

// Takes digits, at least one, and returns their value; more than a million are a million, for so many digits no settings have.
ASSAY_COLD_ int32_t assay_read_digits_(assay_reader_t_ *r) {
  int32_t value = 0;
  const char *from = r->at;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) value = value > 100000 ? 1000000 : 10 * value + (*r->at - '0');
  if (r->at == from) r->bad = true;
  return value;
}

ASSAY_COLD_ assay_numeral_t_ assay_read_numeral_(assay_reader_t_ *r) {
  assay_numeral_t_ n = {.scale = 0};
  assay_peek_(r);
  const char *from = r->at;
  assay_take_next_(r, '-');
  const char *first = r->at;
  assay_read_digits_(r);
  if (r->at - first > 1 && *first == '0') r->bad = true;
  if (assay_take_next_(r, '.')) {
    const char *point = r->at;
    assay_read_digits_(r);
    n.scale = -(int32_t)(r->at - point);
  }
  n.digits = (assay_text_t){first, (uint32_t)(r->at - first)};
  if (assay_take_next_(r, 'e') || assay_take_next_(r, 'E')) {
    bool negative = assay_take_next_(r, '-');
    if (!negative) assay_take_next_(r, '+');
    int32_t exponent = assay_read_digits_(r);
    n.scale += negative ? -exponent : exponent;
  }
  n.text = (assay_text_t){from, (uint32_t)(r->at - from)};
  return n;
}

ASSAY_COLD_ double assay_read_number_(assay_reader_t_ *r) {
  double value = 0;
  assay_numeral_t_ n = assay_read_numeral_(r);
  if (!r->bad) r->bad = !assay_parse_double(n.text, &value);
  return value;
}

// Puts a digit behind those of a value; false when it gets more than `most`.
ASSAY_COLD_ bool assay_append_digit_(uint64_t *value, uint32_t digit, uint64_t most) {
  if (*value > (most - digit) / 10) return false;
  *value = 10 * *value + digit;
  return true;
}

// An integer, exactly; it may be written 3.0 or 3e0. Zeros wait until it is known that a digit follows them, or the scale takes them away.
ASSAY_COLD_ int64_t assay_read_integer_(assay_reader_t_ *r) {
  assay_numeral_t_ n = assay_read_numeral_(r);
  if (r->bad) return 0;
  bool negative = n.text.bytes[0] == '-', fits = true;
  uint64_t value = 0, most = (uint64_t)INT64_MAX + negative;
  int32_t zeros = 0;
  for (uint32_t i = 0; i < n.digits.length && fits; i++) {
    char c = n.digits.bytes[i];
    if (c == '.') continue;
    zeros++;
    if (c == '0') continue;
    for (; zeros > 1 && value > 0 && fits; zeros--) fits = assay_append_digit_(&value, 0, most);
    fits = fits && assay_append_digit_(&value, (uint32_t)(c - '0'), most);
    zeros = 0;
  }
  if (value == 0) return 0;
  zeros += n.scale;
  for (; zeros > 0 && fits; zeros--) fits = assay_append_digit_(&value, 0, most);
  if (!fits || zeros < 0) r->bad = true;
  return negative ? (int64_t)(0 - value) : (int64_t)value;
}

ASSAY_COLD_ assay_texts_t assay_read_texts_(assay_reader_t_ *r) {
  assay_text_t *items = NULL;
  uint32_t count = 0, room = 0;
  assay_want_(r, '[');
  if (r->bad || assay_take_char_(r, ']')) return (assay_texts_t){NULL, 0};
  do {
    if (count == room) {
      room = 2 * room + 4;
      assay_text_t *more = assay_new(room * (uint32_t)sizeof *more);
      if (count > 0) __builtin_memcpy(more, items, count * sizeof *items);
      items = more;
    }
    items[count++] = assay_read_text_(r);
  } while (!r->bad && assay_take_char_(r, ','));
  assay_want_(r, ']');
  return (assay_texts_t){items, count};
}

ASSAY_COLD_ unsigned assay_read_choice_(assay_reader_t_ *r, const char *const *choices) {
  assay_text_t text = assay_read_text_(r);
  for (unsigned i = 0; choices[i] != NULL; i++)
    if (assay_equal(text, choices[i])) return i;
  r->bad = true;
  return 0;
}

ASSAY_COLD_ bool assay_read_bool_(assay_reader_t_ *r) {
  bool truth = assay_take_word_(r, "true");
  if (!truth && !assay_take_word_(r, "false")) r->bad = true;
  return truth;
}

ASSAY_COLD_ uint32_t assay_characters_(assay_text_t text) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < text.length; i++) n += (text.bytes[i] & 0xc0) != 0x80;
  return n;
}

// Whether an integer lies below a bound, equals it, or lies above: -1, 0, 1.
ASSAY_COLD_ int assay_beside_(int64_t integer, const assay_bound_t_ *bound) {
  if (bound->is == ASSAY_WHOLE_BOUND_) return (integer > bound->whole) - (integer < bound->whole);
  if (bound->real >= 0x1p63) return -1;
  if (bound->real < -0x1p63) return 1;
  int64_t whole = (int64_t)bound->real; // towards zero
  if (integer != whole) return integer > whole ? 1 : -1;
  return ((double)whole > bound->real) - ((double)whole < bound->real);
}

ASSAY_COLD_ bool assay_integer_between_(const assay_setting_t *s, int64_t integer) {
  bool below = s->least_.is != ASSAY_NO_BOUND_ && assay_beside_(integer, &s->least_) < 0;
  bool above = s->most_.is != ASSAY_NO_BOUND_ && assay_beside_(integer, &s->most_) > 0;
  return !below && !above;
}

ASSAY_COLD_ bool assay_number_between_(const assay_setting_t *s, double number) {
  bool below = s->least_.is != ASSAY_NO_BOUND_ && number < s->least_.real;
  bool above = s->most_.is != ASSAY_NO_BOUND_ && number > s->most_.real;
  return !below && !above;
}

// Reads the value of a setting into its member.
ASSAY_COLD_ void assay_read_value_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  switch (s->kind_) {
  case ASSAY_KIND_TEXT_: {
    assay_text_t text = assay_read_text_(r);
    uint32_t length = assay_characters_(text);
    if (length < s->shortest_ || (s->longest_ > 0 && length > s->longest_)) r->bad = true;
    __builtin_memcpy(to, &text, sizeof text);
    return;
  }
  case ASSAY_KIND_INTEGER_: {
    int64_t integer = assay_read_integer_(r);
    if (!assay_integer_between_(s, integer)) r->bad = true;
    __builtin_memcpy(to, &integer, sizeof integer);
    return;
  }
  case ASSAY_KIND_NUMBER_: {
    double number = assay_read_number_(r);
    if (!assay_number_between_(s, number)) r->bad = true;
    __builtin_memcpy(to, &number, sizeof number);
    return;
  }
  case ASSAY_KIND_BOOL_: {
    bool truth = assay_read_bool_(r);
    __builtin_memcpy(to, &truth, sizeof truth);
    return;
  }
  case ASSAY_KIND_CHOICE_: {
    unsigned choice = assay_read_choice_(r, s->choices_);
    __builtin_memcpy(to, &choice, sizeof choice);
    return;
  }
  case ASSAY_KIND_TEXTS_: {
    assay_texts_t texts = assay_read_texts_(r);
    __builtin_memcpy(to, &texts, sizeof texts);
    return;
  }
  }
}

ASSAY_COLD_ void assay_set_default_(const assay_setting_t *s, char *to) {
  switch (s->kind_) {
  case ASSAY_KIND_TEXT_: {
    assay_text_t text = assay_text(s->default_.text);
    __builtin_memcpy(to, &text, sizeof text);
    return;
  }
  case ASSAY_KIND_INTEGER_: __builtin_memcpy(to, &s->default_.integer, sizeof(int64_t)); return;
  case ASSAY_KIND_NUMBER_: __builtin_memcpy(to, &s->default_.number, sizeof(double)); return;
  case ASSAY_KIND_BOOL_: __builtin_memcpy(to, &s->default_.truth, sizeof(bool)); return;
  case ASSAY_KIND_CHOICE_: __builtin_memcpy(to, &s->default_.choice, sizeof(unsigned)); return;
  case ASSAY_KIND_TEXTS_: return; // empty as it is
  }
}

// Says of a setting what is wanted of it.
ASSAY_COLD_ const char *assay_refuse_(assay_text_t name, const char *what) {
  return assay_format("%.*s: %s", ASSAY_ARG(name), what).bytes;
}

ASSAY_COLD_ const char *assay_read_member_(assay_reader_t_ *r, const assay_setting_t *table, uint32_t count, char *settings, bool *given) {
  static const char *const wanted[] = {"want a text of the length that the schema says", "want an integer in the range of the schema", "want a number in the range of the schema",
                                       "want true or false", "want one of the texts in the schema", "want a list of texts"};
  assay_text_t name = assay_read_text_(r);
  assay_want_(r, ':');
  if (r->bad) return "the settings are not a JSON object";
  for (uint32_t i = 0; i < count; i++) {
    if (!assay_equal(name, table[i].name)) continue;
    if (given[i]) return assay_refuse_(name, "stands twice");
    given[i] = true;
    assay_read_value_(r, &table[i], settings + table[i].offset_);
    return r->bad ? assay_refuse_(name, wanted[table[i].kind_]) : NULL;
  }
  return assay_refuse_(name, "there is no such setting");
}

// Reads all settings into zeroed memory and returns why it cannot, NULL when it could.
ASSAY_COLD_ const char *assay_read_settings_(assay_text_t json, const assay_setting_t *table, uint32_t count, char *settings) {
  assay_reader_t_ r = {json.bytes, json.bytes + json.length, false};
  bool *given = assay_new(count);
  __builtin_memset(given, 0, count);
  for (uint32_t i = 0; i < count; i++) assay_set_default_(&table[i], settings + table[i].offset_);
  assay_want_(&r, '{');
  if (!r.bad && !assay_take_char_(&r, '}')) {
    do {
      const char *why = assay_read_member_(&r, table, count, settings, given);
      if (why != NULL) return why;
    } while (assay_take_char_(&r, ','));
    assay_want_(&r, '}');
  }
  if (r.bad || assay_peek_(&r) != 0) return "the settings are not a JSON object";
  for (uint32_t i = 0; i < count; i++)
    if (table[i].required && !given[i]) return assay_refuse_(assay_text(table[i].name), "is required");
  return NULL;
}
