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
