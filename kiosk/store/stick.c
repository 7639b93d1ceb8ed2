#include "store/stick.h"

#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- opening ---------------------------------------------------------------------------------------------------- */

/* Opens a name in a folder, and nothing that the name could lead to instead: no link, no other file system mounted there.
 * O_NONBLOCK: a pipe in the place of a file must not make us wait. */
static int open_in(int dir, const char *name, int flags) {
	struct open_how how = {
	    .flags = (unsigned)(flags | O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW),
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV,
	};
	int fd = (int)syscall(SYS_openat2, dir, name, &how, sizeof how);
	if (fd < 0 && (errno == ENOSYS || errno == EPERM)) {
		fd = openat(dir, name, (int)how.flags); /* before Linux 5.6, or a container that does not know it */
	}
	return fd;
}

/* The folder `alcove` of the stick; -1. The stick's own place is the administrator's word and may be a link. */
static int open_folder(const char *usb) {
	int place = usb == NULL ? -1 : open(usb, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place < 0) {
		return -1;
	}
	int dir = open_in(place, "alcove", O_DIRECTORY);
	close(place);
	return dir;
}

static bool has_suffix(const char *name, const char *suffix) {
	size_t len = strlen(name), tail = strlen(suffix);
	return len > tail && strcasecmp(name + len - tail, suffix) == 0;
}

/* What a name says that it is; 0 for nothing of ours. Names that begin with a dot are what other systems leave behind
 * ("._library.pack"). */
static enum wire_thing thing_of(const char *name) {
	if (name[0] == '.') {
		return (enum wire_thing)0;
	}
	if (has_suffix(name, ".pack")) {
		return WIRE_THING_PACK;
	}
	if (strcasecmp(name, "house.csv") == 0) {
		return WIRE_THING_SHEET;
	}
	if (has_suffix(name, ".system")) {
		return WIRE_THING_SYSTEM;
	}
	return has_suffix(name, ".pub") ? WIRE_THING_KEY : (enum wire_thing)0;
}

static uint64_t most(enum wire_thing thing) {
	switch (thing) {
	case WIRE_THING_PACK:
		return STORE_PACK_MOST;
	case WIRE_THING_SHEET:
		return STICK_SHEET;
	case WIRE_THING_SYSTEM:
		return STICK_SYSTEM;
	case WIRE_THING_KEY:
		break;
	}
	return MINISIG_PUB_MOST;
}

static enum wire_reason outside(enum wire_thing thing, const struct stat *st) {
	if (!S_ISREG(st->st_mode) || st->st_size <= 0) {
		return WIRE_NOT_A_PACK;
	}
	return (uint64_t)st->st_size > most(thing) ? WIRE_TOO_BIG : WIRE_FINE;
}

/* --- listing ---------------------------------------------------------------------------------------------------- */

static int by_kind_and_name(const void *a, const void *b) {
	const struct stick_thing *x = a, *y = b;
	return x->thing != y->thing ? (int)x->thing - (int)y->thing : strcmp(x->name, y->name);
}

static void note(int dir, struct stick_thing *t) {
	struct stat st;
	if (fstatat(dir, t->name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		t->reason = WIRE_PULLED;
		return;
	}
	t->reason = outside(t->thing, &st);
	t->size = (uint64_t)st.st_size;
	t->dev = st.st_dev;
	t->ino = st.st_ino;
	t->changed = st.st_mtim;
}

/* Puts a thing in its place among those that are listed; the last one falls out of a full list. */
static void keep(struct stick *s, const struct stick_thing *t) {
	int at = s->count;
	while (at > 0 && by_kind_and_name(t, &s->things[at - 1]) < 0) {
		at--;
	}
	s->more = s->more || s->count == STICK_THINGS;
	if (at == STICK_THINGS) {
		return;
	}
	int moved = (s->count < STICK_THINGS ? s->count : STICK_THINGS - 1) - at;
	memmove(&s->things[at + 1], &s->things[at], (size_t)moved * sizeof s->things[0]);
	s->things[at] = *t;
	s->count += s->count < STICK_THINGS;
}

static void look(const char *usb, bool systems, struct stick *out) {
	memset(out, 0, sizeof *out);
	int dir = open_folder(usb);
	DIR *d = dir < 0 ? NULL : fdopendir(dir);
	if (d == NULL) {
		if (dir >= 0) {
			close(dir);
		}
		return;
	}
	out->there = true;
	int seen = 0;
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		if (++seen > STICK_ENTRIES) {
			out->more = true;
			break;
		}
		struct stick_thing t = {.thing = thing_of(e->d_name)};
		if (t.thing != 0 && (t.thing == WIRE_THING_SYSTEM) == systems) {
			snprintf(t.name, sizeof t.name, "%s", e->d_name);
			keep(out, &t);
		}
	}
	for (int i = 0; i < out->count; i++) {
		note(dirfd(d), &out->things[i]);
	}
	closedir(d);
}

