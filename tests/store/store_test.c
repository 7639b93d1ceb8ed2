/* The store: what it takes, what it refuses, what it goes back to. Power cuts are in tests/fault. */
#include "site.h"

#include <sys/statvfs.h>

#define LIBRARY "org.alcove.library"
#define HOUSE "org.some.house"

static void know_system(struct store *store, unsigned library, const char *house_id) {
	struct store_facts facts = {.id = LIBRARY, .version = library};
	store_know_system(store, &facts);
	facts = (struct store_facts){.version = 1, .house = true};
	snprintf(facts.id, sizeof facts.id, "%s", house_id);
	store_know_system(store, &facts);
}

static void a_pack_is_installed_and_the_one_before_stays(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	for (unsigned v = 1; v <= 4; v++) {
		site_signed_pack(&s, "lib", LIBRARY, v);
		assert_int_equal(site_install(&s, store, "lib"), WIRE_FINE);
		assert_int_equal(site_version(store, STORE_LIBRARY), v);
	}
	struct store_pack p;
	assert_int_equal(store_get(store, STORE_LIBRARY, STORE_PREVIOUS, &p), WIRE_FINE);
	assert_int_equal(p.version, 3);
	assert_string_equal(p.id, LIBRARY);
	close(p.fd);
	/* Two packs, two signatures, `live`; nothing of the older ones, nothing aside. */
	assert_int_equal(site_count(&s, "store/library"), 5);
	assert_int_equal(site_count(&s, "store/incoming"), 0);
	assert_int_equal(site_version(store, STORE_HOUSE), 0);
	store_close(store);
	/* Whoever only reads finds the same. */
	store = site_open(&s, STORE_READ);
	assert_int_equal(site_version(store, STORE_LIBRARY), 4);
	store_close(store);
	site_drop(&s);
}

static void what_is_kept_is_what_minisign_verifies(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_FINE);
	site_run("cd %s/store/library && minisign -V -q -p ../../keys/ours.pub -m *.pack -x *.minisig", s.path);
	site_run("cmp %s/store/library/*.pack %s/stick/lib.pack", s.path, s.path);
	store_close(store);
	site_drop(&s);
}

/* --- signatures ------------------------------------------------------------------------------------------------- */

static void refused_signatures(void **state) {
	(void)state;
	struct site s = site_new();
	site_key(&s, "secret", "stranger");
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	site_signed_pack(&s, "other", LIBRARY, 2);

	site_run("cp %s/stick/other.pack.minisig %s/stick/lib.pack.minisig", s.path, s.path);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_WRONG_SIGNATURE);
	site_sign(&s, "lib", "stranger");
	assert_int_equal(site_install(&s, store, "lib"), WIRE_UNKNOWN_KEY);
	site_run("minisign -S -l -s %s/secret/ours -m %s/stick/lib.pack >/dev/null", s.path, s.path);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_BAD_SIGNATURE);
	site_write(&s, "stick/lib.pack.minisig", "no signature", 12);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_BAD_SIGNATURE);
	site_write(&s, "stick/lib.pack.minisig", "", 0);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_BAD_SIGNATURE);
	site_run("rm %s/stick/lib.pack.minisig", s.path);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_NO_SIGNATURE);
	/* A library that nobody signed is not taken by calling it our own. */
	int from = site_stick_file(&s, "lib");
	assert_int_equal(site_take(store, from, NULL, 0), WIRE_NO_SIGNATURE);
	close(from);

	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	assert_int_equal(site_count(&s, "store/library"), 0);
	assert_int_equal(site_count(&s, "store/incoming"), 0);
	store_close(store);
	site_drop(&s);
}

