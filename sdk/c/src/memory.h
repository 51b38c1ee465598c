// Memory

/* assay_new returns memory for the card that is being judged, a multiple of 8 bytes and so aligned; what is in it is
   undefined. It is given back when the next card comes; in a settings' check it stays. There is no other
   way to give it back, and none is needed. It never returns NULL: where there is no memory the card becomes an
   evaluation error. */
ASSAY_API void *assay_new(uint32_t size);

/* Ends the judging of this card with an evaluation error; the reason goes to the log. For what must not happen. */
_Noreturn void assay_fail(const char *reason);

#ifdef __wasm__

__attribute__((import_module("assay"), import_name("log"))) void assay_import_log_(const char *text, uint32_t length);

__attribute__((weak)) _Noreturn void assay_fail(const char *reason) {
  assay_import_log_(reason, assay_text_of_(reason).length);
  __builtin_trap();
}

extern uint8_t __heap_base; // the linker's: behind the static data and the stack

// The malloc that is linked, NULL when none is. By a weakref, for a weak declaration would make the program's own calls weak, too.
static void *assay_malloc_(size_t size) __attribute__((weakref("malloc")));

// Memory is handed out upwards from chunk to chunk. A chunk that memory.grow gave begins with its header; the first has none in it.
typedef struct assay_chunk_t_ {
  struct assay_chunk_t_ *next;
  uint32_t end;
} assay_chunk_t_;

// Where the next block goes. What the host and the settings hold lies below `kept`.
typedef struct {
  assay_chunk_t_ *chunk;
  uint32_t top;
} assay_place_t_;

__attribute__((weak)) struct {
  assay_place_t_ next, kept;
  assay_chunk_t_ first;
} assay_heap_;

ASSAY_API uint32_t assay_memory_end_(void) { return (uint32_t)(__builtin_wasm_memory_size(0) << 16); }

// In a function of its own, for the meter charges a function that may grow as if it did.
ASSAY_COLD_ bool assay_grow_(uint64_t bytes) { return __builtin_wasm_memory_grow(0, (size_t)((bytes + 65535) >> 16)) != (size_t)-1; }

// A malloc, too, takes what is behind __heap_base as its own when it is first called, and all pages that are there by then. So it is
// called before there are others, and the first chunk is empty.
ASSAY_COLD_ void assay_begin_heap_(void) {
  assay_heap_.next = (assay_place_t_){&assay_heap_.first, 8};
  assay_heap_.first = (assay_chunk_t_){NULL, 8};
  if (assay_malloc_ != NULL) {
    void *volatile begun = assay_malloc_(1);
    (void)begun;
  } else {
    assay_heap_.next.top = ((uint32_t)(uintptr_t)&__heap_base + 7) & ~7u;
    assay_heap_.first.end = assay_memory_end_();
  }
}

// Makes the chunk longer, or else goes on to the next one; false when there is no more memory.
ASSAY_COLD_ bool assay_more_memory_(uint64_t size) {
  assay_place_t_ *next = &assay_heap_.next;
  uint32_t end = assay_memory_end_();
  if (next->chunk->next == NULL) {
    bool last = next->chunk->end == end; // nobody else has grown the memory since
    if (!assay_grow_(last ? size - (end - next->top) : size + sizeof *next->chunk)) return false;
    if (last) {
      next->chunk->end = assay_memory_end_();
      return true;
    }
    next->chunk->next = (assay_chunk_t_ *)(uintptr_t)end;
    *next->chunk->next = (assay_chunk_t_){NULL, assay_memory_end_()};
  }
  next->chunk = next->chunk->next;
  next->top = (uint32_t)(uintptr_t)(next->chunk + 1);
  return true;
}

// Returns 0 when there is no more memory.
__attribute__((weak)) uint32_t assay_take_(uint32_t size) {
  assay_place_t_ *next = &assay_heap_.next;
  uint64_t whole = ((uint64_t)size + 7) & ~(uint64_t)7;
  if (next->top == 0) assay_begin_heap_();
  while (whole > next->chunk->end - next->top)
    if (!assay_more_memory_(whole)) return 0;
  uint32_t at = next->top;
  next->top += (uint32_t)whole;
  return at;
}

ASSAY_API void *assay_new(uint32_t size) {
  uint32_t at = assay_take_(size);
  if (at == 0) __builtin_trap();
  return (void *)(uintptr_t)at;
}

ASSAY_API void assay_keep_(void) { assay_heap_.kept = assay_heap_.next; }
ASSAY_API void assay_begin_card_(void) { assay_heap_.next = assay_heap_.kept; }

// The compiler may call these four wherever it copies. Others of the program take their place.
#define ASSAY_BULK_ __attribute__((weak, target("bulk-memory")))
ASSAY_BULK_ void *memcpy(void *restrict to, const void *restrict from, size_t size) { return __builtin_memcpy(to, from, size); }
ASSAY_BULK_ void *memmove(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }
ASSAY_BULK_ void *memset(void *to, int byte, size_t size) { return __builtin_memset(to, byte, size); }
__attribute__((weak)) int memcmp(const void *a, const void *b, size_t size) {
  const uint8_t *x = a, *y = b;
  for (size_t i = 0; i < size; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

#else // natively assay_test.h gives the memory

void *assay_test_new_(uint32_t size);
void assay_keep_(void);
void assay_begin_card_(void);
ASSAY_API void *assay_new(uint32_t size) { return assay_test_new_(size); }

#endif
