#include "rt.h"

#define DAY_NANOS 86400000000000ll
#define MAX_DAYS 106751 // 292 years

// rt_days is the duration of n times 24 hours.
i64 rt_days(i64 n) {
	if (n > MAX_DAYS || n < -MAX_DAYS)
		return (i64)fail(DURATION_OVERFLOW);
	return n * DAY_NANOS;
}