/* The key is asked for before a byte is read: what comes from a stranger may be as long as it likes. */
static void a_strangers_bytes_are_not_even_read(void **state) {
	(void)state;
	struct site s = site_new();
	site_key(&s, "secret", "stranger");
	struct store *store = site_open(&s, STORE_KEEP);
	site_pack(&s, "lib", LIBRARY, 1, false, 100);
	site_sign(&s, "lib", "stranger");
	int from = site_stick_file(&s, "lib");
	size_t size = 0;
	char *signature = site_signature(&s, "lib", &size);
	struct stage *g = NULL;
	assert_int_equal(stage_begin(store, from, signature, size, &g), WIRE_UNKNOWN_KEY);
	assert_null(g);
	assert_int_equal(site_count(&s, "store/incoming"), 0);
	free(signature);
	close(from);
	store_close(store);
	site_drop(&s);
}

static void take_back(const struct site *s, const char *folder) {
	site_run("{ echo '# taken back'; sed -n '1s/.* //p' %s/keys/ours.pub; } > %s/%s/revoked", s->path, s->path,
	         folder);
}

static void a_revoked_key_is_worth_nothing_any_more(void **state) {
	(void)state;
	static const char *const folders[] = {"keys", "store/keys"};
	for (int i = 0; i < 2; i++) {
		struct site s = site_new();
		struct store *store = site_open(&s, STORE_KEEP);
		site_signed_pack(&s, "lib", LIBRARY, 1);
		assert_int_equal(site_install(&s, store, "lib"), WIRE_FINE);
		store_close(store);
		take_back(&s, folders[i]);
		store = site_open(&s, STORE_KEEP);
		/* Nor does what it signed earlier stay in use. */
		assert_int_equal(site_version(store, STORE_LIBRARY), 0);
		struct store_pack p;
		assert_int_equal(store_get(store, STORE_LIBRARY, STORE_CURRENT, &p), WIRE_REVOKED_KEY);
		site_signed_pack(&s, "lib", LIBRARY, 2);
		assert_int_equal(site_install(&s, store, "lib"), WIRE_REVOKED_KEY);
		size_t size = 0;
		char *pub = site_read(&s, "keys/ours.pub", &size);
		assert_int_equal(store_trust(store, pub, size), WIRE_REVOKED_KEY);
		free(pub);
		store_close(store);
		site_drop(&s);
	}
}

static void a_list_of_revoked_keys_that_makes_no_sense_trusts_nobody(void **state) {
	(void)state;
	struct site s = site_new();
	struct fault f = {""};
	static const char *const wrong[] = {"7E4448D0DDCEC1066\n", "hello\n", "7E4448D0DDCEC106 # fine\nx\n"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		site_write(&s, "keys/revoked", wrong[i], strlen(wrong[i]));
		assert_null(store_open(site_file(&s, "store"), site_file(&s, "keys"), STORE_READ, &f));
		assert_non_null(strstr(f.says, "revoked"));
	}
	site_write(&s, "keys/revoked", "# a\0 b\n", 7);
	assert_null(store_open(site_file(&s, "store"), site_file(&s, "keys"), STORE_READ, &f));
	site_write(&s, "keys/revoked", "\n# nothing\r\n \t\n", 15);
	struct store *store = site_open(&s, STORE_READ);
	store_close(store);
	site_drop(&s);
}

static void staff_may_add_a_publisher(void **state) {
	(void)state;
	struct site s = site_new();
	site_key(&s, "stick", "theirs");
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	site_sign(&s, "lib", "theirs");
	assert_int_equal(site_install(&s, store, "lib"), WIRE_UNKNOWN_KEY);
	size_t size = 0;
	char *pub = site_read(&s, "stick/theirs.pub", &size);
	assert_int_equal(store_trust(store, pub, size), WIRE_FINE);
	assert_int_equal(store_trust(store, pub, size), WIRE_SAME);
	assert_int_equal(store_trust(store, "no key", 6), WIRE_BAD_SIGNATURE);
	/* A key that calls itself by a known key's id is refused: the two could not be told apart. */
	struct minisig_key key;
	assert_true(minisig_key_read(pub, size, &key));
	char *b64 = strchr(pub, '\n') + 1;
	b64[40] = b64[40] == 'A' ? 'B' : 'A';
	assert_int_equal(store_trust(store, pub, size), WIRE_UNKNOWN_KEY);
	free(pub);
	assert_int_equal(site_install(&s, store, "lib"), WIRE_FINE);
	store_close(store);
	store = site_open(&s, STORE_READ);
	assert_int_equal(store_keys(store)->count, 2);
	assert_true(store_keys(store)->list[0].system);
	assert_false(store_keys(store)->list[1].system);
	assert_int_equal(site_version(store, STORE_LIBRARY), 1);
	store_close(store);
	site_drop(&s);
}

