// Dates and times, unix milliseconds in UTC

/* A day, in milliseconds. */
#define ASSAY_DAY ((int64_t)86400000)

/* The midnight of a day: assay_date(2026, 12, 31). */
ASSAY_COLD_ int64_t assay_date(int32_t year, int32_t month, int32_t day) {
  int64_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400; // years begin in March
  int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return (era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468) * ASSAY_DAY;
}

/* The day of a time as text: 2026-12-31. */
ASSAY_COLD_ assay_text_t assay_date_text(int64_t ms) {
  int64_t days = ms / ASSAY_DAY - (ms % ASSAY_DAY < 0) + 719468, era = (days >= 0 ? days : days - 146096) / 146097;
  uint32_t of_era = (uint32_t)(days - era * 146097);
  uint32_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  uint32_t of_year = of_era - (365 * year + year / 4 - year / 100), month = (5 * of_year + 2) / 153;
  uint32_t day = of_year - (153 * month + 2) / 5 + 1;
  month = month < 10 ? month + 3 : month - 9;
  return assay_format("%04lld-%02u-%02u", (long long)(year + era * 400 + (month <= 2)), month, day);
}
