/* The worker as the host has it: the handle is linked in, its process is the released program, sticks are folders (and
 * sticks that misbehave, by FUSE), signatures are by minisign. What is asked is what a person at the desk would see. */
#include "base/clock.h"
#include "glass/make_pack.h"
#include "site.h"

#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "base/change.h"
#include "store/look.h"
#include "store/worker.h"

#define LIBRARY "org.alcove.library"
#define PROGRAM "build/alcove"
#define PACKER "build/alcove-pack"

enum { PATIENCE_MS = 2500 /* with sticks that hang */, MESSAGES = 400 };

/* --- packs ------------------------------------------------------------------------------------------------------ */

/* A real pack: one language, modules of two pages. */
static struct making pack_of(const char *id, unsigned version, int modules) {
	struct making m = making_begin(NULL);
	making_do(&m,
	          "INSERT INTO fact VALUES ('id', '%s'), ('version', '%u'), ('kind', '%s'), ('made', '2026-11-%02u'), "
	          "('title', 'The %s'), ('publisher', 'Somebody')",
	          id, version, strstr(id, "house") != NULL ? "house" : "library", 1 + version % 28, id);
	making_language(&m, 1, "en", "English", TAG_LATIN, 0, NULL);
	for (int i = 1; i <= modules; i++) {
		char name[20], title[40];
		snprintf(name, sizeof name, "module-%d", i);
		snprintf(title, sizeof title, "Module %d", i);
		making_module(&m, "en", i, name, title, 2);
	}
	return m;
}

static void put_pack(const struct site *s, const char *file, struct making m) {
	size_t size = 0;
	unsigned char *bytes = making_end(&m, &size);
	site_write(s, file, bytes, size);
	free(bytes);
}

/* stick/alcove/NAME.pack, signed. */
static void put_signed(const struct site *s, const char *name, struct making m, const char *key) {
	char file[100];
	snprintf(file, sizeof file, "stick/alcove/%s.pack", name);
	put_pack(s, file, m);
	site_run("minisign -S -s %s/secret/%s -m %s/%s >/dev/null", s->path, key, s->path, file);
}

/* --- a kiosk that has it ---------------------------------------------------------------------------------------- */

struct kiosk {
	struct site site;
	struct worker *worker;
	int system;
	char store[80], keys[80], usb[80];
	struct wire_message heard[MESSAGES];
	int count;
	int patience_ms;
};

static void start(struct kiosk *k) {
	struct fault f = {""};
	struct worker_plan plan = {.program = PROGRAM,
	                           .store = k->store,
	                           .keys = k->keys,
	                           .usb = k->usb,
	                           .packer = PACKER,
	                           .packs = {k->system},
	                           .pack_count = 1,
	                           .patience_ms = k->patience_ms};
	k->worker = worker_start(&plan, &f);
	if (k->worker == NULL) {
		fail_msg("%s", f.says);
	}
}

static struct kiosk *kiosk_new(void) {
	struct kiosk *k = calloc(1, sizeof *k);
	k->site = site_new();
	site_run("mkdir %s/stick/alcove %s/place", k->site.path, k->site.path);
	put_pack(&k->site, "system.pack", pack_of(LIBRARY, 1, 2));
	k->system = open(site_file(&k->site, "system.pack"), O_RDONLY | O_CLOEXEC);
	snprintf(k->store, sizeof k->store, "%s/store", k->site.path);
	snprintf(k->keys, sizeof k->keys, "%s/keys", k->site.path);
	snprintf(k->usb, sizeof k->usb, "%s/stick", k->site.path);
	start(k);
	return k;
}

static void kiosk_drop(struct kiosk *k) {
	worker_end(k->worker);
	close(k->system);
	site_drop(&k->site);
	free(k);
}

/* Hears until nothing is owed any more, as the host does: by poll. */
static void hear(struct kiosk *k) {
	struct wire_message m;
	int64_t began = clock_ms();
	k->count = 0;
	for (;;) {
		while (worker_hear(k->worker, &m)) {
			assert_true(wire_sane_from_host(&m));
			assert_true(k->count < MESSAGES);
			k->heard[k->count++] = m;
		}
		if (!worker_busy(k->worker)) {
			return;
		}
		struct pollfd p = {.fd = worker_fd(k->worker), .events = POLLIN};
		poll(&p, 1, worker_wait_ms(k->worker));
		assert_true(clock_ms() - began < 60000);
	}
}

static void want(struct kiosk *k, enum wire_want what, uint8_t slot) {
	struct wire_want_what w = {.want = (uint8_t)what, .slot = slot};
	assert_true(worker_want(k->worker, &w));
	hear(k);
}

static const struct wire_work *last_work(const struct kiosk *k) {
	assert_true(k->count > 0);
	assert_int_equal(k->heard[k->count - 1].kind, WIRE_WORK);
	return &k->heard[k->count - 1].work;
}

