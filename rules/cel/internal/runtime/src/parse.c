#include "rt.h"

// Values that are read from texts, as cel-go reads them.

#define NOT_A_TIME "the text is not a time such as 2027-01-31T09:30:00Z"
#define NOT_A_DURATION "the text is not a duration such as 1h30m"

static u32 is_decimal(u8 c) { return (u32)c - '0' < 10; }

// rt_parse_uint is uint(string): decimal digits.
u64 rt_parse_uint(const u8 *p, u32 n) {
	u64 v = 0;
	u32 i = 0;
	for (; i < n && is_decimal(p[i]); i++) {
		u64 digit = p[i] - '0';
		if (v > -1ull / 10 || v * 10 > -1ull - digit)
			break;
		v = v * 10 + digit;
	}
	if (i < n || !n)
		return fail("the text is not an unsigned integer");
	return v;
}

static u32 is_word(const u8 *p, u32 n, const char *word) {
	u32 i = 0;
	while (i < n && word[i] && p[i] == (u8)word[i])
		i++;
	return i == n && !word[i];
}

// rt_parse_bool is bool(string).
u32 rt_parse_bool(const u8 *p, u32 n) {
	if (is_word(p, n, "true") || is_word(p, n, "1") || is_word(p, n, "t") || is_word(p, n, "T") || is_word(p, n, "TRUE") || is_word(p, n, "True"))
		return 1;
	if (is_word(p, n, "false") || is_word(p, n, "0") || is_word(p, n, "f") || is_word(p, n, "F") || is_word(p, n, "FALSE") || is_word(p, n, "False"))
		return 0;
	return (u32)fail("the text is not a truth value");
}

#define PARSE_DOUBLE 4 // abi.CallParseDouble

static f64 parsed;
static struct { const u8 *text; u32 len; f64 *to; } parse_call;

// rt_parse_double is double(string).
f64 rt_parse_double(const u8 *p, u32 n) {
	parse_call.text = p;
	parse_call.len = n;
	parse_call.to = &parsed;
	if (!host_call(PARSE_DOUBLE, &parse_call, sizeof(parse_call)))
		return (f64)fail("the text is not a number");
	return parsed;
}

#define NO_NUMBER 99999u

// digits_of is n decimal digits, NO_NUMBER when they are none.
static u32 digits_of(const u8 *p, u32 n) {
	u32 v = 0;
	for (u32 i = 0; i < n; i++) {
		if (!is_decimal(p[i]))
			return NO_NUMBER;
		v = v * 10 + p[i] - '0';
	}
	return v;
}

static u32 days_in(u32 year, u32 month) {
	if (month == 2)
		return 28 + (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
	return 30 + ((month + (month >> 3)) & 1);
}

// days_of is the number of days from 1970-01-01, by Howard Hinnant's algorithm.
static i64 days_of(u32 year, u32 month, u32 day) {
	u32 y = year + 400 - (month <= 2); // from March, never below zero
	u32 of_era = y % 400, of_year = (153 * (month + (month > 2 ? -3u : 9)) + 2) / 5 + day - 1;
	return (i64)(y / 400) * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468 - 146097;
}

// minutes_of is hours and minutes, "09:30", in minutes; NO_NUMBER when they are none.
static u32 minutes_of(const u8 *p) {
	u32 hour = digits_of(p, 2), minute = digits_of(p + 3, 2);
	return hour > 23 || minute > 59 || p[2] != ':' ? NO_NUMBER : hour * 60 + minute;
}

// rt_parse_time is timestamp(string): RFC 3339.
val *rt_parse_time(const u8 *p, u32 n) {
	if (n < 20 || p[4] != '-' || p[7] != '-' || p[10] != 'T' || p[16] != ':')
		FAIL(NOT_A_TIME);
	u32 year = digits_of(p, 4), month = digits_of(p + 5, 2), day = digits_of(p + 8, 2), minute = minutes_of(p + 11), second = digits_of(p + 17, 2);
	if (year == NO_NUMBER || month - 1 > 11 || day - 1 >= days_in(year, month) || minute == NO_NUMBER || second > 59)
		FAIL(NOT_A_TIME);
	u32 i = 19, nanos = 0;
	if (p[i] == '.') {
		if (++i == n || !is_decimal(p[i]))
			FAIL(NOT_A_TIME);
		for (u32 unit = 100000000; i < n && is_decimal(p[i]); i++, unit /= 10)
			nanos += (p[i] - '0') * unit; // what is below a nanosecond counts nothing
	}
	i64 at = days_of(year, month, day) * 86400 + minute * 60 + second;
	if (n - i == 6 && (p[i] == '+' || p[i] == '-')) {
		u32 zone = minutes_of(p + i + 1);
		if (zone == NO_NUMBER)
			FAIL(NOT_A_TIME);
		at += p[i] == '+' ? -(i64)zone * 60 : (i64)zone * 60;
	} else if (n - i != 1 || p[i] != 'Z') {
		FAIL(NOT_A_TIME);
	}
	if (at < MIN_MILLIS / 1000 || at > MAX_MILLIS / 1000)
		FAIL(TIME_OVERFLOW);
	return rt_box((u64)(at * 1000 + nanos / 1000000), nanos % 1000000, TIME);
}

// unit_of is the nanoseconds of a unit, 0 when it is none. The micro sign and the Greek letter are
// both in use.
static u64 unit_of(const u8 *p, u32 n) {
	if (is_word(p, n, "h"))
		return 3600000000000;
	if (is_word(p, n, "m"))
		return 60000000000;
	if (is_word(p, n, "s"))
		return 1000000000;
	if (is_word(p, n, "ms"))
		return 1000000;
	if (is_word(p, n, "us") || is_word(p, n, "\302\265s") || is_word(p, n, "\316\274s"))
		return 1000;
	return is_word(p, n, "ns");
}

#define MOST (1ull << 63)

// rt_parse_duration is duration(string), with the arithmetic of Go's ParseDuration.
i64 rt_parse_duration(const u8 *p, u32 n) {
	const u8 *end = p + n;
	u32 negative = n && *p == '-';
	u64 sum = 0;
	if (n && (*p == '-' || *p == '+'))
		p++;
	if (end - p == 1 && *p == '0')
		return 0;
	if (p == end)
		return (i64)fail(NOT_A_DURATION);
	while (p < end) {
		u64 whole = 0, fraction = 0;
		f64 scale = 1;
		u32 count = 0; // of digits
		for (; p < end && is_decimal(*p); p++, count++) {
			if (whole > MOST / 10 || (whole = whole * 10 + *p - '0') > MOST)
				return (i64)fail(NOT_A_DURATION);
		}
		if (p < end && *p == '.') {
			u32 full = 0;
			for (p++; p < end && is_decimal(*p); p++, count++) {
				full = full || fraction > (MOST - 1) / 10 || fraction * 10 + *p - '0' > MOST;
				if (full)
					continue;
				fraction = fraction * 10 + *p - '0';
				scale *= 10;
			}
		}
		const u8 *name = p;
		while (p < end && *p != '.' && !is_decimal(*p))
			p++;
		u64 unit = unit_of(name, (u32)(p - name));
		if (!count || !unit || whole > MOST / unit)
			return (i64)fail(NOT_A_DURATION);
		whole *= unit;
		if (fraction)
			whole += (u64)((f64)fraction * ((f64)unit / scale));
		if (whole > MOST || (sum += whole) > MOST)
			return (i64)fail(NOT_A_DURATION);
	}
	if (sum == MOST && !negative)
		return (i64)fail(NOT_A_DURATION);
	return (i64)(negative ? -sum : sum);
}
