#include <stdint.h>

char *take(uint32_t size);      // malloc
void give_back(char *block);    // free
char *fill(char *block, uint32_t size, int with);
uint32_t unlike(const char *block, uint32_t size, int with); // how many bytes are another
