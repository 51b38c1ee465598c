#include "rt.h"

#define DAY 86400000ll

// The parts of a timestamp in UTC, from its milliseconds. Days become dates by Howard Hinnant's
// algorithm. A date is a number: year * 1024 + month * 32 + day, the month from 1.
static i64 date(i64 ms) {
	i64 days = floor_div(ms, DAY) + 719468, era = floor_div(days, 146097);
	i64 of_era = days - era * 146097;
	i64 year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	i64 of_year = of_era - (365 * year + year / 4 - year / 100); // from March 1
	i64 month = (5 * of_year + 2) / 153, day = of_year - (153 * month + 2) / 5 + 1;
	month += month < 10 ? 3 : -9;
	return (year + era * 400 + (month <= 2)) * 1024 + month * 32 + day;
}

i64 rt_full_year(i64 ms) { return date(ms) >> 10; }
i64 rt_month(i64 ms) { return (date(ms) >> 5 & 31) - 1; }
i64 rt_date(i64 ms) { return date(ms) & 31; }
i64 rt_day_of_month(i64 ms) { return (date(ms) & 31) - 1; }
i64 rt_day_of_week(i64 ms) { return floor_mod(floor_div(ms, DAY) + 4, 7); }
i64 rt_hours(i64 ms) { return floor_mod(ms, DAY) / 3600000; }
i64 rt_minutes(i64 ms) { return floor_mod(ms, 3600000) / 60000; }
i64 rt_seconds(i64 ms) { return floor_mod(ms, 60000) / 1000; }
i64 rt_milliseconds(i64 ms) { return floor_mod(ms, 1000); }

// rt_day_of_year counts from 0.
i64 rt_day_of_year(i64 ms) {
	i64 before = rt_full_year(ms) - 1; // the days from 0001-01-01 to the year's first, less those to 1970-01-01
	return floor_div(ms, DAY) -
	       (before * 365 + floor_div(before, 4) - floor_div(before, 100) + floor_div(before, 400) - 719162);
}

// digits writes the low width digits of v and the byte behind them.
static u8 *digits(u8 *p, u64 v, u32 width, u8 after) {
	p[width] = after;
	for (u32 i = width; i--; v /= 10)
		p[i] = (u8)('0' + v % 10);
	return p + width + 1;
}

// rt_time_text writes RFC 3339 in UTC, the date alone when style is not 0.
packed rt_time_text(i64 ms, u32 ns, u32 style) {
	u8 *start = rt_alloc(32), *p = start;
	if (!start)
		return 0;
	i64 d = date(ms);
	p = digits(p, (u64)(d >> 10), 4, '-');
	p = digits(p, (u64)(d >> 5 & 31), 2, '-');
	p = digits(p, (u64)(d & 31), 2, 'T');
	if (style)
		return pack(start, (u32)(p - start) - 1);
	p = digits(p, (u64)rt_hours(ms), 2, ':');
	p = digits(p, (u64)rt_minutes(ms), 2, ':');
	p = digits(p, (u64)rt_seconds(ms), 2, '.');
	p = digits(p, (u64)rt_milliseconds(ms) * 1000000 + ns, 9, 0) - 1;
	while (p[-1] == '0')
		p--;
	if (p[-1] == '.')
		p--;
	*p++ = 'Z';
	return pack(start, (u32)(p - start));
}
