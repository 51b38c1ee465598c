/* Stricter than the default rule: the tax id of who does business is 8, 10 or
 * 12 digits. */
#include "assay.h"

static const char description[] =
	"{\"abi\":1,\"checks\":[{\"name\":\"digits\",\"type\":\"Quality\",\"messages\":{"
	"\"absent\":{\"en\":\"No tax id\"},\"malformed\":{\"en\":\"{{ id }} is not a tax id\"}}}]}";

static void judge(Card c) {
	Text id = text(c, slot(c, TAX_ID));
	int digits = id.length == 8 || id.length == 10 || id.length == 12;
	for (u32 i = 0; i < id.length; i++) digits = digits && id.at[i] >= '0' && id.at[i] <= '9';
	if (slot(c, KIND) == PERSON || digits) return;
	beginRow(FINDING);
	word(CODE, id.length ? "malformed" : "absent");
	word(PATH, "taxId");
	if (id.length && id.length < 1024) {
		word(PARAM_KEY, "id");
		field(PARAM_VALUE, id.at, id.length);
	}
	endRow();
}
