// Making texts

/* Makes a text in the manner of printf: assay_format("contacts[%u].name", i). Conversions are d i u x s c and %, with
   the lengths l, ll, j and z, a precision for s (%.*s with ASSAY_ARG) and a width with zeros for numbers (%016llx). The
   text ends with a zero byte that is not counted, and lives as long as memory from assay_new. */
ASSAY_COLD_ assay_text_t assay_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

ASSAY_COLD_ void assay_pad_(assay_output_t_ *out, char with, uint32_t length, uint32_t width) {
  for (; length < width; length++) assay_put_byte_(out, with);
}

ASSAY_COLD_ void assay_put_number_(assay_output_t_ *out, uint64_t value, bool negative, uint32_t base, uint32_t width, bool zeros) {
  char digits[21], *end = digits + sizeof digits, *from = assay_digits_(end, value, base);
  if (zeros) {
    uint32_t length = (uint32_t)(end - from) + negative;
    if (negative) assay_put_byte_(out, '-');
    assay_pad_(out, '0', length, width);
  } else {
    if (negative) *--from = '-';
    assay_pad_(out, ' ', (uint32_t)(end - from), width);
  }
  assay_put_bytes_(out, from, (uint32_t)(end - from));
}

ASSAY_COLD_ void assay_put_string_(assay_output_t_ *out, const char *text, uint32_t most) {
  uint32_t length = 0;
  while (length < most && text[length] != 0) length++;
  assay_put_bytes_(out, text, length);
}

// Does one conversion, %[0][width][.precision][length]letter, and returns what stands behind it.
ASSAY_COLD_ const char *assay_convert_(assay_output_t_ *out, const char *at, va_list *values) {
  char c = *at;
  bool zeros = c == '0';
  uint32_t width = 0, most = UINT32_MAX;
  int longs = 0;
  for (; c >= '0' && c <= '9' && width < 100; c = *++at) width = 10 * width + (uint32_t)(c - '0');
  if (c == '.') {
    c = *++at;
    if (c == '*') {
      int given = va_arg(*values, int);
      if (given >= 0) most = (uint32_t)given;
      c = *++at;
    } else {
      for (most = 0; c >= '0' && c <= '9' && most < UINT32_MAX / 20; c = *++at) most = 10 * most + (uint32_t)(c - '0');
    }
  }
  for (; c == 'l' || c == 'j' || c == 'z'; c = *++at) longs += c == 'j' ? 2 : 1; // size_t is as long as long
  switch (c) {
  case 'd': case 'i': {
    int64_t value = longs == 0 ? va_arg(*values, int) : longs == 1 ? va_arg(*values, long) : va_arg(*values, long long);
    assay_put_number_(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, value < 0, 10, width, zeros);
    break;
  }
  case 'u': case 'x': {
    uint64_t value = longs == 0 ? va_arg(*values, unsigned) : longs == 1 ? va_arg(*values, unsigned long) : va_arg(*values, unsigned long long);
    assay_put_number_(out, value, false, c == 'x' ? 16 : 10, width, zeros);
    break;
  }
  case 's': assay_put_string_(out, va_arg(*values, const char *), most); break;
  case 'c': assay_put_byte_(out, (char)va_arg(*values, int)); break;
  case '%': assay_put_byte_(out, '%'); break;
  default: assay_fail("assay_format: a conversion that it does not know; it has d i u x s c and %");
  }
  return at + 1;
}

ASSAY_COLD_ assay_text_t assay_format(const char *format, ...) {
  assay_output_t_ out = {0};
  va_list values;
  va_start(values, format);
  for (const char *from = format; *format != 0; from = format) {
    char c = *format;
    while (c != 0 && c != '%') c = *++format;
    assay_put_bytes_(&out, from, (uint32_t)(format - from));
    if (c != 0) format = assay_convert_(&out, format + 1, &values);
  }
  va_end(values);
  assay_put_byte_(&out, 0);
  return (assay_text_t){(const char *)out.bytes, out.length - 1};
}
