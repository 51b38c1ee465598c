// Building cards

// A slot of a client or a row that is being built.
typedef struct {
  bool present;
  uint64_t word;
  assay_text_t text;
  assay_text_t *texts;
  struct assay_building_t_ **rows;
  uint32_t count, room;
  uint32_t at; // in the card: of a list, its first row or text
} assay_value_t_;

typedef struct assay_building_t_ {
  uint32_t slots;
  assay_value_t_ *values;
} assay_building_t_;

static inline assay_building_t_ *assay_build_(uint32_t slots) {
  assay_building_t_ *b = assay_test_memory_(sizeof *b);
  b->slots = slots;
  b->values = assay_test_zeros_(slots * sizeof *b->values);
  return b;
}

// As in the store a value is present when it is not empty or zero; a time or a date, once it is known.
static inline void assay_set_word_(void *b, uint32_t slot, uint64_t word, bool present) {
  assay_value_t_ *v = &((assay_building_t_ *)b)->values[slot];
  v->word = word;
  v->present = present;
}

static inline void assay_set_float_(void *b, uint32_t slot, double value) {
  uint64_t word;
  memcpy(&word, &value, sizeof word);
  assay_set_word_(b, slot, value == 0 ? 0 : word, value != 0);
}

static inline void assay_set_text_(void *b, uint32_t slot, assay_text_t text) {
  assay_value_t_ *v = &((assay_building_t_ *)b)->values[slot];
  v->text = (assay_text_t){assay_test_copy_(text), text.length};
  v->present = text.length > 0;
}

// Makes room for one more text or row.
static inline void assay_grow_list_(assay_value_t_ *v) {
  v->present = true;
  if (v->count < v->room) return;
  v->room = 2 * v->room + 4;
  assay_text_t *texts = assay_test_zeros_(v->room * sizeof *texts);
  struct assay_building_t_ **rows = assay_test_zeros_(v->room * sizeof *rows);
  if (v->count > 0) {
    memcpy(texts, v->texts, v->count * sizeof *texts);
    memcpy(rows, v->rows, v->count * sizeof *rows);
  }
  v->texts = texts;
  v->rows = rows;
}

static inline void assay_add_text_(void *b, uint32_t slot, assay_text_t text) {
  assay_value_t_ *v = &((assay_building_t_ *)b)->values[slot];
  assay_grow_list_(v);
  v->texts[v->count++] = (assay_text_t){assay_test_copy_(text), text.length};
}

static inline void *assay_add_row_(void *b, uint32_t slot, uint32_t slots) {
  assay_value_t_ *v = &((assay_building_t_ *)b)->values[slot];
  assay_grow_list_(v);
  return v->rows[v->count++] = assay_build_(slots);
}

static inline int assay_by_key_(const void *a, const void *b) {
  return assay_compare_((*(assay_building_t_ *const *)a)->values[0].text, (*(assay_building_t_ *const *)b)->values[0].text);
}

static inline void assay_store64_(assay_output_t_ *card, uint32_t at, uint64_t word) { memcpy(card->bytes + at, &word, sizeof word); }

static inline uint32_t assay_zeros_(assay_output_t_ *card, uint32_t size) {
  uint32_t at = card->length;
  if (size > 0) memset(assay_extend_(card, size), 0, size);
  return at;
}

static inline uint32_t assay_stride_(const assay_value_t_ *v) { return 8 + 8 * v->rows[0]->slots; }

// Writes presence, words and lists of a record whose slots are in the card already; each list before those of its rows.
static inline void assay_write_lists_(assay_output_t_ *card, assay_building_t_ *b, uint32_t bits, uint32_t slots) {
  for (uint32_t i = 0; i < b->slots; i++) {
    assay_value_t_ *v = &b->values[i];
    if (!v->present) continue;
    uint32_t word = bits + i / 64 * 8;
    assay_store64_(card, word, assay_load_(card->bytes, word) | (uint64_t)1 << i % 64);
    if (v->count > 0 && v->rows[0] != NULL) {
      uint32_t header = assay_zeros_(card, 8 + v->count * assay_stride_(v));
      assay_store64_(card, header, v->rows[0]->slots);
      v->at = header + 8;
      v->word = header | (uint64_t)v->count << 32;
      for (uint32_t k = 0; k < v->count; k++) {
        uint32_t row = v->at + k * assay_stride_(v);
        assay_write_lists_(card, v->rows[k], row, row + 8);
      }
    } else if (v->count > 0) {
      v->at = assay_zeros_(card, 8 * v->count);
      v->word = v->at | (uint64_t)v->count << 32;
    }
    assay_store64_(card, slots + 8 * i, v->word);
  }
}

static inline void assay_write_text_(assay_output_t_ *card, uint32_t slot, assay_text_t text) {
  if (text.length == 0) return;
  uint64_t at = card->length;
  assay_put_(card, text);
  assay_store64_(card, slot, at | (uint64_t)text.length << 32);
}

// Writes all texts, behind all lists.
static inline void assay_write_texts_(assay_output_t_ *card, assay_building_t_ *b, uint32_t slots) {
  for (uint32_t i = 0; i < b->slots; i++) {
    assay_value_t_ *v = &b->values[i];
    assay_write_text_(card, slots + 8 * i, v->text);
    for (uint32_t k = 0; k < v->count; k++) {
      if (v->rows[k] == NULL) assay_write_text_(card, v->at + 8 * k, v->texts[k]);
      else assay_write_texts_(card, v->rows[k], v->at + k * assay_stride_(v) + 8);
    }
  }
}

// The card of a client, in a block of its own size so that a sanitizer sees reads behind it.
static inline assay_text_t assay_card_of_(assay_building_t_ *client) {
  assay_output_t_ card = {0};
  assay_zeros_(&card, ASSAY_HEADER + 8 * client->slots);
  assay_write_lists_(&card, client, 16, ASSAY_HEADER);
  assay_write_texts_(&card, client, ASSAY_HEADER);
  assay_zeros_(&card, -card.length % 8);
  assay_store64_(&card, 0, ASSAY_MAGIC | (uint64_t)card.length << 32);
  assay_store64_(&card, 8, ASSAY_LAYOUT | client->slots << 16);
  char *exact = assay_test_memory_(card.length);
  memcpy(exact, card.bytes, card.length);
  return (assay_text_t){exact, card.length};
}
