#include "rt.h"

// What a card refers to becomes a value here. Nothing in a card is trusted: see FORMAT.md of
// sdk/abi. The addresses of rows and of lists were checked by generated code.

static void text_of(val *to, const u32 *slot, u32 card, u64 limit) {
	u64 offset = slot[0], length = slot[1];
	u32 inside = offset + length <= limit;
	to->tag = STRING;
	to->aux = 0;
	to->ptr = inside ? card + (u32)offset : 0;
	to->len = inside ? (u32)length : 0;
}

// rt_texts makes values of a list of texts in the card, as many as its count says.
u32 rt_texts(const u32 *at, u32 count, u32 card, u64 limit) {
	val *list = rt_alloc(count * sizeof(val));
	if (!list)
		return 0;
	for (u32 i = 0; i < count; i++)
		text_of(list + i, at + 2 * i, card, limit);
	return (u32)list;
}

// keep is a row whose slots are all there: the row itself, or a copy with zeroes behind.
static u32 keep(const u8 *row, u32 stride, u32 size) {
	if (stride >= size)
		return (u32)row;
	u8 *to = rt_alloc(size);
	if (!to)
		return 0;
	__builtin_memset(to, 0, size);
	copy(to, row, stride);
	u64 known = (1ull << (stride / 8 - 1)) - 1;
	*(u64 *)to &= known;
	return (u32)to;
}

// rt_rows makes values of a list of rows in the card.
u32 rt_rows(const u8 *row, u32 count, u32 stride, u32 size, u32 type) {
	val *list = rt_alloc(count * sizeof(val));
	if (!list)
		return 0;
	for (u32 i = 0; i < count; i++, row += stride) {
		list[i].tag = ROW;
		list[i].aux = type;
		list[i].ptr = keep(row, stride, size);
		list[i].len = 0;
	}
	return (u32)list;
}

// rt_keep_row is a row for a value that outlives a turn of a loop: one outside of the card lies
// where the next row with too few slots will lie.
u32 rt_keep_row(u32 row, u32 card, u64 limit, u32 size) {
	if (row - card < limit)
		return row;
	u8 *to = rt_alloc(size);
	if (to)
		copy(to, (void *)row, size);
	return (u32)to;
}

#define KEY 8    // slot 0 of a row of Property, behind its bitmap
#define VALUE 16 // slot 1

// rt_properties makes a map of rows of Property.
val *rt_properties(const u8 *row, u32 count, u32 stride, u32 card, u64 limit) {
	val *entries = rt_alloc(count * 2 * sizeof(val));
	if (!entries)
		return 0;
	if (stride < VALUE + 8)
		count = 0;
	for (u32 i = 0; i < count; i++, row += stride) {
		text_of(entries + 2 * i, (u32 *)(row + KEY), card, limit);
		text_of(entries + 2 * i + 1, (u32 *)(row + VALUE), card, limit);
	}
	return rt_box(pack(entries, count), 0, MAP);
}
