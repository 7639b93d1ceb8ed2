#include "base/clock.h"

#include <time.h>

int64_t clock_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_sooner(int64_t a, int64_t b) {
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}
