#include "rt.h"

// The text that is being written, of which there is one at a time. It grows in place while it is
// the last thing in the arena.
static struct { u8 *at; u32 len, cap; } out;

static void begin(void) {
	out.at = (u8 *)rt_memory.next; // wherever the text before was: what a text costs must not depend on it
	out.len = out.cap = 0;
}

// room is where the next n bytes are written, 0 when there is no memory for them.
static u8 *room(u32 n) {
	if (n > out.cap - out.len) {
		u32 more = (n + 63) & -64u;
		if ((u32)out.at + out.cap == rt_memory.next && (more <= rt_memory.end - rt_memory.next || reach(more))) {
			rt_memory.next += more;
			out.cap += more;
		} else {
			u8 *to = rt_alloc(out.cap * 2 + more);
			if (!to)
				return 0;
			copy(to, out.at, out.len);
			out.at = to;
			out.cap = out.cap * 2 + more;
		}
	}
	out.len += n;
	return out.at + out.len - n;
}

static void put(u8 c) {
	u8 *to = room(1);
	if (to)
		*to = c;
}

static void put_text(const void *p, u32 n) {
	u8 *to = room(n);
	if (to)
		copy(to, p, n);
}

#define PUT(s) put_text(s, sizeof(s) - 1)

// put_number writes a number to a base of at most 16 in digits of the given form.
static void put_number(u64 v, u32 base, const char *digits) {
	u32 n = 1;
	for (u64 left = v; left /= base;)
		n++;
	u8 *to = room(n);
	for (; to && n--; v /= base)
		to[n] = (u8)digits[v % base];
}

#define LOWER "0123456789abcdef"
#define UPPER "0123456789ABCDEF"

// written is the text, which leaves what it had too much of.
static packed written(void) {
	if (out.cap && (u32)out.at + out.cap == rt_memory.next)
		rt_memory.next = ((u32)out.at + out.len + 7) & -8u;
	return pack(out.at, out.len);
}
