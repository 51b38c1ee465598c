#include "rt.h"

// The sets extension: lists as sets, equal by rt_equal.

static u32 holds_all(const val *list, const val *of) {
	for (u32 i = 0; i < of->len; i++)
		if (!rt_in(of->at + i, list))
			return 0;
	return 1;
}

static u32 are_lists(const val *a, const val *b) { return a->tag == LIST && b->tag == LIST ? 1 : (u32)fail(NO_OVERLOAD); }

// rt_sets_contains says whether every element of b is in a.
u32 rt_sets_contains(const val *a, const val *b) { return are_lists(a, b) && holds_all(a, b); }

// rt_sets_equivalent says whether each has every element of the other.
u32 rt_sets_equivalent(const val *a, const val *b) { return are_lists(a, b) && holds_all(a, b) && holds_all(b, a); }

// rt_sets_intersects says whether some element of b is in a.
u32 rt_sets_intersects(const val *a, const val *b) {
	for (u32 i = 0; are_lists(a, b) && i < b->len; i++)
		if (rt_in(b->at + i, a))
			return 1;
	return 0;
}
