#include "store/store.h"

#include "store/durable.h"
#include "store/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const slot_names[STORE_SLOTS] = {[STORE_LIBRARY] = "library", [STORE_HOUSE] = "house"};

enum wire_reason store_writing(int err) {
	return err == ENOSPC || err == EDQUOT ? WIRE_NO_ROOM : WIRE_STORE_FAILED;
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

/* With STORE_READ a folder that is not there is none, and that is fine: -1. */
static bool open_folder(struct store *s, const char *name, int *out) {
	if (s->keep) {
		*out = durable_folder(s->dir, name);
		return *out >= 0;
	}
	*out = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return *out >= 0 || errno == ENOENT;
}

static bool open_folders(struct store *s) {
	bool good = open_folder(s, "incoming", &s->incoming) && open_folder(s, "keys", &s->keys_dir);
	for (int i = 0; i < STORE_SLOTS && good; i++) {
		good = open_folder(s, slot_names[i], &s->slot[i]);
	}
	/* Not only when one was made just now: whoever made it may have been stopped before it was durable. */
	return good && (!s->keep || fsync(s->dir) == 0);
}

static bool read_keys(struct store *s, struct fault *f) {
	s->keys = (struct keys){0};
	if (s->system_keys != NULL) {
		int dir = open(s->system_keys, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0) {
			return fault_say(f, "The folder of keys %.200s cannot be opened: %s. Please check its name.",
			                 s->system_keys, strerror(errno));
		}
		bool good = keys_read(&s->keys, dir, true, f);
		close(dir);
		if (!good) {
			return false;
		}
	}
	return s->keys_dir < 0 || keys_read(&s->keys, s->keys_dir, false, f);
}

/* Everything in a folder but what `keeps` wants. */
static void empty(int folder, bool (*keeps)(const char *name, const void *what), const void *what) {
	int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *list = again < 0 ? NULL : fdopendir(again);
	if (list == NULL) {
		if (again >= 0) {
			close(again);
		}
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(list)) != NULL) {
		bool self = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
		if (!self && (keeps == NULL || !keeps(entry->d_name, what))) {
			unlinkat(folder, entry->d_name, 0);
		}
	}
	closedir(list);
}

static bool is_of(const char *name, const struct live_entry *e) {
	size_t len = sizeof e->hash - 1;
	return e->there && strncmp(name, e->hash, len) == 0 &&
	       (strcmp(name + len, ".pack") == 0 || strcmp(name + len, ".minisig") == 0);
}

static bool is_live(const char *name, const void *what) {
	const struct live *l = what;
	return strcmp(name, "live") == 0 || is_of(name, &l->current) || is_of(name, &l->previous);
}

void store_tidy(struct store *s, enum store_slot slot) {
	struct live l;
	/* Where it cannot be read, a person may want what is there. */
	if (live_read(s->slot[slot], &l) != LIVE_BROKEN) {
		empty(s->slot[slot], is_live, &l);
	}
}

static bool begin_keeping(struct store *s, struct fault *f) {
	if (flock(s->dir, LOCK_EX | LOCK_NB) != 0) {
		return fault_say(f,
		                 "The store is in use by another program of Alcove. Leave staff mode on the kiosk, or "
		                 "wait until the other program is done, then try again.");
	}
	if (!open_folders(s)) {
		return fault_say(f, "The store cannot be written: %s. Please look at its rights and its free space.",
		                 strerror(errno));
	}
	empty(s->incoming, NULL, NULL);
	for (int i = 0; i < STORE_SLOTS; i++) {
		/* Whoever swapped `live` may have been killed before that was durable. */
		if (fsync(s->slot[i]) == 0) {
			store_tidy(s, (enum store_slot)i);
		}
	}
	return true;
}

static bool open_all(struct store *s, const char *dir, struct fault *f) {
	if (!minisig_begin()) {
		return fault_say(
		    f, "Signatures cannot be checked on this machine: libsodium does not start. Please restart "
		       "the machine.");
	}
	s->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir < 0) {
		return fault_say(f, "The store %.200s cannot be opened: %s. Please make the folder, or check its name.",
		                 dir, strerror(errno));
	}
	if (s->keep) {
		return begin_keeping(s, f) && read_keys(s, f);
	}
	if (!open_folders(s)) {
		return fault_say(f, "The store %.200s cannot be read: %s. Please look at its rights.", dir,
		                 strerror(errno));
	}
	return read_keys(s, f);
}

struct store *store_open(const char *dir, const char *keys_dir, enum store_mode mode, struct fault *f) {
	struct store *s = calloc(1, sizeof *s);
	if (s == NULL || (keys_dir != NULL && (s->system_keys = strdup(keys_dir)) == NULL)) {
		free(s);
		fault_say(f, "There is not enough memory to open the store. Please restart the machine.");
		return NULL;
	}
	s->dir = s->incoming = s->keys_dir = -1;
	for (int i = 0; i < STORE_SLOTS; i++) {
		s->slot[i] = -1;
	}
	s->keep = mode == STORE_KEEP;
	if (!open_all(s, dir, f)) {
		store_close(s);
		return NULL;
	}
	return s;
}

