#include "rt.h"

// What a message shows of a double: decimal, at most 15 significant digits, the shortest that
// reads back as it where 15 are enough; with an exponent from 1e18 on.


// decimal writes a >= 0 before end, "e+" and the exponent behind it if it is not 0.
static u8 *decimal(u8 *p, f64 a, u32 exponent) {
	f64 power = 1, scaled;
	i32 places = 0;
	// A power of ten up to 10^22 and digits below 2^53 are exact, so that the division tells
	// whether the digits read back as a.
	for (;; power *= 10, places++) {
		scaled = __builtin_rint(a * power);
		if (scaled / power == a || a * power >= 1e14 || places == 22)
			break;
	}
	u64 digits = (u64)scaled;
	for (; places && digits % 10 == 0; places--)
		digits /= 10;
	if (exponent) {
		for (u32 i = 0; i < 2 || exponent; i++, exponent /= 10)
			*--p = (u8)('0' + exponent % 10);
		*--p = '+';
		*--p = 'e';
	}
	do {
		*--p = (u8)('0' + digits % 10);
		digits /= 10;
		if (--places == 0)
			*--p = '.';
	} while (places >= 0 || digits);
	return p;
}

// rt_double_text writes a double for people.
packed rt_double_text(f64 x) {
	f64 a = __builtin_fabs(x);
	if (x != x)
		return WORD("NaN");
	if (a == __builtin_inf())
		return x < 0 ? WORD("-Infinity") : WORD("Infinity");
	u32 exponent = 0;
	for (; a >= 1e18 || exponent && a >= 10; a /= 10)
		exponent++;
	u8 *start = rt_alloc(48), *end = start + 48;
	if (!start)
		return 0;
	u8 *p = decimal(end, a, exponent);
	if (x < 0)
		*--p = '-';
	return pack(p, (u32)(end - p));
}
