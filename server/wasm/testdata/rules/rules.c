// A rule module in plain C with no SDK: the five default checks and a segmentation, written from
// ABI.md and FORMAT.md alone. Build:
//   clang --target=wasm32 -O2 -ffreestanding -nostdlib -Wl,--no-entry -o rules.wasm rules.c
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define EXPORT(name) __attribute__((export_name(name)))
#define LEN(s) ((u32)sizeof(s) - 1)

static u64 pack(const void *p, u32 n) { return (u64)(u32)p << 32 | n; }

// Memory for the host: never given back, so a bump allocator will do.
extern u8 __heap_base;
static u32 heap;

EXPORT("assay_alloc") u32 alloc(u32 size) {
  if (heap == 0) heap = ((u32)&__heap_base + 7) & ~7u;
  u32 at = heap, end = (at + size + 7) & ~7u;
  u32 have = __builtin_wasm_memory_size(0) << 16;
  if (end < at) return 0;
  if (end > have && __builtin_wasm_memory_grow(0, (end - have + 65535) >> 16) == (u32)-1) return 0;
  heap = end;
  return at;
}

EXPORT("assay_abi") u32 abi(void) { return 1; }

static const char description[] =
    "{\"abi\":1,\"checks\":["
    "{\"name\":\"main-manager\",\"type\":\"Quality\",\"messages\":{\"main-manager\":{\"en\":\"no main manager\"}}},"
    "{\"name\":\"contact-information\",\"type\":\"Quality\"},"
    "{\"name\":\"contact-person\",\"type\":\"Quality\"},"
    "{\"name\":\"contact-job-title\",\"type\":\"Quality\",\"messages\":{\"contact-job-title\":{\"en\":\"{{ name }} has no job title\"}}},"
    "{\"name\":\"tax-id\",\"type\":\"Quality\",\"settings\":{\"type\":\"object\"}},"
    "{\"name\":\"size\",\"type\":\"Segmentation\",\"labels\":{\"large\":{\"title\":{\"en\":\"Large\"}},\"other\":{}}}]}";

EXPORT("assay_describe") u64 describe(void) { return pack(description, LEN(description)); }

// The handle of a check is its number; settings are not looked at.
static struct { u32 status, handle; } configured;

EXPORT("assay_configure") u64 configure(u32 check, const u8 *settings, u32 length) {
  configured.status = check < 6 ? 0 : 1;
  configured.handle = check;
  return pack(&configured, sizeof configured);
}

// Reading a card: nothing outside of it is ever touched, whatever its offsets say.
typedef struct { const u8 *p; u32 n; } bytes;                       // a card, or a text in it
typedef struct { bytes card; u32 at, slots; } record;               // slots begin at card.p + at
typedef struct { bytes card; u32 at, count, slots; } rows;

static u64 load64(const u8 *p) { u64 v; __builtin_memcpy(&v, p, 8); return v; }

static u64 slot(record r, u32 i) { return i < r.slots ? load64(r.card.p + r.at + 8 * i) : 0; }

static bytes text(record r, u32 i) {
  u64 v = slot(r, i);
  u32 offset = (u32)v, length = (u32)(v >> 32);
  if ((u64)offset + length > r.card.n) return (bytes){0, 0};
  return (bytes){r.card.p + offset, length};
}

static rows list(record r, u32 i) {
  u64 v = slot(r, i);
  u32 offset = (u32)v, count = (u32)(v >> 32);
  if (count == 0 || (u64)offset + 8 > r.card.n) return (rows){{0, 0}, 0, 0, 0};
  u32 slots = (u32)load64(r.card.p + offset) & 0xffff;
  if ((u64)offset + 8 + (u64)count * (8 + 8 * slots) > r.card.n) return (rows){{0, 0}, 0, 0, 0};
  return (rows){r.card, offset + 8, count, slots};
}

static record row(rows l, u32 i) { return (record){l.card, l.at + i * (8 + 8 * l.slots) + 8, l.slots}; }

static record client(const u8 *card, u32 length) {
  record none = {{card, 0}, 0, 0};
  if (length < 32) return none;
  u32 slots = (u32)load64(card + 8) >> 16;
  if (32 + 8 * slots > length) return none;
  return (record){{card, length}, 32, slots};
}

// Writing results.
static u8 out[65536];
static u32 used, begun;

static void put32(u32 at, u32 v) { for (int i = 0; i < 4; i++) out[at + i] = (u8)(v >> (8 * i)); }
static void begin(u8 kind) { begun = used; out[used + 4] = kind; used += 5; }
static void end(void) { put32(begun, used - begun - 4); }
static void field(u8 tag, const void *p, u32 n) {
  if (used + 5 + n > sizeof out) return;
  out[used] = tag;
  put32(used + 1, n);
  for (u32 i = 0; i < n; i++) out[used + 5 + i] = ((const u8 *)p)[i];
  used += 5 + n;
}
#define FIELD(tag, s) field(tag, s, LEN(s))

enum { KIND = 3, TAX_ID = 6, COMPANY_SIZE = 12, MANAGER = 19, CHANNELS = 21, CONTACTS = 23 };
enum { CONTACT_ID = 0, CONTACT_NAME = 1, CONTACT_JOB_TITLE = 2, CONTACT_CHANNELS = 5 };
enum { COMPANY = 1, SOLE_TRADER = 2 };

static u32 reachable(record c) {
  if (list(c, CHANNELS).count > 0) return 1;
  rows contacts = list(c, CONTACTS);
  for (u32 i = 0; i < contacts.count; i++)
    if (list(row(contacts, i), CONTACT_CHANNELS).count > 0) return 1;
  return 0;
}

static void job_titles(record c) {
  rows contacts = list(c, CONTACTS);
  for (u32 i = 0; i < contacts.count && i < 10; i++) {
    record contact = row(contacts, i);
    if (text(contact, CONTACT_JOB_TITLE).n > 0) continue;
    char path[] = "contacts[0].jobTitle";
    path[9] = (char)('0' + i);
    bytes id = text(contact, CONTACT_ID), name = text(contact, CONTACT_NAME);
    begin(1);
    FIELD(1, "contact-job-title");
    FIELD(2, path);
    field(3, id.p, id.n);
    FIELD(5, "name");
    field(6, name.p, name.n);
    end();
  }
}

#define FINDING(code, path) begin(1), FIELD(1, code), FIELD(2, path), end()

EXPORT("assay_evaluate") u64 evaluate(u32 handle, const u8 *card, u32 length) {
  record c = client(card, length);
  u64 kind = slot(c, KIND);
  used = 0;
  switch (handle) {
  case 0: if (text(c, MANAGER).n == 0) FINDING("main-manager", "manager"); break;
  case 1: if (!reachable(c)) FINDING("contact-information", "channels"); break;
  case 2: if (kind == COMPANY && list(c, CONTACTS).count == 0) FINDING("contact-person", "contacts"); break;
  case 3: job_titles(c); break;
  case 4: if ((kind == COMPANY || kind == SOLE_TRADER) && text(c, TAX_ID).n == 0) FINDING("tax-id", "taxId"); break;
  case 5: {
    bytes size = text(c, COMPANY_SIZE);
    begin(2);
    if (size.n == 5 && size.p[0] == 'l') FIELD(7, "large"); else FIELD(7, "other");
    FIELD(5, "size");
    field(6, size.p, size.n);
    end();
  }
  }
  return used ? pack(out, used) : 0;
}
