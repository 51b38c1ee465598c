// Texts

/* A text: UTF-8 that need not end with a zero byte, most often a part of the card. */
typedef struct {
  const char *bytes;
  uint32_t length;
} assay_text_t;

/* A list of texts in memory, as a setting of that kind gives it. */
typedef struct {
  const assay_text_t *items;
  uint32_t count;
} assay_texts_t;

ASSAY_API assay_text_t assay_text_itself_(assay_text_t text) { return text; }

// Inlined, so that the length of a literal is known when it is compiled.
ASSAY_INLINE_ assay_text_t assay_text_of_(const char *text) {
  uint32_t length = 0;
  while (text != NULL && text[length] != 0) length++;
  return (assay_text_t){text, length};
}

/* Makes an assay_text_t of a C string; one that is an assay_text_t already stays what it is.
   A parameter that is called TEXT below is passed through it: either will do. */
#define assay_text(TEXT) \
  _Generic((TEXT), assay_text_t: assay_text_itself_, char *: assay_text_of_, const char *: assay_text_of_)(TEXT)

/* For printf's %.*s: printf("%.*s", ASSAY_ARG(name)). */
#define ASSAY_ARG(text) (int)(text).length, (text).bytes

ASSAY_COLD_ int assay_compare_(assay_text_t a, assay_text_t b) {
  uint32_t shorter = a.length < b.length ? a.length : b.length;
  for (uint32_t i = 0; i < shorter; i++)
    if (a.bytes[i] != b.bytes[i]) return (uint8_t)a.bytes[i] < (uint8_t)b.bytes[i] ? -1 : 1;
  return a.length < b.length ? -1 : a.length > b.length;
}

/* Whether two texts have the same bytes: assay_equal(TEXT, TEXT). */
#define assay_equal(a, b) (assay_compare_(assay_text(a), assay_text(b)) == 0)
