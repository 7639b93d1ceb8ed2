/* Installing: see store.h. The copy is all that is ever looked at; the stick is read once. */
#include "store/durable.h"
#include "store/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
	BLOCK = 1 << 20,  /* bytes read and written at a time */
	BEHIND = 8 << 20, /* bytes after which the card is told to begin to write, so that the last fsync is short */
	STAGE_NAME = 32,
};

struct stage {
	struct minisig_hash hashing; /* of what was copied so far */
	struct store *store;         /* not owned */
	unsigned char *block;        /* BLOCK bytes, owned */
	uint64_t done, total, told;
	size_t signature_size;
	int from;                 /* the caller's */
	int to, read;             /* the copy, for writing and for reading; -1 for neither */
	struct live_entry in_use; /* when it was admitted; nothing there: the system's */
	struct store_facts facts;
	struct minisig sig;
	struct minisig_key key;
	unsigned char hash[MINISIG_HASH];
	char name[STAGE_NAME];
	char signature[MINISIG_FILE_MOST];
	bool own, verified, admitted, failed;
};

/* --- beginning -------------------------------------------------------------------------------------------------- */

/* The signature's form, then its key, before anything is copied. */
static enum wire_reason take_signature(struct stage *g, const void *signature, size_t size) {
	const struct minisig_key *key = NULL;
	if (signature == NULL) {
		g->own = true;
		return WIRE_FINE;
	}
	if (!minisig_read(signature, size, &g->sig)) {
		return WIRE_BAD_SIGNATURE;
	}
	enum wire_reason why = keys_find(&g->store->keys, g->sig.key_id, &key);
	if (why == WIRE_FINE) {
		g->key = *key;
		memcpy(g->signature, signature, size);
		g->signature_size = size;
	}
	return why;
}

static enum wire_reason look_at_source(struct stage *g) {
	struct stat st;
	struct statvfs room;
	if (fstat(g->from, &st) != 0) {
		return WIRE_PULLED;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		return WIRE_NOT_A_PACK;
	}
	g->total = (uint64_t)st.st_size;
	if (g->total > STORE_PACK_MOST) {
		return WIRE_TOO_BIG;
	}
	if (fstatvfs(g->store->incoming, &room) != 0) {
		return WIRE_STORE_FAILED;
	}
	return (uint64_t)room.f_bavail * room.f_frsize < g->total + STORE_SPARE ? WIRE_NO_ROOM : WIRE_FINE;
}

/* A new file each time: what a failed write or fsync left in an old one nobody knows. */
static enum wire_reason make_copy(struct stage *g) {
	for (unsigned n = 0; n < 100 && g->to < 0; n++) {
		snprintf(g->name, sizeof g->name, "pack-%u", n);
		g->to = openat(g->store->incoming, g->name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (g->to < 0 && errno != EEXIST) {
			break;
		}
	}
	if (g->to < 0) {
		g->name[0] = 0;
		return store_writing(errno);
	}
	/* In one piece where the card can do that; that there is no room is known before half of it is written. */
	if (fallocate(g->to, 0, 0, (off_t)g->total) != 0 && errno == ENOSPC) {
		return WIRE_NO_ROOM;
	}
	posix_fadvise(g->from, 0, 0, POSIX_FADV_SEQUENTIAL);
	return WIRE_FINE;
}

enum wire_reason stage_begin(struct store *s, int from, const void *signature, size_t size, struct stage **out) {
	*out = NULL;
	struct stage *g = calloc(1, sizeof *g);
	if (g == NULL || !s->keep || (g->block = malloc(BLOCK)) == NULL) {
		free(g);
		return WIRE_STORE_FAILED;
	}
	g->store = s;
	g->from = from;
	g->to = g->read = -1;
	enum wire_reason why = take_signature(g, signature, size);
	why = why == WIRE_FINE ? look_at_source(g) : why;
	why = why == WIRE_FINE ? make_copy(g) : why;
	if (why != WIRE_FINE) {
		stage_end(g);
		return why;
	}
	minisig_hash_begin(&g->hashing);
	*out = g;
	return WIRE_FINE;
}

/* --- copying ---------------------------------------------------------------------------------------------------- */

static bool write_block(struct stage *g, size_t size) {
	size_t at = 0;
	while (at < size) {
		ssize_t n = pwrite(g->to, g->block + at, size - at, (off_t)(g->done + at));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return false;
		}
		at += (size_t)n;
	}
	return true;
}

/* Never more than a little is waiting to be written, so the progress that people see is true, and so is its end. */
static void write_behind(struct stage *g) {
	if (g->done - g->told < BEHIND) {
		return;
	}
	sync_file_range(g->to, (off_t)g->told, (off_t)(g->done - g->told), SYNC_FILE_RANGE_WRITE);
	g->told = g->done;
}

static enum wire_reason copy_some(struct stage *g) {
	ssize_t n;
	do {
		n = pread(g->from, g->block, BLOCK, (off_t)g->done);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return WIRE_PULLED;
	}
	/* Shorter or longer than it was said to be: somebody is changing it. */
	if (n == 0 || (uint64_t)n > g->total - g->done) {
		return WIRE_CHANGED;
	}
	if (!write_block(g, (size_t)n)) {
		return store_writing(errno);
	}
	minisig_hash_more(&g->hashing, g->block, (size_t)n);
	g->done += (uint64_t)n;
	write_behind(g);
	return WIRE_FINE;
}

