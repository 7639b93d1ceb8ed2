#include "host/lamp_gpiod.h"

#include "host/lamp.h"
#include "host/lamp_wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <gpiod.h>
#include <string.h>

/* Debian 12 has libgpiod 1 and Debian 13 has libgpiod 2, with other functions behind another file's name. LAMP_GPIOD is
 * the number of the one that we are compiled with (Makefile). All that differs between them stands in two sections. */
#if LAMP_GPIOD == 2
#define LIBRARY "libgpiod.so.3"
#define PACKAGE "libgpiod3"
typedef struct gpiod_line_request held_line;
#else
#define LIBRARY "libgpiod.so.2"
#define PACKAGE "libgpiod2"
typedef struct gpiod_line held_line;
#endif

enum { HELD = 2 };

struct chip {
	void *library;
	struct gpiod_chip *chip;
	held_line *lines[HELD];
	int numbers[HELD], count;
	struct gpiod_chip *(*open)(const char *path);
	void (*close)(struct gpiod_chip *chip);
#if LAMP_GPIOD == 2
	struct gpiod_line_settings *(*settings_new)(void);
	void (*settings_free)(struct gpiod_line_settings *settings);
	int (*settings_direction)(struct gpiod_line_settings *settings, enum gpiod_line_direction direction);
	int (*settings_value)(struct gpiod_line_settings *settings, enum gpiod_line_value value);
	struct gpiod_line_config *(*lines_new)(void);
	void (*lines_free)(struct gpiod_line_config *lines);
	int (*lines_add)(struct gpiod_line_config *lines, const unsigned int *offsets, size_t count,
	                 struct gpiod_line_settings *settings);
	struct gpiod_request_config *(*asker_new)(void);
	void (*asker_free)(struct gpiod_request_config *asker);
	void (*asker_name)(struct gpiod_request_config *asker, const char *consumer);
	struct gpiod_line_request *(*request)(struct gpiod_chip *chip, struct gpiod_request_config *asker,
	                                      struct gpiod_line_config *lines);
	int (*set)(struct gpiod_line_request *request, unsigned int offset, enum gpiod_line_value value);
	void (*release)(struct gpiod_line_request *request);
#else
	struct gpiod_line *(*get)(struct gpiod_chip *chip, unsigned int offset);
	int (*request)(struct gpiod_line *line, const char *consumer, int value);
	int (*set)(struct gpiod_line *line, int value);
#endif
};

/* dlsym gives an object's pointer for a function; POSIX says that it may be stored so. */
static bool find(struct chip *c, const char *name, void *function) {
	void *symbol = dlsym(c->library, name);
	*(void **)function = symbol;
	return symbol != NULL;
}

/* --- libgpiod 2 -------------------------------------------------------------------------------------------------- */
#if LAMP_GPIOD == 2

static bool find_version(struct chip *c) {
	return find(c, "gpiod_line_settings_new", &c->settings_new) &&
	       find(c, "gpiod_line_settings_free", &c->settings_free) &&
	       find(c, "gpiod_line_settings_set_direction", &c->settings_direction) &&
	       find(c, "gpiod_line_settings_set_output_value", &c->settings_value) &&
	       find(c, "gpiod_line_config_new", &c->lines_new) && find(c, "gpiod_line_config_free", &c->lines_free) &&
	       find(c, "gpiod_line_config_add_line_settings", &c->lines_add) &&
	       find(c, "gpiod_request_config_new", &c->asker_new) &&
	       find(c, "gpiod_request_config_free", &c->asker_free) &&
	       find(c, "gpiod_request_config_set_consumer", &c->asker_name) &&
	       find(c, "gpiod_chip_request_lines", &c->request) && find(c, "gpiod_line_request_set_value", &c->set) &&
	       find(c, "gpiod_line_request_release", &c->release);
}

/* An output, and off. NULL with errno set when it cannot be had. */
static held_line *take_line(const struct chip *c, unsigned int line) {
	struct gpiod_line_settings *settings = c->settings_new();
	struct gpiod_line_config *lines = c->lines_new();
	struct gpiod_request_config *asker = c->asker_new();
	held_line *held = NULL;
	if (settings != NULL && lines != NULL && asker != NULL &&
	    c->settings_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT) == 0 &&
	    c->settings_value(settings, GPIOD_LINE_VALUE_INACTIVE) == 0 &&
	    c->lines_add(lines, &line, 1, settings) == 0) {
		c->asker_name(asker, "alcove");
		held = c->request(c->chip, asker, lines);
	}
	int why = errno;
	c->asker_free(asker);
	c->lines_free(lines);
	c->settings_free(settings);
	errno = why;
	return held;
}

static bool set_line(const struct chip *c, int i, bool on) {
	return c->set(c->lines[i], (unsigned int)c->numbers[i],
	              on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE) == 0;
}

/* Closing the chip does not give its lines back. */
static void give_lines(struct chip *c) {
	while (c->count > 0) {
		c->release(c->lines[--c->count]);
	}
}

/* --- libgpiod 1 -------------------------------------------------------------------------------------------------- */
#else

static bool find_version(struct chip *c) {
	return find(c, "gpiod_chip_get_line", &c->get) && find(c, "gpiod_line_request_output", &c->request) &&
	       find(c, "gpiod_line_set_value", &c->set);
}

/* An output, and off. NULL with errno set when it cannot be had. */
static held_line *take_line(const struct chip *c, unsigned int line) {
	struct gpiod_line *l = c->get(c->chip, line);
	return l != NULL && c->request(l, "alcove", 0) == 0 ? l : NULL;
}

static bool set_line(const struct chip *c, int i, bool on) {
	return c->set(c->lines[i], on) == 0;
}

/* They are given back with the chip. */
static void give_lines(struct chip *c) {
	c->count = 0;
}

#endif
/* --- what the lamp asks for -------------------------------------------------------------------------------------- */

static bool load(struct chip *c, struct fault *f) {
	c->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	return (c->library != NULL && find(c, "gpiod_chip_open", &c->open) && find(c, "gpiod_chip_close", &c->close) &&
	        find_version(c)) ||
	       fault_say(f, "The lamp needs libgpiod (%s). Please install the package %s.", LIBRARY, PACKAGE);
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
	held_line *l = c->count < HELD ? take_line(c, (unsigned int)line) : NULL;
	if (l == NULL) {
		return fault_say(f, "Line %d of the lamp's chip could not be had: %s.", line, strerror(errno));
	}
	c->numbers[c->count] = line;
	c->lines[c->count++] = l;
	return true;
}

static bool chip_set(void *self, int line, bool on) {
	const struct chip *c = self;
	for (int i = 0; i < c->count; i++) {
		if (c->numbers[i] == line) {
			return set_line(c, i, on);
		}
	}
	return false;
}

static void chip_close(void *self) {
	struct chip *c = self;
	if (c->chip != NULL) {
		give_lines(c);
		c->close(c->chip);
		c->chip = NULL;
	}
}

int lamp_gpiod_main(void) {
	struct chip c = {.library = NULL};
	const struct lamp_chip chip = {&c, chip_open, chip_hold, chip_set, chip_close};
	return lamp_guard(LAMP_FD, &chip, LAMP_SILENT_MS);
}
