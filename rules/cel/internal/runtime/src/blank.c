#include "rt.h"

// Whether a text says nothing: canon.Blank of server/canon, character by character. What canon
// composes (Unicode form C) is never among the characters that are looked for here.

#define NO_RUNE 0xfffd // what is no UTF-8 is a character that means something

// rune_at is the character that begins at i, its length above bit 24.
static u32 rune_at(const u8 *p, u32 n, u32 i) {
	u32 r = p[i], size = r < 0x80 ? 1 : r < 0xc2 ? 0 : r < 0xe0 ? 2 : r < 0xf0 ? 3 : r < 0xf5 ? 4 : 0;
	if (!size || size > n - i)
		return NO_RUNE | 1 << 24;
	if (size > 1)
		r &= 0x7f >> size;
	for (u32 k = 1; k < size; k++) {
		if ((p[i + k] & 0xc0) != 0x80)
			return NO_RUNE | 1 << 24;
		r = r << 6 | (p[i + k] & 0x3f);
	}
	if (size == 3 && (r < 0x800 || r - 0xd800 < 0x800) || size == 4 && r - 0x10000 > 0xfffff)
		return NO_RUNE | 1 << 24;
	return r | size << 24;
}

static u32 is_white(u32 r) {
	if (r < 0x100)
		return r == ' ' || r - 9 < 5 || r == 0x85 || r == 0xa0;
	return r == 0x1680 || r - 0x2000 < 11 || r - 0x2028 < 2 || r == 0x202f || r == 0x205f || r == 0x3000;
}

// is_invisible says which characters show nothing wherever they stand.
static u32 is_invisible(u32 r) {
	if (r < 0xa0)
		return (r < 0x20 || r > 0x7e) && !is_white(r);
	return r == 0xad || r == 0x180e || r == 0x200b || r - 0x200e < 2 || r - 0x202a < 5 || r - 0x2060 < 10 || r == 0xfeff;
}

// is_edge says which show nothing at an end of a text, besides.
static u32 is_edge(u32 r) { return r - 0x200c < 2 || r == 0x2800 || r == 0x3164; }

// is_filler says which characters are typed where there is nothing to say: dashes, ?, dots, _.
static u32 is_filler(u32 r) {
	if (r < 0x80)
		return r == '-' || r == '?' || r == '.' || r == '_';
	return r == 0x58a || r == 0x5be || r == 0x1400 || r == 0x1806 || r - 0x2010 < 6 || r == 0x2026 || r == 0x2212 || r == 0x2e17 ||
	       r == 0x2e1a || r - 0x2e3a < 2 || r == 0x2e40 || r == 0x2e5d || r == 0x301c || r == 0x3030 || r == 0x30a0 ||
	       r - 0xfe31 < 2 || r == 0xfe58 || r == 0xfe63 || r == 0xff0d || r == 0x10ead;
}

// small is a letter of the words below in lower case.
static u32 small(u32 r) {
	if (r - 'A' < 26 || r - 0x410 < 32)
		return r + 32;
	if (r == 0x404)
		return 0x454;
	if (r == 0x1c81)
		return 0x434; // д with long legs
	return r - 0x1c84 < 2 ? 0x442 : r; // т with three, and т that is tall
}

// The words, as numbers of 8 bits a letter: ASCII as it is, а to я as 0x90 to 0xaf, є as 0xb4.
static u64 word_letter(u32 r) {
	if (r < 0x80)
		return r;
	return r - 0x430 < 32 ? r - 0x3a0 : r == 0x454 ? 0xb4 : 0xff;
}

#define NET 0x9d95a2ull        // нет
#define N_D 0x9d2f94ull        // н/д
#define NEMAE 0x9d959c90b4ull  // немає
#define N_A 0x9d2f90ull        // н/а
#define N_A_LATIN 0x6e2f61ull  // n/a
#define X_N_D 0x239d2f94ull    // #н/д
#define X_N_A 0x236e2f61ull    // #n/a

static u32 is_no_news(u64 w) {
	return w == NET || w == N_D || w == NEMAE || w == N_A || w == N_A_LATIN || w == X_N_D || w == X_N_A;
}

u32 rt_blank(const u8 *p, u32 n) {
	u64 word = 0;           // the letters since the first, without what is invisible
	u32 filler = 1;         // all is
	u32 letters = 0, edges = 0; // edges that were met since the last letter
	for (u32 i = 0; i < n;) {
		u32 r = rune_at(p, n, i);
		i += r >> 24;
		r &= 0xffffff;
		if (is_invisible(r))
			continue;
		u32 white = is_white(r);
		if (white || is_edge(r)) {
			edges |= white ? 1 : 2;
			continue;
		}
		if (letters && edges) { // they stand inside
			filler = filler && edges == 1;
			word = ~0ull;
		}
		edges = 0;
		filler = filler && is_filler(r);
		letters++;
		word = letters > 5 ? ~0ull : word << 8 | word_letter(small(r));
		if (!filler && word >> 40)
			return 0;
	}
	return filler || is_no_news(word);
}

// rt_blank_value is of a text, or of an optional one.
u32 rt_blank_value(const val *v) {
	if (v->tag == OPTIONAL) {
		if (!v->at)
			return 1;
		v = v->at;
	}
	return v->tag == STRING ? rt_blank(v->text, v->len) : (u32)fail(NO_OVERLOAD);
}
