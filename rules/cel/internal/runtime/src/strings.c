#include "rt.h"

// The strings extension. Places in a text are code points from 0: a byte that does not continue
// one begins one.

#define OUTSIDE_TEXT "the index is outside the text"

static const u8 *next(const u8 *p, const u8 *end) {
	do
		p++;
	while (p < end && (*p & 0xc0) == 0x80);
	return p;
}

// skip is the place count code points on, behind end when there are fewer.
static const u8 *skip(const u8 *p, const u8 *end, u64 count) {
	for (; count && p < end; count--)
		p = next(p, end);
	return count ? end + 1 : p;
}

static u32 points(const u8 *p, u32 n) {
	u32 count = 0;
	for (u32 i = 0; i < n; i++)
		count += (p[i] & 0xc0) != 0x80;
	return count;
}

// starts says whether the k bytes at q are those at p.
static u32 starts(const u8 *p, const u8 *end, const u8 *q, u32 k) {
	if ((u32)(end - p) < k)
		return 0;
	for (u32 i = 0; i < k; i++)
		if (p[i] != q[i])
			return 0;
	return 1;
}

// find is where the k bytes at q stand first, behind end when they do not.
static const u8 *find(const u8 *p, const u8 *end, const u8 *q, u32 k) {
	for (; (u32)(end - p) >= k; p++)
		if (*p == *q && starts(p, end, q, k))
			return p;
	return end + 1;
}

// alloc_sum is rt_alloc of a sum that may be too large for its parameter.
static u8 *alloc_sum(u64 size) { return rt_alloc(size > MAX_ARENA ? MAX_ARENA + 1 : (u32)size); }

packed rt_char_at(const u8 *p, u32 n, i64 i) {
	const u8 *end = p + n, *at = skip(p, end, (u64)i);
	if (at > end)
		return fail(OUTSIDE_TEXT);
	return pack(at, at < end ? (u32)(next(at, end) - at) : 0);
}

packed rt_substring(const u8 *p, u32 n, i64 from) {
	const u8 *end = p + n, *at = skip(p, end, (u64)from);
	if (at > end)
		return fail(OUTSIDE_TEXT);
	return pack(at, (u32)(end - at));
}

packed rt_substring_range(const u8 *p, u32 n, i64 from, i64 to) {
	const u8 *end = p + n, *at = skip(p, end, (u64)from);
	if (from > to || at > end)
		return fail(OUTSIDE_TEXT);
	const u8 *behind = skip(at, end, (u64)(to - from));
	if (behind > end)
		return fail(OUTSIDE_TEXT);
	return pack(at, (u32)(behind - at));
}

// rt_index_from is where q stands first at or behind a place, -1 when it does not. The empty text
// stands everywhere, and at the end for all places behind.
i64 rt_index_from(const u8 *p, u32 n, const u8 *q, u32 k, i64 from) {
	if (from < 0)
		return (i64)fail(OUTSIDE_TEXT);
	const u8 *end = p + n, *at = skip(p, end, (u64)from);
	if (at > end)
		return k ? -1 : (i64)points(p, n);
	if (!k)
		return from;
	const u8 *found = find(at, end, q, k);
	return found > end ? -1 : from + points(at, (u32)(found - at));
}

i64 rt_index_of(const u8 *p, u32 n, const u8 *q, u32 k) { return rt_index_from(p, n, q, k, 0); }

// rt_last_index_to is where q stands last at or before a place, -1 when it does not or when the
// place is behind the text. The empty text stands everywhere.
i64 rt_last_index_to(const u8 *p, u32 n, const u8 *q, u32 k, i64 to) {
	if (to < 0)
		return (i64)fail(OUTSIDE_TEXT);
	i64 found = -1, i = 0;
	for (const u8 *end = p + n;; i++, p = next(p, end)) {
		if (p == end)
			return k ? -1 : i;
		if (starts(p, end, q, k))
			found = i;
		if (i == to)
			return found;
	}
}

i64 rt_last_index_of(const u8 *p, u32 n, const u8 *q, u32 k) {
	u32 count = points(p, n);
	if (k && !count)
		return -1;
	return rt_last_index_to(p, n, q, k, count - (k != 0));
}

// recase turns the case of the ASCII letters from first to first + 25. A text without them stays.
static packed recase(const u8 *p, u32 n, u8 first) {
	u32 i = 0;
	while (i < n && (u8)(p[i] - first) > 25)
		i++;
	if (i == n)
		return pack(p, n);
	u8 *to = rt_alloc(n);
	if (!to)
		return 0;
	for (i = 0; i < n; i++)
		to[i] = p[i] ^ ((u8)(p[i] - first) <= 25) << 5;
	return pack(to, n);
}

packed rt_lower_ascii(const u8 *p, u32 n) { return recase(p, n, 'A'); }
packed rt_upper_ascii(const u8 *p, u32 n) { return recase(p, n, 'a'); }

// cuts is how often q stands in a text, one behind another; the empty text stands before and
// behind each code point.
static u32 cuts(const u8 *p, const u8 *end, const u8 *q, u32 k) {
	u32 count = 0;
	if (!k)
		return points(p, (u32)(end - p)) + 1;
	for (; (p = find(p, end, q, k)) <= end; p += k)
		count++;
	return count;
}

