#include "rt.h"

// VAT numbers of the European Union, see taxid.c. Each takes what follows the prefix.

#define LAST(p, n) ((u32)(p)[(n)-1] - '0')

// vat_digits says whether a text is n digits that do not begin with 0.
static ONCE u32 vat_digits(const u8 *p, u32 length, u32 n) { return length == n && all_digits(p, n) && *p != '0'; }

// vat_luhn is the sum of Luhn's formula mod 10.
static ONCE u32 vat_luhn(const u8 *p, u32 n) {
	u32 sum = 0;
	for (u32 i = 0; i < n; i++) {
		u32 d = p[i] - '0';
		sum += (n - i) % 2 ? d : d / 5 + d * 2 % 10;
	}
	return sum % 10;
}

// vat_mod1110 is ISO/IEC 7064, MOD 11,10.
static ONCE u32 vat_mod1110(const u8 *p, u32 n) {
	u32 rest = 5;
	for (u32 i = 0; i < n; i++)
		rest = ((rest ? rest : 10) * 2 % 11 + p[i] - '0') % 10;
	return rest == 1;
}

static ONCE u32 vat_birthday(u32 day, u32 month) { return day - 1 < 31 && month - 1 < 12; }

static u32 vat_at(const u8 *p, u32 n) {
	return n == 9 && *p == 'U' && all_digits(p + 1, 8) && (vat_luhn(p + 1, 7) + 4 + LAST(p, 9)) % 10 == 0;
}

static u32 vat_be(const u8 *p, u32 n) {
	return digits_only(p, n, 10) && *p <= '1' && 97 - value_of(p, 8) % 97 == value_of(p + 8, 2);
}

static u32 vat_bg(const u8 *p, u32 n) {
	if (digits_only(p, n, 9)) {
		u32 sum = weigh(p, 8, 0x12345678) % 11;
		return (sum < 10 ? sum : weigh(p, 8, 0x3456789a) % 11 % 10) == LAST(p, 9);
	}
	if (!digits_only(p, n, 10))
		return 0;
	if (p[2] < '6' && vat_birthday((u32)value_of(p + 4, 2), (u32)value_of(p + 2, 2) % 20) && is_check(p, 9, 0x2485a9736))
		return 1;
	// 21 19 17 13 11 9 7 3 1 are 1 9 7 3 1 9 7 3 1 to a sum mod 10.
	return weigh(p, 9, 0x197319731) % 10 == LAST(p, 10) || (11 - weigh(p, 9, 0x432765432) % 11) % 11 == LAST(p, 10);
}

static u32 vat_cy(const u8 *p, u32 n) {
	if (n != 9 || !all_digits(p, 8) || *p == '1' && p[1] == '2')
		return 0;
	u32 sum = 0;
	for (u32 i = 0; i < 8; i++) {
		u32 d = p[i] - '0';
		// At even places 0 to 9 are 1 0 5 7 9 13 15 17 19 21.
		sum += i % 2 ? d : d < 2 ? 1 - d : d * 2 + (d > 4) * 2 + 1;
	}
	return p[8] == 'A' + sum % 26;
}

static u32 vat_czech_birthday(const u8 *p) {
	return vat_birthday((u32)value_of(p + 4, 2), (u32)value_of(p + 2, 2) % 50 % 20);
}

static u32 vat_cz(const u8 *p, u32 n) {
	if (n == 8) {
		u32 c = (88 - weigh(p, 7, 0x8765432) % 11) % 11;
		return digits_only(p, n, 8) && *p != '9' && (c ? c % 10 : 1) == LAST(p, 8);
	}
	if (!all_digits(p, n))
		return 0;
	if (n == 9) {
		if (*p == '6')
			return (18 - (21 - weigh(p + 1, 7, 0x8765432) % 11) % 11) % 10 == LAST(p, 9);
		u32 year = (u32)value_of(p, 2);
		return (year <= 53 || year >= 80) && vat_czech_birthday(p);
	}
	return n == 10 && vat_czech_birthday(p) && value_of(p, 9) % 11 % 10 == LAST(p, 10);
}

#define PERSON "TRWAGMYFPDXBNJZSQVHLCKE"

