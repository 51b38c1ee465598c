#include "rt.h"

// Base64 of the encoders extension, in the standard alphabet (url 0) or that of addresses (url 1).

#define DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// rt_base64 is base64.encode: a text of bytes, padded.
packed rt_base64(const val *v, u32 url) {
	if (v->tag != BYTES)
		return fail(NO_OVERLOAD);
	const char *digit = url ? DIGITS "-_" : DIGITS "+/";
	u8 *start = rt_alloc((v->len + 2) / 3 * 4), *to = start;
	if (!start)
		return 0;
	for (u32 i = 0; i < v->len; i += 3, to += 4) {
		u32 left = v->len - i, bits = (u32)v->text[i] << 16;
		bits |= left > 1 ? (u32)v->text[i + 1] << 8 : 0;
		bits |= left > 2 ? v->text[i + 2] : 0;
		to[0] = (u8)digit[bits >> 18];
		to[1] = (u8)digit[bits >> 12 & 63];
		to[2] = left > 1 ? (u8)digit[bits >> 6 & 63] : '=';
		to[3] = left > 2 ? (u8)digit[bits & 63] : '=';
	}
	return pack(start, (u32)(to - start));
}

#define NO_DIGIT 64

static u32 base64_digit(u8 c, u32 url) {
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (is_decimal(c))
		return c - '0' + 52;
	if (c == (url ? '-' : '+'))
		return 62;
	return c == (url ? '_' : '/') ? 63 : NO_DIGIT;
}

static u32 is_newline(u8 c) { return c == '\n' || c == '\r'; }

// base64_ends says whether what follows the digits, so many of them beyond whole groups, ends
// the text: nothing, or all the padding that is due. Ends of lines count nothing anywhere.
static u32 base64_ends(const u8 *p, const u8 *end, u32 digits) {
	if (p == end)
		return digits != 1;
	if (digits < 2)
		return 0;
	u32 due = 4 - digits;
	for (; p < end; p++) {
		if (is_newline(*p))
			continue;
		if (*p != '=')
			return 0;
		due--;
	}
	return !due;
}

// rt_base64_bytes is base64.decode, of a text with or without padding.
val *rt_base64_bytes(const u8 *p, u32 n, u32 url) {
	u8 *start = rt_alloc(n / 4 * 3 + 3), *to = start;
	if (!start)
		return 0;
	const u8 *end = p + n;
	u32 bits = 0, digits = 0;
	for (; p < end; p++) {
		if (is_newline(*p))
			continue;
		u32 six = base64_digit(*p, url);
		if (six == NO_DIGIT)
			break;
		bits = bits << 6 | six;
		if (++digits == 4) {
			*to++ = (u8)(bits >> 16);
			*to++ = (u8)(bits >> 8);
			*to++ = (u8)bits;
			digits = 0;
		}
	}
	if (!base64_ends(p, end, digits))
		FAIL("the text is not base64");
	if (digits == 2)
		*to++ = (u8)(bits >> 4);
	if (digits == 3) {
		*to++ = (u8)(bits >> 10);
		*to++ = (u8)(bits >> 2);
	}
	return rt_box(pack(start, (u32)(to - start)), 0, BYTES);
}
