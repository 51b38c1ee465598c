/* assay.h writes rules for Assay in C.

   A rule is one C file that includes this header, has functions that judge a client, and declares them:

     #include "assay.h"

     static void has_manager(const void *settings, assay_client_t client, assay_report_t *report) {
       (void)settings;
       if (assay_client_manager(client).length == 0) assay_path(assay_finding(report, "no-manager"), "manager");
     }

     ASSAY_CHECKS(ASSAY_QUALITY("has-manager", has_manager,
       ASSAY_MESSAGES(ASSAY_MESSAGE("no-manager", ASSAY_IN("en", "Assign a manager")))));

   `assay rule build` makes a module of it with clang for wasm32. There is no C library in it; what
   a check needs is here. Natively, with any compiler of C11, include assay_test.h and run checks in tests.

   Names that end with _ are the header's own. README.md beside it shows everything by example. */
#ifndef ASSAY_H
#define ASSAY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_API static inline
#ifdef __clang__ // what is not for speed is for size, and not repeated where it is called
#define ASSAY_COLD_ static inline __attribute__((noinline, minsize))
#define ASSAY_INLINE_ static inline __attribute__((always_inline))
#else
#define ASSAY_COLD_ static inline
#define ASSAY_INLINE_ static inline
#endif

