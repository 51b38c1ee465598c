#include "rt.h"

// Optional values. Functions that return where a value lies return 0 for an error, and without one
// for nothing.

static const val no_value = {.tag = OPTIONAL};

// rt_some is the optional value that holds v.
val *rt_some(const val *v) { return rt_box((u32)v, 0, OPTIONAL); }

// rt_open is what an optional value holds.
const val *rt_open(const val *v) {
	if (v->tag != OPTIONAL)
		FAIL(NO_OVERLOAD);
	return v->at;
}

// rt_inner is a value, or what it holds if it is an optional one.
const val *rt_inner(const val *v) { return v->tag == OPTIONAL ? v->at : v; }

// rt_get_if is container[?key], or container.?key.
const val *rt_get_if(const val *container, const val *key) {
	if (key->tag != BOOL && key->tag != STRING && !(key->tag >= INT && key->tag <= DOUBLE))
		FAIL(NO_OVERLOAD);
	if (container->tag == LIST)
		return element(container, key);
	if (container->tag != MAP)
		FAIL(NO_KEY);
	return rt_find(container, key);
}

// rt_get is container[key] or container.key where the container may be an optional value: then it
// is one of what is there.
const val *rt_get(const val *container, const val *key) {
	if (container->tag != OPTIONAL)
		return rt_index(container, key);
	const val *found = container->at ? rt_get_if(container->at, key) : 0;
	return found ? rt_some(found) : &no_value;
}

// rt_is_none says whether a value is an optional one that holds nothing.
u32 rt_is_none(const val *v) { return v->tag == OPTIONAL && !v->at; }

// rt_is_zero says whether a value is the zero of its kind.
u32 rt_is_zero(const val *v) {
	switch (v->tag) {
	case NULLV:
		return 1;
	case BOOL:
	case INT:
	case UINT:
	case DURATION:
		return !v->u;
	case DOUBLE:
		return v->d == 0;
	case STRING:
	case BYTES:
	case LIST:
	case MAP:
		return !v->len;
	case TIME:
		return v->i == MIN_MILLIS && !v->aux;
	}
	return 0;
}

// rt_first and rt_last are elements of a list.
const val *rt_first(const val *list) {
	if (list->tag != LIST)
		FAIL(NO_OVERLOAD);
	return list->len ? list->at : 0;
}

const val *rt_last(const val *list) {
	if (list->tag != LIST)
		FAIL(NO_OVERLOAD);
	return list->len ? list->at + list->len - 1 : 0;
}

// rt_push adds a value to a list that grows.
u32 rt_push(val *list, const val *v) {
	val *to = rt_slot(list);
	if (to)
		*to = *v;
	return 0;
}

// rt_unwrap is the list of what the optional values of a list hold.
val *rt_unwrap(const val *list) {
	if (list->tag != LIST)
		FAIL(NO_OVERLOAD);
	val *out = rt_box(0, 0, LIST);
	for (u32 i = 0; out && i < list->len; i++) {
		const val *v = rt_open(list->at + i);
		if (v)
			rt_push(out, v);
		if (rt_error)
			return 0;
	}
	return out;
}
