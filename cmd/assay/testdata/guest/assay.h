/* What the modules here need of sdk/abi/FORMAT.md and sdk/abi/ABI.md, by hand:
 * reading a card in place, and packing results. No library, no SDK. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))

enum { KIND = 3, NAME = 4, TAX_ID = 6, CHANNELS = 21, CONTACTS = 23 };     /* slots of a client */
enum { CONTACT_ID = 0, CONTACT_NAME = 1, CONTACT_CHANNELS = 5 };           /* of a contact */
enum { COMPANY = 1, SOLE_TRADER = 2, PERSON = 3 };                         /* codes of KIND */
enum { FINDING = 1, LABEL = 2, CODE = 1, PATH = 2, ROW_ID = 3, PARAM_KEY = 5, PARAM_VALUE = 6, LABEL_NAME = 7 };

typedef struct { const u8 *card; u32 length; } Card;
typedef struct { const u8 *at; u32 length; } Text;
typedef struct { u32 first, count, slots; } Rows; /* first: offset of the first row */

static u32 read32(const u8 *p) { return p[0] | p[1] << 8 | p[2] << 16 | (u32)p[3] << 24; }

/* slot returns the 8 bytes of a client's slot, 0 when it is not there. */
static u64 slot(Card c, u32 i) {
	u32 count = c.card[10] | c.card[11] << 8;
	if (i >= count || 32 + 8 * (u64)i + 8 > c.length) return 0;
	return read32(c.card + 32 + 8 * i) | (u64)read32(c.card + 36 + 8 * i) << 32;
}

static Text text(Card c, u64 slot) {
	u64 offset = (u32)slot, length = slot >> 32;
	Text t = {c.card, 0};
	if (offset + length > c.length) return t;
	t.at = c.card + offset;
	t.length = length;
	return t;
}

static Rows rows(Card c, u64 slot) {
	u64 offset = (u32)slot, count = slot >> 32;
	Rows r = {0, 0, 0};
	if (count == 0 || offset % 8 || offset + 8 > c.length) return r;
	u32 slots = c.card[offset] | c.card[offset + 1] << 8;
	if (slots > 64 || offset + 8 + count * (8 + 8 * slots) > c.length) return r;
	r.first = offset + 8;
	r.count = count;
	r.slots = slots;
	return r;
}

static u64 rowSlot(Card c, Rows r, u32 row, u32 i) {
	if (i >= r.slots) return 0;
	u32 at = r.first + row * (8 + 8 * r.slots) + 8 + 8 * i;
	return read32(c.card + at) | (u64)read32(c.card + at + 4) << 32;
}

/* Results are packed here; the host copies them before the next call. */
static u8 out[1 << 16];
static u32 used, row;

static void write32(u32 at, u32 v) { for (int i = 0; i < 4; i++) out[at + i] = v >> 8 * i; }
static void beginRow(u8 kind) { row = used; out[used + 4] = kind; used += 5; }
static void endRow(void) { write32(row, used - row - 4); }

static void field(u8 tag, const void *bytes, u32 length) {
	out[used] = tag;
	write32(used + 1, length);
	for (u32 i = 0; i < length; i++) out[used + 5 + i] = ((const u8 *)bytes)[i];
	used += 5 + length;
}

static u32 length(const char *s) { u32 n = 0; while (s[n]) n++; return n; }
static void word(u8 tag, const char *s) { field(tag, s, length(s)); }
static u64 packed(const void *at, u32 length) { return (u64)(u32)at << 32 | length; }
static u64 results(void) { return used ? packed(out, used) : 0; }

/* decimal writes a number at the place and returns its length. */
static u32 decimal(char *to, u32 v) {
	u32 n = 0;
	char digits[10];
	do { digits[n++] = '0' + v % 10; v /= 10; } while (v);
	for (u32 i = 0; i < n; i++) to[i] = digits[n - 1 - i];
	return n;
}

extern u8 __heap_base;
static u32 top;

EXPORT("assay_abi") u32 assay_abi(void) { return 1; }

EXPORT("assay_alloc") u32 assay_alloc(u32 size) {
	if (!top) top = ((u32)&__heap_base + 7) & ~7u;
	u32 at = top, pages = __builtin_wasm_memory_size(0);
	if (size > (64u << 20)) return 0;
	top += (size + 7) & ~7u;
	if (top > pages << 16 && __builtin_wasm_memory_grow(0, (top - (pages << 16) + 0xffff) >> 16) == (u32)-1) return 0;
	return at;
}

/* None of these modules has settings: the handle is the check. */
EXPORT("assay_configure") u64 assay_configure(u32 check, u32 ptr, u32 len) {
	static u8 answer[8];
	answer[4] = check;
	return packed(answer, 8);
}

/* A module says what it is in description, and judges one card in judge. */
static const char description[];
static void judge(Card c);

EXPORT("assay_describe") u64 assay_describe(void) { return packed(description, length(description)); }

EXPORT("assay_evaluate") u64 assay_evaluate(u32 handle, const u8 *card, u32 length) {
	Card c = {card, length};
	used = 0;
	if (length >= 32) judge(c);
	return results();
}