static void ends(const struct kiosk *k, enum wire_work_kind kind, enum wire_reason reason) {
	const struct wire_work *w = last_work(k);
	assert_int_equal(w->reason, reason);
	assert_int_equal(w->work, kind);
	assert_int_equal(w->state, reason == WIRE_FINE ? WIRE_WORK_DONE : WIRE_WORK_FAILED);
	int over = 0;
	for (int i = 0; i < k->count; i++) {
		over += k->heard[i].kind == WIRE_WORK && k->heard[i].work.state != WIRE_WORK_GOING;
	}
	assert_int_equal(over, 1);
}

/* The offer of a place by its file's name, or by its slot; NULL. */
static const struct wire_offer *offer(const struct kiosk *k, enum wire_where where, const char *file) {
	for (int i = 0; i < k->count; i++) {
		const struct wire_offer *o = &k->heard[i].offer;
		if (k->heard[i].kind == WIRE_OFFER && o->where == where && o->thing != 0 &&
		    (file == NULL || strcmp(o->file, file) == 0)) {
			return o;
		}
	}
	return NULL;
}

static uint8_t slot_of(struct kiosk *k, const char *file) {
	want(k, WIRE_WANT_LIST, 0);
	const struct wire_offer *o = offer(k, WIRE_ON_STICK, file);
	if (o == NULL) {
		fail_msg("%s is not in the list", file);
	}
	return o->slot;
}

static unsigned version_in_use(struct kiosk *k) {
	want(k, WIRE_WANT_LIST, 0);
	const struct wire_offer *o = offer(k, WIRE_ON_KIOSK, NULL);
	if (o == NULL) {
		fail_msg("no list of the kiosk's: %d messages, the last one %u with %d", k->count,
		         k->heard[k->count - 1].kind, k->heard[k->count - 1].offer.reason);
	}
	return o->version;
}

static const struct wire_change *change(const struct kiosk *k, enum change_kind kind) {
	for (int i = 0; i < k->count; i++) {
		if (k->heard[i].kind == WIRE_CHANGE && k->heard[i].change.kind == kind) {
			return &k->heard[i].change;
		}
	}
	return NULL;
}

/* --- lists ------------------------------------------------------------------------------------------------------ */

static void lists_begin_and_end(const struct kiosk *k) {
	for (int where = WIRE_ON_KIOSK; where <= WIRE_ON_STICK; where++) {
		int first = 0, last = 0, open = 0;
		for (int i = 0; i < k->count; i++) {
			const struct wire_offer *o = &k->heard[i].offer;
			if (o->where == where) {
				first += o->first;
				open = o->first == 1 ? 1 : open;
				assert_true(open);
				last += o->last;
				open = o->last == 1 ? 0 : open;
			}
		}
		assert_int_equal(first, 1);
		assert_int_equal(last, 1);
	}
}

static void an_empty_place_is_an_empty_list(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	want(k, WIRE_WANT_LIST, 0);
	lists_begin_and_end(k);
	const struct wire_offer *o = offer(k, WIRE_ON_KIOSK, NULL);
	assert_non_null(o);
	assert_string_equal(o->id, LIBRARY);
	assert_int_equal(o->version, 1);
	assert_int_equal(o->system, 1);
	assert_int_equal(o->modules, 2);
	assert_string_equal(o->languages, "en");
	assert_null(offer(k, WIRE_BEFORE, NULL));
	assert_null(offer(k, WIRE_ON_STICK, NULL));
	site_run("rmdir %s/alcove", k->usb);
	want(k, WIRE_WANT_LIST, 0);
	lists_begin_and_end(k);
	kiosk_drop(k);
}

static void make_odd_stick(struct kiosk *k) {
	struct site *s = &k->site;
	put_signed(s, "good", pack_of(LIBRARY, 2, 3), "ours");
	put_signed(s, "same", pack_of(LIBRARY, 1, 3), "ours");
	put_signed(s, "far", pack_of(LIBRARY, 4294967295u, 3), "ours");
	site_key(s, "secret", "stranger");
	put_signed(s, "strange", pack_of(LIBRARY, 3, 3), "stranger");
	put_pack(s, "stick/alcove/unsigned.pack", pack_of(LIBRARY, 3, 3));
	site_write(s, "stick/alcove/other.pack", "PK\3\4 not ours at all", 21);
	site_run("minisign -S -s %s/secret/ours -m %s/alcove/other.pack >/dev/null", s->path, k->usb);
	put_pack(s, "stick/alcove/bad-sign.pack", pack_of(LIBRARY, 3, 3));
	site_run("head -c 20000 /dev/urandom > %s/alcove/bad-sign.pack.minisig", k->usb);
	put_pack(s, "stick/alcove/link-sign.pack", pack_of(LIBRARY, 3, 3));
	site_run("cd %s/alcove && ln -s good.pack.minisig link-sign.pack.minisig", k->usb);
	site_run(
	    "cd %s/alcove && mkdir folder.pack && ln -s good.pack link.pack && ln -s /etc/passwd out.pack && "
	    "mkfifo pipe.pack && : > empty.pack && truncate -s 1T huge.pack && cp good.pack ._good.pack && "
	    "cp ../../keys/ours.pub ours.pub && cp ../../secret/stranger.pub . && echo nonsense > nonsense.pub && "
	    "echo words > notes.txt && printf 'a,b\\n' > house.csv && cp good.pack \"$(printf 'x\\377y\\001.pack')\"",
	    k->usb);
}

