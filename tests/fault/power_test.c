/* Power cuts at every step of an install, on a disk that keeps only what was made durable, and of all else any part
 * (disk.h). Afterwards the kiosk starts, and what is noted as in use is whole: the old pack or the new one. When the
 * program has said that it is done, it is the new one. And to show that this finds something: with any one fsync left out,
 * a power cut is found that goes wrong. */
#include "disk.h"
#include "scene.h"

#include <sys/wait.h>

enum { SEEN = 1 << 16 };

struct power {
	struct scene *scene;
	struct disk *disk; /* what it follows */
	char keys[100], file[100], crash[100];
	int old, new;
	bool done;      /* the program has said so: only the new one is right */
	int bad;        /* states that are wrong */
	int states;     /* that were looked at */
	int different;  /* of these */
	bool quiet;     /* wrong states are what is wanted */
	uint64_t *seen; /* prints of states that were right, by `done`; owned */
};

static bool seen_before(struct power *p, uint64_t print) {
	print = (print ^ (p->done ? 0x9e3779b97f4a7c15u : 0)) | 1;
	for (uint64_t i = print % SEEN;; i = (i + 1) % SEEN) {
		if (p->seen[i] == print) {
			return true;
		}
		if (p->seen[i] == 0) {
			p->seen[i] = print;
			return false;
		}
	}
}

static void wrong(struct power *p, int bytes, int changes, const char *says) {
	if (p->bad++ < 5 && !p->quiet) {
		print_message("step %d, bytes %d, names %d: %s\n", p->disk->steps, bytes, changes, says);
	}
}

static void look_at(struct power *p, int bytes, int changes) {
	char says[600] = "";
	p->states++;
	if (seen_before(p, disk_print(p->disk, bytes, changes))) {
		return;
	}
	p->different++;
	scene_empty(scene_folder(p->crash));
	disk_crash(p->disk, bytes, changes, p->crash);
	int is = scene_start(p->scene, p->crash, says, sizeof says);
	if (is < 0) {
		wrong(p, bytes, changes, says);
	} else if (is != p->new && (p->done || is != p->old)) {
		wrong(p, bytes, changes, p->done ? "it had said that it was done" : "another version is in use");
	}
}

static void cut_the_power(void *to, struct disk *d) {
	struct power *p = to;
	struct disk_ways ways = disk_ways(d);
	for (int changes = 0; changes < ways.changes; changes++) {
		for (int bytes = 0; bytes < ways.bytes; bytes++) {
			look_at(p, bytes, changes);
		}
	}
}

/* A disk that has what is in the site's folder `base`, durable; and the program's store is the same. */
static struct power begin_with(struct scene *s, const char *base, int old, int new) {
	struct power p = {.scene = s, .old = old, .new = new, .disk = calloc(1, sizeof *p.disk)};
	p.seen = calloc(SEEN, sizeof *p.seen);
	snprintf(p.keys, sizeof p.keys, "%s/keys", s->site.path);
	snprintf(p.crash, sizeof p.crash, "%s/crash", s->site.path);
	if (mkdir(p.crash, 0700) != 0) {
		scene_empty(scene_folder(p.crash));
	}
	scene_copy(s, base);
	disk_read(p.disk, s->store, s->store);
	p.disk->stepped = cut_the_power;
	p.disk->to = NULL;
	return p;
}

static void end_with(struct power *p) {
	assert_string_equal(p->disk->lost, "");
	disk_free(p->disk);
	free(p->disk);
	free(p->seen);
}

/* Runs the program, with the power cut after each of its steps. */
static struct trace run(struct power *p, const char *command, const char *what, enum trace_mode mode, int at) {
	static char *argv[8];
	snprintf(p->file, sizeof p->file, "%s%s", strcmp(command, "install") == 0 ? p->scene->site.path : "", what);
	char *all[] = {SCENE_PROGRAM, "--store", p->scene->store, "--keys", p->keys, (char *)(uintptr_t)command,
	               p->file,       NULL};
	memcpy(argv, all, sizeof all);
	struct trace t = {
	    .argv = argv, .from = p->scene->store, .mode = mode, .at = at, .told = disk_told, .to = p->disk};
	p->disk->to = p;
	disk_restart(p->disk);
	if (p->disk->stepped != NULL) {
		cut_the_power(p, p->disk);
	}
	assert_true(trace_run(&t));
	p->done = WIFEXITED(t.status) && WEXITSTATUS(t.status) == 0;
	if (p->done && p->disk->stepped != NULL) {
		cut_the_power(p, p->disk);
	}
	return t;
}

static void all_right(struct power *p, const struct trace *t) {
	print_message("# %d calls, %d steps, power cut in %d ways, %d of them different\n", t->calls, p->disk->steps,
	              p->states, p->different);
	assert_true(p->done);
	assert_int_equal(p->bad, 0);
}

