#include "rt.h"

// format(): each clause has a function of its own, for formats that are known when a rule is
// compiled.

#define WRONG_CLAUSE "the format has a % that no clause follows"
#define WRONG_TYPE "a value is of a type that its clause of the format does not take"

static void put_value(const val *v);

static void put_list(const val *v) {
	put('[');
	for (u32 i = 0; i < v->len && !rt_error; i++) {
		if (i)
			PUT(", ");
		put_value(v->at + i);
	}
	put(']');
}

// key_text sets the text of a key of a map.
static void key_text(val *to, const val *key) {
	packed text = pack(key->text, key->len);
	if (key->tag == INT || key->tag == UINT)
		text = rt_int_text(key->u, key->tag == INT);
	else if (key->tag == BOOL)
		text = key->u ? WORD("true") : WORD("false");
	to->text = (const u8 *)(u32)text;
	to->len = (u32)(text >> 32);
}

// put_map writes the entries in the order of their keys' texts.
static void put_map(const val *m) {
	val *sorted = rt_alloc(m->len * 2 * sizeof(val)), *end = sorted;
	for (u32 i = 0; i < m->len && !rt_error; i++, end += 2) {
		val *e = end;
		key_text(e, m->at + 2 * i);
		u64 text = e->u;
		for (; e > sorted && rt_compare_text((u8 *)(u32)text, (u32)(text >> 32), e[-2].text, e[-2].len) < 0; e -= 2) {
			e[0] = e[-2];
			e[1] = e[-1];
		}
		e->u = text;
		e[1] = m->at[2 * i + 1];
	}
	put('{');
	for (const val *e = sorted; e < end && !rt_error; e += 2) {
		if (e > sorted)
			PUT(", ");
		put_text(e->text, e->len);
		PUT(": ");
		put_value(e + 1);
	}
	put('}');
}

static u64 seconds(i64 nanos) {
	union { f64 d; u64 u; } s = {(f64)(nanos / 1000000000) + (f64)(nanos % 1000000000) / 1e9};
	return s.u;
}

// put_integer writes an INT or UINT to a base.
static void put_integer(const val *v, u32 base, const char *digits) {
	u64 n = v->u;
	if (v->tag == INT && v->i < 0) {
		put('-');
		n = -n;
	} else if (v->tag != INT && v->tag != UINT) {
		fail(WRONG_TYPE);
		return;
	}
	put_number(n, base, digits);
}

// put_value is %s.
static void put_value(const val *v) {
	packed time;
	switch (v->tag) {
	case NULLV:
		PUT("null");
		return;
	case BOOL:
		if (v->u)
			PUT("true");
		else
			PUT("false");
		return;
	case DOUBLE:
		put_shortest(v->u);
		return;
	case STRING:
	case BYTES:
		put_text(v->text, v->len);
		return;
	case TIME:
		time = rt_time_text(v->i, v->aux, 0);
		put_text((void *)(u32)time, (u32)(time >> 32));
		return;
	case DURATION:
		put_shortest(seconds(v->i));
		put('s');
		return;
	case LIST:
		put_list(v);
		return;
	case MAP:
		put_map(v);
		return;
	}
	put_integer(v, 10, LOWER);
}

// put_decimal is %d.
static void put_decimal(const val *v) {
	if (v->tag == DOUBLE)
		put_shortest(v->u);
	else
		put_integer(v, 10, LOWER);
}

// put_binary is %b.
static void put_binary(const val *v) {
	if (v->tag == BOOL)
		put((u8)('0' + v->u));
	else
		put_integer(v, 2, LOWER);
}

// put_hex_of is %x and %X: the digits of a number, or of each byte of a text.
static void put_hex_of(const val *v, const char *digits) {
	if (v->tag != STRING && v->tag != BYTES) {
		put_integer(v, 16, digits);
		return;
	}
	for (u32 i = 0; i < v->len; i++) {
		put((u8)digits[v->text[i] >> 4]);
		put((u8)digits[v->text[i] & 15]);
	}
}

// number is a number of any kind as the bits of a double.
static u64 number(const val *v) {
	union { f64 d; u64 u; } n = {v->d};
	if (v->tag == INT)
		n.d = (f64)v->i;
	else if (v->tag == UINT)
		n.d = (f64)v->u;
	else if (v->tag != DOUBLE)
		fail(WRONG_TYPE);
	return n.u;
}

packed rt_format_value(const val *v) { begin(); put_value(v); return written(); }
packed rt_format_decimal(const val *v) { begin(); put_decimal(v); return written(); }
packed rt_format_binary(const val *v) { begin(); put_binary(v); return written(); }
packed rt_format_octal(const val *v) { begin(); put_integer(v, 8, LOWER); return written(); }
packed rt_format_hex(const val *v) { begin(); put_hex_of(v, LOWER); return written(); }
packed rt_format_upper_hex(const val *v) { begin(); put_hex_of(v, UPPER); return written(); }
packed rt_format_fixed(const val *v, u32 digits) { begin(); put_fixed(number(v), digits); return written(); }
packed rt_format_scientific(const val *v, u32 digits) { begin(); put_scientific(number(v), digits); return written(); }

static void put_clause(const val *v, u8 verb, u32 digits) {
	switch (verb) {
	case 's':
		put_value(v);
		return;
	case 'd':
		put_decimal(v);
		return;
	case 'f':
		put_fixed(number(v), digits);
		return;
	case 'e':
		put_scientific(number(v), digits);
		return;
	case 'b':
		put_binary(v);
		return;
	case 'o':
		put_integer(v, 8, LOWER);
		return;
	case 'x':
		put_hex_of(v, LOWER);
		return;
	case 'X':
		put_hex_of(v, UPPER);
		return;
	}
	fail(WRONG_CLAUSE);
}

// rt_format writes a list of values into the clauses of a format. There may be more values than
// clauses.
packed rt_format(const u8 *p, u32 n, const val *args) {
	if (args->tag != LIST)
		return fail(NO_OVERLOAD);
	u32 used = 0;
	begin();
	for (const u8 *end = p + n; p < end && !rt_error;) {
		const u8 *plain = p;
		while (p < end && *p != '%')
			p++;
		put_text(plain, (u32)(p - plain));
		if (p++ == end)
			break;
		if (p < end && *p == '%') {
			put(*p++);
			continue;
		}
		u32 digits = 6;
		if (p < end && *p == '.') {
			plain = ++p;
			for (digits = 0; p < end && (u8)(*p - '0') < 10; p++)
				digits = digits > 100 ? digits : digits * 10 + *p - '0';
			if (p == plain || digits > 100)
				return fail("the format has a precision that is no number up to 100");
		}
		if (p == end)
			return fail(WRONG_CLAUSE);
		if (used == args->len)
			return fail("the format has more clauses than there are values");
		put_clause(args->at + used++, *p++, digits);
	}
	return written();
}
