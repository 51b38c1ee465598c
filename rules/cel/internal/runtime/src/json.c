#include "rt.h"

// A value as JSON: what a finding suggests.

#define MAX_JSON 4000 // bytes

// The text that is written. Room for it doubles where it lies.
static struct { u8 *at; u32 len, cap; } json;

static u8 *json_room(u32 n) {
	if (rt_error || n > MAX_JSON - json.len)
		FAIL("the value is too long as JSON");
	while (json.len + n > json.cap) {
		u8 *to = rt_alloc(json.cap * 2);
		if (!to)
			return 0;
		copy(to, json.at, json.len);
		json.at = to;
		json.cap *= 2;
	}
	json.len += n;
	return json.at + json.len - n;
}

static void json_add(const void *p, u32 n) {
	u8 *to = json_room(n);
	if (to)
		copy(to, p, n);
}

static void json_packed(packed text) { json_add((void *)(u32)text, (u32)(text >> 32)); }

static void json_quoted(const u8 *p, u32 n) {
	u32 start = 0; // of what is written as it is
	json_add("\"", 1);
	for (u32 i = 0; i < n && !rt_error; i++) {
		if (p[i] >= ' ' && p[i] != '"' && p[i] != '\\' && i - start < MAX_JSON)
			continue;
		json_add(p + start, i - start);
		start = i + 1;
		if (p[i] >= ' ') {
			json_add("\\", 1);
			start = i;
			continue;
		}
		json_add("\\u00", 4);
		json_add(&"0123456789abcdef"[p[i] >> 4], 1);
		json_add(&"0123456789abcdef"[p[i] & 15], 1);
	}
	json_add(p + start, n - start);
	json_add("\"", 1);
}

static void json_text(packed text) { json_quoted((u8 *)(u32)text, (u32)(text >> 32)); }

static void json_value(const val *v, u32 as_date);

static void json_list(const val *v, u32 as_date) {
	for (u32 i = 0; i < v->len; i++) {
		json_add(i ? "," : "[", 1);
		json_value(v->at + i, as_date);
	}
	json_add(v->len ? "]" : "[]", v->len ? 1 : 2);
}

static void json_map(const val *v, u32 as_date) {
	for (u32 i = 0; i < v->len; i++) {
		const val *key = v->at + 2 * i;
		json_add(i ? "," : "{", 1);
		if (key->tag == STRING)
			json_quoted(key->text, key->len);
		else if (key->tag == BOOL)
			json_add(key->u ? "\"true\"" : "\"false\"", key->u ? 6 : 7);
		else
			json_text(rt_int_text(key->u, key->tag == INT));
		json_add(":", 1);
		json_value(key + 1, as_date);
	}
	json_add(v->len ? "}" : "{}", v->len ? 1 : 2);
}

static void json_value(const val *v, u32 as_date) {
	if (rt_error)
		return;
	switch (v->tag) {
	case NULLV:
		return json_add("null", 4);
	case BOOL:
		return json_add(v->u ? "true" : "false", v->u ? 4 : 5);
	case INT:
	case UINT:
		return json_packed(rt_int_text(v->u, v->tag == INT));
	case DOUBLE:
		if (v->d - v->d == 0)
			return json_packed(rt_double_text(v->d));
		break;
	case STRING:
		return json_quoted(v->text, v->len);
	case TIME:
		return json_text(rt_time_text(v->i, v->aux, as_date));
	case LIST:
		return json_list(v, as_date);
	case MAP:
		return json_map(v, as_date);
	case OPTIONAL:
		if (v->at)
			return json_value(v->at, as_date);
		return json_add("null", 4);
	}
	fail("the value cannot be written as JSON");
}

// rt_json writes a value as JSON: null as no text, and times as dates if as_date says so.
packed rt_json(const val *v, u32 as_date) {
	json.len = 0;
	json.cap = 64;
	json.at = rt_alloc(json.cap);
	if (json.at)
		json_value(v, as_date);
	if (v->tag == NULLV || v->tag == OPTIONAL && !v->at)
		return 0;
	return pack(json.at, json.len);
}

static u32 is_text(const u8 *p, u32 n, const char *text, u32 k) { return n == k && !rt_compare_text(p, n, (const u8 *)text, k); }

// rt_is_severity says whether a text is info, warning or error.
u32 rt_is_severity(const u8 *p, u32 n) { return is_text(p, n, "info", 4) || is_text(p, n, "warning", 7) || is_text(p, n, "error", 5); }