void stick_look(const char *usb, struct stick *out) {
	look(usb, false, out);
}

void stick_look_systems(const char *usb, struct stick *out) {
	look(usb, true, out);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static enum wire_reason why_not(int err) {
	/* ENOTDIR, EISDIR, ELOOP, EXDEV, ENXIO: a link, a folder, something else that only has the name of a file. */
	bool odd = err == ELOOP || err == EXDEV || err == EISDIR || err == ENXIO || err == ENODEV;
	return odd ? WIRE_NOT_A_PACK : WIRE_PULLED;
}

int stick_open(const char *usb, const struct stick_thing *t, enum wire_reason *why) {
	struct stat st;
	int dir = open_folder(usb);
	int fd = dir < 0 ? -1 : open_in(dir, t->name, 0);
	*why = dir < 0 ? WIRE_PULLED : fd < 0 ? why_not(errno) : WIRE_FINE;
	if (dir >= 0) {
		close(dir);
	}
	if (fd < 0) {
		return -1;
	}
	if (fstat(fd, &st) != 0) {
		*why = WIRE_PULLED;
	} else if (outside(t->thing, &st) != WIRE_FINE) {
		*why = outside(t->thing, &st);
	} else if (st.st_dev != t->dev || st.st_ino != t->ino || (uint64_t)st.st_size != t->size ||
	           st.st_mtim.tv_sec != t->changed.tv_sec || st.st_mtim.tv_nsec != t->changed.tv_nsec) {
		*why = WIRE_CHANGED;
	}
	if (*why != WIRE_FINE) {
		close(fd);
		return -1;
	}
	return fd;
}

ssize_t stick_read(int fd, void *out, size_t room, enum wire_reason *why) {
	size_t len = 0;
	while (len < room) {
		ssize_t n = pread(fd, (char *)out + len, room - len, (off_t)len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			*why = WIRE_PULLED;
			return -1;
		}
		if (n == 0) {
			break;
		}
		len += (size_t)n;
	}
	char more;
	if (len == room && pread(fd, &more, 1, (off_t)len) != 0) {
		*why = WIRE_TOO_BIG;
		return -1;
	}
	*why = WIRE_FINE;
	return (ssize_t)len;
}

ssize_t stick_signature(const char *usb, const struct stick_thing *t, char out[MINISIG_FILE_MOST],
                        enum wire_reason *why) {
	char name[NAME_MAX + 16];
	struct stat st;
	snprintf(name, sizeof name, "%s.minisig", t->name);
	int dir = open_folder(usb);
	int fd = dir < 0 ? -1 : open_in(dir, name, 0);
	bool absent = dir >= 0 && fd < 0 && (errno == ENOENT || errno == ENAMETOOLONG);
	*why = absent                                                    ? WIRE_NO_SIGNATURE
	       : dir >= 0 && fd < 0 && why_not(errno) == WIRE_NOT_A_PACK ? WIRE_BAD_SIGNATURE
	                                                                 : WIRE_PULLED;
	if (dir >= 0) {
		close(dir);
	}
	if (fd < 0) {
		return -1;
	}
	ssize_t len = -1;
	*why = WIRE_BAD_SIGNATURE;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= MINISIG_FILE_MOST) {
		len = stick_read(fd, out, MINISIG_FILE_MOST, why);
		*why = *why == WIRE_TOO_BIG ? WIRE_BAD_SIGNATURE : *why;
	}
	close(fd);
	return len;
}

/* --- names ------------------------------------------------------------------------------------------------------ */

/* Bytes of a character that can be shown; 0 when there is none at `s`. wire.c looks again. */
static size_t character(const unsigned char *s) {
	size_t len = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	uint32_t c = len == 1 ? s[0] : s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if (s[i] >> 6 != 2) {
			return 0;
		}
		c = c << 6 | (s[i] & 0x3fu);
	}
	static const uint32_t least[] = {0, 0x20, 0xa0, 0x800, 0x10000};
	/* Marks that turn the direction of what stands around them do not belong into the name of a file (gpj.exe). */
	bool turns = (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
	bool odd = len == 0 || c < least[len] || c == 0x7f || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff || turns;
	return odd ? 0 : len;
}

void stick_name(const char *name, char out[WIRE_NAME]) {
	size_t len = 0;
	while (*name != 0) {
		size_t bytes = character((const unsigned char *)name);
		size_t takes = bytes == 0 ? 1 : bytes;
		if (len + takes >= WIRE_NAME) {
			break;
		}
		memcpy(out + len, bytes == 0 ? "?" : name, takes);
		len += takes;
		name += takes;
	}
	memset(out + len, 0, WIRE_NAME - len);
}
