#include "rt.h"
#include "letters.h"

// E-mail addresses: canon.ValidEmail of server/canon.

#define MAX_LOCAL 64
#define MAX_EMAIL 254
#define MAX_LABEL 63

// in_table says whether a character that is not ASCII is in one of the tables of letters.h.
static u32 in_table(const u8 *table, u32 size, u32 r) {
	u32 at = 0x80, inside = 0;
	for (u32 i = 0; i < size;) {
		u32 length = 0, byte;
		do {
			byte = table[i++];
			length = length << 7 | (byte & 0x7f);
		} while (byte >> 7);
		at += length;
		if (r < at)
			return inside;
		inside = !inside;
	}
	return 0;
}

// is_letter says whether a character that is not ASCII is a letter, mark or decimal digit.
static u32 is_letter(u32 r) { return in_table(letters, sizeof(letters), r); }

// is_lookalike says whether one is Cyrillic or Greek, whose letters look like Latin ones.
static u32 is_lookalike(u32 r) { return in_table(lookalikes, sizeof(lookalikes), r); }

static u32 is_latin(u32 r) { return (r | 32) - 'a' < 26; }
static u32 is_digit(u32 r) { return r - '0' < 10; }

// is_atom says whether an ASCII character may stand before the @ besides letters, digits and dots.
static u32 is_atom(u32 r) { return r > 32 && r < 127 && !is_latin(r) && !is_digit(r) && place_in("\"(),.:;<>@[\\]", 13, (u8)r) == 13; }

#define LATIN 1
#define LOOKALIKE 2

// script is which of the letters that must not mix a character is.
static u32 script(u32 r) { return r < 0x80 ? is_latin(r) ? LATIN : 0 : is_lookalike(r) ? LOOKALIKE : 0; }

static u32 good_local(const u8 *p, u32 n) {
	u32 mixed = 0, before = '.';
	for (u32 i = 0; i < n;) {
		u32 r = rune_at(p, n, i);
		i += r >> 24;
		r &= 0xffffff;
		if (r == '.' ? before == '.' : r < 0x80 ? !is_latin(r) && !is_digit(r) && !is_atom(r) : !is_letter(r))
			return 0;
		mixed |= script(r);
		before = r;
	}
	return n <= MAX_LOCAL && before != '.' && mixed != (LATIN | LOOKALIKE);
}

static u32 good_host(const u8 *p, u32 n) {
	u32 labels = 0, length = 0, digits = 1, mixed = 0, before = '.';
	for (u32 i = 0; i <= n;) {
		u32 r = '.' | 1 << 24;
		if (i < n)
			r = rune_at(p, n, i);
		i += r >> 24;
		r &= 0xffffff;
		if (r == '.') {
			if (before == '.' || before == '-' || length > MAX_LABEL || mixed == (LATIN | LOOKALIKE) || i > n && digits)
				return 0;
			labels++;
			length = mixed = 0;
			digits = 1;
		} else {
			if (r == '-' ? before == '.' : r < 0x80 ? !is_latin(r) && !is_digit(r) : !is_letter(r))
				return 0;
			length++;
			digits = digits && is_digit(r);
			mixed |= script(r);
		}
		before = r;
	}
	return labels > 1;
}

u32 rt_email(const u8 *p, u32 n) {
	u32 at = 0;
	if (n > MAX_EMAIL)
		return 0;
	while (at < n && p[at] != '@')
		at++;
	return at < n && good_local(p, at) && good_host(p + at + 1, n - at - 1);
}
