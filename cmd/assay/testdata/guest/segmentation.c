/* Companies by the number of people known there: team or single. */
#include "assay.h"

static const char description[] =
	"{\"abi\":1,\"checks\":[{\"name\":\"people\",\"type\":\"Segmentation\","
	"\"messages\":{\"team\":{\"en\":\"{{ n }} people are known\"},\"single\":{\"en\":\"one person is known\"}},"
	"\"labels\":{\"team\":{\"title\":{\"en\":\"Teams\",\"ru\":\"Команды\"}},\"single\":{\"title\":{\"en\":\"Singles\"}}}}]}";

static void judge(Card c) {
	u32 n = rows(c, slot(c, CONTACTS)).count;
	char digits[10];
	if (slot(c, KIND) != COMPANY || n == 0) return;
	beginRow(LABEL);
	word(LABEL_NAME, n > 1 ? "team" : "single");
	word(PARAM_KEY, "n");
	field(PARAM_VALUE, digits, decimal(digits, n));
	endRow();
}
