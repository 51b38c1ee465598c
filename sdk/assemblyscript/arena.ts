/** What is used up since the last client; the views of a client live here. */
let next: usize = 0;
let start: usize = 0;
let end: usize = 0;

/** The room there is at first: the views of some thirty rows. */
const ROOM: usize = 4096;

/**
 * Memory that is given back when the next client is judged, also where the host sets the memory back for a batch only: the
 * views of ten thousand contacts would grow it otherwise. Nobody frees them one by one, so they need no head.
 */
export function take(size: usize): usize {
  const at = next;
  if (at + size > end) return takeMore(size);
  next = at + size;
  return at;
}

/** What was taken is still read, so the room does not move: there is another one, twice as large. */
function takeMore(size: usize): usize {
  const room = max<usize>(2 * (end - start), ROOM);
  start = heap.alloc(room);
  end = start + room;
  next = start + size;
  return start;
}

/** Gives back all that was taken. */
export function giveBack(): void { next = start; }

takeMore(0);