static void close_folder(int fd) {
	if (fd >= 0) {
		close(fd);
	}
}

void store_close(struct store *s) {
	if (s == NULL) {
		return;
	}
	close_folder(s->incoming);
	close_folder(s->keys_dir);
	for (int i = 0; i < STORE_SLOTS; i++) {
		close_folder(s->slot[i]);
	}
	close_folder(s->dir); /* and with it the lock */
	free(s->system_keys);
	free(s);
}

const struct keys *store_keys(const struct store *s) {
	return &s->keys;
}

void store_know_system(struct store *s, const struct store_facts *facts) {
	s->system[facts->house ? STORE_HOUSE : STORE_LIBRARY] = *facts;
}

/* --- what is there ---------------------------------------------------------------------------------------------- */

/* Hashes all of a file from where it stands, in constant memory. */
static bool hash_file(int fd, unsigned char out[MINISIG_HASH]) {
	enum { BLOCK = 1 << 18 };
	struct minisig_hash h;
	unsigned char *block = malloc(BLOCK);
	ssize_t n = block == NULL ? -1 : 1;
	off_t at = 0;
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	minisig_hash_begin(&h);
	while (n > 0) {
		n = pread(fd, block, BLOCK, at);
		if (n < 0 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n > 0) {
			minisig_hash_more(&h, block, (size_t)n);
			at += n;
		}
	}
	minisig_hash_end(&h, out);
	free(block);
	return n == 0;
}

static enum wire_reason check_signature(struct store *s, enum store_slot slot, const struct live_entry *e,
                                        struct store_pack *p) {
	char name[STORE_FILE_NAME], bytes[MINISIG_FILE_MOST + 1];
	struct minisig sig;
	const struct minisig_key *key = NULL;
	snprintf(name, sizeof name, "%s.minisig", e->hash);
	ssize_t size = durable_read(s->slot[slot], name, bytes, sizeof bytes);
	if (size < 0) {
		return WIRE_NO_SIGNATURE;
	}
	if (!minisig_read(bytes, (size_t)size, &sig)) {
		return WIRE_BAD_SIGNATURE;
	}
	memcpy(p->key_id, sig.key_id, sizeof p->key_id);
	enum wire_reason why = keys_find(&s->keys, sig.key_id, &key);
	if (why != WIRE_FINE) {
		return why;
	}
	return minisig_right(&sig, key, p->hash) ? WIRE_FINE : WIRE_WRONG_SIGNATURE;
}

enum wire_reason store_open_entry(struct store *s, enum store_slot slot, const struct live_entry *e,
                                  struct store_pack *out) {
	char name[STORE_FILE_NAME];
	unsigned char noted[MINISIG_HASH];
	off_t size = 0;
	*out = (struct store_pack){.fd = -1, .version = e->version, .own = e->own};
	snprintf(out->id, sizeof out->id, "%s", e->id);
	snprintf(name, sizeof name, "%s.pack", e->hash);
	int fd = durable_open(s->slot[slot], name, &size);
	if (fd < 0) {
		return WIRE_DAMAGED;
	}
	enum wire_reason why = WIRE_DAMAGED;
	if (hash_file(fd, out->hash) && minisig_unhex(e->hash, noted) && memcmp(noted, out->hash, sizeof noted) == 0) {
		/* Only a house may show what nobody has signed. */
		why = !e->own ? check_signature(s, slot, e, out) : slot == STORE_HOUSE ? WIRE_FINE : WIRE_NO_SIGNATURE;
	}
	if (why != WIRE_FINE) {
		close(fd);
		return why;
	}
	out->fd = fd;
	return WIRE_FINE;
}

enum wire_reason store_get(struct store *s, enum store_slot slot, enum store_which which, struct store_pack *out) {
	struct live l;
	*out = (struct store_pack){.fd = -1};
	if (s->slot[slot] < 0) {
		return WIRE_NO_PREVIOUS;
	}
	if (live_read(s->slot[slot], &l) == LIVE_BROKEN) {
		return WIRE_DAMAGED;
	}
	const struct live_entry *e = which == STORE_CURRENT ? &l.current : &l.previous;
	return e->there ? store_open_entry(s, slot, e, out) : WIRE_NO_PREVIOUS;
}

/* The system's own pack of this id is a later one: a new card with an old store. */
static bool system_is_newer(const struct store *s, enum store_slot slot, const char *id, uint32_t version) {
	const struct store_facts *system = &s->system[slot];
	return strcmp(system->id, id) == 0 && system->version > version;
}