/* --- what is on the stick --------------------------------------------------------------------------------------- */

static enum wire_reason begin_with(const struct site *s, struct store *store, int from) {
	struct stage *g = NULL;
	size_t size = 0;
	char *signature = site_signature(s, "lib", &size);
	enum wire_reason why = stage_begin(store, from, signature, size, &g);
	stage_end(g);
	free(signature);
	return why;
}

static void things_that_are_no_file(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	int fd = open(s.path, O_RDONLY | O_DIRECTORY);
	assert_int_equal(begin_with(&s, store, fd), WIRE_NOT_A_PACK);
	close(fd);
	fd = open("/dev/zero", O_RDONLY);
	assert_int_equal(begin_with(&s, store, fd), WIRE_NOT_A_PACK);
	close(fd);
	int pipes[2];
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(begin_with(&s, store, pipes[0]), WIRE_NOT_A_PACK);
	close(pipes[0]);
	close(pipes[1]);
	fd = open(site_file(&s, "empty"), O_RDONLY | O_CREAT, 0600);
	assert_int_equal(begin_with(&s, store, fd), WIRE_NOT_A_PACK);
	close(fd);
	/* Gone. */
	assert_int_equal(begin_with(&s, store, 999), WIRE_PULLED);
	store_close(store);
	site_drop(&s);
}

static void files_without_end(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	int fd = open(site_file(&s, "sparse"), O_RDWR | O_CREAT, 0600);
	assert_int_equal(ftruncate(fd, (off_t)10 << 30), 0);
	assert_int_equal(begin_with(&s, store, fd), WIRE_TOO_BIG);
	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	assert_int_equal(begin_with(&s, store, fd), WIRE_TOO_BIG);
	assert_int_equal(ftruncate(fd, (off_t)STORE_PACK_MOST + 1), 0);
	assert_int_equal(begin_with(&s, store, fd), WIRE_TOO_BIG);
	close(fd);
	assert_int_equal(site_count(&s, "store/incoming"), 0);
	store_close(store);
	site_drop(&s);
}

/* A stick that is written to, or cut off, while it is read. */
static void files_that_change_under_the_hand(void **state) {
	(void)state;
	static const struct {
		off_t to;
		enum wire_reason why;
	} changes[] = {{3 << 20, WIRE_CHANGED}, {9 << 20, WIRE_CHANGED}, {1 << 20, WIRE_CHANGED}};
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct site s = site_new();
		struct store *store = site_open(&s, STORE_KEEP);
		site_pack(&s, "lib", LIBRARY, 1, false, 4 << 20);
		site_sign(&s, "lib", "ours");
		size_t size = 0;
		char *signature = site_signature(&s, "lib", &size);
		int from = site_stick_file(&s, "lib");
		struct stage *g = NULL;
		uint64_t done = 0, total = 0;
		assert_int_equal(stage_begin(store, from, signature, size, &g), WIRE_FINE);
		assert_int_equal(stage_step(g, &done, &total), WIRE_FINE);
		assert_int_equal(truncate(site_file(&s, "stick/lib.pack"), changes[i].to), 0);
		enum wire_reason why = WIRE_FINE;
		while (why == WIRE_FINE && done < total) {
			why = stage_step(g, &done, &total);
		}
		why = why != WIRE_FINE ? why : stage_verify(g);
		assert_int_equal(why, changes[i].why);
		/* Once it has failed it stays so. */
		assert_int_not_equal(stage_verify(g), WIRE_FINE);
		assert_int_equal(stage_fd(g), -1);
		stage_end(g);
		assert_int_equal(site_count(&s, "store/incoming"), 0);
		free(signature);
		close(from);
		store_close(store);
		site_drop(&s);
	}
}