static void each_thing_has_its_reason(void **state) {
	(void)state;
	static const struct {
		const char *file;
		enum wire_reason reason;
	} things[] = {
	    {"good.pack", WIRE_FINE},
	    {"same.pack", WIRE_SAME},
	    {"far.pack", WIRE_VERSION_TOO_FAR},
	    {"strange.pack", WIRE_UNKNOWN_KEY},
	    {"unsigned.pack", WIRE_NO_SIGNATURE},
	    {"other.pack", WIRE_NOT_A_PACK},
	    {"bad-sign.pack", WIRE_BAD_SIGNATURE},
	    {"link-sign.pack", WIRE_BAD_SIGNATURE},
	    {"folder.pack", WIRE_NOT_A_PACK},
	    {"link.pack", WIRE_NOT_A_PACK},
	    {"out.pack", WIRE_NOT_A_PACK},
	    {"pipe.pack", WIRE_NOT_A_PACK},
	    {"empty.pack", WIRE_NOT_A_PACK},
	    {"huge.pack", WIRE_TOO_BIG},
	    {"x?y?.pack", WIRE_NO_SIGNATURE},
	    {"ours.pub", WIRE_SAME},
	    {"stranger.pub", WIRE_FINE},
	    {"nonsense.pub", WIRE_BAD_SIGNATURE},
	    {"house.csv", WIRE_FINE},
	};
	struct kiosk *k = kiosk_new();
	make_odd_stick(k);
	want(k, WIRE_WANT_LIST, 0);
	lists_begin_and_end(k);
	int failed = 0, count = 0;
	for (size_t i = 0; i < sizeof things / sizeof things[0]; i++) {
		const struct wire_offer *o = offer(k, WIRE_ON_STICK, things[i].file);
		if (o == NULL || o->reason != things[i].reason) {
			print_error("%s: %d instead of %d\n", things[i].file, o == NULL ? -1 : o->reason,
			            things[i].reason);
			failed++;
		}
	}
	for (int i = 0; i < k->count; i++) {
		count += k->heard[i].kind == WIRE_OFFER && k->heard[i].offer.where == WIRE_ON_STICK;
	}
	assert_int_equal(failed, 0);
	assert_int_equal(count, sizeof things / sizeof things[0]);
	/* What it says about itself is shown of the one that could be right, and of none that could not. */
	assert_string_equal(offer(k, WIRE_ON_STICK, "good.pack")->title, "The " LIBRARY);
	assert_string_equal(offer(k, WIRE_ON_STICK, "strange.pack")->title, "");
	/* None of them can be looked at more closely, whatever is asked. */
	for (size_t i = 1; i < sizeof things / sizeof things[0]; i++) {
		if (things[i].reason != WIRE_FINE && strstr(things[i].file, ".pack") != NULL) {
			want(k, WIRE_WANT_CHANGES, slot_of(k, things[i].file));
			if (last_work(k)->reason != things[i].reason) {
				fail_msg("%s: %d instead of %d", things[i].file, last_work(k)->reason,
				         things[i].reason);
			}
		}
	}
	assert_int_equal(version_in_use(k), 1);
	kiosk_drop(k);
}

