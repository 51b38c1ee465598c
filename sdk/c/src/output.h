// Bytes that grow

typedef struct assay_output_t_ {
  uint8_t *bytes;
  uint32_t length, room;
  uint32_t row;  // where the row begins that is being written
  uint32_t rank; // of its last field
} assay_output_t_;

ASSAY_COLD_ void assay_make_room_(assay_output_t_ *out, uint32_t more) {
  if (more > UINT32_MAX / 4 || out->length > UINT32_MAX / 4) __builtin_trap(); // more than 1 GiB
  uint32_t room = 2 * out->length + more + 56;
  uint8_t *bytes = assay_new(room);
  if (out->length > 0) __builtin_memcpy(bytes, out->bytes, out->length);
  out->bytes = bytes;
  out->room = room;
}

// Adds bytes at the end and returns where they go.
ASSAY_COLD_ uint8_t *assay_extend_(assay_output_t_ *out, uint32_t more) {
  uint32_t length = out->length;
  if (more > out->room - length) assay_make_room_(out, more);
  out->length = length + more;
  return out->bytes + length;
}

ASSAY_COLD_ void assay_put_bytes_(assay_output_t_ *out, const char *bytes, uint32_t length) {
  if (length > 0) __builtin_memcpy(assay_extend_(out, length), bytes, length);
}

// In the module a struct that is handed on is copied at each call, so texts go on as what they are made of.
ASSAY_INLINE_ void assay_put_(assay_output_t_ *out, assay_text_t text) { assay_put_bytes_(out, text.bytes, text.length); }

ASSAY_COLD_ void assay_put_all_(assay_output_t_ *out, const char *text) { assay_put_(out, assay_text_of_(text)); }

ASSAY_COLD_ void assay_put_byte_(assay_output_t_ *out, char byte) { *assay_extend_(out, 1) = (uint8_t)byte; }

// The digits of a number, the last of them in front of end; returns where they begin.
ASSAY_COLD_ char *assay_digits_(char *end, uint64_t value, uint32_t base) {
  for (; value > UINT32_MAX; value /= base) *--end = "0123456789abcdef"[value % base];
  uint32_t rest = (uint32_t)value;
  do *--end = "0123456789abcdef"[rest % base];
  while ((rest /= base) != 0);
  return end;
}

// An integer as text, with room for it.
typedef struct { char bytes[20]; } assay_digits_t_;

ASSAY_COLD_ assay_text_t assay_unsigned_text_(assay_digits_t_ *to, uint64_t value) {
  char *end = to->bytes + sizeof to->bytes, *from = assay_digits_(end, value, 10);
  return (assay_text_t){from, (uint32_t)(end - from)};
}

ASSAY_COLD_ assay_text_t assay_integer_text_(assay_digits_t_ *to, int64_t value) {
  char *end = to->bytes + sizeof to->bytes, *from = assay_digits_(end, value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
  if (value < 0) *--from = '-';
  return (assay_text_t){from, (uint32_t)(end - from)};
}

ASSAY_COLD_ void assay_put_integer_(assay_output_t_ *out, int64_t value) {
  assay_digits_t_ digits;
  assay_put_(out, assay_integer_text_(&digits, value));
}

// A text as JSON, quoted. What is escaped is what must be.
ASSAY_COLD_ void assay_put_quoted_(assay_output_t_ *out, const char *bytes, uint32_t length) {
  static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt", digits[] = "0123456789abcdef";
  uint32_t done = 0;
  assay_put_byte_(out, '"');
  for (uint32_t i = 0; i < length; i++) {
    uint8_t c = (uint8_t)bytes[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    uint32_t which = 0;
    while (escaped[which] != 0 && (uint8_t)escaped[which] != c) which++;
    char written[] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
    if (escaped[which] != 0) written[1] = letters[which];
    assay_put_bytes_(out, bytes + done, i - done);
    assay_put_bytes_(out, written, escaped[which] != 0 ? 2 : 6);
    done = i + 1;
  }
  assay_put_bytes_(out, bytes + done, length - done);
  assay_put_byte_(out, '"');
}

ASSAY_INLINE_ void assay_put_json_(assay_output_t_ *out, assay_text_t text) { assay_put_quoted_(out, text.bytes, text.length); }
ASSAY_COLD_ void assay_put_json_of_(assay_output_t_ *out, const char *text) { assay_put_json_(out, assay_text_of_(text)); }
