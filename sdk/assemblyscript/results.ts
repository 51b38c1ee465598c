import { Bytes } from "./bytes";

/** What a row of results is, ABI.md "Results". */
export const enum Kind { Finding = 1, Label = 2, Measure = 3, Error = 4 }

/** The fields of a row. */
export const enum Tag {
  Code = 1, Path = 2, Row = 3, Suggest = 4, Key = 5, Value = 6,
  Label = 7, Measure = 9, Number = 10, Error = 11, Severity = 12,
}

/** Bytes of a row before its fields: u32 size, u8 kind. */
const ROW_HEAD: i32 = 5;
/** Bytes of a field before its value: u8 tag, u32 length. */
const FIELD_HEAD: i32 = 5;

/** Packed rows of results. Only the last row can be added to, for the others stand back to back before it. */
@final
export class Results {
  readonly out: Bytes = new Bytes();
  private row: i32 = 0;
  private rank: i32 = 0;

  clear(): void { this.out.clear(); }

  /** Begins a row and returns where it is. */
  begin(kind: Kind): i32 {
    this.row = this.out.length;
    this.rank = 0;
    const row = this.out.extend(ROW_HEAD);
    store<u32>(row, 1);
    store<u8>(row, kind, 4);
    return this.row;
  }

  /** Stops the check when the row is not the last any more. */
  hold(row: i32): void {
    if (row != this.row) throw new Error("give a finding or label its path, row and parameters before the next thing is reported");
  }

  /** Adds a field of a string, a Text or an integer. */
  add<T>(tag: Tag, value: T): void {
    const field = this.open(tag);
    this.out.add(value);
    this.close(field);
  }

  /** Begins a field, whose value is then written to `out`. */
  open(tag: Tag): i32 {
    const field = this.out.length;
    store<u8>(this.out.extend(FIELD_HEAD), tag);
    return field;
  }

  /** Ends the field and sees that the fields stand in the order in which all SDKs write them. */
  close(field: i32): void {
    const out = this.out;
    store<u32>(out.address + field + 1, out.length - field - FIELD_HEAD);
    store<u32>(out.address + this.row, out.length - this.row - 4);
    const rank = rankOf(load<u8>(out.address + field));
    if (rank < this.rank) this.sort(field, rank);
    else this.rank = rank;
  }

  /** Ends a field that is left out when it is empty. */
  closeUnlessEmpty(field: i32): void {
    if (this.out.length > field + FIELD_HEAD) this.close(field);
    else this.out.length = field;
  }

  /** Moves the last field before those of a higher rank. */
  private sort(field: i32, rank: i32): void {
    const start = this.out.address, length = this.out.length - field;
    let at = this.row + ROW_HEAD;
    while (at < field && rankOf(load<u8>(start + at)) <= rank) at += FIELD_HEAD + load<u32>(start + at + 1);
    const space = heap.alloc(length);
    memory.copy(space, start + field, length);
    memory.copy(start + at + length, start + at, field - at);
    memory.copy(start + at, space, length);
    heap.free(space);
  }
}

/** Code, path, row id, suggestion, severity, then parameters as they were given. */
function rankOf(tag: i32): i32 {
  switch (tag) {
    case Tag.Key: case Tag.Value: return 6;
    case Tag.Severity: return 5;
    case Tag.Label: return 1;
    default: return tag;
  }
}