/* So many names of one file: files of their own would take a file system half a minute. */
static void name_often(const char *folder, int count) {
	char first[512], name[512];
	snprintf(first, sizeof first, "%s/0", folder);
	close(open(first, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	for (int i = 1; i <= count; i++) {
		snprintf(name, sizeof name, "%s/%d", folder, i);
		assert_int_equal(link(first, name), 0);
	}
}

static void a_list_is_only_so_long(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	site_run("cd %s/alcove && for i in $(seq 1 300); do echo > p$i.pack; done", k->usb);
	want(k, WIRE_WANT_LIST, 0);
	lists_begin_and_end(k);
	assert_int_equal(k->heard[k->count - 1].offer.reason, WIRE_TOO_MANY);
	assert_true(k->count < 40);
	/* A folder without end is not read to its end. */
	char folder[400];
	snprintf(folder, sizeof folder, "%s/alcove", k->usb);
	site_run("cd %s/alcove && rm -f -- *", k->usb);
	name_often(folder, 20000);
	site_run("cd %s/alcove && echo > zz.pack", k->usb);
	want(k, WIRE_WANT_LIST, 0);
	assert_int_equal(k->heard[k->count - 1].offer.reason, WIRE_TOO_MANY);
	kiosk_drop(k);
}

/* --- the whole way ---------------------------------------------------------------------------------------------- */

static void a_pack_is_told_installed_and_taken_back(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "two", pack_of(LIBRARY, 2, 3), "ours");
	uint8_t slot = slot_of(k, "two.pack");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_READ, WIRE_FINE);
	assert_string_equal(change(k, CHANGE_VERSION)->new, "2");
	assert_string_equal(change(k, CHANGE_MODULE_ADDED)->name, "Module 3");
	assert_string_equal(change(k, CHANGE_MODULE_ADDED)->language, "en");
	assert_int_equal(version_in_use(k), 1);
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	assert_int_equal(version_in_use(k), 2);
	assert_int_equal(offer(k, WIRE_ON_KIOSK, NULL)->system, 0);
	assert_int_equal(offer(k, WIRE_BEFORE, NULL)->version, 1);
	assert_int_equal(offer(k, WIRE_BEFORE, NULL)->system, 1);
	assert_int_equal(offer(k, WIRE_ON_STICK, "two.pack")->reason, WIRE_SAME);
	/* Once is enough. */
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_UNKNOWN_WISH);

	put_signed(&k->site, "three", pack_of(LIBRARY, 3, 1), "ours");
	slot = slot_of(k, "three.pack");
	want(k, WIRE_WANT_CHANGES, slot);
	assert_string_equal(change(k, CHANGE_MODULE_REMOVED)->name, "Module 2");
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	assert_int_equal(version_in_use(k), 3);
	assert_int_equal(offer(k, WIRE_BEFORE, NULL)->version, 2);
	assert_int_equal(offer(k, WIRE_ON_STICK, "two.pack")->reason, WIRE_OLDER);
	want(k, WIRE_WANT_RESTORE, STORE_LIBRARY);
	ends(k, WIRE_WORK_RESTORE, WIRE_FINE);
	assert_int_equal(version_in_use(k), 2);
	/* And another kiosk, which starts with this store, has it as well. */
	worker_end(k->worker);
	start(k);
	assert_int_equal(version_in_use(k), 2);
	kiosk_drop(k);
}

static void a_key_is_trusted_as_it_was_shown(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	site_key(&k->site, "secret", "stranger");
	put_signed(&k->site, "strange", pack_of(LIBRARY, 2, 3), "stranger");
	site_run("cp %s/secret/stranger.pub %s/alcove/", k->site.path, k->usb);
	uint8_t slot = slot_of(k, "stranger.pub");
	assert_int_equal(strlen(offer(k, WIRE_ON_STICK, "stranger.pub")->fingerprint), 19);
	/* Another key in its place, after people have compared: that one is not trusted. */
	site_key(&k->site, "stick/alcove", "stranger");
	want(k, WIRE_WANT_TRUST, slot);
	ends(k, WIRE_WORK_TRUST, WIRE_FINE);
	slot = slot_of(k, "strange.pack");
	assert_int_equal(offer(k, WIRE_ON_STICK, "strange.pack")->reason, WIRE_FINE);
	assert_int_equal(offer(k, WIRE_ON_STICK, "stranger.pub")->reason, WIRE_FINE);
	want(k, WIRE_WANT_CHANGES, slot);
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	want(k, WIRE_WANT_TRUST, slot);
	ends(k, WIRE_WORK_TRUST, WIRE_UNKNOWN_WISH);
	kiosk_drop(k);
}

static void what_was_shown_is_what_is_installed(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	uint8_t slot = slot_of(k, "lib.pack");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_READ, WIRE_FINE);
	/* Another pack under the same name, rightly signed too; and a list that is told in between. */
	put_signed(&k->site, "lib", pack_of(LIBRARY, 9, 1), "ours");
	want(k, WIRE_WANT_LIST, 0);
	assert_int_not_equal(offer(k, WIRE_ON_STICK, "lib.pack")->slot, slot);
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	assert_int_equal(version_in_use(k), 2);
	/* What was listed is not what is there any more. */
	slot = slot_of(k, "lib.pack");
	put_signed(&k->site, "lib", pack_of(LIBRARY, 11, 1), "ours");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_COPY, WIRE_CHANGED);
	kiosk_drop(k);
}

static void nothing_is_installed_that_was_not_looked_at(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	put_signed(&k->site, "lib2", pack_of(LIBRARY, 3, 3), "ours");
	uint8_t slot = slot_of(k, "lib.pack"), other = slot_of(k, "lib2.pack");
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_UNKNOWN_WISH);
	want(k, WIRE_WANT_CHANGES, slot);
	want(k, WIRE_WANT_INSTALL, other);
	ends(k, WIRE_WORK_INSTALL, WIRE_UNKNOWN_WISH);
	want(k, WIRE_WANT_INSTALL, 200);
	ends(k, WIRE_WORK_INSTALL, WIRE_UNKNOWN_WISH);
	want(k, WIRE_WANT_CHANGES, 200);
	ends(k, WIRE_WORK_COPY, WIRE_UNKNOWN_WISH);
	want(k, WIRE_WANT_RESTORE, STORE_LIBRARY);
	assert_int_equal(last_work(k)->reason, WIRE_NO_PREVIOUS);
	want(k, WIRE_WANT_RESTORE, 77);
	ends(k, WIRE_WORK_RESTORE, WIRE_UNKNOWN_WISH);
	want(k, WIRE_WANT_TRUST, slot);
	ends(k, WIRE_WORK_TRUST, WIRE_UNKNOWN_WISH);
	assert_int_equal(version_in_use(k), 1);
	/* What is no wish of the worker's does not reach it. */
	struct wire_want_what not_ours = {.want = WIRE_WANT_PIN};
	assert_false(worker_want(k->worker, &not_ours));
	kiosk_drop(k);
}

