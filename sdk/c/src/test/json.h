// JSON, as a suggestion has to be. Each reads one thing at a place and returns what is behind it, NULL when it is not there.

static inline const char *assay_json_value_(const char *at, int depth);

static inline const char *assay_json_space_(const char *at) { return at + strspn(at, " \t\r\n"); }

static inline const char *assay_json_string_(const char *at) {
  if (*at++ != '"') return NULL;
  for (; *at != '"'; at++) {
    if ((uint8_t)*at < 0x20) return NULL;
    if (*at != '\\') continue;
    if (*++at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") >= 4) at += 4;
    else if (*at == 0 || strchr("\"\\/bfnrt", *at) == NULL) return NULL;
  }
  return at + 1;
}

static inline const char *assay_json_digits_(const char *at) {
  size_t digits = strspn(at, "0123456789");
  return digits > 0 ? at + digits : NULL;
}

static inline const char *assay_json_number_(const char *at) {
  at += *at == '-';
  at = *at == '0' ? at + 1 : assay_json_digits_(at);
  if (at != NULL && *at == '.') at = assay_json_digits_(at + 1);
  if (at == NULL || (*at != 'e' && *at != 'E')) return at;
  at++;
  return assay_json_digits_(at + (*at == '+' || *at == '-'));
}

// What stands in brackets; `named` for an object.
static inline const char *assay_json_list_(const char *at, char end, bool named, int depth) {
  at = assay_json_space_(at);
  if (*at == end) return at + 1;
  for (;; at++) {
    if (named) {
      at = assay_json_string_(assay_json_space_(at));
      if (at == NULL || *(at = assay_json_space_(at)) != ':') return NULL;
      at++;
    }
    if ((at = assay_json_value_(at, depth)) == NULL) return NULL;
    if (*at == end) return at + 1;
    if (*at != ',') return NULL;
  }
}

// A value with the space around it.
static inline const char *assay_json_value_(const char *at, int depth) {
  enum { DEEPEST = 10000 };
  at = assay_json_space_(at);
  if (depth == DEEPEST && (*at == '{' || *at == '[')) return NULL;
  switch (*at) {
  case '{': at = assay_json_list_(at + 1, '}', true, depth + 1); break;
  case '[': at = assay_json_list_(at + 1, ']', false, depth + 1); break;
  case '"': at = assay_json_string_(at); break;
  case 't': at = strncmp(at, "true", 4) == 0 ? at + 4 : NULL; break;
  case 'f': at = strncmp(at, "false", 5) == 0 ? at + 5 : NULL; break;
  case 'n': at = strncmp(at, "null", 4) == 0 ? at + 4 : NULL; break;
  default: at = assay_json_number_(at);
  }
  return at != NULL ? assay_json_space_(at) : NULL;
}

static inline bool assay_is_json_(assay_text_t text) {
  const char *copy = assay_test_copy_(text);
  return assay_json_value_(copy, 0) == copy + text.length;
}