enum wire_reason stage_step(struct stage *g, uint64_t *done, uint64_t *total) {
	enum wire_reason why = WIRE_FINE;
	if (g->failed) {
		why = WIRE_STORE_FAILED;
	} else if (g->done < g->total) {
		why = copy_some(g);
		g->failed = why != WIRE_FINE;
	}
	*done = g->done;
	*total = g->total;
	return why;
}

/* --- verifying -------------------------------------------------------------------------------------------------- */

static enum wire_reason finish_copy(struct stage *g) {
	unsigned char more;
	if (g->failed || g->done != g->total || g->to < 0) {
		return WIRE_STORE_FAILED;
	}
	/* A file that grew while it was read is not the one that was looked at. */
	if (pread(g->from, &more, 1, (off_t)g->total) > 0) {
		return WIRE_CHANGED;
	}
	minisig_hash_end(&g->hashing, g->hash);
	if (fsync(g->to) != 0) {
		return store_writing(errno);
	}
	g->read = openat(g->store->incoming, g->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	int closed = close(g->to);
	g->to = -1;
	return g->read < 0 || closed != 0 ? WIRE_STORE_FAILED : WIRE_FINE;
}

enum wire_reason stage_verify(struct stage *g) {
	enum wire_reason why = finish_copy(g);
	if (why == WIRE_FINE && !g->own && !minisig_right(&g->sig, &g->key, g->hash)) {
		why = WIRE_WRONG_SIGNATURE;
	}
	g->failed = why != WIRE_FINE;
	g->verified = why == WIRE_FINE;
	return why;
}

int stage_fd(const struct stage *g) {
	return g->verified ? g->read : -1;
}

/* --- admitting and committing ----------------------------------------------------------------------------------- */

static enum wire_reason above(uint32_t version, uint32_t in_use) {
	return version > in_use ? WIRE_FINE : version == in_use ? WIRE_SAME : WIRE_OLDER;
}

/* Which version it must follow. Among signed packs alone: what a kiosk has made of its own sheet counts for itself. */
static enum wire_reason right_version(struct stage *g, enum store_slot slot, const struct store_facts *facts) {
	struct live_entry in_use = g->in_use;
	if (in_use.own) {
		struct live l;
		live_read(g->store->slot[slot], &l);
		in_use = l.previous;
		in_use.there = in_use.there && !in_use.own;
	}
	if (in_use.there) {
		return strcmp(in_use.id, facts->id) == 0 ? above(facts->version, in_use.version) : WIRE_OTHER_PRODUCT;
	}
	const struct store_facts *system = &g->store->system[slot];
	if (system->id[0] == 0) {
		return WIRE_FINE;
	}
	if (strcmp(system->id, facts->id) == 0) {
		return above(facts->version, system->version);
	}
	/* The system's house is an example: a house may bring its own. */
	return slot == STORE_HOUSE ? WIRE_FINE : WIRE_OTHER_PRODUCT;
}

enum wire_reason stage_admit(struct stage *g, const struct store_facts *facts) {
	enum store_slot slot = facts->house ? STORE_HOUSE : STORE_LIBRARY;
	if (!g->verified || facts->id[0] == 0 || facts->version == 0) {
		return WIRE_DAMAGED;
	}
	if (facts->version > STORE_VERSION_MOST) {
		return WIRE_VERSION_TOO_FAR;
	}
	/* What is in use now, not what is noted as current: a damaged pack is nothing to follow or to go back to. */
	store_in_use(g->store, slot, &g->in_use);
	enum wire_reason why = WIRE_FINE;
	if (!g->own) {
		why = right_version(g, slot, facts);
	} else if (slot != STORE_HOUSE) {
		why = WIRE_NO_SIGNATURE;
	}
	g->admitted = why == WIRE_FINE;
	g->facts = *facts;
	return why;
}

/* Both files under their hash in the slot's folder, and durable. */
static bool place(struct stage *g, int slot, const char *hash) {
	char name[STORE_FILE_NAME];
	snprintf(name, sizeof name, "%s.minisig", hash);
	if (!g->own && !durable_aside(slot, name, g->signature, g->signature_size)) {
		return false;
	}
	snprintf(name, sizeof name, "%s.pack", hash);
	if (renameat(g->store->incoming, g->name, slot, name) != 0) {
		return false;
	}
	g->name[0] = 0;
	return fsync(slot) == 0;
}

enum wire_reason stage_commit(struct stage *g) {
	if (!g->admitted) {
		return WIRE_STORE_FAILED;
	}
	enum store_slot slot = g->facts.house ? STORE_HOUSE : STORE_LIBRARY;
	int folder = g->store->slot[slot];
	struct live l = {.current = {.there = true, .own = g->own, .version = g->facts.version}, .previous = g->in_use};
	g->admitted = false; /* once */
	snprintf(l.current.id, sizeof l.current.id, "%s", g->facts.id);
	minisig_hex(g->hash, l.current.hash);
	if (!place(g, folder, l.current.hash) || !live_write(folder, &l)) {
		return store_writing(errno);
	}
	store_tidy(g->store, slot);
	return WIRE_FINE;
}

void stage_end(struct stage *g) {
	if (g == NULL) {
		return;
	}
	if (g->to >= 0) {
		close(g->to);
	}
	if (g->read >= 0) {
		close(g->read);
	}
	if (g->name[0] != 0) {
		unlinkat(g->store->incoming, g->name, 0);
	}
	free(g->block);
	free(g);
}
