#include "host/lamp_gpiod.h"

#include "host/lamp.h"
#include "host/lamp_wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <gpiod.h>
#include <string.h>

/* libgpiod 2 has other functions under another name of the library; this file is the place for them. */
#define LIBRARY "libgpiod.so.2"

enum { HELD = 2 };

struct chip {
	void *library;
	struct gpiod_chip *chip;
	struct gpiod_line *lines[HELD];
	int numbers[HELD], count;
	struct gpiod_chip *(*open)(const char *path);
	void (*close)(struct gpiod_chip *chip);
	struct gpiod_line *(*get)(struct gpiod_chip *chip, unsigned int offset);
	int (*request)(struct gpiod_line *line, const char *consumer, int value);
	int (*set)(struct gpiod_line *line, int value);
};

/* dlsym gives an object's pointer for a function; POSIX says that it may be stored so. */
static bool find(struct chip *c, const char *name, void *function) {
	void *symbol = dlsym(c->library, name);
	*(void **)function = symbol;
	return symbol != NULL;
}

static bool load(struct chip *c, struct fault *f) {
	c->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	return (c->library != NULL && find(c, "gpiod_chip_open", &c->open) && find(c, "gpiod_chip_close", &c->close) &&
	        find(c, "gpiod_chip_get_line", &c->get) && find(c, "gpiod_line_request_output", &c->request) &&
	        find(c, "gpiod_line_set_value", &c->set)) ||
	       fault_say(f, "The lamp needs libgpiod (%s). Please install the package libgpiod2.", LIBRARY);
}

static bool chip_open(void *self, const char *path, struct fault *f) {
	struct chip *c = self;
	if (!load(c, f)) {
		return false;
	}
	c->chip = c->open(path);
	return c->chip != NULL ||
	       fault_say(f, "The lamp's chip %s could not be opened: %s. The settings name it as chip.", path,
	                 strerror(errno));
}

static bool chip_hold(void *self, int line, struct fault *f) {
	struct chip *c = self;
	struct gpiod_line *l = c->count < HELD ? c->get(c->chip, (unsigned int)line) : NULL;
	if (l == NULL || c->request(l, "alcove", 0) != 0) {
		return fault_say(f, "Line %d of the lamp's chip could not be had: %s.", line, strerror(errno));
	}
	c->numbers[c->count] = line;
	c->lines[c->count++] = l;
	return true;
}

static bool chip_set(void *self, int line, bool on) {
	struct chip *c = self;
	for (int i = 0; i < c->count; i++) {
		if (c->numbers[i] == line) {
			return c->set(c->lines[i], on) == 0;
		}
	}
	return false;
}

static void chip_close(void *self) {
	struct chip *c = self;
	if (c->chip != NULL) {
		c->close(c->chip);
		c->chip = NULL;
	}
}

int lamp_gpiod_main(void) {
	struct chip c = {.library = NULL};
	const struct lamp_chip chip = {&c, chip_open, chip_hold, chip_set, chip_close};
	return lamp_guard(LAMP_FD, &chip, LAMP_SILENT_MS);
}
