#include "rt.h"

#define PHONE 16 // abi.CallPhone

static packed phone_call[2]; // text and country: abi.PhoneArgument

// rt_phone asks the host whether a text is a phone number of a country, or with "" an international one.
u32 rt_phone(const u8 *p, u32 n, const u8 *country, u32 k) {
	phone_call[0] = pack(p, n);
	phone_call[1] = pack(country, k);
	return (u32)host_call(PHONE, phone_call, sizeof(phone_call));
}

u32 rt_phone_abroad(const u8 *p, u32 n) { return rt_phone(p, n, 0, 0); }
