import { HEADER, LAYOUT, MAGIC, MAX_CARD, MAX_CLIENT_SLOTS, PLACE_BITMAP, PLACE_LAYOUT } from "./abi_gen";
import { Client } from "./card_gen";
import { Slots } from "./slots";

/** Says why bytes are not a card that can be read, "" when they are one. FORMAT.md has the header. */
export function cardFault(card: usize, size: u32): string {
  if (size < HEADER || size > MAX_CARD || (size & 7) != 0) {
    return `size is ${size}, want a multiple of 8 from 32 bytes to 16 MiB`;
  }
  const magic = load<u32>(card), length = load<u32>(card, 4);
  const layout = <u32>load<u16>(card, PLACE_LAYOUT), slots = slotsOf(card);
  if (magic != MAGIC) return `magic is ${magic}, want ${MAGIC} ("CARD")`;
  if (length != size) return `length is ${length}, want ${size}, the bytes given`;
  if (layout != LAYOUT) return `layout version is ${layout}, want ${LAYOUT}`;
  if (slots > MAX_CLIENT_SLOTS || HEADER + 8 * slots > size) {
    return `slots is ${slots}, want at most ${MAX_CLIENT_SLOTS} and room for them in the card`;
  }
  return "";
}

/** The client of a card in which cardFault finds nothing. */
export function openCard(card: usize, size: u32): Client {
  return Slots.of<Client>(card, size, card + HEADER, card + PLACE_BITMAP, slotsOf(card));
}

/** How many slots the client has. */
function slotsOf(card: usize): u32 { return load<u16>(card, PLACE_LAYOUT + 2); }
