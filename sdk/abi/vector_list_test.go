package abi_test

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"assay/sdk/abi"
)

// fullClient has every slot of the schema.
func fullClient() object {
	return object{
		"id": 1042, "revision": 7, "externalId": "1c-000123", "kind": "company", "name": "ООО «Ромашка»",
		"legalForm": "ООО", "taxId": "7707083893", "registrationNumber": "1027700132195", "country": "RU",
		"region": "Москва", "holding": "Цветы", "industries": []string{"wholesale", "retail"}, "companySize": "small",
		"dealPotential": "high", "solvency": "good", "source": "site", "stage": "negotiation", "importance": "high",
		"status": "active", "manager": "ivanov", "managers": []string{"ivanov", "petrov"},
		"channels": []object{
			{"id": "h1", "type": "phone", "value": "+74957480113", "raw": "8 (495) 748-01-13", "label": "office",
				"state": "unverified", "checkedAt": 1801387800000},
			{"id": "h2", "type": "other", "state": "invalid"},
		},
		"addresses": []object{{"id": "a1", "type": "legal", "text": "ул. Ленина, 1", "city": "Москва", "postalCode": "101000"}},
		"contacts": []object{
			{"id": "c7", "name": "Семакова Лидия Васильевна", "jobTitle": "бухгалтер", "decisionRole": "user",
				"birthday": 631152000000, "channels": []object{{"id": "h3", "type": "email", "value": "lidia@example.com",
					"state": "working"}}},
			{"id": "c8", "name": "Петренко 👩‍💼"},
		},
		"properties": []object{{"key": "colour", "value": "red"}, {"key": "loyalty", "value": "gold"}},
		"categories": []string{"partner"}, "tags": []string{"vip", "", "новый"},
		"fields": []object{
			{"key": "area", "type": "number", "number": 120.5},
			{"key": "chain", "type": "bool", "integer": 1},
			{"key": "gln", "type": "string", "text": "4607001234567"},
			{"key": "licenceUntil", "type": "date", "integer": 1798761600000},
			{"key": "seats", "type": "integer", "integer": -3},
			{"key": "visitedAt", "type": "time", "integer": 1801387800001},
		},
		"requisites": []object{{"id": "r1", "bank": "Банк", "bic": "044525225", "account": "40702810900000000001"}},
		"contracts":  []object{{"id": "k1", "number": "17/26", "startsOn": 1772323200000, "endsOn": 1803859200000, "amount": 15200050}},
		"birthday":   631152000000, "workHours": "9-18", "callWindow": "10-12", "nextContactAt": 1801387800000,
		"unsubscribed": true, "notes": "звонить до обеда\nи после",
		"activity": object{"interactions": 3, "lastInteractionAt": 1793613600000, "purchases": 4, "revenue": 15200050,
			"firstPurchaseAt": 1767348000000, "lastPurchaseAt": 1793613600001},
		"completeness": 80, "createdAt": 1767348000000, "updatedAt": 1793613600000, "verifiedAt": 1793613600002,
	}
}

// smallClient is the card that the damaged vectors start from.
func smallClient() object {
	return object{
		"id": 5, "kind": "company", "name": "Acme", "tags": []string{"vip", "new"},
		"channels":   []object{{"type": "phone", "value": "+100"}},
		"contacts":   []object{{"name": "Ann", "jobTitle": "CEO"}, {"name": "Bob", "channels": []object{{"type": "email", "value": "b@x.org"}}}},
		"properties": []object{{"key": "a", "value": "1"}, {"key": "b", "value": "2"}},
	}
}

func definitions() []definition {
	return slices.Concat(goodVectors(), headerVectors(), offsetVectors(), countVectors(), valueVectors(), ageVectors())
}

