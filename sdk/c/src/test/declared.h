// What a check declares

// Reads the next text of a template, between two bytes \1, from *at on; false when there is none.
static inline bool assay_next_text_(const char **at, assay_text_t *text) {
  const char *from = *at != NULL ? strchr(*at, '\1') : NULL;
  if (from == NULL) return false;
  const char *end = strchr(++from, '\1');
  *text = (assay_text_t){from, (uint32_t)(end - from)};
  *at = end + 1;
  return true;
}

// Reads the next code or label of a template that has texts, from *at on, which is behind its name then.
static inline bool assay_next_owner_(const char **at, assay_text_t *name) {
  while (assay_next_text_(at, name))
    if (strncmp(*at, ":{", 2) == 0 && (*at)[2] != '}') return true;
  return false;
}

// What is behind the name of a code or label in a template, NULL when it is not there.
static inline const char *assay_owned_(const char *at, const char *name) {
  for (assay_text_t owner; assay_next_owner_(&at, &owner);)
    if (assay_equal(owner, name)) return at;
  return NULL;
}

// The codes or labels of a template, to be read; "" when there is none.
static inline const char *assay_owners_(const char *at) {
  const char *list = "";
  for (assay_text_t owner; assay_next_owner_(&at, &owner);) list = assay_test_text_("%s%s%.*s", list, *list == 0 ? "" : ", ", ASSAY_ARG(owner));
  return list;
}

// The first {{ key }} of a text that is no parameter of the finding; its bytes are NULL when there is none.
static inline assay_text_t assay_lacks_(const assay_found_t *finding, const char *text) {
  for (assay_text_t key; assay_next_key_(&text, &key);) {
    uint32_t i = 0;
    while (i < finding->param_count && !assay_equal(key, finding->params[i].key)) i++;
    if (i == finding->param_count) return key;
  }
  return (assay_text_t){NULL, 0};
}

// Why people cannot read a finding, NULL when they can.
static inline const char *assay_unread_(const assay_found_t *finding, const char *messages) {
  const char *at = assay_owned_(messages, finding->code);
  if (at == NULL) return assay_test_text_("people cannot read the finding \"%s\": the check has messages for %s only", finding->code, assay_owners_(messages));
  assay_text_t language, text;
  for (at += 2; *at == ',' && assay_next_text_(&at, &language) && assay_next_text_(&at, &text);) {
    assay_text_t key = assay_lacks_(finding, assay_test_copy_(text));
    if (key.bytes != NULL)
      return assay_test_text_("people cannot read the finding \"%s\": its message in %.*s asks for {{ %.*s }}, a parameter that it lacks", finding->code, ASSAY_ARG(language), ASSAY_ARG(key));
  }
  return NULL;
}

// Why the server, or `assay rule test`, would refuse a verdict for what the check declares; NULL when they take it. Of a check without messages
// those are the manifest's, and of a client that could not be judged nothing else is taken.
static inline const char *assay_hold_(const assay_verdict_t *v, const assay_check_t *check) {
  bool quality = strstr(check->type_, "Quality") != NULL;
  if (quality && *v->label != 0) return "a Quality check gave a label";
  if (!quality && v->finding_count > 0) return "a Segmentation check gave a finding";
  if (*v->label != 0 && *assay_owners_(check->labels_) != 0 && assay_owned_(check->labels_, v->label) == NULL)
    return assay_test_text_("the label \"%s\" is not among those of the check: %s", v->label, assay_owners_(check->labels_));
  const char *why = NULL;
  for (uint32_t i = 0; i < v->finding_count && why == NULL && check->messages_ != NULL && v->error == NULL; i++) why = assay_unread_(&v->findings[i], check->messages_);
  return why;
}
