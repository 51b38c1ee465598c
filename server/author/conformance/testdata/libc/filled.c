#include "filled.h"

#include <stdlib.h>
#include <string.h>

char *take(uint32_t size) { return malloc(size); }
void give_back(char *block) { free(block); }
char *fill(char *block, uint32_t size, int with) { return memset(block, with, size); }

uint32_t unlike(const char *block, uint32_t size, int with) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < size; i++) count += block[i] != (char)with;
  return count;
}
