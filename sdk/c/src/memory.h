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

// Memory is handed out upwards from __heap_base. What the host and the settings hold lies below `kept`.
__attribute__((weak)) struct { uint32_t top, kept; } assay_heap_;

// In a function of its own, for the meter charges a function that may grow as if it did.
ASSAY_COLD_ bool assay_grow_(uint64_t bytes) { return __builtin_wasm_memory_grow(0, (size_t)((bytes + 65535) >> 16)) != (size_t)-1; }

// Returns 0 when there is no more memory.
__attribute__((weak)) uint32_t assay_take_(uint32_t size) {
  if (assay_heap_.top == 0) assay_heap_.top = ((uint32_t)(uintptr_t)&__heap_base + 7) & ~7u;
  uint64_t end = (uint64_t)assay_heap_.top + (((uint64_t)size + 7) & ~(uint64_t)7);
  uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
  if (end > UINT32_MAX) return 0;
  if (end > have && !assay_grow_(end - have)) return 0;
  uint32_t at = assay_heap_.top;
  assay_heap_.top = (uint32_t)end;
  return at;
}

ASSAY_API void *assay_new(uint32_t size) {
  uint32_t at = assay_take_(size);
  if (at == 0) __builtin_trap();
  return (void *)(uintptr_t)at;
}

ASSAY_API void assay_keep_(void) { assay_heap_.kept = assay_heap_.top; }
ASSAY_API void assay_begin_card_(void) { assay_heap_.top = assay_heap_.kept; }

// The compiler may call these four wherever it copies. With a C library its own are taken.
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