/* What was verified is the copy: bytes that change on the stick afterwards are of no interest. */
static void the_stick_is_read_once(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	size_t size = 0;
	char *signature = site_signature(&s, "lib", &size);
	int from = site_stick_file(&s, "lib");
	struct stage *g = NULL;
	struct store_facts facts;
	uint64_t done = 0, total = 0;
	assert_int_equal(stage_begin(store, from, signature, size, &g), WIRE_FINE);
	assert_int_equal(stage_step(g, &done, &total), WIRE_FINE);
	assert_int_equal(done, total);
	assert_int_equal(stage_verify(g), WIRE_FINE);
	site_write(&s, "stick/lib.pack", "pack " LIBRARY " 9 library\nwicked", 40);
	site_run("rm %s/stick/*", s.path);
	assert_int_equal(site_look(NULL, stage_fd(g), &facts), WIRE_FINE);
	assert_int_equal(facts.version, 1);
	assert_int_equal(stage_admit(g, &facts), WIRE_FINE);
	assert_int_equal(stage_commit(g), WIRE_FINE);
	assert_int_equal(stage_commit(g), WIRE_STORE_FAILED); /* once */
	stage_end(g);
	assert_int_equal(site_version(store, STORE_LIBRARY), 1);
	free(signature);
	close(from);
	store_close(store);
	site_drop(&s);
}

static void nothing_is_put_in_use_that_was_not_verified_and_admitted(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	site_signed_pack(&s, "lib", LIBRARY, 1);
	size_t size = 0;
	char *signature = site_signature(&s, "lib", &size);
	int from = site_stick_file(&s, "lib");
	struct stage *g = NULL;
	struct store_facts facts = {.id = LIBRARY, .version = 1};
	uint64_t done = 0, total = 0;
	assert_int_equal(stage_begin(store, from, signature, size, &g), WIRE_FINE);
	assert_int_equal(stage_admit(g, &facts), WIRE_DAMAGED);
	assert_int_equal(stage_commit(g), WIRE_STORE_FAILED);
	assert_int_equal(stage_fd(g), -1);
	assert_int_equal(stage_verify(g), WIRE_STORE_FAILED); /* nothing was copied yet */
	stage_end(g);
	assert_int_equal(stage_begin(store, from, signature, size, &g), WIRE_FINE);
	assert_int_equal(stage_step(g, &done, &total), WIRE_FINE);
	assert_int_equal(stage_verify(g), WIRE_FINE);
	assert_int_equal(stage_commit(g), WIRE_STORE_FAILED);
	stage_end(g);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	free(signature);
	close(from);
	store_close(store);
	site_drop(&s);
}

/* --- versions and ids ------------------------------------------------------------------------------------------- */

static enum wire_reason install_version(const struct site *s, struct store *store, const char *id, unsigned version) {
	site_signed_pack(s, "some", id, version);
	return site_install(s, store, "some");
}

