// Reading a card in place (FORMAT.md). No offset in it is trusted: what does not lie inside the card is absent.

// The client or a row of it. Its slots lie inside the card; whoever makes a record sees to that.
typedef struct {
  const uint8_t *card;
  uint32_t size;  // of the card
  uint32_t at;    // slot 0
  uint32_t bits;  // the presence bitmap
  uint32_t slots; // how many the writer of the card knew
} assay_record_t_;

// A list of rows, or of texts, that lies inside the card.
typedef struct {
  const uint8_t *card;
  uint32_t size;
  uint32_t at; // the first row's presence bitmap, or the first text's slot
  uint32_t count;
  uint32_t slots; // of each row
} assay_list_t_;

/* A list of texts of the card, read in place. */
typedef struct { assay_list_t_ list_; } assay_strings_t;

ASSAY_API uint64_t assay_load_(const uint8_t *card, uint32_t at) {
  uint64_t word;
  __builtin_memcpy(&word, card + at, sizeof word);
  return word;
}

ASSAY_API uint64_t assay_word_(assay_record_t_ r, uint32_t slot) { return slot < r.slots ? assay_load_(r.card, r.at + 8 * slot) : 0; }

ASSAY_API bool assay_has_(assay_record_t_ r, uint32_t slot) {
  return slot < r.slots && (assay_load_(r.card, r.bits + slot / 64 * 8) >> slot % 64 & 1) == 1;
}

ASSAY_API double assay_float_(assay_record_t_ r, uint32_t slot) {
  uint64_t word = assay_word_(r, slot);
  double value;
  __builtin_memcpy(&value, &word, sizeof value);
  return value;
}

// An enum's code, 0 above the highest that this version knows.
ASSAY_API uint32_t assay_code_(assay_record_t_ r, uint32_t slot, uint32_t top) {
  uint64_t code = assay_word_(r, slot);
  return code > top ? 0 : (uint32_t)code;
}

ASSAY_API bool assay_inside_(uint32_t size, uint64_t word) {
  return (word & UINT32_MAX) + (word >> 32) <= size;
}

ASSAY_API assay_text_t assay_cut_(const uint8_t *card, uint32_t size, uint64_t word) {
  if (word >> 32 == 0 || !assay_inside_(size, word)) return (assay_text_t){"", 0};
  return (assay_text_t){(const char *)card + (uint32_t)word, (uint32_t)(word >> 32)};
}

ASSAY_API assay_text_t assay_string_(assay_record_t_ r, uint32_t slot) { return assay_cut_(r.card, r.size, assay_word_(r, slot)); }

ASSAY_API bool assay_has_string_(assay_record_t_ r, uint32_t slot) {
  uint64_t word = assay_word_(r, slot);
  return (word >> 32 == 0 || assay_inside_(r.size, word)) && assay_has_(r, slot);
}

ASSAY_API assay_list_t_ assay_strings_(assay_record_t_ r, uint32_t slot) {
  uint64_t word = assay_word_(r, slot);
  uint32_t at = (uint32_t)word, count = (uint32_t)(word >> 32);
  if (count == 0 || at % 8 != 0 || at + 8 * (uint64_t)count > r.size) return (assay_list_t_){0};
  return (assay_list_t_){.card = r.card, .size = r.size, .at = at, .count = count};
}

ASSAY_API assay_list_t_ assay_rows_(assay_record_t_ r, uint32_t slot) {
  uint64_t word = assay_word_(r, slot);
  uint32_t at = (uint32_t)word, count = (uint32_t)(word >> 32);
  if (count == 0 || at % 8 != 0 || at + (uint64_t)8 > r.size) return (assay_list_t_){0};
  uint32_t slots = (uint16_t)assay_load_(r.card, at);
  if (slots > ASSAY_MAX_ROW_SLOTS || at + 8 + count * (uint64_t)(8 + 8 * slots) > r.size) return (assay_list_t_){0};
  return (assay_list_t_){r.card, r.size, at + 8, count, slots};
}

// Whether a list is present: one of no rows is wherever it points, one that was cut away is not.
ASSAY_API bool assay_has_list_(assay_record_t_ r, uint32_t slot, uint32_t count) {
  return assay_has_(r, slot) && count == assay_word_(r, slot) >> 32;
}

// Row i, with every value absent when there is none.
ASSAY_API assay_record_t_ assay_row_(assay_list_t_ l, uint32_t i) {
  if (i >= l.count) return (assay_record_t_){0};
  uint32_t at = l.at + i * (8 + 8 * l.slots);
  return (assay_record_t_){l.card, l.size, at + 8, at, l.slots};
}

// The row whose slot 0 is the key, by binary search; with no slots when there is none.
ASSAY_API assay_record_t_ assay_search_(assay_list_t_ l, assay_text_t key) {
  uint32_t low = 0, high = l.count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = assay_compare_(assay_string_(assay_row_(l, middle), 0), key);
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  assay_record_t_ found = assay_row_(l, low);
  if (found.slots == 0 || assay_compare_(assay_string_(found, 0), key) != 0) return (assay_record_t_){0};
  return found;
}

ASSAY_API uint32_t assay_strings_count(assay_strings_t strings) { return strings.list_.count; }

/* Text i, empty when there is none. */
ASSAY_API assay_text_t assay_strings_at(assay_strings_t strings, uint32_t i) {
  assay_list_t_ l = strings.list_;
  if (i >= l.count) return (assay_text_t){"", 0};
  return assay_cut_(l.card, l.size, assay_load_(l.card, l.at + 8 * i));
}
