/* Every contact can be reached: a contact without a channel is a finding. */
#include "assay.h"

static const char description[] =
	"{\"abi\":1,\"checks\":[{\"name\":\"reach\",\"type\":\"Quality\",\"messages\":{\"unreachable\":{"
	"\"en\":\"{{ name }} cannot be reached\",\"ru\":\"С контактом {{ name }} нельзя связаться\"}}}]}";

static void judge(Card c) {
	Rows contacts = rows(c, slot(c, CONTACTS));
	for (u32 i = 0; i < contacts.count; i++) {
		if (rows(c, rowSlot(c, contacts, i, CONTACT_CHANNELS)).count > 0) continue;
		Text id = text(c, rowSlot(c, contacts, i, CONTACT_ID)), name = text(c, rowSlot(c, contacts, i, CONTACT_NAME));
		char path[40] = "contacts[";
		u32 n = 9 + decimal(path + 9, i);
		for (const char *rest = "].channels"; *rest; rest++) path[n++] = *rest;
		if (used + 1024 + name.length > sizeof out) return;
		beginRow(FINDING);
		word(CODE, "unreachable");
		field(PATH, path, n);
		field(ROW_ID, id.at, id.length);
		word(PARAM_KEY, "name");
		field(PARAM_VALUE, name.at, name.length);
		endRow();
	}
}
