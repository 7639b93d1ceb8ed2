#include "host/wiping.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The C library could do this by itself, but reads that it should only when a program starts (GLIBC_TUNABLES), and a
 * program that starts a second time for it is on the glass four milliseconds later. It promises that free and realloc
 * may be replaced, also for its own use ("Replacing malloc" in its manual); these are its own, by their other names. */
void __libc_free(void *p);
void *__libc_realloc(void *p, size_t size);

static struct { bool on; } wiping;

void wiping_begin(void) {
	wiping.on = true;
}

/* AddressSanitizer has replaced them already. */
#ifndef __SANITIZE_ADDRESS__

void free(void *p) {
	if (wiping.on && p != NULL) {
		explicit_bzero(p, malloc_usable_size(p));
	}
	__libc_free(p);
}

void *realloc(void *p, size_t size) {
	if (!wiping.on || p == NULL) {
		return __libc_realloc(p, size);
	}
	size_t had = malloc_usable_size(p);
	if (size <= had) {
		/* What is cut off is given back; the rest stays where it is. */
		explicit_bzero((char *)p + size, had - size);
		return __libc_realloc(p, size);
	}
	/* It may have to move, and would leave a copy behind. */
	void *moved = malloc(size);
	if (moved != NULL) {
		memcpy(moved, p, had);
		free(p);
	}
	return moved;
}

#endif
