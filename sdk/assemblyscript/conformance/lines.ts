import { Bytes, Strings } from "..";

/** Lines of path=value. */
export class Lines {
  readonly out: Bytes = new Bytes();

  integer(path: string, value: i64): void { this.text(path, value); }
  truth(path: string, value: bool): void { this.text(path, value ? "true" : "false"); }
  bits(path: string, value: f64): void { this.text(path, hex(reinterpret<u64>(value))); }

  text<T>(path: string, value: T): void {
    this.out.add(path).add("=").add(value).add("\n");
  }

  texts(path: string, list: Strings): void {
    this.integer(path, list.length);
    for (let i = 0; i < list.length; i++) this.text(`${path}[${i}]`, list[i]);
  }

  /** FNV-1a of all lines, 64 bits. */
  hash(): u64 {
    let hash: u64 = 0xcbf29ce484222325;
    for (let i = 0; i < this.out.length; i++) {
      hash = (hash ^ load<u8>(this.out.address + i)) * 0x100000001b3;
    }
    return hash;
  }
}

/** 16 hexadecimal digits. */
export function hex(value: u64): string { return value.toString(16).padStart(16, "0"); }
