/* Functions of a library that is loaded when it is needed, and not with the program: a function that is named here can be
 * called, passed on and linked against as ever. It knows names and nothing else, no arguments and no headers.
 *
 *   #define MINE(X) X(first_function) X(second_function)
 *   LATE_DOORS(MINE)
 *   static const struct late mine[] = {MINE(LATE_ROW)};
 *   ... late_load("libmine.so.1", mine, sizeof mine / sizeof mine[0])
 *
 * A name that is missing in a list is found in its library by the linker, which then is loaded with the program. */
#ifndef ALCOVE_BASE_LATE_H
#define ALCOVE_BASE_LATE_H

#include <stdbool.h>
#include <stddef.h>

/* What stands in for a function until its library is loaded: does nothing and gives NULL. */
void *late_nothing(void);

/* Where a function is: late_NAME. Seen by its door below and by nobody outside the program. */
#define LATE_PLACE(name)                                                                                               \
	extern void *(*late_##name)(void);                                                                             \
	__attribute__((visibility("hidden"))) void *(*late_##name)(void) = late_nothing;

/* The function under its own name: a jump to where the true one is, which leaves every argument as it stands, whatever
 * there are. Its first instruction says that it may be jumped to (-fcf-protection, and the same on ARM). */
#if defined(__x86_64__)
#define LATE_JUMP(name) "endbr64\n\tjmp *late_" #name "(%rip)\n"
#elif defined(__aarch64__)
#define LATE_JUMP(name) "hint 34\n\tadrp x16, late_" #name "\n\tldr x16, [x16, :lo12:late_" #name "]\n\tbr x16\n"
#endif
#define LATE_DOOR(name)                                                                                                \
	__asm__(".pushsection .text\n\t.balign 16\n\t.globl " #name "\n\t.hidden " #name "\n\t.type " #name            \
	        ", %function\n" #name ":\n\t" LATE_JUMP(name) "\t.size " #name ", . - " #name "\n\t.popsection");

/* On any other processor nothing is late. */
#ifdef LATE_JUMP
#define LATE_DOORS(list) list(LATE_PLACE) list(LATE_DOOR)
#define LATE_ROW(name) {#name, &late_##name},
#else
#define LATE_DOORS(list)
#define LATE_ROW(name) {#name, NULL},
#endif

struct late {
	const char *name;
	void *(**place)(void);
};

/* Loads a library for as long as the program runs and opens its doors: all of them, or none where the library or one of
 * its functions is missing (false). */
bool late_load(const char *file, const struct late *rows, size_t count);

#endif
