#include "rt.h"

#define NO_KEY "there is no such key"
#define OUTSIDE "the index is outside the list"

// rt_size is the number of code points, bytes, elements or entries.
i64 rt_size(const val *v) {
	if (v->tag == STRING) {
		u32 count = 0;
		for (u32 i = 0; i < v->len; i++)
			count += (v->text[i] & 0xc0) != 0x80;
		return count;
	}
	if (v->tag == BYTES || v->tag == LIST || v->tag == MAP)
		return v->len;
	return (i64)fail(NO_OVERLOAD);
}

// rt_find is the value of a key, 0 when there is none.
const val *rt_find(const val *m, const val *key) {
	for (const val *e = m->at, *end = e + 2 * m->len; e < end; e += 2)
		if (rt_equal(e, key))
			return e + 1;
	return 0;
}

// element is an element of a list by a whole number of any kind, 0 when it is outside.
static const val *element(const val *list, const val *i) {
	u64 at = i->u;
	if (i->tag == DOUBLE) {
		at = (u64)(i64)i->d;
		if ((f64)(i64)at != i->d)
			FAIL(OUTSIDE);
	} else if (i->tag != INT && (i->tag != UINT || i->i < 0)) {
		FAIL(i->tag == UINT ? OUTSIDE : NO_OVERLOAD);
	}
	return at < list->len ? list->at + at : 0;
}

// rt_index is container[key].
const val *rt_index(const val *container, const val *key) {
	const val *found;
	if (container->tag == LIST) {
		found = element(container, key);
		if (!found && !rt_error)
			fail(OUTSIDE);
		return found;
	}
	if (container->tag != MAP)
		FAIL(NO_OVERLOAD);
	found = rt_find(container, key);
	if (!found)
		fail(NO_KEY);
	return found;
}

// rt_in is x in container.
u32 rt_in(const val *x, const val *container) {
	if (container->tag == MAP)
		return rt_find(container, x) != 0;
	if (container->tag != LIST)
		return (u32)fail(NO_OVERLOAD);
	for (u32 i = 0; i < container->len; i++)
		if (rt_equal(x, container->at + i))
			return 1;
	return 0;
}

// rt_field is m.key.
const val *rt_field(const val *m, const val *key) {
	if (m->tag != MAP)
		FAIL(NO_OVERLOAD);
	const val *found = rt_find(m, key);
	if (!found)
		fail(NO_KEY);
	return found;
}

// rt_has_key is has(m.key).
u32 rt_has_key(const val *m, const val *key) {
	if (m->tag != MAP)
		return (u32)fail(NO_OVERLOAD);
	return rt_find(m, key) != 0;
}

// rt_range fails unless the value can be gone through: the step from one element or key to the
// next in bytes.
u32 rt_range(const val *v) {
	if (v->tag == LIST)
		return sizeof(val);
	if (v->tag == MAP)
		return 2 * sizeof(val);
	return (u32)fail(NO_OVERLOAD);
}

// rt_key is the first of two variables: the key of an entry of a map, whose step is that of two
// values, or the index of an element.
const val *rt_key(const val *at, u32 step, i64 index) {
	return step == sizeof(val) ? rt_box((u64)index, 0, INT) : at;
}

// grow makes room for one more of size values.
static u32 grow(val *v, u32 size) {
	if (v->len < v->aux)
		return 1;
	u32 more = v->aux ? v->aux * 2 : 4;
	val *to = rt_alloc(more * size * sizeof(val));
	if (!to)
		return 0;
	copy(to, v->at, v->len * size * sizeof(val));
	v->at = to;
	v->aux = more;
	return 1;
}

// rt_slot is the place for another element of a list that grows.
val *rt_slot(val *list) {
	if (!grow(list, 1))
		return 0;
	return (val *)list->at + list->len++;
}

// rt_insert puts an entry into a map that grows. A key that stands twice is an error.
u32 rt_insert(val *m, const val *key, const val *value) {
	if (key->tag != BOOL && key->tag != INT && key->tag != UINT && key->tag != STRING)
		return (u32)fail("a key of a map must be a text, a whole number or a truth value");
	if (rt_find(m, key))
		return (u32)fail("a key stands twice in the map");
	if (!grow(m, 2))
		return 0;
	val *e = (val *)m->at + 2 * m->len++;
	set(e, key);
	set(e + 1, value);
	return 0;
}

// rt_insert_all puts the entries of a map into a map that grows.
u32 rt_insert_all(val *m, const val *from) {
	if (from->tag != MAP)
		return (u32)fail(NO_OVERLOAD);
	for (u32 i = 0; i < from->len && !rt_error; i++)
		rt_insert(m, from->at + 2 * i, from->at + 2 * i + 1);
	return 0;
}
