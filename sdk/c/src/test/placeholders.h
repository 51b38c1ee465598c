// The parameters that a message asks for, as the server reads them: a key may be an expression, in which braces and quoted texts are skipped,
// and behind a {{ that nothing closes there are none.

// The quote that ends the text whose quote is at a place, NULL when none does.
static inline const char *assay_quoted_(const char *from) {
  for (const char *at = from + 1; *at != 0; at++) {
    if (*at == '\\' && at[1] != 0) at++;
    else if (*at == *from) return at;
  }
  return NULL;
}

// The }} that ends a placeholder, NULL when none does.
static inline const char *assay_closing_(const char *at) {
  for (int depth = 0; *at != 0; at++) {
    if (*at == '"' || *at == '\'') {
      if ((at = assay_quoted_(at)) == NULL) return NULL;
    } else if (*at == '{') {
      depth++;
    } else if (*at == '}' && depth-- == 0) {
      return at[1] == '}' ? at : NULL;
    }
  }
  return NULL;
}

// A text without the white space of Unicode around it.
static inline assay_text_t assay_trimmed_(const char *from, const char *end) {
  static const char *const spaces[] = {" ", "\t", "\n", "\v", "\f", "\r", "\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
    "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"};
  for (size_t i = 0; i < sizeof spaces / sizeof spaces[0];) {
    const char *space = spaces[i++];
    size_t length = strlen(space);
    if ((size_t)(end - from) < length) continue;
    if (memcmp(from, space, length) == 0) from += length, i = 0;
    else if (memcmp(end - length, space, length) == 0) end -= length, i = 0;
  }
  return (assay_text_t){from, (uint32_t)(end - from)};
}

// Reads the next {{ key }} of a text from *at on, which is behind it then; false when there is none.
static inline bool assay_next_key_(const char **at, assay_text_t *key) {
  const char *from = strstr(*at, "{{"), *end = from != NULL ? assay_closing_(from + 2) : NULL;
  if (end == NULL) return false;
  *key = assay_trimmed_(from + 2, end);
  *at = end + 2;
  return true;
}
