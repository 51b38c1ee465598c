/* assay_test.h runs checks natively, in tests: no WebAssembly, no server. Include it in one file, together with the rule:

     #include "assay_test.h"
     #include "has_manager.c"

     ASSAY_TEST(a_client_needs_a_manager) {
       assay_client_builder_t *client = assay_new_client();
       assay_client_set_name(client, "Chamomile");
       const assay_verdict_t *verdict = assay_run("has-manager", "{}", client, 0);
       ASSAY_EXPECT_INTEGER(verdict->finding_count, 1);
       ASSAY_EXPECT_TEXT(assay_found(verdict, 0)->path, "manager");
     }

     ASSAY_TEST_MAIN

   and compile it with any compiler of C11 and a C library: cc -std=c11 -Isdk has_manager_test.c -o test && ./test. With
   -fsanitize=address,undefined it finds what a rule reads where nothing is. All memory of a test is given back behind it. */
#ifndef ASSAY_TEST_H
#define ASSAY_TEST_H

#include "assay.h"

#include <math.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Memory: blocks that are freed together when their test has ended.

typedef struct assay_block_t_ {
  struct assay_block_t_ *next;
  max_align_t bytes[];
} assay_block_t_;

static assay_block_t_ *assay_blocks_;

static inline void *assay_test_memory_(size_t size) {
  assay_block_t_ *block = malloc(sizeof *block + size);
  if (block == NULL) abort();
  block->next = assay_blocks_;
  assay_blocks_ = block;
  return block->bytes;
}

static inline void *assay_test_zeros_(size_t size) { return memset(assay_test_memory_(size), 0, size); }

static inline void assay_test_free_(void) {
  while (assay_blocks_ != NULL) {
    assay_block_t_ *next = assay_blocks_->next;
    free(assay_blocks_);
    assay_blocks_ = next;
  }
}

// A copy of a text that ends with a zero byte.
static inline char *assay_test_copy_(assay_text_t text) {
  char *copy = assay_test_memory_(text.length + (size_t)1);
  if (text.length > 0) memcpy(copy, text.bytes, text.length);
  copy[text.length] = 0;
  return copy;
}

// A text in the manner of printf that lasts as long as the test.
__attribute__((format(printf, 1, 2))) static inline const char *assay_test_text_(const char *format, ...) {
  va_list measured, written;
  va_start(measured, format);
  va_copy(written, measured);
  size_t size = (size_t)vsnprintf(NULL, 0, format, measured) + 1;
  char *text = assay_test_memory_(size);
  vsnprintf(text, size, format, written);
  va_end(measured);
  va_end(written);
  return text;
}

void *assay_test_new_(uint32_t size) { return assay_test_memory_(size); }
void assay_keep_(void) {}
void assay_begin_card_(void) {}
