import { Client } from "./card_gen";
import { Slots } from "./slots";

const MAGIC: u32 = 0x44524143; // "CARD" in memory
const LAYOUT: u32 = 1; // the layout version this SDK reads
const HEADER: u32 = 32; // bytes before the first slot
const MAX_CARD: u32 = 16 << 20;
const MAX_SLOTS: u32 = 128;

/** Says why bytes are not a card that can be read, "" when they are one. FORMAT.md has the header. */
export function cardFault(card: usize, size: u32): string {
  if (size < HEADER || size > MAX_CARD || (size & 7) != 0) {
    return `size is ${size}, want a multiple of 8 from 32 bytes to 16 MiB`;
  }
  const magic = load<u32>(card), length = load<u32>(card, 4);
  const layout = <u32>load<u16>(card, 8), slots = <u32>load<u16>(card, 10);
  if (magic != MAGIC) return `magic is ${magic}, want ${MAGIC} ("CARD")`;
  if (length != size) return `length is ${length}, want ${size}, the bytes given`;
  if (layout != LAYOUT) return `layout version is ${layout}, want ${LAYOUT}`;
  if (slots > MAX_SLOTS || HEADER + 8 * slots > size) {
    return `slots is ${slots}, want at most 128 and room for them in the card`;
  }
  return "";
}

/** The client of a card in which cardFault finds nothing. */
export function openCard(card: usize, size: u32): Client {
  return Slots.of<Client>(card, size, card + HEADER, card + 16, <u32>load<u16>(card, 10));
}
