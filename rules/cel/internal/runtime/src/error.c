#include "rt.h"

static u32 length(const char *s) {
	u32 n = 0;
	while (s[n])
		n++;
	return n;
}

static void put32(u8 *to, u32 v) { __builtin_memcpy(to, &(struct { u32 v; } __attribute__((packed))){v}, 4); }

// rt_take_error is why the last call failed, in the high half. It did not fail any more.
u64 rt_take_error(void) {
	const char *why = rt_error;
	rt_error = 0;
	return pack(0, (u32)why);
}

#define ERROR_ROW 4  // abi.ResultError
#define ERROR_TEXT 11 // abi.TagErrorText

// rt_error_row writes the result row of an error, a text and its place that end with a zero, and
// returns its length. There is room for it.
u32 rt_error_row(u8 *to, const char *why, const char *place) {
	u32 n = length(why), k = place ? length(place) : 0;
	put32(to, 6 + n + k);
	to[4] = ERROR_ROW;
	to[5] = ERROR_TEXT;
	put32(to + 6, n + k);
	copy(to + 10, why, n);
	copy(to + 10 + n, place, k);
	return 10 + n + k;
}
