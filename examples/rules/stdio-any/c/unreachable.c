// A rule that reads a line of JSON for each client and answers with a line: contacts whom nobody can reach.
#define _GNU_SOURCE // getline
#include <stdio.h>
#include <stdlib.h>

#include "json.h"

static bool reachable(json_t contact) {
  for (json_t channel = json_first(json_member(contact, "channels")); channel != NULL; channel = json_next(channel))
    if (json_has_text(json_member(channel, "value"))) return true;
  return false;
}

// A text as it stands in the line, quoted.
static void put(FILE *to, json_t text) {
  if (text == NULL || *text != '"') text = "\"\"";
  fprintf(to, "%.*s", (int)json_length(text), text);
}

static void answer(json_t line, FILE *to) {
  json_t client = json_member(line, "client"), stage = json_member(json_member(line, "settings"), "stage");
  if (stage == NULL) stage = "\"negotiation\""; // as description.json says
  int found = 0, i = 0;
  json_t first = json_first(json_member(client, "contacts"));
  if (!json_equal(json_member(client, "stage"), stage)) first = NULL;
  for (json_t contact = first; contact != NULL; contact = json_next(contact), i++) {
    if (reachable(contact)) continue;
    fprintf(to, "%s{\"code\":\"unreachable\",\"path\":\"contacts[%d].channels\",\"rowId\":", found++ == 0 ? "{\"findings\":[" : ",", i);
    put(to, json_member(contact, "id"));
    fputs(",\"params\":{\"name\":", to);
    put(to, json_member(contact, "name"));
    fputs("}}", to);
  }
  fputs(found > 0 ? "]}\n" : "{}\n", to);
}

#ifndef TEST
int main(void) {
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, stdin) > 0) {
    answer(line, stdout);
    fflush(stdout);
  }
  return ferror(stdin) || ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
#endif
