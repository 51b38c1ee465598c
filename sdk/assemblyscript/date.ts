import { Bytes } from "./bytes";

/** A day in milliseconds. */
export const DAY: i64 = 24 * 60 * 60 * 1000;

/** The day since 1970-01-01 in which unix milliseconds lie, in UTC. */
export function dayOf(unixMilliseconds: i64): i64 { return floorDivide(unixMilliseconds, DAY); }

/** The day in which unix milliseconds lie, in UTC, as 2027-01-31. */
export function formatDate(unixMilliseconds: i64): string {
  const out = new Bytes();
  addDate(out, unixMilliseconds);
  return out.text.toString();
}

// Days of the proleptic Gregorian calendar.
const ERA: i64 = 146097, CENTURY: i64 = 36524, FOUR_YEARS: i64 = 1461;
/** Days from 0000-03-01 to 1970-01-01. */
const TO_1970: i64 = 719468;

/**
 * Adds the day as formatDate writes it. Years have four digits or more, those before 1 a minus sign. It counts in eras of
 * 400 years that begin in March, so that the day of a leap year is the last of a year.
 */
export function addDate(out: Bytes, unixMilliseconds: i64): void {
  const days = dayOf(unixMilliseconds) + TO_1970, eras = floorDivide(days, ERA);
  const day = days - eras * ERA;
  const year = (day - day / (FOUR_YEARS - 1) + day / CENTURY - day / (ERA - 1)) / 365;
  const ofYear = day - (365 * year + year / 4 - year / 100);
  const march = (5 * ofYear + 2) / 153; // months have 153 days in five from March
  const month = march < 10 ? march + 3 : march - 9;
  const full = year + 400 * eras + i64(month <= 2);
  if (full < 0) out.add("-");
  addPadded(out, abs(full), 4);
  addPadded(out.add("-"), month, 2);
  addPadded(out.add("-"), ofYear - (153 * march + 2) / 5 + 1, 2);
}

function addPadded(out: Bytes, value: i64, width: i32): void {
  for (let least: i64 = 10; width > 1; width--, least *= 10) {
    if (value < least) out.add("0");
  }
  out.add(value);
}

/** The quotient rounded down, also of numbers below 0. */
export function floorDivide(a: i64, b: i64): i64 { return a / b - i64(a % b < 0); }