static void versions_only_grow(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	know_system(store, 5, HOUSE);
	assert_int_equal(install_version(&s, store, LIBRARY, 4), WIRE_OLDER);
	assert_int_equal(install_version(&s, store, LIBRARY, 5), WIRE_SAME);
	assert_int_equal(install_version(&s, store, LIBRARY, 7), WIRE_FINE);
	assert_int_equal(install_version(&s, store, LIBRARY, 6), WIRE_OLDER);
	assert_int_equal(install_version(&s, store, LIBRARY, 7), WIRE_SAME);
	assert_int_equal(install_version(&s, store, LIBRARY, 0), WIRE_DAMAGED);
	assert_int_equal(site_version(store, STORE_LIBRARY), 7);
	store_close(store);
	/* A new card, whose own library is a later one than the store's. */
	store = site_open(&s, STORE_KEEP);
	know_system(store, 20, HOUSE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	assert_int_equal(install_version(&s, store, LIBRARY, 19), WIRE_OLDER);
	assert_int_equal(install_version(&s, store, LIBRARY, 21), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 21);
	store_close(store);
	site_drop(&s);
}

static void a_version_after_which_nothing_could_come_has_a_way_back(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	assert_int_equal(install_version(&s, store, LIBRARY, 1), WIRE_FINE);
	assert_int_equal(install_version(&s, store, LIBRARY, 2147483647u), WIRE_VERSION_TOO_FAR);
	assert_int_equal(install_version(&s, store, LIBRARY, 4294967295u), WIRE_VERSION_TOO_FAR);
	assert_int_equal(install_version(&s, store, LIBRARY, STORE_VERSION_MOST + 1), WIRE_VERSION_TOO_FAR);
	assert_int_equal(install_version(&s, store, LIBRARY, STORE_VERSION_MOST), WIRE_FINE);
	/* Even the highest of all is undone on purpose, and then the next one is taken. */
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(install_version(&s, store, LIBRARY, 2), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 2);
	store_close(store);
	site_drop(&s);
}

static void packs_of_something_else(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	know_system(store, 1, "org.example.house");
	assert_int_equal(install_version(&s, store, "org.other.library", 9), WIRE_OTHER_PRODUCT);
	assert_int_equal(install_version(&s, store, LIBRARY, 2), WIRE_FINE);
	assert_int_equal(install_version(&s, store, "org.other.library", 9), WIRE_OTHER_PRODUCT);
	/* The example house may be replaced by a house's own; that one only by its own later ones. */
	assert_int_equal(install_version(&s, store, HOUSE, 1), WIRE_FINE);
	assert_int_equal(install_version(&s, store, "org.other.house", 9), WIRE_OTHER_PRODUCT);
	assert_int_equal(install_version(&s, store, HOUSE, 2), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 2);
	assert_int_equal(site_version(store, STORE_HOUSE), 2);
	store_close(store);
	site_drop(&s);
}

static enum wire_reason install_own(const struct site *s, struct store *store, const char *id, unsigned version) {
	site_pack(s, "own", id, version, true, 300);
	int from = site_stick_file(s, "own");
	enum wire_reason why = site_take(store, from, NULL, 0);
	close(from);
	return why;
}

static void a_house_may_have_made_its_own(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	assert_int_equal(install_version(&s, store, HOUSE, 3), WIRE_FINE);
	assert_int_equal(install_own(&s, store, "kiosk.house", 1), WIRE_FINE);
	struct store_pack p;
	assert_int_equal(store_get(store, STORE_HOUSE, STORE_CURRENT, &p), WIRE_FINE);
	assert_true(p.own);
	close(p.fd);
	/* What the publisher signs is compared with what the publisher signed. */
	assert_int_equal(install_version(&s, store, HOUSE, 3), WIRE_SAME);
	assert_int_equal(install_version(&s, store, HOUSE, 2), WIRE_OLDER);
	assert_int_equal(store_restore(store, STORE_HOUSE), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_HOUSE), 3);
	assert_int_equal(store_restore(store, STORE_HOUSE), WIRE_FINE);
	assert_int_equal(install_version(&s, store, HOUSE, 4), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_HOUSE), 4);
	store_close(store);
	site_drop(&s);
}

/* --- going back ------------------------------------------------------------------------------------------------- */

static void restoring_is_undone_by_restoring(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_NO_PREVIOUS);
	assert_int_equal(install_version(&s, store, LIBRARY, 2), WIRE_FINE);
	/* Nobody knows whether the system has one to go back to. */
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_NO_PREVIOUS);
	know_system(store, 1, HOUSE);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 2);
	assert_int_equal(install_version(&s, store, LIBRARY, 3), WIRE_FINE);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 2);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 3);
	/* To an older one than the system's nobody goes back: the system's own comes instead. */
	store_close(store);
	store = site_open(&s, STORE_KEEP);
	struct store_facts later = {.id = LIBRARY, .version = 2};
	snprintf(later.id, sizeof later.id, "%s", LIBRARY);
	later.version = 3;
	store_know_system(store, &later);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	store_close(store);
	site_drop(&s);
}

