// The runtime of compiled rules: what generated code calls. A rule gets the functions it uses
// and no others (package link), so each thing stands in a function of its own.
//
// Values are pairs of 16 bytes. A function that fails calls fail(), and what it returns is not
// looked at. Texts that are returned are packed: pointer in the low half, length in the high one.
// There is no C stack: no local's address is taken, no array is local (package link refuses it).
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;
typedef double f64;

// The kinds of boxed values. Package codegen has the same numbers.
enum { NULLV, BOOL, INT, UINT, DOUBLE, STRING, BYTES, TIME, DURATION, LIST, MAP, OPTIONAL, ROW };

// val is a boxed value: a scalar, text or bytes with their length, a time as milliseconds with
// the nanoseconds below in aux, a list of len values at ptr, a map of len pairs of values at ptr,
// an optional whose value is at ptr (0: none), a row of the card at ptr whose type is aux.
// Lists and maps that grow have their capacity in aux.
typedef struct val {
	u32 tag, aux;
	union {
		i64 i;
		u64 u;
		f64 d;
		struct {
			union { const u8 *text; const struct val *at; u32 ptr; };
			u32 len;
		};
	};
} val;

typedef u64 packed; // a text: pointer | length << 32

#define NO_OVERLOAD "a value is of another type than the operation takes"
#define INT_OVERFLOW "integer overflow"
#define UINT_OVERFLOW "unsigned integer overflow"
#define DURATION_OVERFLOW "duration overflow"
#define TIME_OVERFLOW "timestamp overflow"
#define DIVISION_BY_ZERO "division by zero"
#define MODULUS_BY_ZERO "modulus by zero"

// The range of timestamps, in unix milliseconds: the years 1 to 9999.
#define MIN_MILLIS (-62135596800000ll)
#define MAX_MILLIS 253402300799999ll

extern const char *rt_error; // why the last call failed, 0 when it did not

static inline u64 fail(const char *why) {
	rt_error = why;
	return 0;
}
#define FAIL(why) return (void *)(u32)fail(why)

static inline packed pack(const void *p, u32 n) { return (u64)n << 32 | (u32)p; }
static inline void copy(void *to, const void *from, u32 n) { __builtin_memcpy(to, from, n); }

// The host's functions by number: ABI.md of sdk/abi says what they take.
__attribute__((import_module("assay"), import_name("call"))) i64 host_call(u32 function, const void *argument, u32 size);

void *rt_alloc(u32 size);
val *rt_box(u64 payload, u32 aux, u32 tag);
u32 rt_equal(const val *a, const val *b);
u32 rt_in(const val *x, const val *container);
i32 rt_compare_text(const u8 *p, u32 n, const u8 *q, u32 k);
const val *rt_find(const val *m, const val *key);
i64 floor_div(i64 a, i64 b);
i64 floor_mod(i64 a, i64 b);
