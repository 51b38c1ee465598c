// As much of JSON as a rule needs: finding members in a line that the server wrote, and taking their texts as they are. Texts stay
// quoted and escaped, which is how an answer wants them, too.
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// A value, or the end of a list: what stands from `at` on, NULL when there is no such value.
typedef const char *json_t;

static json_t json_skip_space(json_t at) { return at + strspn(at, " \t\r\n"); }

// What stands behind a value. A line that ends in the middle of one ends there, too.
static json_t json_behind(json_t at) {
  int depth = 0;
  do {
    if (*at == '"') {
      for (at++; *at != 0 && *at != '"'; at++)
        if (*at == '\\' && at[1] != 0) at++;
      if (*at == '"') at++;
    } else if (*at == '{' || *at == '[') {
      depth++;
      at++;
    } else if (*at == '}' || *at == ']') {
      depth--;
      at++;
    } else if (depth > 0) {
      at++;
    } else {
      at += strcspn(at, ",]} \t\r\n");
    }
  } while (depth > 0 && *at != 0);
  return at;
}

// The first item of a list or key of an object, NULL in an empty one and where there is none.
static json_t json_first(json_t list) {
  if (list == NULL || (*list != '[' && *list != '{')) return NULL;
  list = json_skip_space(list + 1);
  return *list == ']' || *list == '}' || *list == 0 ? NULL : list;
}

// The item behind one, NULL behind the last.
static json_t json_next(json_t item) {
  json_t at = json_skip_space(json_behind(item));
  if (*at != ',') return NULL;
  at = json_skip_space(at + 1);
  return *at == 0 ? NULL : at;
}

// The member of an object, NULL when it has none of this name.
static json_t json_member(json_t object, const char *name) {
  size_t length = strlen(name);
  if (object == NULL || *object != '{') return NULL;
  for (json_t key = json_first(object); key != NULL; key = json_next(key)) {
    json_t value = json_skip_space(json_behind(key)); // the colon
    if (*value == ':') value = json_skip_space(value + 1);
    if (*value == 0) return NULL;
    if (*key == '"' && strncmp(key + 1, name, length) == 0 && key[1 + length] == '"') return value;
    key = value;
  }
  return NULL;
}

static size_t json_length(json_t value) { return value == NULL ? 0 : (size_t)(json_behind(value) - value); }

// Whether a text is there, and is not empty.
static bool json_has_text(json_t value) { return value != NULL && *value == '"' && json_length(value) > 2; }

static bool json_equal(json_t a, json_t b) {
  size_t length = json_length(a);
  return length == json_length(b) && (length == 0 || memcmp(a, b, length) == 0);
}
