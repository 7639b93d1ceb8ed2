/* What both fault tests share: three versions of a real house's pack, signed; stores in which some are installed; and the
 * kiosk's start, which must find a whole one. Work is done in memory (/dev/shm) where there is some. */
#ifndef ALCOVE_TESTS_FAULT_SCENE_H
#define ALCOVE_TESTS_FAULT_SCENE_H

#include "../store/site.h"
#include "trace.h"

#define SCENE_PROGRAM "build/alcove-store"
#define SCENE_ID "org.example.house"

enum { SCENE_PACKS = 3 };

struct scene {
	struct site site;
	char *pack[SCENE_PACKS + 1]; /* bytes of version 1, 2, 3; owned */
	size_t size[SCENE_PACKS + 1];
	char store[100]; /* the store that a program works on */
};

static inline void scene_pack(struct scene *s, unsigned version) {
	const char *top = s->site.path;
	char file[40];
	site_run("rm -rf %s/content && cp -r content/house %s/content && sed -i 's/^version=.*/version=%u/' "
	         "%s/content/pack.ini",
	         top, top, version, top);
	site_run("build/alcove-pack build %s/content -o %s/stick/v%u.pack >/dev/null", top, top, version);
	snprintf(file, sizeof file, "v%u", version);
	site_sign(&s->site, file, "ours");
	snprintf(file, sizeof file, "stick/v%u.pack", version);
	s->pack[version] = site_read(&s->site, file, &s->size[version]);
}

static inline struct scene scene_new(void) {
	struct scene s = {.site = {"/dev/shm/alcove-fault-XXXXXX"}};
	if (mkdtemp(s.site.path) == NULL) {
		snprintf(s.site.path, sizeof s.site.path, "/tmp/alcove-fault-XXXXXX");
		assert_non_null(mkdtemp(s.site.path));
	}
	site_run("cd %s && mkdir keys stick secret store base", s.site.path);
	site_key(&s.site, "keys", "ours");
	for (unsigned v = 1; v <= SCENE_PACKS; v++) {
		scene_pack(&s, v);
	}
	snprintf(s.store, sizeof s.store, "%s/store", s.site.path);
	return s;
}

static inline void scene_drop(struct scene *s) {
	for (int v = 1; v <= SCENE_PACKS; v++) {
		free(s->pack[v]);
	}
	site_drop(&s->site);
}

/* The folder `name` becomes a store into which versions 1 to `last` were put. */
static inline void scene_base(struct scene *s, const char *name, int last) {
	site_run("rm -rf %s/%s && mkdir %s/%s", s->site.path, name, s->site.path, name);
	for (int v = 1; v <= last; v++) {
		site_run(SCENE_PROGRAM " --store %s/%s --keys %s/keys install %s/stick/v%d.pack >/dev/null",
		         s->site.path, name, s->site.path, s->site.path, v);
	}
}

/* Not with rm and cp, for these are done thousands of times. Each takes its folders over. */
static inline void scene_empty(int folder) {
	assert_true(folder >= 0);
	DIR *list = fdopendir(folder);
	for (const struct dirent *e; (e = readdir(list)) != NULL;) {
		if (e->d_name[0] == '.' || unlinkat(folder, e->d_name, 0) == 0) {
			continue;
		}
		scene_empty(openat(folder, e->d_name, O_RDONLY | O_DIRECTORY));
		assert_int_equal(unlinkat(folder, e->d_name, AT_REMOVEDIR), 0);
	}
	closedir(list);
}

static inline void scene_copy_file(int in, int out) {
	static char bytes[65536];
	assert_true(in >= 0 && out >= 0);
	for (ssize_t n; (n = read(in, bytes, sizeof bytes)) > 0;) {
		assert_int_equal(write(out, bytes, (size_t)n), n);
	}
	close(in);
	close(out);
}

