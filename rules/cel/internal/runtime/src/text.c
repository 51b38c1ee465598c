#include "rt.h"

// rt_concat joins two texts.
packed rt_concat(const u8 *p, u32 n, const u8 *q, u32 k) {
	u8 *to = rt_alloc(n + k);
	if (!to)
		return 0;
	copy(to, p, n);
	copy(to + n, q, k);
	return pack(to, n + k);
}

// rt_int_text is string(int) and, not signed, string(uint).
packed rt_int_text(u64 v, u32 is_signed) {
	u8 *start = rt_alloc(24), *end = start + 24, *p = end;
	if (!start)
		return 0;
	u32 negative = is_signed && (i64)v < 0;
	if (negative)
		v = -v;
	do
		*--p = (u8)('0' + v % 10);
	while (v /= 10);
	if (negative)
		*--p = '-';
	return pack(p, (u32)(end - p));
}

// rt_parse_int is int(string): decimal digits with an optional sign.
i64 rt_parse_int(const u8 *p, u32 n) {
	u64 v = 0, most = 0x7fffffffffffffff;
	u32 i = n && (*p == '-' || *p == '+'), negative = i && *p == '-';
	for (most += negative; i < n; i++) {
		u64 digit = (u64)p[i] - '0';
		if (digit > 9 || v > most / 10 || v * 10 > most - digit)
			break;
		v = v * 10 + digit;
	}
	if (i < n || !n || p[n - 1] < '0')
		return (i64)fail("the text is not an integer");
	return (i64)(negative ? -v : v);
}
