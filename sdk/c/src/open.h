/* The custom field with a key, by binary search: true when the client has it. Its value is in the slot that its
   type names: text, number, or integer (for bool 0 or 1, for date and time unix milliseconds).
   assay_client_field(client, TEXT key, assay_field_t *found). */
#define assay_client_field(client, key, found) assay_fields_find(assay_client_fields(client), key, found)

/* The value of the property with a key, empty when the client has none: assay_client_property(client, TEXT key). */
#define assay_client_property(client, key) assay_property_of_(client, assay_text(key))

ASSAY_API assay_text_t assay_property_of_(assay_client_t client, assay_text_t key) {
  assay_property_t found;
  return assay_properties_find_(assay_client_properties(client), key, &found) ? assay_property_value(found) : (assay_text_t){"", 0};
}

// Checks the header and returns what is wrong with it, NULL for a card that can be read.
ASSAY_COLD_ const char *assay_open_(const uint8_t *card, uint32_t size, assay_client_t *client) {
  if (size < ASSAY_HEADER || size > ASSAY_MAX_CARD || size % 8 != 0) return "card: wrong size";
  uint64_t first = assay_load_(card, 0), second = assay_load_(card, 8);
  if ((uint32_t)first != ASSAY_MAGIC) return "card: wrong magic";
  if (first >> 32 != size) return "card: wrong length";
  if ((uint16_t)second != ASSAY_LAYOUT) return "card: wrong layout version";
  uint32_t slots = (uint16_t)(second >> 16);
  if (slots > ASSAY_MAX_CLIENT_SLOTS || ASSAY_HEADER + 8 * slots > size) return "card: wrong number of slots";
  *client = (assay_client_t){{card, size, ASSAY_HEADER, 16, slots}};
  return NULL;
}