/* --- packs that are signed and still not good -------------------------------------------------------------------- */

static void signed_packs_that_the_reader_refuses(void **state) {
	(void)state;
	static const struct {
		const char *what, *sql;
		enum wire_reason reason;
	} bad[] = {
	    {"a text that is none", "UPDATE page SET t_title = x'0102' WHERE number = 2", WIRE_DAMAGED},
	    {"a page that is missing", "DELETE FROM page WHERE number = 2", WIRE_DAMAGED},
	    {"pages without end", "UPDATE module SET pages = 2000000000", WIRE_DAMAGED},
	    {"no id", "DELETE FROM fact WHERE key = 'id'", WIRE_DAMAGED},
	    {"no version", "UPDATE fact SET value = 'x' WHERE key = 'version'", WIRE_DAMAGED},
	    {"a kind of its own", "UPDATE fact SET value = 'else' WHERE key = 'kind'", WIRE_DAMAGED},
	    {"a picture that is none", "INSERT INTO picture VALUES ('house', 0, x'00')", WIRE_DAMAGED},
	    {"another id", "UPDATE fact SET value = 'org.other' WHERE key = 'id'", WIRE_OTHER_PRODUCT},
	    {"another program's", "PRAGMA application_id = 7", WIRE_OTHER_PRODUCT},
	    {"a newer program's", "PRAGMA user_version = 99", WIRE_NEWER_PROGRAM},
	    {"an older program's", "PRAGMA user_version = 0", WIRE_OLD_PACK},
	    {"a table more", "CREATE TABLE more (x)", WIRE_DAMAGED},
	    {"a trigger", "CREATE TRIGGER t AFTER INSERT ON fact BEGIN SELECT 1; END", WIRE_DAMAGED},
	};
	struct kiosk *k = kiosk_new();
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct making m = pack_of(LIBRARY, 2, 3);
		making_do(&m, "%s", bad[i].sql);
		put_signed(&k->site, "bad", m, "ours");
		want(k, WIRE_WANT_CHANGES, slot_of(k, "bad.pack"));
		if (last_work(k)->reason != bad[i].reason) {
			fail_msg("%s: %d instead of %d", bad[i].what, last_work(k)->reason, bad[i].reason);
		}
	}
	assert_int_equal(version_in_use(k), 1);
	kiosk_drop(k);
}

static void a_copy_with_other_bytes_than_were_signed(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	site_run("printf x | dd of=%s/alcove/lib.pack bs=1 seek=9000 conv=notrunc 2>/dev/null", k->usb);
	want(k, WIRE_WANT_CHANGES, slot_of(k, "lib.pack"));
	ends(k, WIRE_WORK_COPY, WIRE_WRONG_SIGNATURE);
	/* Cut at a page's edge: the copy is not of what was signed either. */
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	site_run("truncate -s 8192 %s/alcove/lib.pack", k->usb);
	want(k, WIRE_WANT_CHANGES, slot_of(k, "lib.pack"));
	assert_int_not_equal(last_work(k)->reason, WIRE_FINE);
	kiosk_drop(k);
}

/* --- sticks that go away ---------------------------------------------------------------------------------------- */

static void a_stick_that_is_pulled(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	uint8_t slot = slot_of(k, "lib.pack");
	site_run("mv %s/alcove %s/away", k->usb, k->usb);
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_COPY, WIRE_PULLED);
	/* After it was looked at, the stick is not needed any more. */
	site_run("mv %s/away %s/alcove", k->usb, k->usb);
	slot = slot_of(k, "lib.pack");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_READ, WIRE_FINE);
	site_run("rm -r %s/alcove", k->usb);
	want(k, WIRE_WANT_LIST, 0);
	assert_null(offer(k, WIRE_ON_STICK, NULL));
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	assert_int_equal(version_in_use(k), 2);
	kiosk_drop(k);
}

