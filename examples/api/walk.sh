#!/usr/bin/env bash
# A walk through the API of Assay with curl. It needs curl and jq, and a server:
#
#   assay serve --data base                          # in another terminal; prints where the token is
#   export ASSAY_SERVER=http://127.0.0.1:8080 ASSAY_TOKEN=$(cat base/admin-token)
#   ./walk.sh
#
# What it prints on a new base stands in walk.txt (cursors are … there). The last step removes what the walk made, but for the imported clients.
set -euo pipefail
cd "$(dirname "$0")"
: "${ASSAY_SERVER:?the address of the server, such as http://127.0.0.1:8080}" "${ASSAY_TOKEN:?a token of the server}"

# ask STATUS METHOD PATH [curl's options...] asks the server and leaves the body in $answer. Another status than expected ends the walk: the
# body is then a problem (RFC 9457) whose `detail` and `errors` say why. The token goes to curl in a file of its own: every user of the machine
# sees the options of a command.
ask() {
	local want=$1 method=$2 path=$3 status
	shift 3
	answer=$(curl -sS -X "$method" -H @<(printf 'Authorization: Bearer %s\n' "$ASSAY_TOKEN") -w '\n%{http_code}' "$@" "$ASSAY_SERVER$path")
	status=${answer##*$'\n'} answer=${answer%$'\n'*}
	echo "$method $path -> $status"
	[ "$status" = "$want" ] || { echo "expected $want: $answer" >&2; exit 1; }
}

# show FILTER prints what jq's filter takes from the answer.
show() { jq -r "$1" <<<"$answer" | sed 's/^/    /'; }

step() { printf '\n%s\n' "$*"; }

ask 200 GET '/api/v1/events?limit=1'
last=$(jq .last <<<"$answer") # the newest event: step 9 asks what came after it

step "1. Create a client. The answer is the client as it is stored (see the phone), and what the rules find wrong with it."
# The key makes it safe to send the same request again, after a timeout say: it is executed once.
ask 201 POST /api/v1/clients -H "Idempotency-Key: walk-$last" -d '{
	"externalId": "walk-1", "kind": "company", "name": "ООО «Ромашка»",
	"channels": [{"type": "phone", "value": "8 (495) 748-01-13"}], "contacts": [{"name": "Семакова Лидия"}]}'
client=/api/v1/clients/$(jq .client.id <<<"$answer") revision=$(jq .client.revision <<<"$answer")
show '"phone: " + .client.channels[0].value, (.findings[] | "\(.severity) \(.rule) at \(.path): \(.message)")'

step "2. A second client with the same external id is refused: 409."
ask 409 POST /api/v1/clients -d '{"externalId": "walk-1", "kind": "company", "name": "Ромашка"}'
show '"\(.code): \(.detail)"'

step "3. What is no client at all is refused with every reason, not only the first: 422. Texts come in the language asked for."
ask 422 POST /api/v1/clients -H 'Accept-Language: ru' -d '{"kind": "firm", "birthday": "1990-02-30", "colour": "red"}'
show '.code, (.errors[] | "\(.field) (\(.code)): \(.message)")'

step "4. Fix the card. If-Match says which revision you have seen; somebody else's change in between is not overwritten: 412."
ask 412 PATCH "$client" -H 'If-Match: "999"' -d '{"manager": "ivanova"}'
show '"\(.code): \(.detail)"'
ask 200 PATCH "$client" -H "If-Match: \"$revision\"" -d '{"manager": "ivanova", "taxId": "7707083893"}'
show '"left: " + (.findings | map(.rule) | join(", "))'
# Rows of a list have routes of their own.
ask 200 PATCH "$client/contacts/c1" -d '{"jobTitle": "главный бухгалтер"}'
show '"left: \(.findings | length)"'

step "5. Import a file. Lines that cannot be taken are listed with the reason; the others are stored."
# With dryRun=true nothing is stored and the answer is the same.
ask 200 POST '/api/v1/imports?format=ndjson&key=externalId' --data-binary @../clients/clients.ndjson
show '"\(.created) created, \(.failed) failed", (.errors[:3][] | "line \(.line)\(if .field == "" then "" else " " + .field end): \(.message)")'

step "6. The quality report: what is wrong, by rule."
ask 200 GET '/api/v1/reports/quality?limit=1'
show '"\(.violating) of \(.clients) clients have findings", (.rules[] | select(.findings > 0) | "\(.name): \(.findings)")'

step "7. A rule of your own. First ask what it would change, then apply it, then wait until the base is judged."
ask 200 POST /api/v1/rules/company-email/diff -H 'Content-Type: application/yaml' --data-binary @company-email.yaml
show '"it would find \(.opened.findings) of \(.clients) clients, such as: \(.opened.sample[0].finding.message)"'
ask 201 PUT /api/v1/rules/company-email -H 'Content-Type: application/yaml' --data-binary @company-email.yaml
for _ in {1..300}; do
	ask 200 GET /api/v1/rules/company-email >/dev/null
	[ "$(jq -r '.status.conditions[] | select(.type == "Current").status' <<<"$answer")" != True ] || break
	sleep 0.2
done
show '.status.conditions[] | select(.type == "Current") | "\(.type) is \(.status): \(.message)"'

step "8. Findings, page by page: \`next\` of a page is \`after\` of the following one, and the last page has none."
after="" clients=0
while :; do
	ask 200 GET "/api/v1/reports/quality?rule=company-email&limit=15&after=$after"
	clients=$((clients + $(jq '.items | length' <<<"$answer")))
	after=$(jq -r '.next // empty' <<<"$answer")
	[ -n "$after" ] || break
done
echo "    $clients clients in all; the last: $(jq -r '.items[-1].findings[0].message' <<<"$answer")"

step "9. What happened to the client of step 1, oldest first. (With Accept: text/event-stream the same route goes on as it happens.)"
ask 200 GET "/api/v1/events?limit=1000&after=$last"
show ".items[] | select(.client == ${client##*/}) | \"\(.type) \(.rule // \"\")\""

step "10. Remove the rule, and its findings with it, and the client."
ask 204 DELETE /api/v1/rules/company-email
ask 204 DELETE "$client"
ask 404 GET "$client"
