// The kinds of settings.

ASSAY_COLD_ uint32_t assay_characters_(assay_text_t text) {
  uint32_t n = 0;
  for (uint32_t i = 0; i < text.length; i++) n += (text.bytes[i] & 0xc0) != 0x80;
  return n;
}

ASSAY_COLD_ void assay_text_read_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  assay_text_t text = assay_read_text_(r);
  uint32_t length = assay_characters_(text);
  if (length < s->shortest_ || (s->longest_ > 0 && length > s->longest_)) r->bad = true;
  __builtin_memcpy(to, &text, sizeof text);
}

ASSAY_COLD_ void assay_text_set_(const assay_setting_t *s, char *to) {
  assay_text_t text = assay_text(s->default_.text);
  __builtin_memcpy(to, &text, sizeof text);
}

ASSAY_COLD_ void assay_text_put_(assay_output_t_ *out, const assay_setting_t *s) { assay_put_json_of_(out, s->default_.text); }

ASSAY_COLD_ void assay_text_limits_(assay_output_t_ *out, const assay_setting_t *s) {
  if (s->shortest_ > 0) assay_put_key_(out, "minLength"), assay_put_integer_(out, s->shortest_);
  if (s->longest_ > 0) assay_put_key_(out, "maxLength"), assay_put_integer_(out, s->longest_);
}

static const assay_kind_t_ assay_text_kind_ = {"string", "want a text of the length that the schema says", assay_text_read_, assay_text_set_, assay_text_put_, assay_text_limits_};

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

// The whole number that a bound of integers amounts to: a real one rounded into the range.
ASSAY_COLD_ int64_t assay_whole_bound_(const assay_bound_t_ *bound, bool least) {
  if (bound->is == ASSAY_WHOLE_BOUND_) return bound->whole;
  if (bound->real >= 0x1p63) return INT64_MAX;
  if (bound->real < -0x1p63) return INT64_MIN;
  int64_t whole = (int64_t)bound->real; // towards zero
  if (least) return whole + ((double)whole < bound->real);
  return whole - ((double)whole > bound->real);
}

ASSAY_COLD_ void assay_integer_read_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  int64_t integer = assay_read_integer_(r);
  if (s->least_.is != ASSAY_NO_BOUND_ && integer < assay_whole_bound_(&s->least_, true)) r->bad = true;
  if (s->most_.is != ASSAY_NO_BOUND_ && integer > assay_whole_bound_(&s->most_, false)) r->bad = true;
  __builtin_memcpy(to, &integer, sizeof integer);
}

ASSAY_COLD_ void assay_integer_set_(const assay_setting_t *s, char *to) { __builtin_memcpy(to, &s->default_.integer, sizeof(int64_t)); }
ASSAY_COLD_ void assay_integer_put_(assay_output_t_ *out, const assay_setting_t *s) { assay_put_integer_(out, s->default_.integer); }

ASSAY_COLD_ void assay_integer_limits_(assay_output_t_ *out, const assay_setting_t *s) {
  if (s->least_.is != ASSAY_NO_BOUND_) assay_put_key_(out, "minimum"), assay_put_integer_(out, assay_whole_bound_(&s->least_, true));
  if (s->most_.is != ASSAY_NO_BOUND_) assay_put_key_(out, "maximum"), assay_put_integer_(out, assay_whole_bound_(&s->most_, false));
}

static const assay_kind_t_ assay_integer_kind_ = {"integer", "want an integer in the range of the schema", assay_integer_read_, assay_integer_set_, assay_integer_put_, assay_integer_limits_};

ASSAY_COLD_ void assay_number_read_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  double number = 0;
  assay_numeral_t_ n = assay_read_numeral_(r);
  if (!r->bad) r->bad = !assay_parse_double(n.text, &number);
  if (s->least_.is != ASSAY_NO_BOUND_ && number < s->least_.real) r->bad = true;
  if (s->most_.is != ASSAY_NO_BOUND_ && number > s->most_.real) r->bad = true;
  __builtin_memcpy(to, &number, sizeof number);
}

ASSAY_COLD_ void assay_put_number_of_(assay_output_t_ *out, double value) {
  if (value > -9e15 && value < 9e15 && value == (double)(int64_t)value) assay_put_integer_(out, (int64_t)value);
  else assay_put_(out, assay_format_double(value, 'g'));
}

