#include "slots/install.h"

#include "slots/boot.h"
#include "store/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

enum {
	BLOCK = 1 << 20,  /* bytes read and written at a time */
	BEHIND = 8 << 20, /* bytes after which the card has to have what was written, so that progress is true */
};

/* --- the boot partition ----------------------------------------------------------------------------------------- */

/* The file system is one for all who see it, and becomes writable for all; but everybody else's mount of it stays
 * read-only. */
static bool remount(const struct install_place *p, bool write) {
	unsigned long flags = MS_REMOUNT | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | (write ? 0 : MS_RDONLY);
	return !p->remount || mount(NULL, p->boot, NULL, flags, NULL) == 0;
}

int install_boot_open(const struct install_place *p, bool write) {
	if (write && !remount(p, true)) {
		return -1;
	}
	int dir = open(p->boot, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0 && write) {
		remount(p, false);
	}
	return dir;
}

void install_boot_close(const struct install_place *p, int dir, bool write) {
	if (dir >= 0) {
		close(dir);
	}
	if (dir >= 0 && write) {
		remount(p, false);
	}
}

/* --- looking ---------------------------------------------------------------------------------------------------- */

static enum wire_reason peek(const struct install_place *p, struct install_offer *o) {
	enum wire_reason why = o->thing.reason;
	int fd = why == WIRE_FINE ? stick_open(p->usb, &o->thing, &why) : -1;
	char head[SYSTEM_HEAD];
	if (fd < 0) {
		return why;
	}
	ssize_t n = pread(fd, head, sizeof head, 0);
	close(fd);
	if (n != (ssize_t)sizeof head) {
		return n < 0 ? WIRE_PULLED : WIRE_NOT_A_PACK;
	}
	why = system_read(head, &o->head);
	if (why == WIRE_FINE && o->head.total != o->thing.size) {
		why = WIRE_DAMAGED; /* cut, or with something behind it */
	}
	return why == WIRE_FINE ? system_fits(&o->head, p->arch, p->version) : why;
}

