#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

bool fault_say(struct fault *f, const char *format, ...) {
	va_list args;
	va_start(args, format);
	vsnprintf(f->says, sizeof f->says, format, args);
	va_end(args);
	return false;
}
