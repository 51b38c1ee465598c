// Reading settings as a whole.

// Says of a setting what is wanted of it.
ASSAY_COLD_ const char *assay_refuse_(assay_text_t name, const char *what) {
  return assay_format("%.*s: %s", ASSAY_ARG(name), what).bytes;
}

ASSAY_COLD_ const char *assay_read_member_(assay_reader_t_ *r, const assay_setting_t *table, uint32_t count, char *settings, bool *given) {
  assay_text_t name = assay_read_text_(r);
  assay_want_(r, ':');
  if (r->bad) return "the settings are not a JSON object";
  for (uint32_t i = 0; i < count; i++) {
    if (!assay_equal(name, table[i].name)) continue;
    if (given[i]) return assay_refuse_(name, "stands twice");
    given[i] = true;
    table[i].kind_->read(r, &table[i], settings + table[i].offset_);
    return r->bad ? assay_refuse_(name, table[i].kind_->wanted) : NULL;
  }
  return assay_refuse_(name, "there is no such setting");
}

// Reads all settings into zeroed memory and returns why it cannot, NULL when it could.
ASSAY_COLD_ const char *assay_read_settings_(assay_text_t json, const assay_setting_t *table, uint32_t count, char *settings) {
  assay_reader_t_ r = {json.bytes, json.bytes + json.length, false};
  bool *given = assay_new(count);
  __builtin_memset(given, 0, count);
  for (uint32_t i = 0; i < count; i++) table[i].kind_->set_default(&table[i], settings + table[i].offset_);
  assay_want_(&r, '{');
  if (!r.bad && !assay_take_char_(&r, '}')) {
    do {
      const char *why = assay_read_member_(&r, table, count, settings, given);
      if (why != NULL) return why;
    } while (assay_take_char_(&r, ','));
    assay_want_(&r, '}');
  }
  if (r.bad || assay_peek_(&r) != 0) return "the settings are not a JSON object";
  for (uint32_t i = 0; i < count; i++)
    if (table[i].required && !given[i]) return assay_refuse_(assay_text(table[i].name), "is required");
  return NULL;
}