/* Puts the odd stick in; its files are those of stick/. */
static pid_t put_in(struct kiosk *k, const char *kind, const char *n) {
	struct stat before, now;
	char place[sizeof k->usb];
	snprintf(place, sizeof place, "%s/place", k->site.path);
	assert_int_equal(stat(place, &before), 0);
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		int nowhere = open("/dev/null", O_RDWR);
		dup2(nowhere, STDOUT_FILENO);
		dup2(nowhere, STDERR_FILENO);
		execl("build/san/tests/store/odd_stick", "odd_stick", k->usb, place, kind, n, (char *)NULL);
		_exit(99);
	}
	for (int i = 0; i < 500; i++) {
		if (stat(place, &now) == 0 && now.st_dev != before.st_dev) {
			worker_end(k->worker);
			snprintf(k->usb, sizeof k->usb, "%s", place);
			start(k);
			return pid;
		}
		usleep(10000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return 0;
}

static void take_out(struct kiosk *k, pid_t pid) {
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	site_try("fusermount3 -u -z %s/place 2>/dev/null || umount -l %s/place 2>/dev/null", k->site.path,
	         k->site.path);
	snprintf(k->usb, sizeof k->usb, "%s/stick", k->site.path);
}

/* A stick of a kind, with one good pack of about 150 KB on it; NULL where there is no FUSE, and then it is said so. */
static struct kiosk *odd_kiosk(const char *kind, const char *n, pid_t *stick) {
	struct kiosk *k = kiosk_new();
	k->patience_ms = strncmp(kind, "hang", 4) == 0 ? PATIENCE_MS : 0;
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 60), "ours");
	*stick = put_in(k, kind, n);
	if (*stick == 0) {
		print_message("# there is no /dev/fuse here that may be used: not tested\n");
		kiosk_drop(k);
		return NULL;
	}
	return k;
}

static void odd_drop(struct kiosk *k, pid_t stick) {
	worker_end(k->worker);
	k->worker = NULL;
	take_out(k, stick);
	kiosk_drop(k);
}

/* What becomes of one whole try to install from a stick of that kind. */
static void odd_try(const char *kind, const char *n, enum wire_reason listed, enum wire_reason looked, unsigned then) {
	pid_t stick = 0;
	struct kiosk *k = odd_kiosk(kind, n, &stick);
	if (k == NULL) {
		skip();
	}
	want(k, WIRE_WANT_LIST, 0);
	const struct wire_offer *o = offer(k, WIRE_ON_STICK, NULL);
	enum wire_reason reason = o != NULL ? o->reason : k->heard[k->count - 1].offer.reason;
	if (reason != listed) {
		fail_msg("%s %s: listed %d instead of %d", kind, n, reason, listed);
	}
	if (o != NULL && listed == WIRE_FINE) {
		uint8_t slot = o->slot;
		want(k, WIRE_WANT_CHANGES, slot);
		if (last_work(k)->reason != looked) {
			fail_msg("%s %s: looked %d instead of %d", kind, n, last_work(k)->reason, looked);
		}
		want(k, WIRE_WANT_INSTALL, slot);
	}
	/* Without the stick: the kiosk has what it had, or what it was shown. */
	take_out(k, stick);
	assert_int_equal(version_in_use(k), then);
	odd_drop(k, stick);
}

static void an_honest_stick_through_fuse(void **state) {
	(void)state;
	odd_try("honest", "0", WIRE_FINE, WIRE_FINE, 2);
}

static void a_stick_that_gives_other_bytes(void **state) {
	(void)state;
	odd_try("other", "1", WIRE_FINE, WIRE_WRONG_SIGNATURE, 1);
	/* From the second time on: the first time was for the list. */
	odd_try("other", "2", WIRE_FINE, WIRE_WRONG_SIGNATURE, 1);
	/* From the third time on: there is no third time. */
	odd_try("other", "3", WIRE_FINE, WIRE_FINE, 2);
}

static void a_stick_that_hangs(void **state) {
	(void)state;
	odd_try("hang-names", "1", WIRE_PULLED, WIRE_PULLED, 1);
	odd_try("hang", "0", WIRE_PULLED, WIRE_PULLED, 1);
	odd_try("hang", "-1", WIRE_FINE, WIRE_PULLED, 1);
}

static void a_stick_that_vanishes_while_it_is_read(void **state) {
	(void)state;
	odd_try("vanish", "0", WIRE_PULLED, WIRE_PULLED, 1);
	odd_try("vanish", "-1", WIRE_FINE, WIRE_PULLED, 1);
}

static void a_stick_whose_files_are_longer_or_shorter_than_they_say(void **state) {
	(void)state;
	odd_try("grow", "0", WIRE_FINE, WIRE_CHANGED, 1);
	odd_try("shrink", "-1", WIRE_FINE, WIRE_CHANGED, 1);
}

/* --- house.csv ---------------------------------------------------------------------------------------------------- */

static void put_sheet(const struct kiosk *k, const char *text) {
	site_write(&k->site, "stick/alcove/house.csv", text, strlen(text));
}

