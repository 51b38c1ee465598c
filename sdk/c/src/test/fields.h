/* Custom fields and properties of a client by key: assay_client_set_field_text(client, TEXT key, TEXT), _number, _integer, _bool, _date and
   _time (unix milliseconds), and assay_client_set_property(client, TEXT key, TEXT). Each key once. */
#define assay_client_set_field_text(client, key, text) assay_field_set_text(assay_new_field_(client, assay_text(key), ASSAY_FIELD_TYPE_STRING), text)
#define assay_client_set_field_number(client, key, number) assay_field_set_number(assay_new_field_(client, assay_text(key), ASSAY_FIELD_TYPE_NUMBER), number)
#define assay_client_set_field_integer(client, key, integer) assay_field_set_integer(assay_new_field_(client, assay_text(key), ASSAY_FIELD_TYPE_INTEGER), integer)
#define assay_client_set_field_bool(client, key, truth) assay_field_set_integer(assay_new_field_(client, assay_text(key), ASSAY_FIELD_TYPE_BOOL), (truth) ? 1 : 0)
#define assay_client_set_field_date(client, key, ms) assay_field_set_integer(assay_new_field_(client, assay_text(key), ASSAY_FIELD_TYPE_DATE), ms)
#define assay_client_set_field_time(client, key, ms) assay_field_set_integer(assay_new_field_(client, assay_text(key), ASSAY_FIELD_TYPE_TIME), ms)
#define assay_client_set_property(client, key, value) assay_property_set_value(assay_new_property_(client, assay_text(key)), value)

static inline assay_field_builder_t *assay_new_field_(assay_client_builder_t *client, assay_text_t key, assay_field_type_t type) {
  assay_field_builder_t *field = assay_client_add_field(client);
  assay_field_set_key(field, key);
  assay_field_set_type(field, type);
  return field;
}

static inline assay_property_builder_t *assay_new_property_(assay_client_builder_t *client, assay_text_t key) {
  assay_property_builder_t *property = assay_client_add_property(client);
  assay_property_set_key(property, key);
  return property;
}
