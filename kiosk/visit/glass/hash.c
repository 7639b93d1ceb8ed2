#include "visit/glass/hash.h"

static const uint64_t prime = 0x100000001b3u;

uint64_t hash_bytes(uint64_t h, const char *bytes, size_t len) {
	for (size_t i = 0; i < len; i++) {
		h = (h ^ (unsigned char)bytes[i]) * prime;
	}
	return h;
}

uint64_t hash_numbers(uint64_t h, const int32_t *numbers, size_t count) {
	for (size_t i = 0; i < count; i++) {
		h = (h ^ (uint32_t)numbers[i]) * prime;
		h ^= h >> 32; /* a number is wider than the byte that the method is made for */
	}
	return h;
}

uint64_t hash_run(uint64_t h, const struct run *r) {
	const int32_t numbers[] = {(int32_t)r->script, (int32_t)r->face, r->px, r->rtl, r->bold, r->len};
	return hash_bytes(hash_numbers(h, numbers, sizeof numbers / sizeof numbers[0]), r->utf8, r->len);
}
