/* A GPIO chip of four lines, /dev/gpiochip9, where the kernel has none: put before the C library of a program (LD_PRELOAD)
 * it answers what libgpiod asks of the kernel, as linux/gpio.h and the kernel's Documentation say: the first version of that
 * for libgpiod 1, the second for libgpiod 2. So the real libgpiod, and our own code that calls it, run against it.
 * gpio_double.h is what the test sees of it. */
#include "host/gpio_double.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Where each looks whether the device is a chip. */
#define SYSFS "/sys/bus/gpio/devices/gpiochip9/dev"
#define SUBSYSTEM "/sys/dev/char/254:9/subsystem"
enum { MAJOR = 254, MINOR = 9, FDS = 64 };

/* What each descriptor that we have given out stands for: a line, or the chip. */
enum { OF_NOTHING, OF_CHIP, OF_LINE };
static int kinds[FDS], line_of[FDS];

/* The next definition of a function: the C library's. */
static void *next_of(const char *name) {
	void *found = dlsym(RTLD_NEXT, name);
	if (found == NULL) {
		abort();
	}
	return found;
}

static struct gpio_double *board(void) {
	static struct gpio_double *b;
	const char *path = getenv(GPIO_DOUBLE_STATE);
	if (b == NULL && path != NULL) {
		int (*real)(const char *, int, ...) = NULL;
		*(void **)&real = next_of("open");
		int fd = real(path, O_RDWR | O_CLOEXEC);
		void *at = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		b = at != MAP_FAILED ? at : NULL;
		close(fd);
	}
	return b;
}

static int give(int kind, int line) {
	int fd = memfd_create("gpio", MFD_CLOEXEC);
	if (fd < 0 || fd >= FDS) {
		errno = EMFILE;
		return -1;
	}
	kinds[fd] = kind;
	line_of[fd] = line;
	return fd;
}

static int fail(int err) {
	errno = err;
	return -1;
}

/* --- files ------------------------------------------------------------------------------------------------------ */

static int open_sysfs(void) {
	char text[32];
	int fd = memfd_create("dev", MFD_CLOEXEC);
	int len = snprintf(text, sizeof text, "%d:%d\n", MAJOR, MINOR);
	return fd >= 0 && write(fd, text, (size_t)len) == len && lseek(fd, 0, SEEK_SET) == 0 ? fd : fail(EIO);
}

int open(const char *path, int flags, ...) {
	int (*real)(const char *, int, ...) = NULL;
	va_list more;
	va_start(more, flags);
	mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
	va_end(more);
	if (board() != NULL && strcmp(path, GPIO_DOUBLE_CHIP) == 0) {
		return give(OF_CHIP, 0);
	}
	if (board() != NULL && strcmp(path, SYSFS) == 0) {
		return open_sysfs();
	}
	*(void **)&real = next_of("open");
	return real(path, flags, mode);
}

static int stat_by(const char *name, const char *path, struct stat *st) {
	int (*real)(const char *, struct stat *) = NULL;
	if (board() != NULL && strcmp(path, GPIO_DOUBLE_CHIP) == 0) {
		memset(st, 0, sizeof *st);
		st->st_mode = S_IFCHR | 0600;
		st->st_rdev = makedev(MAJOR, MINOR);
		return 0;
	}
	*(void **)&real = next_of(name);
	return real(path, st);
}

int stat(const char *path, struct stat *st) {
	return stat_by("stat", path, st);
}

int lstat(const char *path, struct stat *st) {
	return stat_by("lstat", path, st);
}

int access(const char *path, int how) {
	int (*real)(const char *, int) = NULL;
	if (board() != NULL && strcmp(path, SYSFS) == 0) {
		return 0;
	}
	*(void **)&real = next_of("access");
	return real(path, how);
}

char *realpath(const char *path, char *to) {
	char *(*real)(const char *, char *) = NULL;
	if (board() != NULL && to == NULL && strcmp(path, SUBSYSTEM) == 0) {
		return strdup("/sys/bus/gpio");
	}
	*(void **)&real = next_of("realpath");
	return real(path, to);
}

/* A line is given back with the last descriptor of it. What it is set to stays, as on most chips. */
int close(int fd) {
	int (*real)(int) = NULL;
	if (fd >= 0 && fd < FDS && kinds[fd] != OF_NOTHING) {
		if (kinds[fd] == OF_LINE) {
			board()->lines[line_of[fd]].held = 0;
		}
		kinds[fd] = OF_NOTHING;
	}
	*(void **)&real = next_of("close");
	return real(fd);
}

