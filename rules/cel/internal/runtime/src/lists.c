#include "rt.h"

// The lists extension. A list is the address of its elements and their number, and comes back packed.

// rt_slice is a part of the list itself: lists do not change once they are made.
packed rt_slice(const val *list, u32 n, i64 start, i64 end) {
	if (start < 0 || end < start || end > n)
		return fail("the slice is outside the list");
	return pack(list + start, (u32)(end - start));
}

// rt_join is list + list.
packed rt_join(const val *a, u32 n, const val *b, u32 k) {
	val *to = rt_alloc((n + k) * sizeof(val));
	if (!to)
		return 0;
	copy(to, a, n * sizeof(val));
	copy(to + n, b, k * sizeof(val));
	return pack(to, n + k);
}

// rt_in_texts is text in list, whose elements are texts.
u32 rt_in_texts(const u8 *p, u32 k, const val *list, u32 n) {
	for (u32 i = 0; i < n; i++)
		if (list[i].len == k && !rt_compare_text(p, k, list[i].text, k))
			return 1;
	return 0;
}

static void append(val *to, const val *list, u32 n, i64 depth) {
	for (u32 i = 0; i < n && !rt_error; i++) {
		if (depth > 0 && list[i].tag == LIST) {
			append(to, list[i].at, list[i].len, depth - 1);
			continue;
		}
		val *slot = rt_slot(to);
		if (slot)
			set(slot, list + i);
	}
}

// rt_flatten puts the elements of lists in the list, down to a depth, in their place.
packed rt_flatten(const val *list, u32 n, i64 depth) {
	if (depth < 0)
		return fail("the depth of flatten() must not be negative");
	val *to = rt_box(0, 0, LIST);
	if (!to)
		return 0;
	append(to, list, n, depth);
	return to->u;
}

packed rt_flatten_once(const val *list, u32 n) { return rt_flatten(list, n, 1); }

packed rt_reverse(const val *list, u32 n) {
	val *to = rt_alloc(n * sizeof(val));
	if (!to)
		return 0;
	for (u32 i = 0; i < n; i++)
		set(to + i, list + n - 1 - i);
	return pack(to, n);
}

// rt_reverse_any is a list or text backwards, whichever a value is.
val *rt_reverse_any(const val *v) {
	packed made;
	if (v->tag == LIST)
		made = rt_reverse(v->at, v->len);
	else if (v->tag == STRING)
		made = rt_reverse_text(v->text, v->len);
	else
		FAIL(NO_OVERLOAD);
	return rt_box(made, 0, v->tag);
}

// rt_distinct keeps the first of elements that are equal.
packed rt_distinct(const val *list, u32 n) {
	val *to = rt_alloc(n * sizeof(val));
	if (!to)
		return 0;
	u32 kept = 0;
	for (u32 i = 0; i < n; i++) {
		u32 k = 0;
		while (k < kept && !rt_equal(list + i, to + k))
			k++;
		if (k == kept)
			set(to + kept++, list + i);
	}
	return pack(to, kept);
}

#define MAX_RANGE 1000000 // as cel-go's

packed rt_list_range(i64 n) {
	if (n < 0 || n > MAX_RANGE)
		return fail("the size of lists.range() must be from 0 to 1,000,000");
	val *to = rt_alloc((u32)n * sizeof(val));
	if (!to)
		return 0;
	for (u32 i = 0; i < n; i++) {
		to[i].tag = INT;
		to[i].aux = 0;
		to[i].i = i;
	}
	return pack(to, (u32)n);
}

// What is sorted are the addresses of the keys; the elements are found by them.
typedef const val *entry;

static u32 is_below(const entry *a, const entry *b) { return rt_order(*a, *b, 0); }

#define RUN 12 // cel-go sorts as many by insertion too, which shows when some are not numbers

static void sort_run(entry *run, entry *end) {
	for (entry *next = run + 1; next < end; next++)
		for (entry *at = next; at > run && is_below(at, at - 1); at--) {
			entry moved = at[-1];
			at[-1] = *at;
			*at = moved;
		}
}

static void merge(entry *to, const entry *a, const entry *b, const entry *end) {
	const entry *middle = b;
	while (a < middle || b < end)
		*to++ = a == middle || b < end && is_below(b, a) ? *b++ : *a++;
}

static entry *least(entry *a, entry *b) { return a < b ? a : b; }

// sorted sorts entries, those that are equal in their order, and returns where they are: they have
// room for as many behind them.
static entry *sorted(entry *from, u32 n) {
	for (entry *run = from, *end = from + n; run < end; run += RUN)
		sort_run(run, least(run + RUN, end));
	entry *to = from + n;
	for (u32 run = RUN; run < n; run *= 2) {
		for (entry *at = from, *end = from + n; at < end; at += 2 * run)
			merge(to + (at - from), at, least(at + run, end), least(at + 2 * run, end));
		entry *other = from;
		from = to;
		to = other;
	}
	return from;
}

static u32 can_sort(const val *keys, u32 n) {
	if (keys->tag < BOOL || keys->tag > DURATION)
		return (u32)fail("lists of such values cannot be sorted");
	for (u32 i = 1; i < n; i++)
		if (keys[i].tag != keys->tag)
			return (u32)fail("a list that is sorted must have elements of one type");
	return 1;
}

// rt_sort_by sorts a list by its keys, as many.
packed rt_sort_by(const val *list, u32 n, const val *keys, u32 k) {
	if (n != k)
		return fail("the list and its keys have different sizes");
	if (!n || !can_sort(keys, n))
		return 0;
	entry *entries = rt_alloc(n * 2 * sizeof(entry));
	val *to = rt_alloc(n * sizeof(val));
	if (!entries || !to)
		return 0;
	for (u32 i = 0; i < n; i++)
		entries[i] = keys + i;
	entries = sorted(entries, n);
	for (u32 i = 0; i < n; i++)
		set(to + i, list + (entries[i] - keys));
	return pack(to, n);
}

packed rt_sort(const val *list, u32 n) { return rt_sort_by(list, n, list, n); }

// rt_has_only says whether every element of a is in b.
u32 rt_has_only(const val *a, const val *b) { return rt_sets_contains(b, a); }
