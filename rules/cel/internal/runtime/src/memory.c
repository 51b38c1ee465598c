#include "rt.h"

const char *rt_error;

// rt_memory says what of the memory is free. The generator sets it when it lays a module out:
// the heap is all above, the arena is what a record's values are made in.
struct {
	u32 heap;            // the first free byte
	u32 base, next, end; // of the arena's region
} rt_memory;

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

// rt_alloc is memory for the record at a multiple of 8. It is not inlined: a module that has it needs
// the arena's room.
__attribute__((noinline)) void *rt_alloc(u32 size) {
	u32 start = rt_memory.next;
	if (size > rt_memory.end - start)
		FAIL("the values made for this record exceed 1 MiB");
	rt_memory.next = start + ((size + 7) & -8u);
	return (void *)start;
}

// rt_release gives up what was made since next was mark.
void rt_release(u32 mark) {
	rt_memory.next = mark;
}