/* The signature's form and its key; what it is of shows only when all is copied. */
static enum wire_reason read_signature(const struct install_place *p, const struct stick_thing *t, struct minisig *sig,
                                       struct minisig_key *key) {
	char text[MINISIG_FILE_MOST];
	struct fault ignored;
	const struct minisig_key *found = NULL;
	struct keys *keys = calloc(1, sizeof *keys);
	int dir = open(p->keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool known = keys != NULL && dir >= 0 && keys_read(keys, dir, true, &ignored) && keys->count > 0;
	enum wire_reason why = known ? WIRE_FINE : WIRE_NO_KEY;
	ssize_t size = known ? stick_signature(p->usb, t, text, &why) : -1;
	if (size >= 0) {
		why = minisig_read(text, (size_t)size, sig) ? keys_find(keys, sig->key_id, &found) : WIRE_BAD_SIGNATURE;
	}
	if (found != NULL) {
		*key = *found;
	}
	if (dir >= 0) {
		close(dir);
	}
	free(keys);
	return why;
}

/* Higher is better: what can be taken, then what is at least for this machine; the newer of two. */
static int rank(const struct install_place *p, const struct install_offer *o) {
	return o->reason == WIRE_FINE ? 3 : strcmp(o->head.arch, p->arch) == 0 ? 2 : o->head.version > 0 ? 1 : 0;
}

static bool better(const struct install_place *p, const struct install_offer *a, const struct install_offer *b) {
	int of_a = rank(p, a), of_b = rank(p, b);
	return !b->there || of_a > of_b || (of_a == of_b && a->head.version > b->head.version);
}

void install_look(const struct install_place *p, struct install_offer *out) {
	struct stick *stick = calloc(1, sizeof *stick);
	struct minisig *sig = calloc(1, sizeof *sig);
	struct minisig_key key;
	memset(out, 0, sizeof *out);
	if (stick != NULL && sig != NULL) {
		stick_look_systems(p->usb, stick);
	}
	for (int i = 0; stick != NULL && i < stick->count; i++) {
		struct install_offer o = {.there = true, .thing = stick->things[i]};
		o.reason = peek(p, &o);
		if (o.reason == WIRE_FINE) {
			o.reason = read_signature(p, &o.thing, sig, &key);
		}
		if (better(p, &o, out)) {
			*out = o;
		}
	}
	free(stick);
	free(sig);
}

/* --- beginning -------------------------------------------------------------------------------------------------- */

/* The parts of the file in their order: its head, which is in memory; the slot; the boot partition's files. */
enum { PART_SLOT = 0, PART_BOOT = 1 };

struct install {
	struct minisig_hash hashing;
	struct minisig sig;
	const struct install_place *place;
	unsigned char *block;               /* BLOCK bytes, owned */
	uint64_t offset, done;              /* in the stick's file; of both ways */
	struct system_head head;            /* as it was copied, and */
	char first[SYSTEM_HEAD];            /* its bytes */
	unsigned char copied[MINISIG_HASH]; /* the hash of what the stick gave */
	struct minisig_key key;
	int from, boot;  /* the stick's file; the boot partition, writable: each -1 when not open */
	int slot;        /* the slot's device, ours alone */
	int to;          /* what the part at hand is written to, or read from; -1 */
	int part;        /* which part that is: PART_SLOT, PART_BOOT and on */
	uint32_t at;     /* bytes of it that are done */
	uint32_t behind; /* of these, durable */
	bool reading;    /* all is copied, and is read back */
};

static uint32_t part_size(const struct install *g) {
	return g->part == PART_SLOT ? g->head.slot : g->head.boot[g->part - PART_BOOT].size;
}

/* The head is copied first of all: into memory, where it stays. */
static enum wire_reason take_head(struct install *g, uint32_t version) {
	const struct install_place *p = g->place;
	if (pread(g->from, g->first, sizeof g->first, 0) != (ssize_t)sizeof g->first) {
		return WIRE_PULLED;
	}
	enum wire_reason why = system_read(g->first, &g->head);
	why = why == WIRE_FINE ? system_fits(&g->head, p->arch, p->version) : why;
	if (why == WIRE_FINE && g->head.version != version) {
		why = WIRE_CHANGED;
	}
	minisig_hash_begin(&g->hashing);
	minisig_hash_more(&g->hashing, g->first, sizeof g->first);
	g->offset = sizeof g->first;
	return why;
}

/* O_EXCL: a device that is mounted, or that the system runs from, is not opened at all. */
static enum wire_reason open_slot(struct install *g) {
	g->slot = open(g->place->slot, O_RDWR | O_EXCL | O_CLOEXEC);
	off_t room = g->slot < 0 ? -1 : lseek(g->slot, 0, SEEK_END);
	return room < 0 ? WIRE_STORE_FAILED : room < (off_t)g->head.slot ? WIRE_TOO_BIG : WIRE_FINE;
}

/* From here on nothing starts what is in the other slot. */
static enum wire_reason clear_boot(struct install *g) {
	const struct install_place *p = g->place;
	enum boot_state state = BOOT_UNKNOWN;
	int dir = install_boot_open(p, true);
	if (dir >= 0) {
		state = boot_look(dir, p->running);
	}
	/* A system on trial may not be kept: then the other one is what the machine needs. */
	bool may = state == BOOT_SETTLED || state == BOOT_ARMED || state == BOOT_TAKEN_BACK;
	bool cleared = may && boot_clear(dir, boot_other(p->running));
	install_boot_close(p, dir, true);
	return cleared ? WIRE_FINE : WIRE_STORE_FAILED;
}

struct install *install_begin(const struct install_place *p, uint32_t version, enum wire_reason *why) {
	struct install_offer o;
	struct install *g = calloc(1, sizeof *g);
	if (g == NULL || (g->block = malloc(BLOCK)) == NULL) {
		free(g);
		*why = WIRE_STORE_FAILED;
		return NULL;
	}
	g->place = p;
	g->from = g->boot = g->slot = g->to = -1;
	install_look(p, &o);
	*why = !o.there ? WIRE_UNKNOWN_WISH : o.reason;
	*why = *why == WIRE_FINE ? read_signature(p, &o.thing, &g->sig, &g->key) : *why;
	if (*why == WIRE_FINE) {
		g->from = stick_open(p->usb, &o.thing, why);
	}
	*why = *why == WIRE_FINE ? take_head(g, version) : *why;
	if (*why == WIRE_FINE && g->head.total != o.thing.size) {
		*why = WIRE_CHANGED;
	}
	*why = *why == WIRE_FINE ? open_slot(g) : *why;
	*why = *why == WIRE_FINE ? clear_boot(g) : *why;
	if (*why != WIRE_FINE) {
		install_end(g);
		return NULL;
	}
	return g;
}

/* --- copying ---------------------------------------------------------------------------------------------------- */

static enum wire_reason writing(int err) {
	return err == ENOSPC || err == EDQUOT ? WIRE_NO_ROOM : WIRE_STORE_FAILED;
}

/* What the part at hand is written to, or read from. The boot partition is open from its first file to the end. */
static enum wire_reason open_part(struct install *g) {
	char path[BOOT_PATH];
	g->at = g->behind = 0;
	if (g->part == PART_SLOT) {
		g->to = g->slot;
		return WIRE_FINE;
	}
	if (g->boot < 0) {
		g->boot = install_boot_open(g->place, true);
	}
	const char *name = g->boot < 0 ? NULL
	                               : boot_place(g->boot, boot_other(g->place->running),
	                                            g->head.boot[g->part - PART_BOOT].name, path);
	if (name == NULL) {
		return g->boot < 0 ? WIRE_STORE_FAILED : WIRE_DAMAGED; /* a file that this machine has no use for */
	}
	int flags = g->reading ? O_RDONLY : O_RDWR | O_CREAT | O_EXCL;
	g->to = openat(g->boot, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	return g->to < 0 ? writing(errno) : WIRE_FINE;
}

static bool close_part(struct install *g) {
	bool fine = g->to == g->slot || close(g->to) == 0;
	g->to = -1;
	return fine;
}

/* Durable, and not in memory any more, so that what is read back comes from the card. */
static bool give_to_card(struct install *g, bool all) {
	if (!all && g->at - g->behind < BEHIND) {
		return true;
	}
	bool fine = (all ? fsync(g->to) : fdatasync(g->to)) == 0;
	posix_fadvise(g->to, 0, 0, POSIX_FADV_DONTNEED);
	g->behind = g->at;
	return fine;
}

static enum wire_reason write_block(struct install *g, size_t size) {
	for (size_t at = 0; at < size;) {
		ssize_t n = pwrite(g->to, g->block + at, size - at, (off_t)(g->at + at));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return n < 0 ? writing(errno) : WIRE_STORE_FAILED;
		}
		at += (size_t)n;
	}
	return WIRE_FINE;
}

/* What a part takes of the next block, out of `fd`: its bytes, or 0 with the reason. */
static size_t read_block(struct install *g, int fd, uint64_t offset, enum wire_reason *why) {
	uint32_t left = part_size(g) - g->at;
	size_t most = left < BLOCK ? left : BLOCK;
	ssize_t n;
	do {
		n = pread(fd, g->block, most, (off_t)offset);
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		*why = g->reading ? WIRE_STORE_FAILED : n < 0 ? WIRE_PULLED : WIRE_CHANGED;
		return 0;
	}
	minisig_hash_more(&g->hashing, g->block, (size_t)n);
	return (size_t)n;
}

static enum wire_reason copy_some(struct install *g) {
	enum wire_reason why = WIRE_FINE;
	size_t n = read_block(g, g->from, g->offset, &why);
	why = why == WIRE_FINE ? write_block(g, n) : why;
	if (why != WIRE_FINE) {
		return why;
	}
	g->offset += n;
	g->at += (uint32_t)n;
	g->done += n;
	return give_to_card(g, g->at == part_size(g)) ? WIRE_FINE : writing(errno);
}

/* --- reading back ----------------------------------------------------------------------------------------------- */

static enum wire_reason read_some(struct install *g) {
	enum wire_reason why = WIRE_FINE;
	size_t n = read_block(g, g->to, g->at, &why);
	g->at += (uint32_t)n;
	g->done += n;
	return why;
}

/* All is copied. A file that grew meanwhile is not the one that was looked at. */
static enum wire_reason turn_round(struct install *g) {
	char more;
	if (pread(g->from, &more, 1, (off_t)g->offset) > 0) {
		return WIRE_CHANGED;
	}
	minisig_hash_end(&g->hashing, g->copied);
	/* Before a minute is spent on reading back what the publisher has not signed anyway. */
	if (!minisig_right(&g->sig, &g->key, g->copied)) {
		return WIRE_WRONG_SIGNATURE;
	}
	if (syncfs(g->boot) != 0) {
		return writing(errno);
	}
	minisig_hash_begin(&g->hashing);
	minisig_hash_more(&g->hashing, g->first, sizeof g->first);
	g->reading = true;
	g->part = PART_SLOT;
	return WIRE_FINE;
}

/* Only what was read back counts. That the stick gave the right bytes and the card gives others is the card's fault. */
static enum wire_reason arm(struct install *g) {
	unsigned char is[MINISIG_HASH];
	minisig_hash_end(&g->hashing, is);
	if (!minisig_right(&g->sig, &g->key, is)) {
		return WIRE_STORE_FAILED;
	}
	return boot_arm(g->boot, boot_other(g->place->running)) ? WIRE_FINE : writing(errno);
}

/* The part at hand is done. */
static enum wire_reason next_part(struct install *g) {
	if (!close_part(g)) {
		return writing(errno);
	}
	g->part++;
	if (g->part < PART_BOOT + g->head.boot_count) {
		return WIRE_FINE;
	}
	return g->reading ? arm(g) : turn_round(g);
}

enum wire_reason install_step(struct install *g, uint64_t *done, uint64_t *total) {
	enum wire_reason why = g->to < 0 ? open_part(g) : WIRE_FINE;
	if (why == WIRE_FINE) {
		why = g->reading ? read_some(g) : copy_some(g);
	}
	bool over = why == WIRE_FINE && g->at == part_size(g);
	why = over ? next_part(g) : why;
	*done = g->done;
	*total = 2 * (g->head.total - SYSTEM_HEAD);
	return why;
}

void install_end(struct install *g) {
	if (g == NULL) {
		return;
	}
	if (g->to >= 0 && g->to != g->slot) {
		close(g->to);
	}
	if (g->slot >= 0) {
		close(g->slot);
	}
	if (g->from >= 0) {
		close(g->from);
	}
	install_boot_close(g->place, g->boot, true);
	free(g->block);
	free(g);
}
