// The cards of sdk/abi/vectors through the readers: what opens, and what is seen in it; and damaged ones, which a sanitizer watches.
#include "../assay_test.h"
#include "../conformance/conformance.c"

#define VECTORS "../abi/vectors/"

// A file, in a block of exactly its size.
static assay_text_t file(const char *name, const char *ending) {
  const char *path = assay_format("%s%s%s", VECTORS, name, ending).bytes;
  FILE *f = fopen(path, "rb");
  if (f == NULL) {
    perror(path);
    exit(2);
  }
  char *bytes = NULL;
  size_t length = 0, more;
  char chunk[4096];
  while ((more = fread(chunk, 1, sizeof chunk, f)) > 0) {
    char *longer = assay_test_memory_(length + more);
    if (length > 0) memcpy(longer, bytes, length);
    memcpy(longer + length, chunk, more);
    bytes = longer;
    length += more;
  }
  fclose(f);
  char *exact = assay_test_memory_(length);
  if (length > 0) memcpy(exact, bytes, length);
  return (assay_text_t){exact, (uint32_t)length};
}

// The next word of the index, "" at its end.
static const char *next(assay_text_t *index) {
  uint32_t from = 0, to;
  while (from < index->length && assay_is_space_(index->bytes[from])) from++;
  for (to = from; to < index->length && !assay_is_space_(index->bytes[to]);) to++;
  const char *word = assay_test_copy_((assay_text_t){index->bytes + from, to - from});
  *index = (assay_text_t){index->bytes + to, index->length - to};
  return word;
}

static assay_text_t text_of(assay_text_t card) {
  assay_client_t client;
  if (assay_open_((const uint8_t *)card.bytes, card.length, &client) != NULL) return assay_text("");
  lines_t lines = projection(client);
  return (assay_text_t){lines.bytes, lines.length};
}

ASSAY_TEST(vectors_open_and_read_as_their_fields_say) {
  int opened = 0, closed = 0;
  assay_text_t index = file("index", ".txt");
  for (const char *name = next(&index); *name != 0; name = next(&index)) {
    bool opens = strcmp(next(&index), "opens") == 0;
    assay_text_t card = file(name, ".card");
    const assay_verdict_t *verdict = assay_run_card("fields", NULL, card.bytes, card.length, 0);
    if (opens) {
      ASSAY_EXPECT(verdict->error == NULL);
      assay_expect_text_(text_of(card), file(name, ".fields"), __FILE__, __LINE__, name);
    } else {
      ASSAY_EXPECT(verdict->error != NULL && strncmp(verdict->error, "card: ", 6) == 0);
    }
    opened += opens;
    closed += !opens;
  }
  ASSAY_EXPECT(opened > 10 && closed > 5);
}

// Every byte of every card that opens, and of its length, made something else: a reader reads nothing outside of the card.
ASSAY_TEST(damaged_cards_are_read_within_their_bytes) {
  static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
  unsigned long read = 0;
  assay_text_t index = file("index", ".txt");
  for (const char *name = next(&index); *name != 0; name = next(&index)) {
    next(&index);
    assay_text_t card = file(name, ".card");
    if (card.length > 2500) continue; // those of many rows
    assay_block_t_ *before = assay_blocks_;
    for (uint32_t i = 0; i < card.length; i++) {
      for (uint32_t k = 0; k < sizeof values; k++) {
        char *damaged = malloc(card.length);
        memcpy(damaged, card.bytes, card.length);
        damaged[i] = (char)values[k];
        read += text_of((assay_text_t){damaged, card.length}).length;
        free(damaged);
      }
      while (assay_blocks_ != before) { // these are many
        assay_block_t_ *block = assay_blocks_;
        assay_blocks_ = block->next;
        free(block);
      }
    }
  }
  ASSAY_EXPECT(read > 0);
}

ASSAY_TEST(cards_cut_anywhere_are_read_within_their_bytes) {
  assay_text_t card = file("good-full", ".card");
  for (uint32_t size = 0; size < card.length; size += 8) {
    uint8_t *cut = assay_test_memory_(size);
    if (size > 0) memcpy(cut, card.bytes, size);
    if (size >= 8) memcpy(cut + 4, &size, sizeof size); // its length says so, too
    assay_client_t client;
    const char *why = assay_open_(cut, size, &client);
    uint32_t header = ASSAY_HEADER + 8 * 46;
    ASSAY_EXPECT((why == NULL) == (size >= header));
    if (why == NULL) projection(client);
  }
}

// A card that says it has 128 slots of which all are text beyond the end.
ASSAY_TEST(wild_offsets_are_absent) {
  enum { SIZE = ASSAY_HEADER + 8 * 128 };
  uint8_t *card = assay_test_memory_(SIZE);
  memset(card, 0xff, SIZE);
  uint32_t header[] = {ASSAY_MAGIC, SIZE, ASSAY_LAYOUT | 128u << 16, 0};
  memcpy(card, header, sizeof header);
  assay_client_t client;
  ASSAY_EXPECT(assay_open_(card, SIZE, &client) == NULL);
  ASSAY_EXPECT(!assay_client_has_name(client) && assay_client_name(client).length == 0);
  ASSAY_EXPECT(!assay_client_has_contacts(client) && assay_contacts_count(assay_client_contacts(client)) == 0);
  ASSAY_EXPECT(!assay_client_has_tags(client) && assay_strings_at(assay_client_tags(client), 0).length == 0);
  ASSAY_EXPECT(!assay_client_has_kind(client) && assay_client_kind(client) == ASSAY_CLIENT_KIND_NONE);
  projection(client);
}

ASSAY_TEST_MAIN
