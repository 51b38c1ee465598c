#include "rt.h"

const char *rt_error;

// rt_memory says what of the memory is free. The generator sets it when it lays a module out:
// the heap is all above, the arena is what a record's values are made in.
struct {
	u32 heap;            // the first free byte
	u32 base, next, end; // of the arena's region
} rt_memory;

#define MAX_ARENA (1u << 20)
#define PAGE 65536u

// rt_heap_alloc is assay_alloc: memory for good at a multiple of 8, 0 when there is none.
u32 rt_heap_alloc(u32 size) {
	u32 start = (rt_memory.heap + 7) & -8u;
	u64 end = (u64)start + size, have = (u64)__builtin_wasm_memory_size(0) * PAGE;
	if (end > have && __builtin_wasm_memory_grow(0, (u32)((end - have + PAGE - 1) / PAGE)) == -1u)
		return 0;
	rt_memory.heap = (u32)end;
	return start;
}

// rt_alloc is memory for the record at a multiple of 8. A region that is too small is left as it
// is, since values in it are still read, and a larger one follows.
void *rt_alloc(u32 size) {
	u32 start = rt_memory.next;
	if (size <= MAX_ARENA) {
		size = (size + 7) & -8u;
		if (size <= rt_memory.end - start) {
			rt_memory.next = start + size;
			return (void *)start;
		}
		u32 room = (rt_memory.end - rt_memory.base) * 2;
		room = size > room ? size : room;
		if (room <= MAX_ARENA && (start = rt_heap_alloc(room))) {
			rt_memory.base = start;
			rt_memory.end = start + room;
			rt_memory.next = start + size;
			return (void *)start;
		}
	}
	FAIL("the values made for this record exceed 1 MiB");
}

// rt_release gives up what was made since next was mark. When the region changed in between, all
// of the present one was made since.
void rt_release(u32 mark) {
	u32 base = rt_memory.base;
	// The region of mark may lie above a later one only if the heap went round, which it does not.
	rt_memory.next = mark >= base ? mark : base;
}