static u32 vat_es(const u8 *p, u32 n) {
	if (n != 9 || !all_digits(p + 1, 7))
		return 0;
	u32 c = *p, v = (u32)value_of(p + 1, 7);
	if (c - 'X' < 3 || c - '0' < 10)
		return p[8] == PERSON[((c >= 'X' ? c - 'X' : c - '0') * 10000000 + v) % 23];
	if (c - 'K' < 3)
		return p[8] == PERSON[v % 23];
	if (c - 'A' > 22 || c == 'I' || c == 'O' || c == 'T')
		return 0;
	u32 sum = 0;
	for (u32 i = 1; i < 8; i++) {
		u32 d = p[i] - '0';
		sum += i % 2 ? d / 5 + d * 2 % 10 : d;
	}
	u32 digit = (10 - sum % 10) % 10;
	return p[8] == '0' + digit || p[8] == (digit ? 'A' + digit - 1 : 'J');
}

#define FRENCH "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"

static u32 vat_fr(const u8 *p, u32 n) {
	if (n != 11 || !all_digits(p + 2, 9))
		return 0;
	u32 a = place_in(FRENCH, 34, p[0]), b = place_in(FRENCH, 34, p[1]), siren = (u32)value_of(p + 2, 9);
	if (a == 34 || b == 34 || siren >= 1000000 && vat_luhn(p + 2, 9))
		return 0;
	if (a < 10 && b < 10)
		return a * 10 + b == (12 + 3 * (siren % 97)) % 97;
	a = a < 10 ? a * 24 + b - 10 : a * 34 + b - 100;
	return (siren + 1 + a / 11) % 11 == a % 11;
}

// vat_irish is the place of a letter of Ireland's 23, from W.
static ONCE u32 vat_irish(u8 c) { return c == 'W' ? 0 : (u8)(c - 'A') < 22 ? c - 'A' + 1u : 23; }

static u32 vat_ie(const u8 *p, u32 n) {
	if (n != 8 && n != 9 || !all_digits(p, 1) || !all_digits(p + 2, 5))
		return 0;
	u32 sum = weigh(p + 2, 5, 0x65432) + (*p - '0') * 8;
	if (all_digits(p + 1, 1)) {
		sum += (p[1] - '0') * 7;
	} else {
		if (n != 8 || (u8)(p[1] - 'A') > 25 && p[1] != '+' && p[1] != '*')
			return 0;
		sum = weigh(p + 2, 5, 0x76543) + (*p - '0') * 2;
	}
	if (n == 9) {
		u32 extra = vat_irish(p[8]);
		if (extra == 23)
			return 0;
		sum += 9 * extra;
	}
	return vat_irish(p[7]) == sum % 23;
}

static u32 vat_it(const u8 *p, u32 n) {
	if (n != 11 || !all_digits(p, 11) || all_zeros(p, 7) || vat_luhn(p, 11))
		return 0;
	u32 office = (u32)value_of(p + 7, 3);
	return office - 1 < 100 || office == 120 || office == 121 || office == 888 || office == 999;
}

static u32 vat_lt(const u8 *p, u32 n) {
	if (n != 9 && n != 12 || !all_digits(p, n) || p[n - 2] != '1')
		return 0;
	u32 sum = weigh(p, n - 1, n == 9 ? 0x12345678 : 0x12345678912) % 11;
	if (sum == 10)
		sum = weigh(p, n - 1, n == 9 ? 0x34567891 : 0x34567891234) % 11 % 10;
	return sum == LAST(p, n);
}

static u32 vat_lv(const u8 *p, u32 n) {
	if (n != 11 || !all_digits(p, 11))
		return 0;
	if (*p > '3')
		return weigh(p, 11, 0x91483a25761) % 11 == 3;
	u32 day = (u32)value_of(p, 2);
	return (day == 32 || vat_birthday(day, (u32)value_of(p + 2, 2))) && (1 + weigh(p, 10, 0xa584216379)) % 11 % 10 == LAST(p, 11);
}

static u32 vat_nl(const u8 *p, u32 n) {
	if (n != 12 || p[9] != 'B' || !all_digits(p, 9) || !all_digits(p + 10, 2) || all_zeros(p + 10, 2) || all_zeros(p, 9))
		return 0;
	if ((weigh(p, 8, 0x98765432) + 10 * LAST(p, 9)) % 11 == 0)
		return 1;
	// N, L and B are 23, 21 and 11.
	return (2321 * 10000000000000ull + value_of(p, 9) * 10000 + 1100 + value_of(p + 10, 2)) % 97 == 1;
}

