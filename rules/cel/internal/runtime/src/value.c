#include "rt.h"

// rt_box makes a value of a payload.
val *rt_box(u64 payload, u32 aux, u32 tag) {
	val *v = rt_alloc(sizeof(val));
	if (!v)
		return 0;
	v->tag = tag;
	v->aux = aux;
	v->u = payload;
	return v;
}

// rt_expect fails unless the value is of a kind, and returns its payload.
u64 rt_expect(const val *v, u32 tag) {
	if (v->tag != tag)
		return fail(NO_OVERLOAD);
	return v->u;
}

// rt_expect_row is the row of a type in a value.
u32 rt_expect_row(const val *v, u32 type) {
	if (v->tag != ROW || v->aux != type)
		return fail(NO_OVERLOAD);
	return v->ptr;
}

i32 rt_compare_text(const u8 *p, u32 n, const u8 *q, u32 k) {
	u32 least = n < k ? n : k;
	for (u32 i = 0; i < least; i++)
		if (p[i] != q[i])
			return p[i] - q[i];
	return (n > k) - (n < k);
}

#define UNORDERED 2

static i32 order_double(f64 a, f64 b) { return a < b ? -1 : a > b ? 1 : a == b ? 0 : UNORDERED; }

static f64 as_double(const val *v) { return v->tag == DOUBLE ? v->d : v->tag == INT ? (f64)v->i : (f64)v->u; }

static u32 is_negative(const val *v) { return v->tag == INT && v->i < 0; }

// order_numbers orders two numbers of any kinds: -1, 0, 1, or UNORDERED when one is not a number.
// Whole numbers of one sign are in the order of their bits.
static i32 order_numbers(const val *a, const val *b) {
	if (a->tag == DOUBLE || b->tag == DOUBLE)
		return order_double(as_double(a), as_double(b));
	u32 negative = is_negative(a);
	if (negative != is_negative(b))
		return negative ? -1 : 1;
	return (a->u > b->u) - (a->u < b->u);
}

static u32 is_number(const val *v) { return v->tag >= INT && v->tag <= DOUBLE; }

static u32 equal_lists(const val *a, const val *b) {
	if (a->len != b->len)
		return 0;
	for (u32 i = 0; i < a->len; i++)
		if (!rt_equal(a->at + i, b->at + i))
			return 0;
	return 1;
}

static u32 equal_maps(const val *a, const val *b) {
	if (a->len != b->len)
		return 0;
	for (u32 i = 0; i < a->len; i++) {
		const val *other = rt_find(b, a->at + 2 * i);
		if (!other || !rt_equal(a->at + 2 * i + 1, other))
			return 0;
	}
	return 1;
}

// rt_equal is CEL's ==: numbers by value whatever their kinds, other kinds never equal another.
u32 rt_equal(const val *a, const val *b) {
	if (is_number(a) && is_number(b))
		return order_numbers(a, b) == 0;
	if (a->tag != b->tag)
		return 0;
	if (a->tag == STRING || a->tag == BYTES)
		return a->len == b->len && !rt_compare_text(a->text, a->len, b->text, b->len);
	if (a->tag == LIST)
		return equal_lists(a, b);
	if (a->tag == MAP)
		return equal_maps(a, b);
	if (a->tag == OPTIONAL)
		return a->at && b->at ? rt_equal(a->at, b->at) : a->at == b->at;
	return a->tag == NULLV || a->u == b->u && a->aux == b->aux;
}

static u32 is_nan(const val *v) { return v->tag == DOUBLE && v->d != v->d; }

// rt_order is a < b (op 0), <= (1), > (2) or >= (3). What is not a number is none of them: as in
// cel-go that is so for everything which has an order, whatever stands on the other side.
u32 rt_order(const val *a, const val *b, u32 op) {
	i32 order;
	if (is_number(a) && is_number(b)) {
		order = order_numbers(a, b);
		if (order == UNORDERED)
			return 0;
	} else if (a->tag != b->tag) {
		return a->tag - BOOL <= DURATION - BOOL && (is_nan(a) || is_nan(b)) ? 0 : (u32)fail(NO_OVERLOAD);
	} else if (a->tag == STRING || a->tag == BYTES) {
		order = rt_compare_text(a->text, a->len, b->text, b->len);
	} else if (a->tag == BOOL || a->tag == TIME || a->tag == DURATION) {
		order = (a->i > b->i) - (a->i < b->i);
		if (!order)
			order = (i32)(a->aux - b->aux);
	} else {
		return (u32)fail(NO_OVERLOAD);
	}
	if (op >= 2)
		order = -order;
	return order < (i32)(op & 1);
}