static void spoil(const struct site *s, unsigned version) {
	struct store *store = site_open(s, STORE_READ);
	struct store_pack p;
	char hex[MINISIG_HEX], file[300];
	for (int which = 0; which < 2; which++) {
		if (store_get(store, STORE_LIBRARY, (enum store_which)which, &p) == WIRE_FINE && p.version == version) {
			minisig_hex(p.hash, hex);
			snprintf(file, sizeof file, "store/library/%s.pack", hex);
			site_run("printf x | dd of=%s/%s bs=1 seek=3000 conv=notrunc status=none", s->path, file);
		}
		if (p.fd >= 0) {
			close(p.fd);
		}
	}
	store_close(store);
}

static void a_damaged_pack_gives_way_to_the_one_before(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	for (unsigned v = 1; v <= 2; v++) {
		assert_int_equal(install_version(&s, store, LIBRARY, v), WIRE_FINE);
	}
	spoil(&s, 2);
	struct store_pack p;
	struct store_facts facts;
	enum wire_reason why = WIRE_FINE;
	assert_true(store_live(store, STORE_LIBRARY, site_look, NULL, &p, &facts, &why));
	assert_int_equal(p.version, 1);
	assert_int_equal(why, WIRE_DAMAGED);
	close(p.fd);
	/* It may be installed again, and what becomes the previous one is the one that is whole. */
	assert_int_equal(site_install(&s, store, "some"), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 2);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_FINE);
	assert_int_equal(site_version(store, STORE_LIBRARY), 1);
	spoil(&s, 1);
	spoil(&s, 2);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	assert_int_equal(store_restore(store, STORE_LIBRARY), WIRE_DAMAGED);
	store_close(store);
	site_drop(&s);
}

/* Somebody with the card in another machine. */
static void what_is_noted_is_not_believed(void **state) {
	(void)state;
	static const char *const edits[] = {
	    "s/current 2/current 9/",
	    "s/signed/own/",
	    "s/" LIBRARY "/org.other/g",
	    "s/store 1/store 2/",
	    "s/current/actual/",
	    "$d",
	    "1d",
	    "s/^current.*/current/",
	    "s/^\\(current .*\\)$/\\1 more/",
	    "s/\\(current.*\\)./\\1g/",
	    "s/current 2/current 42949672970/",
	    "s|^current.*|current 2 " LIBRARY " signed ../../stick/some|",
	};
	for (size_t i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		struct site s = site_new();
		struct store *store = site_open(&s, STORE_KEEP);
		for (unsigned v = 1; v <= 2; v++) {
			assert_int_equal(install_version(&s, store, LIBRARY, v), WIRE_FINE);
		}
		site_run("sed -i '%s' %s/store/library/live", edits[i], s.path);
		unsigned is = site_version(store, STORE_LIBRARY);
		if (is == 2) {
			fail_msg("%s changes nothing", edits[i]);
		}
		/* It opens all the same, nothing is thrown away that a person may want, and a new pack mends it. */
		store_close(store);
		store = site_open(&s, STORE_KEEP);
		assert_true(site_count(&s, "store/library") >= 3);
		assert_int_equal(site_version(store, STORE_LIBRARY), is);
		assert_int_equal(install_version(&s, store, LIBRARY, 10), WIRE_FINE);
		assert_int_equal(site_version(store, STORE_LIBRARY), 10);
		store_close(store);
		site_drop(&s);
	}
}

static void signatures_that_are_exchanged_in_the_store(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	for (unsigned v = 1; v <= 2; v++) {
		assert_int_equal(install_version(&s, store, LIBRARY, v), WIRE_FINE);
	}
	site_run("cd %s/store/library && set -- *.minisig && mv $1 x && mv $2 $1 && mv x $2", s.path);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	site_run("cd %s/store/library && rm *.minisig", s.path);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	site_run("cd %s/store/library && rm -r live && mkfifo live", s.path);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	store_close(store);
	site_drop(&s);
}

/* --- the folder itself ------------------------------------------------------------------------------------------ */