static u32 vat_ro(const u8 *p, u32 n) {
	return n >= 2 && n <= 10 && all_digits(p, n) && *p != '0' && 10 * weigh(p, n - 1, 0x753217532) % 11 % 10 == LAST(p, n);
}

static u32 vat_si(const u8 *p, u32 n) {
	u32 c = weigh(p, 7, 0x8765432) % 11;
	return vat_digits(p, n, 8) && c && (11 - c) % 10 == LAST(p, 8);
}

static u32 vat_xi(const u8 *p, u32 n) {
	if (n == 5) {
		u32 v = (u32)value_of(p + 2, 3);
		return all_digits(p + 2, 3) && (*p == 'G' && p[1] == 'D' && v < 500 || *p == 'H' && p[1] == 'A' && v >= 500);
	}
	if (n != 9 && n != 12 || !all_digits(p, n) || all_zeros(p, 7))
		return 0;
	u32 sum = weigh(p, 9, 0x8765432a1) % 97;
	return !sum || sum == 42 && *p != '0';
}

#define STATE(a, b) ((a) << 8 | (b))

// vat_of checks the n bytes behind a prefix.
static u32 vat_of(u32 state, const u8 *p, u32 n) {
	switch (state) {
	case STATE('A', 'T'):
		return vat_at(p, n);
	case STATE('B', 'E'):
		return vat_be(p, n);
	case STATE('B', 'G'):
		return vat_bg(p, n);
	case STATE('C', 'Y'):
		return vat_cy(p, n);
	case STATE('C', 'Z'):
		return vat_cz(p, n);
	case STATE('D', 'E'):
		return vat_digits(p, n, 9) && vat_mod1110(p, 9);
	case STATE('D', 'K'):
		return vat_digits(p, n, 8) && weigh(p, 8, 0x27654321) % 11 == 0;
	case STATE('E', 'E'):
		return digits_only(p, n, 9) && weigh(p, 9, 0x371371371) % 10 == 0;
	case STATE('E', 'L'):
		// 256 128 64 32 16 are 3 7 9 10 5 to a sum mod 11.
		return digits_only(p, n, 9) && is_check(p, 8, 0x379a5842);
	case STATE('E', 'S'):
		return vat_es(p, n);
	case STATE('F', 'I'):
		return digits_only(p, n, 8) && weigh(p, 8, 0x79a58421) % 11 == 0;
	case STATE('F', 'R'):
		return vat_fr(p, n);
	case STATE('H', 'R'):
		return n == 11 && all_digits(p, 11) && vat_mod1110(p, 11);
	case STATE('H', 'U'):
		return digits_only(p, n, 8) && weigh(p, 8, 0x97319731) % 10 == 0;
	case STATE('I', 'E'):
		return vat_ie(p, n);
	case STATE('I', 'T'):
		return vat_it(p, n);
	case STATE('L', 'T'):
		return vat_lt(p, n);
	case STATE('L', 'U'):
		return digits_only(p, n, 8) && value_of(p, 6) % 89 == value_of(p + 6, 2);
	case STATE('L', 'V'):
		return vat_lv(p, n);
	case STATE('M', 'T'):
		return vat_digits(p, n, 8) && weigh(p, 8, 0x346789a1) % 37 == 0;
	case STATE('N', 'L'):
		return vat_nl(p, n);
	case STATE('P', 'L'):
		return digits_only(p, n, 10) && weigh(p, 9, 0x657234567) % 11 == LAST(p, 10);
	case STATE('P', 'T'):
		return vat_digits(p, n, 9) && (11 - weigh(p, 8, 0x98765432) % 11) % 11 % 10 == LAST(p, 9);
	case STATE('R', 'O'):
		return vat_ro(p, n);
	case STATE('S', 'E'):
		return n == 12 && all_digits(p, 12) && !all_zeros(p, 10) && p[10] == '0' && p[11] == '1' && !vat_luhn(p, 10);
	case STATE('S', 'I'):
		return vat_si(p, n);
	case STATE('S', 'K'):
		return vat_digits(p, n, 10) && place_in("234789", 6, p[2]) < 6 && value_of(p, 10) % 11 == 0;
	case STATE('X', 'I'):
		return vat_xi(p, n);
	}
	return 0;
}

u32 rt_vat(const u8 *p, u32 n) { return n >= 4 && n <= 14 && vat_of(STATE(p[0], p[1]), p + 2, n - 2); }
