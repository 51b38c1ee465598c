#include "rt.h"

i64 floor_div(i64 a, i64 b) { return a / b - (a % b < 0); }
i64 floor_mod(i64 a, i64 b) { return a - floor_div(a, b) * b; }

static val *join(const val *a, const val *b) {
	u32 size = a->tag == LIST ? sizeof(val) : 1;
	u8 *to = rt_alloc((a->len + b->len) * size);
	if (!to)
		return 0;
	copy(to, a->text, a->len * size);
	copy(to + a->len * size, b->text, b->len * size);
	return rt_box(pack(to, a->len + b->len), 0, a->tag);
}

// add_time is a timestamp and a duration of nanoseconds.
static val *add_time(const val *t, i64 d) {
	i64 ns = (i64)t->aux + floor_mod(d, 1000000), ms = t->i + floor_div(d, 1000000);
	if (ns >= 1000000) {
		ns -= 1000000;
		ms++;
	}
	if (ms < MIN_MILLIS || ms > MAX_MILLIS)
		FAIL(TIME_OVERFLOW);
	return rt_box((u64)ms, (u32)ns, TIME);
}

// rt_add is a + b of dynamic values.
val *rt_add(const val *a, const val *b) {
	i64 sum;
	if (a->tag == TIME && b->tag == DURATION)
		return add_time(a, b->i);
	if (a->tag == DURATION && b->tag == TIME)
		return add_time(b, a->i);
	if (a->tag != b->tag)
		FAIL(NO_OVERLOAD);
	switch (a->tag) {
	case DOUBLE: {
		union { f64 d; u64 u; } x = {a->d + b->d};
		return rt_box(x.u, 0, DOUBLE);
	}
	case UINT:
		if (a->u + b->u < a->u)
			FAIL(UINT_OVERFLOW);
		return rt_box(a->u + b->u, 0, UINT);
	case INT:
	case DURATION:
		sum = (i64)(a->u + b->u);
		if (((a->i ^ sum) & (b->i ^ sum)) < 0)
			FAIL(a->tag == INT ? INT_OVERFLOW : DURATION_OVERFLOW);
		return rt_box((u64)sum, 0, a->tag);
	case STRING:
	case BYTES:
	case LIST:
		return join(a, b);
	}
	FAIL(NO_OVERLOAD);
}

// between is the duration from b to a. As in cel-go the whole seconds must fit by themselves.
static val *between(const val *a, const val *b) {
	i64 seconds = floor_div(a->i, 1000) - floor_div(b->i, 1000);
	if (seconds > 9223372036 || seconds < -9223372036)
		FAIL(DURATION_OVERFLOW);
	i64 nanos = (floor_mod(a->i, 1000) - floor_mod(b->i, 1000)) * 1000000 + (i32)(a->aux - b->aux);
	i64 whole = seconds * 1000000000, sum = (i64)((u64)whole + (u64)nanos);
	if (((whole ^ sum) & (nanos ^ sum)) < 0)
		FAIL(DURATION_OVERFLOW);
	return rt_box((u64)sum, 0, DURATION);
}

// rt_sub is a - b of dynamic values.
val *rt_sub(const val *a, const val *b) {
	if (a->tag == TIME && b->tag == DURATION) {
		if (b->i == (i64)(1ull << 63))
			FAIL(DURATION_OVERFLOW);
		return add_time(a, -b->i);
	}
	if (a->tag != b->tag)
		FAIL(NO_OVERLOAD);
	switch (a->tag) {
	case DOUBLE: {
		union { f64 d; u64 u; } x = {a->d - b->d};
		return rt_box(x.u, 0, DOUBLE);
	}
	case UINT:
		if (a->u < b->u)
			FAIL(UINT_OVERFLOW);
		return rt_box(a->u - b->u, 0, UINT);
	case INT:
	case DURATION: {
		i64 difference = (i64)(a->u - b->u);
		if (((a->i ^ b->i) & (a->i ^ difference)) < 0)
			FAIL(a->tag == INT ? INT_OVERFLOW : DURATION_OVERFLOW);
		return rt_box((u64)difference, 0, a->tag);
	}
	case TIME:
		return between(a, b);
	}
	FAIL(NO_OVERLOAD);
}

// times_overflows says whether a * b loses bits. It goes by halves: the compiler would make a
// product of 128 bits of anything simpler.
static u32 times_overflows(u64 a, u64 b) {
	u64 high_a = a >> 32, high_b = b >> 32;
	if (high_a && high_b)
		return 1;
	u64 middle = high_a * (u32)b + high_b * (u32)a;
	return middle >> 32 || (middle + ((u64)(u32)a * (u32)b >> 32)) >> 32;
}

static u64 magnitude(i64 a) { return a < 0 ? -(u64)a : (u64)a; }

// rt_mul is a * b of dynamic values.
val *rt_mul(const val *a, const val *b) {
	if (a->tag != b->tag)
		FAIL(NO_OVERLOAD);
	u64 product = a->u * b->u;
	switch (a->tag) {
	case DOUBLE: {
		union { f64 d; u64 u; } x = {a->d * b->d};
		return rt_box(x.u, 0, DOUBLE);
	}
	case UINT:
		if (times_overflows(a->u, b->u))
			FAIL(UINT_OVERFLOW);
		return rt_box(product, 0, UINT);
	case INT:
		if (times_overflows(magnitude(a->i), magnitude(b->i)) ||
		    magnitude(a->i) * magnitude(b->i) > (1ull << 63) - ((a->i ^ b->i) >= 0))
			FAIL(INT_OVERFLOW);
		return rt_box(product, 0, INT);
	}
	FAIL(NO_OVERLOAD);
}

// rt_div is a / b of dynamic values.
val *rt_div(const val *a, const val *b) {
	if (a->tag != b->tag)
		FAIL(NO_OVERLOAD);
	switch (a->tag) {
	case DOUBLE: {
		union { f64 d; u64 u; } x = {a->d / b->d};
		return rt_box(x.u, 0, DOUBLE);
	}
	case UINT:
		if (!b->u)
			FAIL(DIVISION_BY_ZERO);
		return rt_box(a->u / b->u, 0, UINT);
	case INT:
		if (!b->u)
			FAIL(DIVISION_BY_ZERO);
		if (b->i == -1 && a->u == 1ull << 63)
			FAIL(INT_OVERFLOW);
		return rt_box((u64)(a->i / b->i), 0, INT);
	}
	FAIL(NO_OVERLOAD);
}

// rt_mod is a % b of dynamic values.
val *rt_mod(const val *a, const val *b) {
	if (a->tag != b->tag || a->tag != INT && a->tag != UINT)
		FAIL(NO_OVERLOAD);
	if (!b->u)
		FAIL(MODULUS_BY_ZERO);
	if (a->tag == UINT)
		return rt_box(a->u % b->u, 0, UINT);
	if (b->i == -1 && a->u == 1ull << 63)
		FAIL(INT_OVERFLOW);
	return rt_box((u64)(a->i % b->i), 0, INT);
}

// rt_neg is -a of a dynamic value.
val *rt_neg(const val *a) {
	switch (a->tag) {
	case DOUBLE:
		return rt_box(a->u ^ 1ull << 63, 0, DOUBLE);
	case INT:
	case DURATION:
		if (a->u == 1ull << 63)
			FAIL(a->tag == INT ? INT_OVERFLOW : DURATION_OVERFLOW);
		return rt_box(-a->u, 0, a->tag);
	}
	FAIL(NO_OVERLOAD);
}
