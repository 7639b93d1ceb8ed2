/* The shipped kiosk, in whose visits one piece of memory is not given, and from then on, or only then, none. Which one is
 * asked for: its number is this process's limit on message queues, which a visit never uses and gets from whoever starts
 * it; an odd number fails once and an even one for good, at half of it. Where that limit is as high as it may be, nothing fails. */
#include "host/wiping.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *p, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
int posix_memalign(void **out, size_t alignment, size_t size);

static atomic_ulong asked, failing;
static bool once;

/* The shipped kiosk's realloc overwrites what it gives back; here it may fail instead. */
void wiping_begin(void) {
}

/* Before anything of a visit runs. */
__attribute__((constructor)) static void begin(void) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_MSGQUEUE, &limit) == 0 && limit.rlim_cur != limit.rlim_max) {
		failing = limit.rlim_cur / 2;
		once = limit.rlim_cur % 2 != 0;
	}
}

static bool none_left(void) {
	unsigned long now = atomic_fetch_add(&asked, 1) + 1, at = failing;
	bool none = at != 0 && (once ? now == at : now >= at);
	if (none) {
		errno = ENOMEM;
	}
	return none;
}

void *malloc(size_t size) {
	return none_left() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
	return none_left() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *p, size_t size) {
	return none_left() ? NULL : __libc_realloc(p, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
	return none_left() ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
	*out = none_left() ? NULL : __libc_memalign(alignment, size);
	return *out == NULL ? ENOMEM : 0;
}
