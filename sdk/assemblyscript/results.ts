import { FIELD_HEADER, Kind, ROW_HEADER, Tag } from "./abi_gen";
import { Bytes } from "./bytes";
import { addDate } from "./date";


/** Packed rows of results. Only the last row can be added to, for the others stand back to back before it. */
@final
export class Results extends Bytes {
  private row: i32 = 0;
  private rank: i32 = 0;

  /** Begins a row and returns where it is. */
  begin(kind: Kind): i32 {
    const row = this.length, at = this.extend(ROW_HEADER);
    store<u32>(at, 1);
    store<u8>(at, kind, 4);
    this.row = row;
    this.rank = 0;
    return row;
  }

  /** Stops the check when the row is not the last any more. */
  hold(row: i32): void {
    if (row != this.row) throw new Error("give a finding or label its path, row and parameters before the next thing is reported");
  }

  /** Adds a field of a string, a Text, an integer or a bool. */
  field<T>(tag: Tag, value: T): void {
    const field = this.open(tag);
    this.add(value);
    this.close(field);
  }

  paramDate(key: string, unixMilliseconds: i64): void {
    this.field(Tag.ParamKey, key);
    const field = this.open(Tag.ParamValue);
    addDate(this, unixMilliseconds);
    this.close(field);
  }

  /** Begins a field, whose value is then added. */
  open(tag: Tag): i32 {
    const field = this.length;
    store<u8>(this.extend(FIELD_HEADER), tag);
    return field;
  }

  /** Ends the field and sees that the fields stand in the order in which all SDKs write them. */
  close(field: i32): void {
    const start = this.address, length = this.length, row = this.row;
    store<u32>(start + field, length - field - FIELD_HEADER, 1);
    store<u32>(start + row, length - row - 4);
    const rank = rankOf(load<u8>(start + field));
    if (rank < this.rank) this.sort(field, rank, start, length - field, row + ROW_HEADER);
    else this.rank = rank;
  }

  /** Ends a field that is left out when it is empty. */
  closeUnlessEmpty(field: i32): void {
    if (this.length > field + FIELD_HEADER) this.close(field);
    else this.length = field;
  }

  /** Moves the last field, of so many bytes, before those of a higher rank, which begin at `at` or behind it. */
  private sort(field: i32, rank: i32, start: usize, size: i32, at: i32): void {
    while (at < field && rankOf(load<u8>(start + at)) <= rank) at += FIELD_HEADER + load<u32>(start + at, 1);
    const space = heap.alloc(size);
    memory.copy(space, start + field, size);
    memory.copy(start + at + size, start + at, field - at);
    memory.copy(start + at, space, size);
  }
}

/** Code, path, row id, suggestion, severity, then parameters as they were given. */
function rankOf(tag: i32): i32 {
  switch (tag) {
    case Tag.ParamKey: case Tag.ParamValue: return 6;
    case Tag.Severity: return 5;
    case Tag.Label: return 1;
    default: return tag;
  }
}
