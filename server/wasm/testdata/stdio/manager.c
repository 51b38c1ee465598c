// A rule of the stdio ABI in C without a library: a finding for a client without a manager, found by the
// bytes that the server writes for one.
typedef unsigned char u8;
typedef unsigned int u32;
typedef struct { const void *at; u32 length; } buffer;
#define WASI(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(name)))
WASI("fd_read") u32 fd_read(u32 fd, const buffer *buffers, u32 count, u32 *done);
WASI("fd_write") u32 fd_write(u32 fd, const buffer *buffers, u32 count, u32 *done);

static u8 line[1 << 20];
static const char mark[] = "\"manager\":\"\"", nothing[] = "{}\n", finding[] = "{\"findings\":[{\"code\":\"main-manager\",\"path\":\"manager\"}]}\n";

static u32 read(void) {
  u32 length = 0, done = 0;
  do {
    buffer b = {line + length, 64 << 10};
    if (length > sizeof line - (64 << 10) || fd_read(0, &b, 1, &done) != 0) return 0;
    length += done;
  } while (done > 0 && line[length - 1] != '\n');
  return length;
}

__attribute__((export_name("_start"))) void start(void) {
  for (u32 length; (length = read()) > 0;) {
    u32 matched = 0;
    for (u32 at = 0; matched < sizeof mark - 1 && at < length; at++)
      matched = line[at] == mark[matched] ? matched + 1 : line[at] == mark[0];
    buffer b = {nothing, sizeof nothing - 1};
    if (matched == sizeof mark - 1) b = (buffer){finding, sizeof finding - 1};
    u32 done;
    fd_write(1, &b, 1, &done);
  }
}