static bool is_unfit(const struct store *s, enum store_slot slot, const char *hash) {
	return strcmp(s->unfit[slot][0], hash) == 0 || strcmp(s->unfit[slot][1], hash) == 0;
}

bool store_in_use(struct store *s, enum store_slot slot, struct live_entry *out) {
	struct live l;
	live_read(s->slot[slot], &l);
	const struct live_entry *order[] = {&l.current, &l.previous};
	/* Without a current one the system's is in use on purpose: see store_restore. */
	for (int i = 0; i < 2 && l.current.there; i++) {
		struct store_pack p;
		if (order[i]->there && !is_unfit(s, slot, order[i]->hash) &&
		    !system_is_newer(s, slot, order[i]->id, order[i]->version) &&
		    store_open_entry(s, slot, order[i], &p) == WIRE_FINE) {
			close(p.fd);
			*out = *order[i];
			return true;
		}
	}
	*out = (struct live_entry){0};
	return false;
}

/* One of the two, if it can be used. */
static enum wire_reason try_one(struct store *s, enum store_slot slot, enum store_which which, store_look *look,
                                void *self, struct store_pack *out, struct store_facts *facts) {
	enum wire_reason why = store_get(s, slot, which, out);
	if (why != WIRE_FINE) {
		return why;
	}
	why = system_is_newer(s, slot, out->id, out->version) ? WIRE_OLDER : look(self, out->fd, facts);
	/* What it says about itself was signed; what is noted about it was not. */
	if (why == WIRE_FINE && (strcmp(facts->id, out->id) != 0 || facts->version != out->version ||
	                         facts->house != (slot == STORE_HOUSE))) {
		why = WIRE_DAMAGED;
	}
	if (why != WIRE_FINE) {
		minisig_hex(out->hash, s->unfit[slot][which]);
		close(out->fd);
		out->fd = -1;
	}
	return why;
}

bool store_live(struct store *s, enum store_slot slot, store_look *look, void *self, struct store_pack *out,
                struct store_facts *facts, enum wire_reason *why) {
	struct live l;
	*out = (struct store_pack){.fd = -1};
	*why = WIRE_FINE;
	if (s->slot[slot] < 0) {
		return false;
	}
	enum live_state state = live_read(s->slot[slot], &l);
	if (state != LIVE_READ || !l.current.there) {
		*why = state == LIVE_BROKEN ? WIRE_DAMAGED : WIRE_FINE;
		return false;
	}
	*why = try_one(s, slot, STORE_CURRENT, look, self, out, facts);
	return *why == WIRE_FINE ||
	       (l.previous.there && try_one(s, slot, STORE_PREVIOUS, look, self, out, facts) == WIRE_FINE);
}

/* --- restoring and trusting ------------------------------------------------------------------------------------- */

enum wire_reason store_restore(struct store *s, enum store_slot slot) {
	struct live l, to;
	struct store_pack p;
	if (!s->keep) {
		return WIRE_STORE_FAILED;
	}
	if (live_read(s->slot[slot], &l) != LIVE_READ) {
		return WIRE_NO_PREVIOUS;
	}
	to = (struct live){.current = l.previous, .previous = l.current};
	bool useless = to.current.there && system_is_newer(s, slot, to.current.id, to.current.version);
	if (!to.current.there || useless) {
		if (!l.current.there || s->system[slot].id[0] == 0) {
			return WIRE_NO_PREVIOUS;
		}
		to.current = (struct live_entry){0};
	} else {
		enum wire_reason why = store_open_entry(s, slot, &to.current, &p);
		if (why != WIRE_FINE) {
			return why;
		}
		close(p.fd);
	}
	if (!live_write(s->slot[slot], &to)) {
		return store_writing(errno);
	}
	store_tidy(s, slot);
	return WIRE_FINE;
}

enum wire_reason store_trust(struct store *s, const void *pub, size_t size) {
	struct minisig_key key;
	char name[MINISIG_ID_TEXT + 4];
	struct fault f;
	if (!s->keep) {
		return WIRE_STORE_FAILED;
	}
	if (!minisig_key_read(pub, size, &key)) {
		return WIRE_BAD_SIGNATURE;
	}
	const struct minisig_key *known = NULL;
	enum wire_reason found = keys_find(&s->keys, key.id, &known);
	if (found == WIRE_FINE) {
		return memcmp(known->key, key.key, sizeof key.key) == 0 ? WIRE_SAME : WIRE_UNKNOWN_KEY;
	}
	if (found == WIRE_REVOKED_KEY) {
		return found;
	}
	if (s->keys.count == KEYS_MOST) {
		return WIRE_TOO_MANY;
	}
	minisig_id_text(key.id, name);
	snprintf(name + MINISIG_ID_TEXT - 1, 5, ".pub");
	if (!durable_write(s->keys_dir, name, pub, size)) {
		return store_writing(errno);
	}
	return read_keys(s, &f) ? WIRE_FINE : WIRE_STORE_FAILED;
}
