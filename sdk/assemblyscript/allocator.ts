/**
 * Memory of a rule, in place of what the compiler's runtime `stub` has for it (the option `use` of asconfig.json says so). It
 * only ever goes on: the host sets the memory back before each client, so nothing need be freed or collected. The compiler's
 * own looks at the memory's size in every allocation, for 2,000 units of fuel; this takes 40.
 *
 * A block is u32 room, then as many bytes at a multiple of 8. An object has four words in front, of which compiled code
 * reads the last two: its class id and its size.
 */

/** Bytes before a block. */
const HEAD: usize = 4;
/** Bytes before an object: two words that a collector would use, class id, size. */
const OBJECT: usize = 16;
const MAX: usize = 1 << 30;
const PAGE: usize = 1 << 16;
/** Pages. The memory doubles up to here, then grows by as much: each new page costs the client that needs it. */
const MAX_GROWTH: i32 = 16;

// @ts-ignore: decorator
@lazy let next: usize = (__heap_base + HEAD + 7 & ~7);
// @ts-ignore: decorator
@lazy let end: usize = 0;

export function allocate(size: usize): usize {
  const at = next, room = roomOf(size);
  if ((at + room > end || size > MAX) && !reach(at, size, MAX_GROWTH)) unreachable();
  next = at + room + HEAD;
  store<u32>(at - HEAD, <u32>room);
  return at;
}

/** Memory for the host, which keeps it; 0 when there is none. It is not rounded up, for each 64 KiB costs every client. */
export function allocateForHost(size: usize): usize {
  return reach(next, size, 0) ? allocate(size) : 0;
}

/** Rounds up so that the block after this one begins, behind its head, at a multiple of 8. */
// @ts-ignore: decorator
@inline function roomOf(size: usize): usize { return (size + HEAD + 7 & ~7) - HEAD; }

/** Sees that the memory holds a block of a size at an address, and grows it by some pages more when it has to. */
function reach(at: usize, size: usize, spare: i32): bool {
  if (size > MAX) return false;
  const missing = pages(at + roomOf(size)) - memory.size();
  if (missing > 0 && memory.grow(max(missing, min(memory.size(), spare))) < 0 && memory.grow(missing) < 0) return false;
  end = <usize>memory.size() << 16;
  return true;
}

/** How many pages hold so many bytes. */
function pages(bytes: usize): i32 { return <i32>(bytes + PAGE - 1 >> 16); }

export function reallocate(at: usize, size: usize): usize {
  const room = <usize>load<u32>(at - HEAD);
  if (at + room + HEAD == next) { // the last one grows and shrinks where it is
    next = at;
    return allocate(size);
  }
  if (size <= room) return at;
  const moved = allocate(max(size, 2 * room));
  memory.copy(moved, at, room);
  return moved;
}

export function release(at: usize): void {
  if (at + load<u32>(at - HEAD) + HEAD == next) next = at;
}

export function newObject(size: usize, id: u32): usize {
  const at = allocate(OBJECT + size);
  store<u32>(at, id, 8);
  store<u32>(at, <u32>size, 12);
  return at + OBJECT;
}

export function renewObject(object: usize, size: usize): usize {
  const at = reallocate(object - OBJECT, OBJECT + size);
  store<u32>(at, <u32>size, 12);
  return at + OBJECT;
}