func goodVectors() []definition {
	return []definition{
		{name: "good-full", about: "every slot is present", client: fullClient},
		{name: "good-small", about: "some slots, nested rows, today's writer", client: smallClient},
		{name: "good-person", about: "a person; non-Latin text of two to four bytes a character", client: func() object {
			return object{"id": 1, "kind": "person", "name": "Олена Шевченко 李 👍", "birthday": -86400000}
		}},
		{name: "good-present-zeros", about: "values that are present and zero or empty", client: func() object {
			return object{"name": "", "tags": []string{}, "contacts": []object{}, "nextContactAt": 0, "unsubscribed": false,
				"completeness": 0, "activity": object{"revenue": 0}, "fields": []object{{"key": "", "type": "number", "number": 0.0}}}
		}},
		{name: "good-extremes", about: "the ends of the ranges; exact 64-bit integers", client: func() object {
			return object{"id": math.MaxInt64, "revision": math.MinInt64, "createdAt": math.MinInt64, "updatedAt": math.MaxInt64,
				"activity": object{"revenue": -math.MaxInt64},
				"fields":   []object{{"key": "n", "type": "number", "number": math.MaxFloat64}, {"key": "s", "type": "number", "number": -5e-324}}}
		}},
		{name: "good-many-fields", about: "keys for a binary search, sorted by bytes", client: func() object {
			var fields []object
			for i := range 40 {
				fields = append(fields, object{"key": fmt.Sprintf("key-%03d", i), "type": "integer", "integer": i})
			}
			return object{"fields": append(fields, object{"key": "Ё", "type": "string", "text": "после латиницы"},
				object{"key": "ключ", "type": "string", "text": "v"})}
		}},
		{name: "good-gaps", about: "bytes that nothing refers to lie at the end of the heap", client: smallClient,
			change: func(card []byte) []byte { return relabel(append(card, "unusedun"...)) }},
		{name: "empty-client", about: "no value is present", client: func() object { return object{} }},
		{name: "empty-no-slots", about: "the writer knew no slot at all: the header alone", client: func() object { return object{} },
			age: age{client: 0, rows: map[string]int{}}},
	}
}

func headerVectors() []definition {
	closed := func(name, about, says string, change func([]byte) []byte) definition {
		return definition{name: name, about: about, client: smallClient, change: change, closed: true, place: "header", says: says}
	}
	return []definition{
		closed("truncated-nothing", "no bytes", "size is 0", func([]byte) []byte { return nil }),
		closed("truncated-header", "the first 24 bytes", "size is 24", func(card []byte) []byte { return card[:24] }),
		closed("truncated-slots", "cut within the slots, the length put right", "slots is 46", func(card []byte) []byte {
			return relabel(card[:200])
		}),
		closed("truncated-heap", "the last 8 bytes are missing", "length is", func(card []byte) []byte { return card[:len(card)-8] }),
		closed("truncated-odd", "the last 3 bytes are missing", "size is", func(card []byte) []byte { return card[:len(card)-3] }),
		closed("too-long", "8 bytes follow the card", "length is", func(card []byte) []byte { return append(card, make([]byte, 8)...) }),
		closed("bad-magic", "another magic number", "magic is", func(card []byte) []byte { card[0]++; return card }),
		closed("bad-layout", "layout version 2", "layout version is 2", func(card []byte) []byte { card[8] = 2; return card }),
		closed("bad-slot-count", "129 slots, and room for them", "slots is 129", func(card []byte) []byte {
			card = append(card, make([]byte, 1024)...)
			card[10] = 129
			return relabel(card)
		}),
		{name: "bad-reserved", about: "the reserved word of the header is not zero", client: smallClient,
			change: func(card []byte) []byte { card[12] = 1; return card }, place: "header", says: "reserved word is 1"},
		{name: "truncated-relabelled", about: "the heap is cut away and the length put right: whatever lay there is absent",
			client: smallClient, change: func(card []byte) []byte { return relabel(card[:32+8*46]) }, place: "name",
			says: "lies outside the card of 400 bytes", sees: func(c object) { keep(c, "id", "kind") }},
	}
}