ASSAY_COLD_ void assay_put_bound_(assay_output_t_ *out, const char *key, const assay_bound_t_ *bound) {
  if (bound->is == ASSAY_NO_BOUND_) return;
  assay_put_key_(out, key);
  if (bound->is == ASSAY_WHOLE_BOUND_) assay_put_integer_(out, bound->whole);
  else assay_put_number_of_(out, bound->real);
}

ASSAY_COLD_ void assay_number_set_(const assay_setting_t *s, char *to) { __builtin_memcpy(to, &s->default_.number, sizeof(double)); }
ASSAY_COLD_ void assay_number_put_(assay_output_t_ *out, const assay_setting_t *s) { assay_put_number_of_(out, s->default_.number); }

ASSAY_COLD_ void assay_number_limits_(assay_output_t_ *out, const assay_setting_t *s) {
  assay_put_bound_(out, "minimum", &s->least_);
  assay_put_bound_(out, "maximum", &s->most_);
}

static const assay_kind_t_ assay_number_kind_ = {"number", "want a number in the range of the schema", assay_number_read_, assay_number_set_, assay_number_put_, assay_number_limits_};

ASSAY_COLD_ bool assay_take_word_(assay_reader_t_ *r, const char *word) {
  assay_text_t w = assay_text(word);
  assay_peek_(r);
  if ((size_t)(r->end - r->at) < w.length || assay_compare_((assay_text_t){r->at, w.length}, w) != 0) return false;
  r->at += w.length;
  return true;
}

ASSAY_COLD_ void assay_bool_read_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  (void)s;
  bool truth = assay_take_word_(r, "true");
  if (!truth && !assay_take_word_(r, "false")) r->bad = true;
  __builtin_memcpy(to, &truth, sizeof truth);
}

ASSAY_COLD_ void assay_bool_set_(const assay_setting_t *s, char *to) { __builtin_memcpy(to, &s->default_.truth, sizeof(bool)); }
ASSAY_COLD_ void assay_bool_put_(assay_output_t_ *out, const assay_setting_t *s) { assay_put_all_(out, s->default_.truth ? "true" : "false"); }

static const assay_kind_t_ assay_bool_kind_ = {"boolean", "want true or false", assay_bool_read_, assay_bool_set_, assay_bool_put_, NULL};

ASSAY_COLD_ void assay_choice_read_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  assay_text_t text = assay_read_text_(r);
  unsigned choice = 0;
  while (s->choices_[choice] != NULL && !assay_equal(text, s->choices_[choice])) choice++;
  if (s->choices_[choice] == NULL) r->bad = true;
  __builtin_memcpy(to, &choice, sizeof choice);
}

ASSAY_COLD_ void assay_choice_set_(const assay_setting_t *s, char *to) { __builtin_memcpy(to, &s->default_.choice, sizeof(unsigned)); }
ASSAY_COLD_ void assay_choice_put_(assay_output_t_ *out, const assay_setting_t *s) { assay_put_json_of_(out, s->choices_[s->default_.choice]); }

ASSAY_COLD_ void assay_choice_limits_(assay_output_t_ *out, const assay_setting_t *s) {
  assay_put_key_(out, "enum");
  for (const char *const *choice = s->choices_; *choice != NULL; choice++) {
    assay_put_byte_(out, choice == s->choices_ ? '[' : ',');
    assay_put_json_of_(out, *choice);
  }
  assay_put_byte_(out, ']');
}

static const assay_kind_t_ assay_choice_kind_ = {"string", "want one of the texts in the schema", assay_choice_read_, assay_choice_set_, assay_choice_put_, assay_choice_limits_};

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

ASSAY_COLD_ void assay_texts_read_(assay_reader_t_ *r, const assay_setting_t *s, char *to) {
  (void)s;
  assay_texts_t texts = assay_read_texts_(r);
  __builtin_memcpy(to, &texts, sizeof texts);
}

ASSAY_COLD_ void assay_texts_set_(const assay_setting_t *s, char *to) { (void)s, (void)to; } // empty as it is
ASSAY_COLD_ void assay_texts_put_(assay_output_t_ *out, const assay_setting_t *s) { (void)s, assay_put_all_(out, "[]"); }
ASSAY_COLD_ void assay_texts_limits_(assay_output_t_ *out, const assay_setting_t *s) { (void)s, assay_put_all_(out, ",\"items\":{\"type\":\"string\"}"); }

static const assay_kind_t_ assay_texts_kind_ = {"array", "want a list of texts", assay_texts_read_, assay_texts_set_, assay_texts_put_, assay_texts_limits_};
