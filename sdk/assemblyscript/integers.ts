import { Text } from "./text";

const MINUS: u8 = 0x2d, PLUS: u8 = 0x2b, POINT: u8 = 0x2e, ZERO: u8 = 0x30;
/** Digits of the largest i64. */
const MOST_DIGITS: i64 = 19;
/** An exponent that no settings, of 64 KiB, have digits for: a larger one is cut. */
const MOST_EXPONENT: i64 = 1 << 20;

/**
 * A JSON number that is whole, however it is written: JSON Schema takes 3.0 and 30e-1 for integers. It is exact, where a double would
 * round what is beyond 2^53.
 */
@final
export class Whole {
  value: i64 = 0;
  /** Whether the JSON is a whole number of 64 bits. */
  readonly valid: bool;
  private at: i32 = 0;

  constructor(private json: Text) {
    this.valid = this.read();
  }

  private read(): bool {
    const negative = this.take(MINUS), first = this.at;
    const whole = this.digits();
    if (whole == 0 || (whole > 1 && this.json[first] == ZERO)) return false;
    if (this.take(POINT) && this.digits() == 0) return false;
    const end = this.at;
    let point: i64 = whole;
    if ((this.json[this.at] | 0x20) == 0x65) { // e
      this.at++;
      const minus = this.take(MINUS), from = this.at + i32(!minus && this.take(PLUS));
      if (this.digits() == 0) return false;
      point += minus ? -this.exponent(from) : this.exponent(from);
    }
    return this.at == this.json.length && this.add(first, end, point, negative);
  }

  /** Puts the digits before the point together, of which there are so many; those behind it must be 0. They count downwards, for the least has no positive. */
  private add(first: i32, end: i32, point: i64, negative: bool): bool {
    let missing = point; // digits before the point that were not seen
    for (let i = first; i < end; i++) {
      if (this.json[i] == POINT) continue;
      const digit = this.json[i] - ZERO;
      if (missing-- > 0 ? !this.append(digit) : digit != 0) return false;
    }
    if (this.value != 0 && missing > MOST_DIGITS) return false;
    for (; this.value != 0 && missing > 0; missing--) {
      if (!this.append(0)) return false;
    }
    if (!negative && this.value == i64.MIN_VALUE) return false;
    if (!negative) this.value = -this.value;
    return true;
  }

  private append(digit: i64): bool {
    if (this.value < (i64.MIN_VALUE + digit) / 10) return false;
    this.value = this.value * 10 - digit;
    return true;
  }

  private exponent(from: i32): i64 {
    let exponent: i64 = 0;
    for (let i = from; i < this.at; i++) exponent = min(exponent * 10 + this.json[i] - ZERO, MOST_EXPONENT);
    return exponent;
  }

  private take(byte: u8): bool {
    if (this.json[this.at] != byte) return false;
    this.at++;
    return true;
  }

  /** Goes past digits and says how many. */
  private digits(): i32 {
    const from = this.at;
    while (this.json[this.at] >= ZERO && this.json[this.at] <= ZERO + 9) this.at++;
    return this.at - from;
  }
}