static void leftovers_are_cleared_away(void **state) {
	(void)state;
	struct site s = site_new();
	struct store *store = site_open(&s, STORE_KEEP);
	assert_int_equal(install_version(&s, store, LIBRARY, 1), WIRE_FINE);
	store_close(store);
	site_run("cd %s/store && touch incoming/pack-0 library/live.new library/aaaa.pack keys/x.pub.new", s.path);
	store = site_open(&s, STORE_READ);
	assert_int_equal(site_count(&s, "store/incoming"), 1);
	store_close(store);
	store = site_open(&s, STORE_KEEP);
	assert_int_equal(site_count(&s, "store/incoming"), 0);
	assert_int_equal(site_count(&s, "store/library"), 3);
	assert_int_equal(site_version(store, STORE_LIBRARY), 1);
	store_close(store);
	site_drop(&s);
}

static void only_one_may_keep(void **state) {
	(void)state;
	struct site s = site_new();
	struct fault f = {""};
	struct store *store = site_open(&s, STORE_KEEP);
	assert_null(store_open(site_file(&s, "store"), NULL, STORE_KEEP, &f));
	assert_non_null(strstr(f.says, "in use"));
	struct store *reader = site_open(&s, STORE_READ);
	assert_int_equal(store_restore(reader, STORE_LIBRARY), WIRE_STORE_FAILED);
	store_close(reader);
	store_close(store);
	store = site_open(&s, STORE_KEEP);
	store_close(store);
	assert_null(store_open(site_file(&s, "nowhere"), NULL, STORE_READ, &f));
	assert_non_null(strstr(f.says, "nowhere"));
	/* An empty folder, for one who only looks. */
	site_run("mkdir %s/fresh", s.path);
	store = store_open(site_file(&s, "fresh"), NULL, STORE_READ, &f);
	assert_non_null(store);
	assert_int_equal(site_version(store, STORE_LIBRARY), 0);
	assert_int_equal(site_count(&s, "fresh"), 0);
	store_close(store);
	site_drop(&s);
}

static void every_reason_has_a_sentence_with_a_next_step(void **state) {
	(void)state;
	for (int i = WIRE_FINE + 1; i <= WIRE_REASON_LAST; i++) {
		const char *says = store_says((enum wire_reason)i);
		assert_non_null(says);
		/* What is so, and what to do. */
		assert_true(strcspn(says, ".;") < strlen(says) - 1);
		assert_int_equal(says[strlen(says) - 1], '.');
		for (int j = WIRE_FINE; j < i; j++) {
			assert_string_not_equal(says, store_says((enum wire_reason)j));
		}
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pack_is_installed_and_the_one_before_stays),
	    cmocka_unit_test(what_is_kept_is_what_minisign_verifies),
	    cmocka_unit_test(refused_signatures),
	    cmocka_unit_test(a_strangers_bytes_are_not_even_read),
	    cmocka_unit_test(a_revoked_key_is_worth_nothing_any_more),
	    cmocka_unit_test(a_list_of_revoked_keys_that_makes_no_sense_trusts_nobody),
	    cmocka_unit_test(staff_may_add_a_publisher),
	    cmocka_unit_test(things_that_are_no_file),
	    cmocka_unit_test(files_without_end),
	    cmocka_unit_test(files_that_change_under_the_hand),
	    cmocka_unit_test(the_stick_is_read_once),
	    cmocka_unit_test(nothing_is_put_in_use_that_was_not_verified_and_admitted),
	    cmocka_unit_test(versions_only_grow),
	    cmocka_unit_test(a_version_after_which_nothing_could_come_has_a_way_back),
	    cmocka_unit_test(packs_of_something_else),
	    cmocka_unit_test(a_house_may_have_made_its_own),
	    cmocka_unit_test(restoring_is_undone_by_restoring),
	    cmocka_unit_test(a_damaged_pack_gives_way_to_the_one_before),
	    cmocka_unit_test(what_is_noted_is_not_believed),
	    cmocka_unit_test(signatures_that_are_exchanged_in_the_store),
	    cmocka_unit_test(leftovers_are_cleared_away),
	    cmocka_unit_test(only_one_may_keep),
	    cmocka_unit_test(every_reason_has_a_sentence_with_a_next_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