static void an_install_with_power_cuts(void **state) {
	struct scene *s = *state;
	struct power p = begin_with(s, "base2", 2, 3);
	struct trace t = run(&p, "install", "/stick/v3.pack", TRACE_WATCH, 0);
	all_right(&p, &t);
	assert_true(p.states > 500);
	assert_true(p.different > 20);
	end_with(&p);
}

static void the_first_install_with_power_cuts(void **state) {
	struct scene *s = *state;
	struct power p = begin_with(s, "base0", 0, 1);
	struct trace t = run(&p, "install", "/stick/v1.pack", TRACE_WATCH, 0);
	all_right(&p, &t);
	assert_true(p.states > 500);
	end_with(&p);
}

static void a_restore_with_power_cuts(void **state) {
	struct scene *s = *state;
	struct power p = begin_with(s, "base2", 2, 1);
	struct trace t = run(&p, "restore", SCENE_ID, TRACE_WATCH, 0);
	all_right(&p, &t);
	end_with(&p);
}

/* The program is killed after its step `at`, but the machine goes on; then the next install begins, clears away what was
 * left (without the fsync counted `skip`, if that is not -1), and now the power is cut. What the first one had not made
 * durable may be lost even then. */
static void cut_after_kill(struct scene *s, int at, int skip, struct power *all) {
	struct power p = begin_with(s, "base2", 2, 3);
	p.disk->stepped = NULL;
	p.disk->last_step = at;
	p.quiet = skip >= 0;
	run(&p, "install", "/stick/v3.pack", TRACE_WATCH, 0);
	assert_false(p.done);
	assert_int_equal(p.disk->steps, at);
	p.disk->last_step = -1;
	p.disk->stepped = cut_the_power;
	p.disk->sector = 1 << 16; /* the other tests tear finer */
	struct trace t = run(&p, "install", "/stick/v3.pack", skip < 0 ? TRACE_WATCH : TRACE_SKIP_SYNC, skip);
	assert_true(WIFEXITED(t.status));
	all->bad += p.bad;
	all->states += p.states;
	all->different += p.different;
	end_with(&p);
}

static struct power cut_after_kills(struct scene *s, int skip) {
	struct power all = {0}, whole = begin_with(s, "base2", 2, 3);
	whole.disk->stepped = NULL;
	run(&whole, "install", "/stick/v3.pack", TRACE_WATCH, 0);
	for (int at = 1; at <= whole.disk->steps; at++) {
		cut_after_kill(s, at, skip, &all);
	}
	print_message("# %d kills, then power cut in %d ways, %d of them different, %d wrong\n", whole.disk->steps,
	              all.states, all.different, all.bad);
	end_with(&whole);
	return all;
}

static void power_cuts_after_a_kill(void **state) {
	struct power all = cut_after_kills(*state, -1);
	assert_int_equal(all.bad, 0);
	assert_true(all.states > 1000);
}

/* Leaves out each fsync in turn; counts those without which nothing goes wrong. */
static int idle_syncs(struct scene *s, const char *base, int old, int new, const char *pack, int *syncs) {
	int idle = 0;
	*syncs = 1;
	for (int at = 0; at < *syncs; at++) {
		struct power p = begin_with(s, base, old, new);
		p.quiet = true;
		struct trace t = run(&p, "install", pack, TRACE_SKIP_SYNC, at);
		*syncs = t.syncs;
		print_message("# without fsync %d: %d wrong states of %d different\n", at, p.bad, p.different);
		idle += p.bad == 0;
		end_with(&p);
	}
	return idle;
}

/* Into a store that is new: the store's own folder, the copy, the signature, the slot with both in it, `live`, and the slot
 * again. Two more, before the slots are tidied at the start, have nothing to do in a new store: they are for what a
 * program that was killed has left. */
static void a_missing_fsync_is_found(void **state) {
	int syncs = 0;
	int idle = idle_syncs(*state, "base0", 0, 1, "/stick/v1.pack", &syncs);
	assert_int_equal(syncs, 8);
	assert_int_equal(idle, 2);
	assert_true(cut_after_kills(*state, 2).bad > 0);
}

static int begin(void **state) {
	static struct scene s;
	s = scene_new();
	scene_base(&s, "base0", 0);
	scene_base(&s, "base2", 2);
	*state = &s;
	return 0;
}

static int end(void **state) {
	scene_drop(*state);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_install_with_power_cuts), cmocka_unit_test(the_first_install_with_power_cuts),
	    cmocka_unit_test(a_restore_with_power_cuts),  cmocka_unit_test(power_cuts_after_a_kill),
	    cmocka_unit_test(a_missing_fsync_is_found),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
