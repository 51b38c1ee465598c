// The check `fields`: every value of the client as lines of text.

typedef struct {
  char *bytes;
  uint32_t length, room;
} lines_t;

static void put(lines_t *to, assay_text_t text) {
  if (text.length > to->room - to->length) {
    uint32_t room = 2 * to->room + text.length + 4096;
    char *bytes = assay_new(room);
    if (to->length > 0) __builtin_memcpy(bytes, to->bytes, to->length);
    to->bytes = bytes;
    to->room = room;
  }
  if (text.length == 0) return;
  __builtin_memcpy(to->bytes + to->length, text.bytes, text.length);
  to->length += text.length;
}

static void put_text(lines_t *to, const char *path, const char *name, assay_text_t value) {
  put(to, assay_text(path));
  put(to, assay_text(name));
  put(to, assay_text("="));
  put(to, value);
  put(to, assay_text("\n"));
}

static void put_integer(lines_t *to, const char *path, const char *name, int64_t value) {
  put_text(to, path, name, assay_format("%lld", (long long)value));
}

static assay_text_t bits(double value) {
  union { double number; uint64_t bits; } of = {.number = value};
  return assay_format("%016llx", (unsigned long long)of.bits);
}

static void put_float(lines_t *to, const char *path, const char *name, double value) { put_text(to, path, name, bits(value)); }

static void put_strings(lines_t *to, const char *path, const char *name, assay_strings_t strings) {
  put_integer(to, path, name, assay_strings_count(strings));
  for (uint32_t i = 0; i < assay_strings_count(strings); i++)
    put_text(to, path, assay_format("%s[%u]", name, i).bytes, assay_strings_at(strings, i));
}

#include "fields_gen.h"

static void put_field(lines_t *to, assay_client_t client, assay_text_t key) {
  assay_field_t found;
  const char *type = assay_client_field(client, key, &found) ? assay_field_type_name(assay_field_type(found)) : "none";
  put(to, assay_text("field("));
  put(to, key);
  put_text(to, ")", "", assay_text(type));
}

static void put_property(lines_t *to, assay_client_t client, assay_text_t key) {
  assay_property_t found;
  bool there = assay_properties_find(assay_client_properties(client), key, &found);
  put(to, assay_text("property("));
  put(to, key);
  put_text(to, ")", "", there ? assay_property_value(found) : assay_text("none"));
}

static lines_t projection(assay_client_t client) {
  lines_t to = {0};
  project_client(&to, "", client);
  assay_fields_t fields = assay_client_fields(client);
  for (uint32_t i = 0; i < assay_fields_count(fields); i++) put_field(&to, client, assay_field_key(assay_fields_at(fields, i)));
  put_field(&to, client, assay_text("no such key"));
  assay_properties_t properties = assay_client_properties(client);
  for (uint32_t i = 0; i < assay_properties_count(properties); i++)
    put_property(&to, client, assay_property_key(assay_properties_at(properties, i)));
  put_property(&to, client, assay_text("no such key"));
  put_integer(&to, "", "defaults", defaults_of(client));
  return to;
}

typedef struct { bool text; } fields_settings_t;

ASSAY_SETTINGS(fields_settings, fields_settings_t, NULL, ASSAY_BOOL(fields_settings_t, text, false));

static void fields(const void *settings, assay_client_t client, assay_report_t *report) {
  const fields_settings_t *set = settings;
  lines_t lines = projection(client);
  uint64_t hash = 0xcbf29ce484222325;
  for (uint32_t i = 0; i < lines.length; i++) hash = (hash ^ (uint8_t)lines.bytes[i]) * 0x100000001b3;
  assay_finding_t finding = assay_finding(report, "fields");
  assay_path(finding, "id");
  assay_param_unsigned(finding, "length", lines.length);
  assay_param(finding, "hash", assay_format("%016llx", (unsigned long long)hash));
  if (set->text) assay_param(finding, "text", ((assay_text_t){lines.bytes, lines.length}));
}