func offsetVectors() []definition {
	hostile := func(name, about, place, says string, sees func(object), change func(card []byte)) definition {
		return definition{name: name, about: about, client: smallClient, place: place, says: says, sees: sees,
			change: func(card []byte) []byte { change(card); return card }}
	}
	without := func(names ...string) func(object) {
		return func(c object) { drop(c, names...) }
	}
	return []definition{
		hostile("offset-outside", "a string beyond the card", "name", "offset 65536 length 4 lies outside", without("name"),
			func(card []byte) { refer(card, clientSlot(abi.SlotClientName), 65536, 4) }),
		hostile("offset-over-the-end", "a string that begins in the card and ends beyond it", "name", "lies outside", without("name"),
			func(card []byte) { refer(card, clientSlot(abi.SlotClientName), len(card)-2, 4) }),
		hostile("offset-wraps", "offset and length add up to 8 in 32 bits", "name", "offset 4294967280 length 24", without("name"),
			func(card []byte) { refer(card, clientSlot(abi.SlotClientName), 0xffff_fff0, 24) }),
		hostile("offset-in-header", "a string that lies in the header: a fault, and harmless to a reader", "name",
			"begins before the heap", func(c object) { c["name"] = "CARD" },
			func(card []byte) { refer(card, clientSlot(abi.SlotClientName), 0, 4) }),
		hostile("offset-of-empty", "an empty string with an offset", "name", "offset 400 of an empty value", func(c object) { c["name"] = "" },
			func(card []byte) { refer(card, clientSlot(abi.SlotClientName), 400, 0) }),
		hostile("offset-of-empty-outside", "an empty string and empty lists with offsets beyond the card: present and empty", "name",
			"offset 65535 of an empty value", func(c object) { c["name"], c["tags"], c["contacts"] = "", []string{}, []object{} },
			func(card []byte) {
				for _, slot := range []int{abi.SlotClientName, abi.SlotClientTags, abi.SlotClientContacts} {
					refer(card, clientSlot(slot), 65535, 0)
				}
			}),
		hostile("offset-list-outside", "a list of strings beyond the card", "tags", "lies outside", without("tags"),
			func(card []byte) { refer(card, clientSlot(abi.SlotClientTags), 1<<20, 2) }),
		hostile("offset-list-item-outside", "one string of a list lies outside", "tags[1]", "lies outside",
			func(c object) { c["tags"] = []string{"vip", ""} },
			func(card []byte) { refer(card, target(card, abi.SlotClientTags)+8, len(card), 1) }),
		hostile("offset-rows-outside", "a list of rows beyond the card", "contacts", "lies outside", without("contacts"),
			func(card []byte) { refer(card, clientSlot(abi.SlotClientContacts), len(card), 1) }),
		hostile("offset-nested-outside", "a string of a nested row lies outside", "contacts[1].channels[0].value", "lies outside",
			func(c object) { delete(nested(c), "value") },
			func(card []byte) { refer(card, nestedSlot(card, abi.SlotChannelValue), 1<<31, 7) }),
		hostile("offset-nested-rows-outside", "a nested list of rows lies outside", "contacts[1].channels", "lies outside",
			func(c object) { delete(c["contacts"].([]object)[1], "channels") },
			func(card []byte) {
				refer(card, rowSlot(card, abi.SlotClientContacts, 1, abi.SlotContactChannels), 0xffff_fff8, 1)
			}),
		hostile("misaligned-strings", "a list of strings at 4 mod 8", "tags", "is not a multiple of 8", without("tags"),
			func(card []byte) {
				refer(card, clientSlot(abi.SlotClientTags), target(card, abi.SlotClientTags)-4, 2)
			}),
		hostile("misaligned-rows", "a list of rows at 4 mod 8", "contacts", "is not a multiple of 8", without("contacts"),
			func(card []byte) {
				refer(card, clientSlot(abi.SlotClientContacts), target(card, abi.SlotClientContacts)+4, 1)
			}),
		{name: "overlap", about: "two contacts share the client's list of channels: the parts add up to more than the heap",
			client: func() object {
				return object{"channels": slices.Repeat([]object{{"value": "+100"}}, 3), "contacts": []object{{"name": "Ann"}, {"name": "Bob"}}}
			},
			change: func(card []byte) []byte {
				for i := range 2 {
					row := rowSlot(card, abi.SlotClientContacts, i, 0) - 8
					card[row] |= 1 << abi.SlotContactChannels
					refer(card, row+8+8*abi.SlotContactChannels, target(card, abi.SlotClientChannels), 3)
				}
				return card
			},
			sees: func(c object) {
				for _, contact := range c["contacts"].([]object) {
					contact["channels"] = c["channels"]
				}
			},
			place: "contacts[0].channels", says: "overlap"},
	}
}

