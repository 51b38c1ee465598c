// Settings

typedef struct assay_reader_t_ assay_reader_t_;
typedef struct assay_setting_t_ assay_setting_t;

// What a kind of setting does. A module has what its settings are of, and nothing for the others.
typedef struct {
  const char *type, *wanted; // in the schema, and in a refusal
  void (*read)(assay_reader_t_ *r, const assay_setting_t *s, char *to);
  void (*set_default)(const assay_setting_t *s, char *to);
  void (*put_default)(assay_output_t_ *out, const assay_setting_t *s);
  void (*put_limits)(assay_output_t_ *out, const assay_setting_t *s); // NULL: there are none
} assay_kind_t_;

// A bound of a number. Whole ones are kept exactly, to 64 bits.
typedef struct {
  enum { ASSAY_NO_BOUND_, ASSAY_WHOLE_BOUND_, ASSAY_REAL_BOUND_ } is;
  int64_t whole;
  double real;
} assay_bound_t_;

/* A setting: a member of the settings' struct, made by ASSAY_TEXT and the others below. */
struct assay_setting_t_ {
  const char *name;
  const char *title; /* shown to people, none when NULL */
  bool required;     /* there is no default then */
  const assay_kind_t_ *kind_;
  uint32_t offset_;
  union { int64_t integer; double number; bool truth; const char *text; unsigned choice; int none; } default_;
  assay_bound_t_ least_, most_;
  uint32_t shortest_, longest_; // in characters, 0: no bound
  const char *const *choices_;  // ended by NULL
};

/* The settings of a check; made by ASSAY_SETTINGS. */
typedef struct {
  uint32_t size_;
  const char *(*validate_)(const void *settings);
  const assay_setting_t *table_;
  uint32_t count_;
  void (*schema_)(assay_output_t_ *out, const assay_setting_t *table, uint32_t count);
  const char *(*read_)(assay_text_t json, const assay_setting_t *table, uint32_t count, char *settings);
} assay_settings_t;

// The place of a member in its struct; does not compile when the member has another type.
#define ASSAY_OFFSET_(type, member, ...) ((uint32_t)offsetof(type, member) * _Generic(((type *)0)->member, __VA_ARGS__))
#define ASSAY_SETTING_(type, member, kind, ...) .name = #member, .kind_ = kind, .offset_ = ASSAY_OFFSET_(type, member, __VA_ARGS__)

/* What a member of the struct is: type and member, its default, and then what else there is to say, in any order:
   .title = "…", .required = true, ASSAY_RANGE(least, most), ASSAY_LEAST(n), ASSAY_MOST(n), ASSAY_LENGTH(least, most). */
#define ASSAY_TEXT(type, member, ...) {ASSAY_SETTING_(type, member, &assay_text_kind_, assay_text_t: 1), .default_.text = __VA_ARGS__}
#define ASSAY_INTEGER(type, member, ...) {ASSAY_SETTING_(type, member, &assay_integer_kind_, int64_t: 1), .default_.integer = __VA_ARGS__}
#define ASSAY_NUMBER(type, member, ...) {ASSAY_SETTING_(type, member, &assay_number_kind_, double: 1), .default_.number = __VA_ARGS__}
#define ASSAY_BOOL(type, member, ...) {ASSAY_SETTING_(type, member, &assay_bool_kind_, bool: 1), .default_.truth = __VA_ARGS__}

/* One of some texts; the member, an int or an enum, gets its place among them: ASSAY_CHOICE(type, member,
   ASSAY_ONE_OF("first", "second"), 0). The default is a place, too. */
#define ASSAY_CHOICE(type, member, names, ...) \
  {ASSAY_SETTING_(type, member, &assay_choice_kind_, int: 1, unsigned: 1), .choices_ = names, .default_.choice = __VA_ARGS__}
#define ASSAY_ONE_OF(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A list of texts, an assay_texts_t; without one it is empty: ASSAY_TEXTS(type, member, ASSAY_EMPTY). */
#define ASSAY_TEXTS(type, member, ...) {ASSAY_SETTING_(type, member, &assay_texts_kind_, assay_texts_t: 1), .default_.none = __VA_ARGS__}
#define ASSAY_EMPTY 0

#define ASSAY_RANGE(least, most) ASSAY_LEAST(least), ASSAY_MOST(most)
#define ASSAY_LEAST(least) .least_ = ASSAY_BOUND_(least)
#define ASSAY_MOST(most) .most_ = ASSAY_BOUND_(most)
#define ASSAY_BOUND_(n) \
  {_Generic((n), double: ASSAY_REAL_BOUND_, float: ASSAY_REAL_BOUND_, default: ASSAY_WHOLE_BOUND_), _Generic((n), double: 0, float: 0, default: (n)), (double)(n)}
#define ASSAY_LENGTH(least, most) .shortest_ = (least), .longest_ = (most)

/* Declares settings: ASSAY_SETTINGS(name, type of the struct, validate, its members…). validate is NULL, or a
   function that gets the settings and returns why it refuses them, NULL when it does not. */
#define ASSAY_SETTINGS(name, type, validate, ...)                                                          \
  static const assay_setting_t name##_table_[] = {__VA_ARGS__};                                            \
  static const assay_settings_t name = {sizeof(type), validate, name##_table_,                             \
                                        sizeof name##_table_ / sizeof name##_table_[0], assay_put_schema_, assay_read_settings_}

// The JSON Schema that follows from the table.

ASSAY_COLD_ void assay_put_key_(assay_output_t_ *out, const char *key) {
  assay_put_byte_(out, ',');
  assay_put_json_of_(out, key);
  assay_put_byte_(out, ':');
}

ASSAY_COLD_ void assay_put_setting_(assay_output_t_ *out, const assay_setting_t *s) {
  assay_put_json_of_(out, s->name);
  assay_put_all_(out, ":{\"type\":");
  assay_put_json_of_(out, s->kind_->type);
  if (s->title != NULL) assay_put_key_(out, "title"), assay_put_json_of_(out, s->title);
  if (!s->required) assay_put_key_(out, "default"), s->kind_->put_default(out, s);
  if (s->kind_->put_limits != NULL) s->kind_->put_limits(out, s);
  assay_put_byte_(out, '}');
}

ASSAY_COLD_ void assay_put_schema_(assay_output_t_ *out, const assay_setting_t *table, uint32_t count) {
  bool required = false;
  assay_put_all_(out, ",\"settings\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{");
  for (uint32_t i = 0; i < count; i++) {
    if (i > 0) assay_put_byte_(out, ',');
    assay_put_setting_(out, &table[i]);
    required |= table[i].required;
  }
  assay_put_byte_(out, '}');
  if (required) {
    bool first = true;
    assay_put_key_(out, "required");
    for (uint32_t i = 0; i < count; i++) {
      if (!table[i].required) continue;
      assay_put_byte_(out, first ? '[' : ',');
      assay_put_json_of_(out, table[i].name);
      first = false;
    }
    assay_put_byte_(out, ']');
  }
  assay_put_byte_(out, '}');
}
