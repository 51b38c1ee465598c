#include "rt.h"

// The math extension. What needs no value of unknown kind takes and returns plain numbers.

#define NAN_ORDER "what is not a number cannot be ordered"

static u64 bits_of(f64 d) {
	union { f64 d; u64 u; } x = {d};
	return x.u;
}

f64 rt_ceil(f64 d) { return __builtin_ceil(d); }
f64 rt_floor(f64 d) { return __builtin_floor(d); }
f64 rt_trunc(f64 d) { return __builtin_trunc(d); }

// rt_round rounds halves away from zero.
f64 rt_round(f64 d) {
	f64 whole = __builtin_trunc(d);
	return __builtin_fabs(d - whole) >= 0.5 ? whole + __builtin_copysign(1, d) : whole;
}

u32 rt_is_nan(f64 d) { return d != d; }
u32 rt_is_inf(f64 d) { return __builtin_fabs(d) == __builtin_inf(); }
u32 rt_is_finite(f64 d) { return __builtin_fabs(d) < __builtin_inf(); }

f64 rt_sqrt_double(f64 d) { return __builtin_sqrt(d); }
f64 rt_sqrt_int(i64 i) { return __builtin_sqrt((f64)i); }
f64 rt_sqrt_uint(u64 u) { return __builtin_sqrt((f64)u); }

f64 rt_sqrt(const val *v) {
	switch (v->tag) {
	case DOUBLE:
		return rt_sqrt_double(v->d);
	case INT:
		return rt_sqrt_int(v->i);
	case UINT:
		return rt_sqrt_uint(v->u);
	}
	return (f64)fail(NO_OVERLOAD);
}

f64 rt_abs_double(f64 d) { return __builtin_fabs(d); }

i64 rt_abs_int(i64 i) {
	if (i == (i64)(1ull << 63))
		fail(INT_OVERFLOW);
	return i < 0 ? (i64)-(u64)i : i;
}

const val *rt_abs(const val *v) {
	switch (v->tag) {
	case DOUBLE:
		return rt_box(bits_of(rt_abs_double(v->d)), 0, DOUBLE);
	case INT:
		return rt_box((u64)rt_abs_int(v->i), 0, INT);
	case UINT:
		return v;
	}
	FAIL(NO_OVERLOAD);
}

f64 rt_sign_double(f64 d) { return d != d ? d : (f64)((d > 0) - (d < 0)); }
i64 rt_sign_int(i64 i) { return (i > 0) - (i < 0); }
u64 rt_sign_uint(u64 u) { return u != 0; }

val *rt_sign(const val *v) {
	switch (v->tag) {
	case DOUBLE:
		return rt_box(bits_of(rt_sign_double(v->d)), 0, DOUBLE);
	case INT:
		return rt_box((u64)rt_sign_int(v->i), 0, INT);
	case UINT:
		return rt_box(rt_sign_uint(v->u), 0, UINT);
	}
	FAIL(NO_OVERLOAD);
}

u64 rt_bit_and(u64 a, u64 b) { return a & b; }
u64 rt_bit_or(u64 a, u64 b) { return a | b; }
u64 rt_bit_xor(u64 a, u64 b) { return a ^ b; }
u64 rt_bit_not(u64 a) { return ~a; }

static u32 are_whole(const val *a, const val *b) {
	return a->tag == b->tag && (a->tag == INT || a->tag == UINT) ? 1 : (u32)fail(NO_OVERLOAD);
}

val *rt_bit_and_of(const val *a, const val *b) { return are_whole(a, b) ? rt_box(a->u & b->u, 0, a->tag) : 0; }
val *rt_bit_or_of(const val *a, const val *b) { return are_whole(a, b) ? rt_box(a->u | b->u, 0, a->tag) : 0; }
val *rt_bit_xor_of(const val *a, const val *b) { return are_whole(a, b) ? rt_box(a->u ^ b->u, 0, a->tag) : 0; }
val *rt_bit_not_of(const val *a) { return are_whole(a, a) ? rt_box(~a->u, 0, a->tag) : 0; }

// The bits that a shift by 64 or more leaves are none; shifted to the right, an int has no sign.
u64 rt_shift_left(u64 a, i64 by) {
	if (by < 0)
		return fail("a number cannot be shifted by a negative number of bits");
	return by < 64 ? a << by : 0;
}

u64 rt_shift_right(u64 a, i64 by) {
	if (by < 0)
		return fail("a number cannot be shifted by a negative number of bits");
	return by < 64 ? a >> by : 0;
}

static u32 can_shift(const val *a, const val *by) { return by->tag == INT ? are_whole(a, a) : (u32)fail(NO_OVERLOAD); }

val *rt_shift_left_of(const val *a, const val *by) {
	return can_shift(a, by) ? rt_box(rt_shift_left(a->u, by->i), 0, a->tag) : 0;
}

val *rt_shift_right_of(const val *a, const val *by) {
	return can_shift(a, by) ? rt_box(rt_shift_right(a->u, by->i), 0, a->tag) : 0;
}

i64 rt_max_int(i64 a, i64 b) { return a < b ? b : a; }
i64 rt_min_int(i64 a, i64 b) { return a > b ? b : a; }
u64 rt_max_uint(u64 a, u64 b) { return a < b ? b : a; }
u64 rt_min_uint(u64 a, u64 b) { return a > b ? b : a; }

// greatest is 1 for the greatest of numbers, -1 for the least.
static f64 extreme_double(f64 a, f64 b, i32 greatest) {
	i32 order = order_double(b, a);
	if (order == UNORDERED)
		return (f64)fail(NAN_ORDER);
	return order == greatest ? b : a;
}

f64 rt_max_double(f64 a, f64 b) { return extreme_double(a, b, 1); }
f64 rt_min_double(f64 a, f64 b) { return extreme_double(a, b, -1); }

static const val *extreme(const val *a, const val *b, i32 greatest) {
	if (!is_number(a) || !is_number(b))
		FAIL(NO_OVERLOAD);
	i32 order = order_numbers(b, a);
	if (order == UNORDERED)
		FAIL(NAN_ORDER);
	return order == greatest ? b : a;
}

const val *rt_max(const val *a, const val *b) { return extreme(a, b, 1); }
const val *rt_min(const val *a, const val *b) { return extreme(a, b, -1); }

static const val *extreme_of(const val *list, u32 n, i32 greatest) {
	if (!n)
		FAIL("an empty list has no greatest or least number");
	if (!is_number(list))
		FAIL(NO_OVERLOAD);
	const val *found = list;
	for (u32 i = 1; i < n && found; i++)
		found = extreme(found, list + i, greatest);
	return found;
}

const val *rt_max_list(const val *list, u32 n) { return extreme_of(list, n, 1); }
const val *rt_min_list(const val *list, u32 n) { return extreme_of(list, n, -1); }

// one is the greatest and least of one argument: a number, or that of a list.
static const val *one(const val *v, i32 greatest) {
	if (v->tag == LIST)
		return extreme_of(v->at, v->len, greatest);
	if (!is_number(v))
		FAIL(NO_OVERLOAD);
	return v;
}

const val *rt_max_one(const val *v) { return one(v, 1); }
const val *rt_min_one(const val *v) { return one(v, -1); }
