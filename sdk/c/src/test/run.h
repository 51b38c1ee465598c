// Running checks

static inline const assay_check_t *assay_check_named_(const char *name) {
  for (uint32_t i = 0; i < assay_checks_count_; i++)
    if (strcmp(assay_checks_[i].name, name) == 0) return &assay_checks_[i];
  fprintf(stderr, "assay_run: there is no check \"%s\" in ASSAY_CHECKS\n", name);
  exit(2);
}

// What the check says. assay_fail jumps out of it.
__attribute__((noinline)) static void assay_answer_(assay_verdict_t *v, const char *check, const char *settings, const void *card, uint32_t size) {
  assay_configured_t_ configured;
  assay_report_t report = {0};
  assay_text_t json = assay_text(settings != NULL ? settings : "{}");
  if (json.length > ASSAY_MAX_SETTINGS) v->refused = assay_test_text_("%u bytes, at most %d are allowed", json.length, ASSAY_MAX_SETTINGS);
  else v->refused = assay_configure_(&configured, assay_check_named_(check), json);
  if (v->refused == NULL) assay_judge_(&configured, card, size, &report);
  v->bytes = (assay_text_t){(const char *)report.out_.bytes, report.out_.length};
}

// Says whether it went through, false after assay_fail. It has nothing of its own that the jump could spoil.
__attribute__((noinline)) static bool assay_try_(assay_verdict_t *v, const char *check, const char *settings, const void *card, uint32_t size) {
  if (setjmp(assay_run_.failed) != 0) return false;
  assay_answer_(v, check, settings, card, size);
  return true;
}

/* Runs a check on the bytes of a card, at a time in unix milliseconds. The settings are JSON, NULL for none. */
static inline const assay_verdict_t *assay_run_card(const char *check, const char *settings, const void *card, uint32_t size, int64_t now) {
  assay_verdict_t *v = assay_test_zeros_(sizeof *v);
  v->label = "";
  assay_test_host.now = now;
  assay_run_.logged = 0;
  assay_run_.running = true;
  if (!assay_try_(v, check, settings, card, size)) v->fault = assay_run_.reason;
  assay_run_.running = false;
  v->log = assay_test_copy_((assay_text_t){assay_run_.log, assay_run_.logged});
  assay_read_results_(v);
  if (v->fault == NULL && v->refused == NULL) v->fault = assay_hold_(v, assay_check_named_(check));
  if ((v->fault != NULL && v->fault != assay_run_.unanswered) || v->refused != NULL) {
    v->next_ = assay_run_.failing;
    assay_run_.failing = v;
  }
  return v;
}

/* Runs a check on a client that was built, at a time in unix milliseconds. The settings are JSON, NULL for none. */
static inline const assay_verdict_t *assay_run(const char *check, const char *settings, assay_client_builder_t *client, int64_t now) {
  assay_text_t card = assay_card_of(client);
  return assay_run_card(check, settings, card.bytes, card.length, now);
}

/* The module's description, JSON. */
static inline const char *assay_description(void) {
  assay_output_t_ out = {0};
  assay_put_description_(&out, assay_checks_, assay_checks_count_);
  return assay_test_copy_((assay_text_t){(const char *)out.bytes, out.length});
}
