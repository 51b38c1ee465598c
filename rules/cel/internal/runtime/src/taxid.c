#include "rt.h"

// Tax ids. The formulas and their sources stand at server/canon, checkdigit.go and vat.go: these
// are the same.

// What many formulas call is not copied into each.
#define ONCE __attribute__((noinline))

static ONCE u32 all_digits(const u8 *p, u32 n) {
	for (u32 i = 0; i < n; i++)
		if ((u8)(p[i] - '0') > 9)
			return 0;
	return n != 0;
}

static ONCE u32 all_zeros(const u8 *p, u32 n) {
	for (u32 i = 0; i < n; i++)
		if (p[i] != '0')
			return 0;
	return 1;
}

// place_in is the place of a character, n when it is not there.
static u32 place_in(const char *list, u32 n, u8 c) {
	u32 i = 0;
	while (i < n && (u8)list[i] != c)
		i++;
	return i;
}

// digits_only says whether a text is n digits, not all of them 0.
static ONCE u32 digits_only(const u8 *p, u32 length, u32 n) { return length == n && all_digits(p, n) && !all_zeros(p, n); }

// weigh is the sum of n digits by their weights, which are the digits of a hexadecimal number.
static ONCE u32 weigh(const u8 *p, u32 n, u64 weights) {
	u32 sum = 0;
	while (n--) {
		sum += (p[n] - '0') * (u32)(weights & 15);
		weights >>= 4;
	}
	return sum;
}

// value_of is what n digits say.
static ONCE u64 value_of(const u8 *p, u32 n) {
	u64 v = 0;
	for (u32 i = 0; i < n; i++)
		v = v * 10 + p[i] - '0';
	return v;
}

static ONCE u32 is_check(const u8 *p, u32 at, u64 weights) { return weigh(p, at, weights) % 11 % 10 == p[at] - '0'; }

u32 rt_inn(const u8 *p, u32 n) {
	if (n == 10)
		return digits_only(p, n, 10) && is_check(p, 9, 0x24a359468);
	return digits_only(p, n, 12) && is_check(p, 10, 0x724a359468) && is_check(p, 11, 0x3724a359468);
}

u32 rt_edrpou(const u8 *p, u32 n) {
	if (!digits_only(p, n, 8))
		return 0;
	u64 code = value_of(p, 8), turned = code >= 30000000 && code <= 60000000;
	u32 sum = weigh(p, 7, turned ? 0x7123456 : 0x1234567) % 11;
	if (sum == 10)
		sum = weigh(p, 7, turned ? 0x9345678 : 0x3456789) % 11 % 10;
	return sum == p[7] - '0';
}

u32 rt_rnokpp(const u8 *p, u32 n) { return digits_only(p, n, 10) && is_check(p, 9, 0xa57946a57); }

u32 rt_kpp(const u8 *p, u32 n) {
	if (n != 9 || !all_digits(p, 4) || !all_digits(p + 6, 3))
		return 0;
	for (u32 i = 4; i < 6; i++)
		if ((u8)(p[i] - '0') > 9 && (u8)(p[i] - 'A') > 25)
			return 0;
	return 1;
}

u32 rt_ogrn(const u8 *p, u32 n) {
	return (n == 13 || n == 15) && digits_only(p, n, n) && value_of(p, n - 1) % (n - 2) % 10 == p[n - 1] - '0';
}