static void a_sheet_becomes_this_kiosks_house(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_sheet(k, "\xef\xbb\xbfwhat;picture;en;es\r\ncard;meal;Meals;Comidas\r\nline;;At 7;A las 7\r\nphrase;;A "
	             "call;Una llamada\r\n");
	uint8_t slot = slot_of(k, "house.csv");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_READ, WIRE_FINE);
	assert_non_null(change(k, CHANGE_FIRST));
	const struct wire_offer *o = offer(k, WIRE_ON_STICK, "house.csv");
	assert_non_null(o);
	assert_int_equal(o->thing, WIRE_THING_SHEET);
	assert_int_equal(o->house, 1);
	assert_string_equal(o->languages, "en es*");
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	/* The next one is the same house, one version on, and told beside it. */
	put_sheet(k, "what,en,es\ncard,Meals,Comidas\nline,At 8,A las 8\n");
	slot = slot_of(k, "house.csv");
	want(k, WIRE_WANT_CHANGES, slot);
	assert_string_equal(change(k, CHANGE_VERSION)->old, "1");
	assert_string_equal(change(k, CHANGE_VERSION)->new, "2");
	assert_non_null(change(k, CHANGE_BOARD));
	assert_string_equal(change(k, CHANGE_PHRASES)->new, "0");
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	want(k, WIRE_WANT_LIST, 0);
	int houses = 0;
	for (int i = 0; i < k->count; i++) {
		o = &k->heard[i].offer;
		houses += o->where == WIRE_ON_KIOSK && o->house == 1 && o->version == 2;
		houses += o->where == WIRE_BEFORE && o->house == 1 && o->version == 1;
	}
	assert_int_equal(houses, 2);
	/* It was made by nobody's key, and still is taken only as a house. */
	want(k, WIRE_WANT_RESTORE, STORE_HOUSE);
	ends(k, WIRE_WORK_RESTORE, WIRE_FINE);
	kiosk_drop(k);
}

static void a_sheet_with_a_mistake_says_where(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_sheet(k, "what,picture,en\ncard,meal,Meals\ncard,piano,Music\ncard,violin,Music\n");
	want(k, WIRE_WANT_CHANGES, slot_of(k, "house.csv"));
	const struct wire_work *w = last_work(k);
	assert_int_equal(w->reason, WIRE_SHEET_BAD);
	assert_int_equal(w->row, 3);
	assert_int_equal(w->total, 2);
	assert_string_equal(w->what, "picture");
	assert_non_null(strstr(w->says, "piano"));
	/* Nothing can be put in use that was refused. */
	want(k, WIRE_WANT_INSTALL, w->slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_UNKNOWN_WISH);
	/* What the checker would warn a writer of is told here, too: it does not fit on a screen. */
	put_sheet(k, "what,en\nphrase,One\nphrase,Incomprehensibilitieswithoutendareheretoday\n");
	want(k, WIRE_WANT_CHANGES, slot_of(k, "house.csv"));
	assert_int_equal(last_work(k)->reason, WIRE_SHEET_BAD);
	assert_int_equal(last_work(k)->row, 3);
	assert_string_equal(last_work(k)->what, "en");
	/* Bytes that are no sheet at all. */
	site_run("head -c 300000 /dev/urandom > %s/alcove/house.csv", k->usb);
	want(k, WIRE_WANT_CHANGES, slot_of(k, "house.csv"));
	assert_int_equal(last_work(k)->reason, WIRE_SHEET_BAD);
	site_run("truncate -s 2M %s/alcove/house.csv", k->usb);
	want(k, WIRE_WANT_CHANGES, slot_of(k, "house.csv"));
	assert_int_equal(last_work(k)->reason, WIRE_TOO_BIG);
	kiosk_drop(k);
}

static void the_template_works_on_a_kiosk(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	site_run("cp content/house.csv %s/alcove/", k->usb);
	uint8_t slot = slot_of(k, "house.csv");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_READ, WIRE_FINE);
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	kiosk_drop(k);
}

/* --- stopping, full, not there ------------------------------------------------------------------------------------ */

static void stop_is_heard_while_it_copies(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	/* 400 MB behind a signature of something else: it is copied before that is known. */
	site_run("truncate -s 400M %s/alcove/lib.pack", k->usb);
	uint8_t slot = slot_of(k, "lib.pack");
	struct wire_want_what w = {.want = WIRE_WANT_CHANGES, .slot = slot}, stop = {.want = WIRE_WANT_STOP};
	assert_true(worker_want(k->worker, &w));
	assert_false(worker_want(k->worker, &w));
	struct wire_message m;
	int told = 0;
	int64_t began = clock_ms();
	while (told < 3) {
		struct pollfd p = {.fd = worker_fd(k->worker), .events = POLLIN};
		poll(&p, 1, worker_wait_ms(k->worker));
		while (worker_hear(k->worker, &m)) {
			assert_int_equal(m.kind, WIRE_WORK);
			assert_int_equal(m.work.state, WIRE_WORK_GOING);
			told++;
		}
	}
	/* Not more often than people can read. */
	assert_true(clock_ms() - began >= 150);
	assert_true(worker_want(k->worker, &stop));
	began = clock_ms();
	hear(k);
	assert_int_equal(last_work(k)->reason, WIRE_STOPPED);
	assert_true(clock_ms() - began < 1000);
	assert_int_equal(version_in_use(k), 1);
	assert_int_equal(site_count(&k->site, "store/incoming"), 0);
	kiosk_drop(k);
}

