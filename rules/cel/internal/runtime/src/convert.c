#include "rt.h"

// Conversions. What codegen does by itself (between numbers whose kinds are known) stands here
// again for values whose kind is not.

#define DOUBLE_TEXT 3 // abi.CallDoubleText

static struct { f64 value; u32 format; u8 *to; u32 room; } __attribute__((packed)) text_call;

// host_text has the host write a double: in the format 'f' or 'g', with the fewest digits that read
// back as it. There must be enough room.
static packed host_text(f64 v, u32 format, u32 room) {
	u8 *to = rt_alloc(room);
	if (!to)
		return 0;
	text_call.value = v;
	text_call.format = format;
	text_call.to = to;
	text_call.room = room;
	return pack(to, (u32)host_call(DOUBLE_TEXT, &text_call, sizeof(text_call)));
}

// rt_double_string is string(double): at most "-2.2250738585072014e-308".
packed rt_double_string(f64 v) { return host_text(v, 'g', 24); }

// rt_duration_string is string(duration): seconds. They have at most 17 digits and nine of them behind the point.
packed rt_duration_string(i64 d) {
	packed text = host_text((f64)(d / 1000000000) + (f64)(d % 1000000000) / 1e9, 'f', 32);
	u8 *p = (u8 *)(u32)text;
	u32 n = (u32)(text >> 32);
	if (!p)
		return 0;
	p[n] = 's';
	return pack(p, n + 1);
}

// is_utf8 says whether bytes are a text.
static u32 is_utf8(const u8 *p, u32 n) {
	for (u32 i = 0, more; i < n; i += more + 1) {
		u8 c = p[i], low = 0x80, high = 0xbf; // the range of the next byte
		if (c < 0x80) {
			more = 0;
			continue;
		}
		more = 1 + (c >= 0xe0) + (c >= 0xf0);
		if (c < 0xc2 || c > 0xf4 || n - i <= more)
			return 0;
		if (c == 0xe0)
			low = 0xa0;
		else if (c == 0xed)
			high = 0x9f;
		else if (c == 0xf0)
			low = 0x90;
		else if (c == 0xf4)
			high = 0x8f;
		for (u32 k = 1; k <= more; k++, low = 0x80, high = 0xbf)
			if (p[i + k] < low || p[i + k] > high)
				return 0;
	}
	return 1;
}

// rt_bytes_of is bytes(string).
val *rt_bytes_of(const u8 *p, u32 n) { return rt_box(pack(p, n), 0, BYTES); }

// rt_to_bytes is bytes(dyn).
const val *rt_to_bytes(const val *v) {
	if (v->tag == BYTES)
		return v;
	if (v->tag != STRING)
		FAIL(NO_OVERLOAD);
	return rt_box(v->u, 0, BYTES);
}

// rt_to_bool is bool(dyn).
u32 rt_to_bool(const val *v) {
	if (v->tag == BOOL)
		return (u32)v->u;
	return v->tag == STRING ? rt_parse_bool(v->text, v->len) : (u32)fail(NO_OVERLOAD);
}

// rt_to_int is int(dyn).
i64 rt_to_int(const val *v) {
	switch (v->tag) {
	case INT:
	case DURATION:
		return v->i;
	case UINT:
		return v->i < 0 ? (i64)fail(INT_OVERFLOW) : v->i;
	case DOUBLE:
		return v->d > -0x1p63 && v->d < 0x1p63 ? (i64)v->d : (i64)fail(INT_OVERFLOW);
	case STRING:
		return rt_parse_int(v->text, v->len);
	case TIME:
		return floor_div(v->i, 1000);
	}
	return (i64)fail(NO_OVERLOAD);
}

// rt_to_uint is uint(dyn).
u64 rt_to_uint(const val *v) {
	switch (v->tag) {
	case UINT:
		return v->u;
	case INT:
		return v->i < 0 ? fail(UINT_OVERFLOW) : v->u;
	case DOUBLE:
		return v->d >= 0 && v->d < 0x1p64 ? (u64)v->d : fail(UINT_OVERFLOW);
	case STRING:
		return rt_parse_uint(v->text, v->len);
	}
	return fail(NO_OVERLOAD);
}

// rt_to_double is double(dyn).
f64 rt_to_double(const val *v) {
	switch (v->tag) {
	case DOUBLE:
		return v->d;
	case INT:
		return (f64)v->i;
	case UINT:
		return (f64)v->u;
	case STRING:
		return rt_parse_double(v->text, v->len);
	}
	return (f64)fail(NO_OVERLOAD);
}

// rt_to_string is string(dyn).
packed rt_to_string(const val *v) {
	switch (v->tag) {
	case STRING:
		return v->u;
	case BYTES:
		return is_utf8(v->text, v->len) ? v->u : fail("the bytes are not a text in UTF-8");
	case BOOL:
		return v->u ? WORD("true") : WORD("false");
	case INT:
		return rt_int_text(v->u, 1);
	case UINT:
		return rt_int_text(v->u, 0);
	case DOUBLE:
		return rt_double_string(v->d);
	case TIME:
		return rt_time_text(v->i, v->aux, 0);
	case DURATION:
		return rt_duration_string(v->i);
	}
	return fail(NO_OVERLOAD);
}

// rt_to_time is timestamp(dyn).
const val *rt_to_time(const val *v) {
	switch (v->tag) {
	case TIME:
		return v;
	case INT:
		if (v->i < MIN_MILLIS / 1000 || v->i > MAX_MILLIS / 1000)
			FAIL(TIME_OVERFLOW);
		return rt_box((u64)v->i * 1000, 0, TIME);
	case STRING:
		return rt_parse_time(v->text, v->len);
	}
	FAIL(NO_OVERLOAD);
}

// rt_to_duration is duration(dyn).
i64 rt_to_duration(const val *v) {
	if (v->tag == DURATION)
		return v->i;
	return v->tag == STRING ? rt_parse_duration(v->text, v->len) : (i64)fail(NO_OVERLOAD);
}
