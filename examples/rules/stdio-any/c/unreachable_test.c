// The rule natively: make test.
#define TEST
#include "unreachable.c"

static void expect(const char *line, const char *want) {
  char *got = NULL;
  size_t length = 0;
  FILE *to = open_memstream(&got, &length);
  answer(line, to);
  fclose(to);
  if (strcmp(got, want) != 0) {
    fprintf(stderr, "%s\ngot  %swant %s", line, got, want);
    exit(1);
  }
  free(got);
}

int main(void) {
  expect("{\"settings\":{},\"client\":{\"stage\":\"negotiation\",\"contacts\":[]}}\n", "{}\n");
  expect("{\"settings\":{\"stage\":\"lost\"},\"client\":{\"stage\":\"negotiation\",\"contacts\":[{\"id\":\"c1\"}]}}\n", "{}\n");
  expect("{ \"settings\" : { \"stage\" : \"lost\" } , \"client\" : { \"notes\":\"{[,\\\"\" , \"stage\" : \"lost\", \"contacts\" : [ {\"id\":\"c1\",\"name\":\"A \\\"b\\\"\",\"channels\":[]} , {\"channels\":[{\"value\":\"\"},{\"value\":\"+7\"}]} ] } }\n",
         "{\"findings\":[{\"code\":\"unreachable\",\"path\":\"contacts[0].channels\",\"rowId\":\"c1\",\"params\":{\"name\":\"A \\\"b\\\"\"}}]}\n");
  // Half a line, and none: nothing is read behind its end.
  const char whole[] = "{\"settings\":{\"stage\":\"a\"},\"client\":{\"stage\":\"a\\\"\",\"contacts\":[{\"id\":\"c1\",\"channels\":[{\"value\":\"\\\\\"}]}]}}";
  for (size_t length = 0; length < sizeof whole; length++) {
    char *half = strndup(whole, length), *got = NULL;
    size_t size;
    FILE *to = open_memstream(&got, &size);
    answer(half, to);
    fclose(to);
    free(half);
    free(got);
  }
  puts("4 tests, 0 failed");
  return 0;
}