func countVectors() []definition {
	hostile := func(name, about, place, says string, gone string, change func(card []byte)) definition {
		return definition{name: name, about: about, client: smallClient, place: place, says: says,
			sees:   func(c object) { drop(c, gone) },
			change: func(card []byte) []byte { change(card); return card }}
	}
	return []definition{
		hostile("count-length", "a string of 4 GiB", "name", "length 4294967295 lies outside", "name", func(card []byte) {
			refer(card, clientSlot(abi.SlotClientName), 400, math.MaxUint32)
		}),
		hostile("count-strings", "2^32-1 strings", "tags", "lies outside", "tags", func(card []byte) {
			refer(card, clientSlot(abi.SlotClientTags), target(card, abi.SlotClientTags), math.MaxUint32)
		}),
		hostile("count-strings-wraps", "2^29 strings: eight times that is 0 in 32 bits", "tags", "lies outside", "tags", func(card []byte) {
			refer(card, clientSlot(abi.SlotClientTags), target(card, abi.SlotClientTags), 1<<29)
		}),
		hostile("count-rows", "2^32-1 rows", "contacts", "lies outside", "contacts", func(card []byte) {
			refer(card, clientSlot(abi.SlotClientContacts), target(card, abi.SlotClientContacts), math.MaxUint32)
		}),
		hostile("count-one-row-more", "one row more than the card holds", "channels", "lies outside", "channels", func(card []byte) {
			at := target(card, abi.SlotClientChannels)
			refer(card, clientSlot(abi.SlotClientChannels), at, (len(card)-at-8)/64+1)
		}),
		hostile("count-row-slots", "rows of 65 slots", "contacts", "want the number of slots", "contacts", func(card []byte) {
			card[target(card, abi.SlotClientContacts)] = 65
		}),
		{name: "count-row-slots-inside", about: "rows of 65 slots, for which there is room", client: smallClient, place: "contacts", says: "want the number of slots",
			sees: func(c object) { drop(c, "contacts") },
			change: func(card []byte) []byte {
				card[target(card, abi.SlotClientContacts)] = 65
				return relabel(append(card, make([]byte, 2*(8+8*65))...))
			}},
		hostile("count-row-slots-outside", "rows of 64 slots, for which there is no room", "contacts", "lies outside", "contacts",
			func(card []byte) {
				at := target(card, abi.SlotClientContacts)
				card[at] = 64
				refer(card, clientSlot(abi.SlotClientContacts), at, 200)
			}),
	}
}

func valueVectors() []definition {
	damaged := func(name, about, place, says string, sees func(object), change func(card []byte)) definition {
		return definition{name: name, about: about, client: smallClient, place: place, says: says, sees: sees,
			change: func(card []byte) []byte { change(card); return card }}
	}
	absent := func(slot int, value uint64) func([]byte) {
		return func(card []byte) { word(card, clientSlot(slot), value) }
	}
	present := func(slot int, value uint64) func([]byte) {
		return func(card []byte) {
			word(card, clientSlot(slot), value)
			card[16+slot/8] |= 1 << (slot % 8)
		}
	}
	list := []definition{
		damaged("value-bool", "a boolean of 2 reads as false", "unsubscribed", "a boolean is 0 or 1",
			func(c object) { c["unsubscribed"] = false }, present(abi.SlotClientUnsubscribed, 2)),
		damaged("value-enum", "an enum code no enum can have", "kind", "code 256 of ClientKind is above 255",
			func(c object) { delete(c, "kind") }, present(abi.SlotClientKind, 256)),
		damaged("value-date", "a date that is not a midnight", "birthday", "is not the midnight of a day",
			func(c object) { c["birthday"] = 1 }, present(abi.SlotClientBirthday, 1)),
		damaged("value-absent-not-zero", "an absent slot that is not zero", "notes", "is marked absent and holds 0x5", nil,
			absent(abi.SlotClientNotes, 5)),
		damaged("value-bit-beyond-slots", "a presence bit without a slot", "slot 46", "the record has 46 slots", nil,
			func(card []byte) { card[16+46/8] |= 1 << (46 % 8) }),
		damaged("value-row-bit-beyond-slots", "a presence bit without a slot in a row", "contacts[0].slot 6", "the record has 6 slots", nil,
			func(card []byte) { card[rowSlot(card, abi.SlotClientContacts, 0, 0)-8] |= 1 << 6 }),
		damaged("value-row-list-reserved", "the reserved part of a list header is not zero, which a reader need not see", "contacts",
			"the list begins with", nil, func(card []byte) { card[target(card, abi.SlotClientContacts)+7] = 1 }),
		damaged("value-keys-unsorted", "keyed rows out of order", "properties[1].key", `"a" comes after "b"`,
			func(c object) { slices.Reverse(c["properties"].([]object)) }, func(card []byte) {
				at := rowSlot(card, abi.SlotClientProperties, 0, 0) - 8
				rows := card[at : at+48]
				copy(rows, slices.Concat(rows[24:], rows[:24]))
			}),
		damaged("value-key-twice", "two rows with one key", "properties[1].key", `"a" comes after "a"`,
			func(c object) { c["properties"].([]object)[1]["key"] = "a" }, func(card []byte) {
				card[binary.LittleEndian.Uint32(card[rowSlot(card, abi.SlotClientProperties, 1, abi.SlotPropertyKey):])] = 'a'
			}),
	}
	unseen := func(name, about, place, says string, change func(card []byte)) definition {
		d := damaged(name, about, place, says, nil, change)
		d.unseen = true
		return d
	}
	number := unseen("value-not-a-number", "a float that is not finite", "fields[0].number", "NaN is not a finite number", func(card []byte) {
		word(card, rowSlot(card, abi.SlotClientFields, 0, abi.SlotFieldNumber), math.Float64bits(math.NaN()))
	})
	number.client = func() object { return object{"fields": []object{{"key": "a", "type": "number", "number": 1.5}}} }
	return append(list, number,
		unseen("value-not-utf8", "text that is not UTF-8", "name", "is not UTF-8",
			func(card []byte) { card[target(card, abi.SlotClientName)] = 0xff }),
		unseen("value-half-character", "a text that ends inside a character", "name", "is not UTF-8",
			func(card []byte) { copy(card[target(card, abi.SlotClientName)+2:], "\xd0") }),
	)
}

