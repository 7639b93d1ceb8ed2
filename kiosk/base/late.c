#include "base/late.h"

#include <dlfcn.h>

void *late_nothing(void) {
	return NULL;
}

bool late_load(const char *file, const struct late *rows, size_t count) {
#ifdef LATE_JUMP
	void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
	bool all = library != NULL;
	for (size_t i = 0; i < count && all; i++) {
		all = dlsym(library, rows[i].name) != NULL;
	}
	for (size_t i = 0; i < count && all; i++) {
		/* dlsym gives an object's pointer for a function; POSIX says that it may be stored so. */
		*(void **)(void *)rows[i].place = dlsym(library, rows[i].name);
	}
	return all;
#else
	return true;
#endif
}