// rt_replace_some replaces the first of q by r, all when limit is negative.
packed rt_replace_some(const u8 *p, u32 n, const u8 *q, u32 k, const u8 *r, u32 l, i64 limit) {
	const u8 *end = p + n;
	u32 count = cuts(p, end, q, k);
	if ((u64)limit < count)
		count = (u32)limit;
	if (!count)
		return pack(p, n);
	u64 size = n + (u64)count * l - (u64)count * k;
	u8 *start = alloc_sum(size), *to = start;
	if (!to)
		return 0;
	for (u32 i = 0; i < count; i++) {
		const u8 *at = k ? find(p, end, q, k) : i ? next(p, end) : p;
		copy(to, p, (u32)(at - p));
		to += at - p;
		copy(to, r, l);
		to += l;
		p = at + k;
	}
	copy(to, p, (u32)(end - p));
	return pack(start, (u32)size);
}

packed rt_replace(const u8 *p, u32 n, const u8 *q, u32 k, const u8 *r, u32 l) {
	return rt_replace_some(p, n, q, k, r, l, -1);
}

// rt_split_some is the list of at most limit parts between q, the last with the rest; all when
// limit is negative. The empty text parts code points.
packed rt_split_some(const u8 *p, u32 n, const u8 *q, u32 k, i64 limit) {
	const u8 *end = p + n;
	u64 count = k ? (u64)cuts(p, end, q, k) + 1 : points(p, n);
	if ((u64)limit < count)
		count = (u64)limit;
	if (!count)
		return 0;
	val *list = (val *)alloc_sum(count * sizeof(val));
	if (!list)
		return 0;
	for (u32 i = 0; i < count; i++) {
		const u8 *at = i + 1 == count ? end : k ? find(p, end, q, k) : next(p, end);
		list[i].tag = STRING;
		list[i].aux = 0;
		list[i].text = p;
		list[i].len = (u32)(at - p);
		p = at + k;
	}
	return pack(list, (u32)count);
}

packed rt_split(const u8 *p, u32 n, const u8 *q, u32 k) { return rt_split_some(p, n, q, k, -1); }

// rt_join_with joins the texts of a list with q between.
packed rt_join_with(const val *v, u32 count, const u8 *q, u32 k) {
	u64 size = count ? (u64)(count - 1) * k : 0;
	for (u32 i = 0; i < count; i++) {
		if (v[i].tag != STRING)
			return fail("join() takes a list of texts");
		size += v[i].len;
	}
	u8 *start = alloc_sum(size), *to = start;
	if (!to)
		return 0;
	for (u32 i = 0; i < count; i++) {
		if (i) {
			copy(to, q, k);
			to += k;
		}
		copy(to, v[i].text, v[i].len);
		to += v[i].len;
	}
	return pack(start, (u32)size);
}

packed rt_join_texts(const val *v, u32 count) { return rt_join_with(v, count, 0, 0); }

// space says whether the code point at p is white space as Unicode has it.
static u32 space(const u8 *p, u32 length) {
	if (length == 1)
		return *p == ' ' || (u8)(*p - '\t') < 5;
	u32 bytes = p[0] << 8 | p[1];
	if (length == 2)
		return bytes == 0xc285 || bytes == 0xc2a0; // U+0085, U+00A0
	bytes = bytes << 8 | p[2];
	return length == 3 && (bytes == 0xe19a80 ||                                              // U+1680
	                       bytes >= 0xe28080 && bytes <= 0xe2808a ||                         // U+2000 to U+200A
	                       bytes == 0xe280a8 || bytes == 0xe280a9 || bytes == 0xe280af ||    // U+2028, U+2029, U+202F
	                       bytes == 0xe2819f || bytes == 0xe38080);                          // U+205F, U+3000
}

// rt_trim is a text without the white space around it.
packed rt_trim(const u8 *p, u32 n) {
	const u8 *end = p + n, *at;
	for (; p < end && space(p, (u32)((at = next(p, end)) - p)); p = at)
		;
	for (; p < end; end = at) {
		for (at = end - 1; at > p && (*at & 0xc0) == 0x80; at--)
			;
		if (!space(at, (u32)(end - at)))
			break;
	}
	return pack(p, (u32)(end - p));
}

packed rt_reverse_text(const u8 *p, u32 n) {
	u8 *start = rt_alloc(n), *to = start + n;
	if (!start)
		return 0;
	for (const u8 *end = p + n; p < end;) {
		const u8 *at = next(p, end);
		to -= at - p;
		for (u8 *byte = to; p < at;)
			*byte++ = *p++;
	}
	return pack(start, n);
}

// escape is the letter that stands behind a backslash for a character, 0 for those that stand for
// themselves.
static u8 escape(u8 c) {
	if ((u8)(c - '\a') < 7)
		return (u8)"abtnvfr"[c - '\a'];
	return c == '"' || c == '\\' ? c : 0;
}

// rt_quote writes a text as CEL's literals are written.
packed rt_quote(const u8 *p, u32 n) {
	u32 size = n + 2;
	for (u32 i = 0; i < n; i++)
		size += escape(p[i]) != 0;
	u8 *start = rt_alloc(size), *to = start;
	if (!to)
		return 0;
	*to++ = '"';
	for (u32 i = 0; i < n; i++) {
		u8 c = escape(p[i]);
		if (c)
			*to++ = '\\';
		*to++ = c ? c : p[i];
	}
	*to = '"';
	return pack(start, size);
}
