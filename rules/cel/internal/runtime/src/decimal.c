#include "rt.h"

// Doubles in decimal, exactly. A double is a whole number times a power of two, and both have an
// end in decimal: 309 digits before the point at most and 1,074 behind it.

#define WHOLE 35          // words before the point
#define WORDS (WHOLE + 120)
#define POINT (9 * WHOLE) // the place of the first digit behind it
#define BILLION 1000000000u

// decimal is a number as words of nine digits. Those that are not zero lie from top to before end.
// A place is the number of a digit, from 0.
struct decimal { u32 top, end, word[WORDS]; };

static struct decimal value, lowest, highest;

// expand sets a number to n < 10^18 times two to a power.
static void expand(struct decimal *d, u64 n, i32 exponent) {
	u32 shift, carry, *word = d->word;
	__builtin_memset(d, 0, sizeof *d);
	d->top = WHOLE - 2;
	d->end = WHOLE;
	word[WHOLE - 2] = (u32)(n / BILLION);
	word[WHOLE - 1] = (u32)(n % BILLION);
	for (; exponent > 0; exponent -= shift) {
		shift = exponent < 29 ? exponent : 29;
		carry = 0;
		for (u32 i = d->end; i-- > d->top;) {
			u64 w = ((u64)word[i] << shift) + carry;
			word[i] = (u32)(w % BILLION);
			carry = (u32)(w / BILLION);
		}
		if (carry)
			word[--d->top] = carry;
	}
	for (; exponent < 0; exponent += shift) {
		shift = exponent > -9 ? -exponent : 9; // a billion is divisible by 2^9
		carry = 0;
		for (u32 i = d->top; i < d->end; i++) {
			u32 w = word[i];
			word[i] = (w >> shift) + carry;
			carry = (BILLION >> shift) * (w & (1u << shift) - 1);
		}
		if (carry)
			word[d->end++] = carry;
		d->top += !word[d->top];
	}
}

static u32 digit(const struct decimal *d, u32 place) {
	u32 w = d->word[place / 9];
	for (u32 i = place % 9; i < 8; i++)
		w /= 10;
	return w % 10;
}

// more says whether a digit from a place on is not zero.
static u32 more(const struct decimal *d, u32 place) {
	for (; place < 9 * d->end; place++)
		if (digit(d, place))
			return 1;
	return 0;
}

// cut drops the digits of value from a place on, and adds up to the one before.
static void cut(u32 place, u32 up) {
	u32 at = place / 9, unit = 1, *word = value.word;
	for (u32 i = place % 9; i < 9; i++)
		unit *= 10;
	word[at] += up * unit - word[at] % unit;
	for (u32 i = at + 1; i < value.end; i++)
		word[i] = 0;
	for (; word[at] >= BILLION; word[at]++)
		word[at--] -= BILLION;
	if (at < value.top)
		value.top = at;
}

// upwards says whether value is nearer to what it is cut to at a place with one added; of two that
// are as near it takes the even one.
static u32 upwards(u32 place) {
	u32 d = digit(&value, place);
	return d > 5 || d == 5 && (more(&value, place + 1) || digit(&value, place - 1) & 1);
}

#define MANTISSA ((1ull << 52) - 1)

static u64 mantissa(u64 bits) { return (bits & MANTISSA) | (u64)((bits << 1 >> 53) != 0) << 52; }

static i32 exponent(u64 bits) {
	i32 e = (i32)(bits << 1 >> 53);
	return (e ? e : 1) - 1075;
}

// shorten cuts value, which is a double that is not zero, to the fewest digits that read back as
// it, and returns the place behind them. What reads back lies between the numbers halfway to the
// doubles beside it; these do themselves when the mantissa is even.
static u32 shorten(u64 bits) {
	u64 m = mantissa(bits);
	i32 e = exponent(bits) - 2;
	u32 even = !(m & 1), closer = m == MANTISSA + 1; // the double below lies half as far
	expand(&value, 4 * m, e);
	expand(&highest, 4 * m + 2, e);
	expand(&lowest, 4 * m - 2 + closer, e);
	// At each place: whether value's digits so far are above those of lowest, and by how much
	// those of highest are above value's, with 2 for more.
	u32 above = 0, below = 0;
	for (u32 place = 9 * highest.top;; place++) {
		u32 d = digit(&value, place);
		above |= d != digit(&lowest, place);
		below = below > 1 ? 2 : below * 10 + digit(&highest, place) - d;
		u32 down = above || even && !more(&lowest, place + 1);
		u32 up = below > 1 || below && (even || more(&highest, place + 1));
		if (!down && !up)
			continue;
		cut(place + 1, up && (!down || upwards(place + 1)));
		return place + 1;
	}
}

static void put_digits(u32 from, u32 to) {
	for (; from < to; from++)
		put((u8)('0' + digit(&value, from)));
}

// leading is the place of value's first digit that is not zero, at most limit.
static u32 leading(u32 limit) {
	u32 place = 9 * value.top;
	while (place < limit && !digit(&value, place))
		place++;
	return place < limit ? place : limit;
}

// put_plain writes value up to a place.
static void put_plain(u32 to) {
	put_digits(leading(POINT - 1), POINT);
	if (to > POINT) {
		put('.');
		put_digits(POINT, to);
	}
}

// put_power writes the digits of value from its first one to a place, and the power of ten that
// they are to be multiplied by.
static void put_power(u32 first, u32 to) {
	put_digits(first, first + 1);
	if (to > first + 1) {
		put('.');
		put_digits(first + 1, to);
	}
	u32 negative = first >= POINT, power = negative ? first - POINT + 1 : POINT - 1 - first;
	put('e');
	put(negative ? '-' : '+');
	if (power < 10)
		put('0');
	put_number(power, 10, LOWER);
}

// put_sign writes what stands before the digits of a double; all of one that has no digits, when
// it returns 0.
static u32 put_sign(u64 bits) {
	u64 magnitude = bits << 1 >> 1, infinite = 2047ull << 52;
	if (magnitude > infinite) {
		PUT("NaN");
		return 0;
	}
	if (bits >> 63)
		put('-');
	if (magnitude == infinite)
		PUT("Infinity");
	return magnitude < infinite;
}

// put_shortest writes a double with as many digits as it needs and no power of ten.
static void put_shortest(u64 bits) {
	if (!put_sign(bits))
		return;
	if (bits << 1)
		put_plain(shorten(bits));
	else
		put('0');
}

// put_fixed writes a double with as many digits behind the point.
static void put_fixed(u64 bits, u32 digits) {
	if (!put_sign(bits))
		return;
	expand(&value, mantissa(bits), exponent(bits));
	cut(POINT + digits, upwards(POINT + digits));
	put_plain(POINT + digits);
}

// put_scientific writes a double with one digit before the point, and as many behind it.
static void put_scientific(u64 bits, u32 digits) {
	if (!put_sign(bits))
		return;
	u32 first = POINT - 1;
	expand(&value, mantissa(bits), exponent(bits));
	if (bits << 1) {
		first = leading(9 * WORDS);
		cut(first + 1 + digits, upwards(first + 1 + digits));
		first -= digit(&value, first - 1);
	}
	put_power(first, first + 1 + digits);
}