static void a_store_that_is_full(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	worker_end(k->worker);
	if (mount("none", k->store, "tmpfs", 0, "size=6m") != 0) {
		print_message("# no tmpfs may be mounted here: not tested\n");
		start(k);
		kiosk_drop(k);
		skip();
	}
	start(k);
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	site_run("head -c 4000000 /dev/zero > %s/fill", k->store);
	uint8_t slot = slot_of(k, "lib.pack");
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_COPY, WIRE_NO_ROOM);
	site_run("rm %s/fill", k->store);
	want(k, WIRE_WANT_CHANGES, slot);
	ends(k, WIRE_WORK_READ, WIRE_FINE);
	want(k, WIRE_WANT_INSTALL, slot);
	ends(k, WIRE_WORK_INSTALL, WIRE_FINE);
	worker_end(k->worker);
	umount2(k->store, MNT_DETACH);
	start(k);
	kiosk_drop(k);
}

static void a_kiosk_without_a_store_still_tells(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	worker_end(k->worker);
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 3), "ours");
	snprintf(k->store, sizeof k->store, "/proc/nowhere");
	start(k);
	want(k, WIRE_WANT_LIST, 0);
	lists_begin_and_end(k);
	assert_int_equal(offer(k, WIRE_ON_KIOSK, NULL)->version, 1);
	assert_int_equal(offer(k, WIRE_ON_STICK, "lib.pack")->reason, WIRE_STORE_FAILED);
	want(k, WIRE_WANT_CHANGES, offer(k, WIRE_ON_STICK, "lib.pack")->slot);
	assert_int_equal(last_work(k)->reason, WIRE_STORE_FAILED);
	want(k, WIRE_WANT_RESTORE, STORE_LIBRARY);
	ends(k, WIRE_WORK_RESTORE, WIRE_STORE_FAILED);
	kiosk_drop(k);
}

/* The process is killed at some moment; the next one goes on with a whole store. */
static void a_worker_that_is_killed(void **state) {
	(void)state;
	struct kiosk *k = kiosk_new();
	put_signed(&k->site, "lib", pack_of(LIBRARY, 2, 40), "ours");
	unsigned before = 1;
	for (int i = 0; i < 12; i++) {
		uint8_t slot = slot_of(k, "lib.pack");
		struct wire_want_what w = {.want = WIRE_WANT_CHANGES, .slot = slot};
		assert_true(worker_want(k->worker, &w));
		usleep((useconds_t)i * 2500);
		site_try("pkill -KILL -P %d -x alcove-store", getpid());
		hear(k);
		bool done = last_work(k)->state == WIRE_WORK_DONE;
		assert_true(done || last_work(k)->reason == WIRE_PULLED || last_work(k)->reason == WIRE_STORE_FAILED);
		/* It may still have been dying when the list was asked of it: then that is said, and it is asked again. */
		want(k, WIRE_WANT_LIST, 0);
		if (k->heard[k->count - 1].offer.reason != WIRE_FINE) {
			assert_int_equal(k->heard[k->count - 1].offer.reason, WIRE_STORE_FAILED);
		}
		assert_int_equal(version_in_use(k), before);
		assert_int_equal(site_count(&k->site, "store/incoming"), 0);
	}
	kiosk_drop(k);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_place_is_an_empty_list),
	    cmocka_unit_test(each_thing_has_its_reason),
	    cmocka_unit_test(a_list_is_only_so_long),
	    cmocka_unit_test(a_pack_is_told_installed_and_taken_back),
	    cmocka_unit_test(a_key_is_trusted_as_it_was_shown),
	    cmocka_unit_test(what_was_shown_is_what_is_installed),
	    cmocka_unit_test(nothing_is_installed_that_was_not_looked_at),
	    cmocka_unit_test(signed_packs_that_the_reader_refuses),
	    cmocka_unit_test(a_copy_with_other_bytes_than_were_signed),
	    cmocka_unit_test(a_stick_that_is_pulled),
	    cmocka_unit_test(an_honest_stick_through_fuse),
	    cmocka_unit_test(a_stick_that_gives_other_bytes),
	    cmocka_unit_test(a_stick_that_hangs),
	    cmocka_unit_test(a_stick_that_vanishes_while_it_is_read),
	    cmocka_unit_test(a_stick_whose_files_are_longer_or_shorter_than_they_say),
	    cmocka_unit_test(a_sheet_becomes_this_kiosks_house),
	    cmocka_unit_test(a_sheet_with_a_mistake_says_where),
	    cmocka_unit_test(the_template_works_on_a_kiosk),
	    cmocka_unit_test(stop_is_heard_while_it_copies),
	    cmocka_unit_test(a_store_that_is_full),
	    cmocka_unit_test(a_kiosk_without_a_store_still_tells),
	    cmocka_unit_test(a_worker_that_is_killed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
