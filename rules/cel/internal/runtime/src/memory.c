#include "rt.h"

const char *rt_error;

// rt_memory says where a record's values are made: from base on, the next one at next. end is as far as
// the memory reaches by now, or the room. The generator sets it, with the addresses above all that is for good.
struct { u32 base, next, end; } rt_memory;

// reach makes the memory reach size bytes beyond next, and says whether the room and the memory's limit allow it. The
// generator writes it: what is done for the records after this one is not counted for this one.
__attribute__((import_module("assay"), import_name("reach"))) u32 reach(u32 size);

// rt_alloc is memory for the record at a multiple of 8. It is not inlined: a module that has it needs
// the arena's room.
__attribute__((noinline)) void *rt_alloc(u32 size) {
	u32 start = rt_memory.next;
	if (size > rt_memory.end - start && !reach(size))
		FAIL("the values made for this record exceed 1 MiB, or spec.limits.memory");
	rt_memory.next = start + ((size + 7) & -8u);
	return (void *)start;
}

// rt_release gives up what was made since next was mark.
void rt_release(u32 mark) {
	rt_memory.next = mark;
}
