#include "rt.h"

// Local times. A timestamp as a zone's clocks show it is a number of milliseconds as well, and the
// getters of time.c take its parts. It may lie a day outside the years 1 to 9999.

#define ZONE_OFFSET 5             // abi.CallZoneOffset
#define NO_ZONE ((i64)(1ull << 63)) // abi.NoZone

static struct { const u8 *name; u32 len; i64 seconds; } zone_call;

// rt_moved is a timestamp in a zone of a fixed offset.
i64 rt_moved(i64 ms, u32 ns, i32 seconds) {
	(void)ns;
	return ms + (i64)seconds * 1000;
}

// zone_named is the offset of a zone of the time zone database, in seconds.
static i64 zone_named(const u8 *name, u32 n, i64 ms) {
	if (!n)
		return 0;
	zone_call.name = name;
	zone_call.len = n;
	zone_call.seconds = floor_div(ms, 1000);
	i64 offset = host_call(ZONE_OFFSET, &zone_call, sizeof(zone_call));
	if (offset == NO_ZONE)
		return (i64)fail("there is no such time zone");
	return offset;
}

// fixed is the offset that an "hours:minutes" says, in seconds.
static i64 zone_fixed(const u8 *p, u32 n, u32 colon) {
	i64 hours = rt_parse_int(p, colon), minutes = rt_parse_int(p + colon + 1, n - colon - 1);
	if (rt_error || hours < -23 || hours > 23 || minutes < 0 || minutes > 59)
		return (i64)fail("the offset of the time zone is not one such as +02:00");
	return hours * 3600 + (*p == '-' ? -minutes : minutes) * 60;
}

// rt_local is a timestamp in a zone: a name of the time zone database, or an offset. A colon tells
// them apart.
i64 rt_local(i64 ms, u32 ns, const u8 *zone, u32 n) {
	(void)ns;
	u32 colon = 0;
	while (colon < n && zone[colon] != ':')
		colon++;
	return ms + 1000 * (colon == n ? zone_named(zone, n, ms) : zone_fixed(zone, n, colon));
}

// whole_units is how many whole units a duration has, reckoned as cel-go does: the whole part and the
// fraction are added as doubles and cut.
static i64 whole_units(i64 duration, i64 unit) { return (i64)((f64)(duration / unit) + (f64)(duration % unit) / (f64)unit); }

// rt_clock is getHours (part 0), getMinutes (1), getSeconds (2) or getMilliseconds (3) of a
// timestamp in UTC, or of a duration.
i64 rt_clock(const val *v, u32 part) {
	if (v->tag != TIME && v->tag != DURATION)
		return (i64)fail(NO_OVERLOAD);
	u32 time = v->tag == TIME;
	switch (part) {
	case 0:
		return time ? rt_hours(v->i) : whole_units(v->i, 3600000000000);
	case 1:
		return time ? rt_minutes(v->i) : whole_units(v->i, 60000000000);
	case 2:
		return time ? rt_seconds(v->i) : whole_units(v->i, 1000000000);
	}
	return time ? rt_milliseconds(v->i) : v->i / 1000000;
}