/* --- what the kernel is asked ------------------------------------------------------------------------------------ */

static int chip_info(struct gpiochip_info *info) {
	memset(info, 0, sizeof *info);
	strcpy(info->name, "gpiochip9");
	strcpy(info->label, "double");
	info->lines = GPIO_DOUBLE_LINES;
	return 0;
}

static int line_info(struct gpioline_info *info) {
	if (info->line_offset >= GPIO_DOUBLE_LINES) {
		return fail(EINVAL);
	}
	volatile struct gpio_double_line *l = &board()->lines[info->line_offset];
	info->flags = (l->held ? GPIOLINE_FLAG_KERNEL : 0U) | (l->output ? GPIOLINE_FLAG_IS_OUT : 0U);
	memset(info->name, 0, sizeof info->name);
	memset(info->consumer, 0, sizeof info->consumer);
	if (l->held) {
		memcpy(info->consumer, (const char *)l->consumer, sizeof l->consumer);
	}
	return 0;
}

/* A line as an output, the only thing that a lamp asks for: its descriptor, or -1. */
static int take_output(unsigned line, const char *consumer, int value) {
	if (line >= GPIO_DOUBLE_LINES) {
		return fail(EINVAL);
	}
	volatile struct gpio_double_line *l = &board()->lines[line];
	if (l->held) {
		return fail(EBUSY);
	}
	int fd = give(OF_LINE, (int)line);
	if (fd >= 0) {
		memcpy((char *)l->consumer, consumer, sizeof l->consumer);
		l->value = value;
		l->output = 1;
		l->held = 1;
	}
	return fd;
}

static int take_line(struct gpiohandle_request *request) {
	if (request->lines != 1 || request->flags != GPIOHANDLE_REQUEST_OUTPUT) {
		return fail(EINVAL);
	}
	request->fd = take_output(request->lineoffsets[0], request->consumer_label, request->default_values[0] != 0);
	return request->fd >= 0 ? 0 : -1;
}

/* What the second version says of a line stands in attributes; one that is for the value may be left out, for off. */
static int take_line_v2(struct gpio_v2_line_request *request) {
	int value = 0;
	if (request->num_lines != 1 || request->config.flags != GPIO_V2_LINE_FLAG_OUTPUT ||
	    request->config.num_attrs > GPIO_V2_LINE_NUM_ATTRS_MAX) {
		return fail(EINVAL);
	}
	for (unsigned i = 0; i < request->config.num_attrs; i++) {
		const struct gpio_v2_line_config_attribute *a = &request->config.attrs[i];
		if (a->attr.id != GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES) {
			return fail(EINVAL);
		}
		value = (a->mask & a->attr.values & 1) != 0;
	}
	request->fd = take_output(request->offsets[0], request->consumer, value);
	return request->fd >= 0 ? 0 : -1;
}

static int of_chip(unsigned long what, void *with) {
	switch (what) {
	case GPIO_GET_CHIPINFO_IOCTL:
		return chip_info(with);
	case GPIO_GET_LINEINFO_IOCTL:
		return line_info(with);
	case GPIO_GET_LINEHANDLE_IOCTL:
		return take_line(with);
	case GPIO_V2_GET_LINE_IOCTL:
		return take_line_v2(with);
	default:
		return fail(EINVAL);
	}
}

static int of_line(volatile struct gpio_double_line *l, unsigned long what, void *with) {
	if (what == GPIOHANDLE_SET_LINE_VALUES_IOCTL) {
		const struct gpiohandle_data *data = with;
		l->value = data->values[0] != 0;
		return 0;
	}
	if (what == GPIO_V2_LINE_SET_VALUES_IOCTL) {
		const struct gpio_v2_line_values *values = with;
		l->value = (values->mask & 1) != 0 ? (values->bits & 1) != 0 : l->value;
		return 0;
	}
	return fail(EINVAL);
}

int ioctl(int fd, unsigned long what, ...) {
	int (*real)(int, unsigned long, ...) = NULL;
	va_list more;
	va_start(more, what);
	void *with = va_arg(more, void *);
	va_end(more);
	if (fd >= 0 && fd < FDS && kinds[fd] == OF_CHIP) {
		return of_chip(what, with);
	}
	if (fd >= 0 && fd < FDS && kinds[fd] == OF_LINE) {
		return of_line(&board()->lines[line_of[fd]], what, with);
	}
	*(void **)&real = next_of("ioctl");
	return real(fd, what, with);
}