func ageVectors() []definition {
	shorter := map[string]int{"Contact": 2, "Channel": 3}
	longer := map[string]int{"Contact": 9, "Channel": abi.MaxRowSlots}
	return []definition{
		{name: "older", about: "a writer that knew 24 slots of the client, 2 of contacts and 3 of channels", age: age{client: 24, rows: shorter},
			client: func() object {
				return object{"id": 5, "name": "Acme", "channels": []object{{"id": "h1", "type": "phone", "value": "+100"}},
					"contacts": []object{{"id": "c1", "name": "Ann"}, {"id": "c2"}}}
			}},
		{name: "oldest", about: "a writer that knew id and revision, and nothing else", age: age{client: 2},
			client: func() object { return object{"id": 5, "revision": 6} }},
		{name: "newer", about: "a writer with more slots, longer rows and an enum value unknown today",
			age: age{client: abi.ClientSlots + 3, rows: longer, extra: []abi.Slot{
				{Name: "motto", Kind: abi.KindString}, {Name: "score", Kind: abi.KindInt}, {Name: "branches", Kind: abi.KindRows, Of: "Contact"}}},
			client: func() object {
				c := smallClient()
				c["kind"], c["motto"], c["score"] = 200, "newer", -1
				c["branches"] = []object{{"name": "Kyiv", "new7": 1}}
				contact := c["contacts"].([]object)[1]
				contact["new8"] = 9
				contact["channels"].([]object)[0]["new63"] = 1
				contact["channels"].([]object)[0]["state"] = 5
				return c
			},
			sees: func(c object) {
				drop(c, "kind", "motto", "score", "branches")
				contact := c["contacts"].([]object)[1]
				delete(contact, "new8")
				drop(contact["channels"].([]object)[0], "new63", "state")
			}},
		{name: "newest", about: "all 128 slots the client can ever have", age: age{client: abi.MaxClientSlots, extra: spareSlots()},
			client: func() object { return object{"id": 5, "name": "Acme", "new64": 1, "new127": 2} },
			sees:   func(c object) { drop(c, "new64", "new127") }},
	}
}

func spareSlots() []abi.Slot {
	return slotsOfAge(abi.ClientSchema, abi.MaxClientSlots)[abi.ClientSlots:]
}

// The places of a card, in bytes.

func clientSlot(slot int) int { return abi.HeaderSize + 8*slot }

// target returns the offset in a slot of the client.
func target(card []byte, slot int) int {
	return int(binary.LittleEndian.Uint32(card[clientSlot(slot):]))
}

// rowSlot returns the place of a slot in row i of a list of the client.
func rowSlot(card []byte, list, i, slot int) int { return slotOfRow(card, target(card, list), i, slot) }

// nestedSlot returns the place of a slot in the one channel of the second contact.
func nestedSlot(card []byte, slot int) int {
	list := binary.LittleEndian.Uint32(card[rowSlot(card, abi.SlotClientContacts, 1, abi.SlotContactChannels):])
	return slotOfRow(card, int(list), 0, slot)
}

func slotOfRow(card []byte, list, i, slot int) int {
	slots := int(binary.LittleEndian.Uint16(card[list:]))
	return list + 8 + i*(8+8*slots) + 8 + 8*slot
}

func word(card []byte, at int, value uint64) { binary.LittleEndian.PutUint64(card[at:], value) }

// refer writes {offset, count} into a slot.
func refer(card []byte, at, offset, count int) { word(card, at, uint64(offset)|uint64(count)<<32) }

// relabel writes the length of a card into its header.
func relabel(card []byte) []byte {
	binary.LittleEndian.PutUint32(card[4:], uint32(len(card)))
	return card
}

func drop(c object, names ...string) {
	for _, name := range names {
		delete(c, name)
	}
}

func keep(c object, names ...string) {
	for name := range c {
		if !slices.Contains(names, name) {
			delete(c, name)
		}
	}
}

// nested returns the one channel of the second contact.
func nested(c object) object {
	return c["contacts"].([]object)[1]["channels"].([]object)[0]
}