/* `to` is empty. */
static inline void scene_fill(int from, int to) {
	assert_true(from >= 0 && to >= 0);
	DIR *list = fdopendir(from);
	for (const struct dirent *e; (e = readdir(list)) != NULL;) {
		struct stat st;
		if (e->d_name[0] == '.') {
			continue;
		}
		assert_int_equal(fstatat(from, e->d_name, &st, 0), 0);
		if (S_ISDIR(st.st_mode)) {
			assert_int_equal(mkdirat(to, e->d_name, 0700), 0);
			scene_fill(openat(from, e->d_name, O_RDONLY | O_DIRECTORY),
			           openat(to, e->d_name, O_RDONLY | O_DIRECTORY));
		} else {
			scene_copy_file(openat(from, e->d_name, O_RDONLY),
			                openat(to, e->d_name, O_WRONLY | O_CREAT | O_EXCL, 0600));
		}
	}
	closedir(list);
	close(to);
}

static inline int scene_folder(const char *path) {
	return open(path, O_RDONLY | O_DIRECTORY);
}

/* The store that programs work on becomes what the folder `from` is. */
static inline void scene_copy(struct scene *s, const char *from) {
	scene_empty(scene_folder(s->store));
	scene_fill(scene_folder(site_file(&s->site, from)), scene_folder(s->store));
}

/* A store_look that is stricter than any: the very bytes. */
static inline enum wire_reason scene_look(void *self, int fd, struct store_facts *facts) {
	const struct scene *s = self;
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	char *bytes = malloc((size_t)st.st_size + 1);
	assert_int_equal(pread(fd, bytes, (size_t)st.st_size, 0), st.st_size);
	*facts = (struct store_facts){.id = SCENE_ID, .house = true};
	for (unsigned v = 1; v <= SCENE_PACKS; v++) {
		if ((size_t)st.st_size == s->size[v] && memcmp(bytes, s->pack[v], s->size[v]) == 0) {
			facts->version = v;
		}
	}
	free(bytes);
	return facts->version > 0 ? WIRE_FINE : WIRE_DAMAGED;
}

/* The kiosk's start on the store at `path`: clears leftovers away, then finds what to show. The version, 0 for the
 * system's; -1 when anything was not as it should be: then `says` has it. */
static inline int scene_start(struct scene *s, const char *path, char *says, size_t room) {
	struct fault f = {""};
	struct store_pack p;
	struct store_facts facts;
	enum wire_reason why = WIRE_FINE;
	struct store *store = store_open(path, site_file(&s->site, "keys"), STORE_KEEP, &f);
	if (store == NULL) {
		snprintf(says, room, "the store does not open: %s", f.says);
		return -1;
	}
	bool live = store_live(store, STORE_HOUSE, scene_look, s, &p, &facts, &why);
	if (live) {
		close(p.fd);
	}
	enum wire_reason before = store_get(store, STORE_HOUSE, STORE_PREVIOUS, &p);
	if (before == WIRE_FINE) {
		close(p.fd);
	}
	store_close(store);
	if (before != WIRE_FINE && before != WIRE_NO_PREVIOUS) {
		snprintf(says, room, "the pack before is not whole: %s", store_says(before));
		return -1;
	}
	/* The pack before is there for a card that wears out, and not for a power cut. */
	if (why != WIRE_FINE) {
		snprintf(says, room, "what is noted as in use is not whole (%s), although %s", store_says(why),
		         live ? "there is another" : "it was");
		return -1;
	}
	return live ? (int)facts.version : 0;
}

/* Puts version 3 into the store at `path`, as if nothing had ever happened. WIRE_SAME when it is there. */
static inline enum wire_reason scene_again(struct scene *s, const char *path) {
	struct fault f = {""};
	struct store *store = store_open(path, site_file(&s->site, "keys"), STORE_KEEP, &f);
	assert_non_null(store);
	size_t size = 0;
	char *signature = site_signature(&s->site, "v3", &size);
	int from = site_stick_file(&s->site, "v3");
	struct stage *g = NULL;
	struct store_facts facts;
	uint64_t done = 0, total = 1;
	enum wire_reason why = stage_begin(store, from, signature, size, &g);
	while (why == WIRE_FINE && done < total) {
		why = stage_step(g, &done, &total);
	}
	why = why != WIRE_FINE ? why : stage_verify(g);
	why = why != WIRE_FINE ? why : scene_look(s, stage_fd(g), &facts);
	why = why != WIRE_FINE ? why : stage_admit(g, &facts);
	why = why != WIRE_FINE ? why : stage_commit(g);
	stage_end(g);
	store_close(store);
	close(from);
	free(signature);
	return why;
}

#endif
