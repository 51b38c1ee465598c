#include "rt.h"

// What this file writes is for tests that compare values with those of another interpreter: a
// letter for the kind, then the value so that nothing of it is lost.

static void put_hex(u64 v, u32 digits) {
	while (digits--)
		put("0123456789abcdef"[v >> 4 * digits & 15]);
}

static void dump(const val *v) {
	put("nbiudsyTDlmor"[v->tag]);
	switch (v->tag) {
	case BOOL:
		put_hex(v->u, 1);
		break;
	case TIME:
		put_hex(v->aux, 8);
	case INT:
	case UINT:
	case DOUBLE:
	case DURATION:
		put_hex(v->u, 16);
		break;
	case STRING:
	case BYTES:
		put_hex(v->len, 8);
		for (u32 i = 0; i < v->len; i++)
			put_hex(v->text[i], 2);
		break;
	case LIST:
	case MAP:
		put_hex(v->len, 8);
		for (u32 i = 0; i < v->len << (v->tag == MAP); i++)
			dump(v->at + i);
		break;
	case OPTIONAL:
		put('0' + (v->at != 0));
		if (v->at)
			dump(v->at);
	}
}

// rt_dump writes a value.
packed rt_dump(const val *v) {
	begin();
	dump(v);
	return written();
}
