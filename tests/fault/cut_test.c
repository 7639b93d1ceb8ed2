/* An install in which every call to the kernel in turn is the last one (before it is carried out, and after), or fails with
 * EIO, or with ENOSPC. Afterwards the kiosk starts, and finds a whole pack: the old one or the new one. And whatever was
 * left lying about, the next install works. */
#include "scene.h"

#include <sys/wait.h>

struct cuts {
	struct scene *scene;
	char *argv[12];
	int old, new, tried, bad;
};

static void wrong(struct cuts *c, const struct trace *t, const char *what) {
	static const char *const modes[] = {"watched", "killed before", "killed after", "failing at"};
	if (c->bad++ < 10) {
		print_message("%s call %d, which is %ld (error %d, status %x): %s; it said: %s\n", modes[t->mode],
		              t->at, t->number, t->error, t->status, what, t->says);
	}
}

/* One run with one cut. False when there are no more calls to cut at. */
static bool cut(struct cuts *c, enum trace_mode mode, int at, int error) {
	struct trace t = {.argv = c->argv, .from = c->scene->store, .mode = mode, .at = at, .error = error};
	char says[600];
	scene_copy(c->scene, "base");
	assert_true(trace_run(&t));
	if (at >= t.calls) {
		return false;
	}
	c->tried++;
	int is = scene_start(c->scene, c->scene->store, says, sizeof says);
	if (is < 0) {
		wrong(c, &t, says);
	} else if (is != c->old && is != c->new) {
		wrong(c, &t, "another version is in use");
	}
	if (t.hung) {
		wrong(c, &t, "it hangs");
	}
	if (mode == TRACE_FAIL) {
		bool exited = WIFEXITED(t.status);
		if (!exited || WEXITSTATUS(t.status) > 1) {
			wrong(c, &t, "it did not end properly");
		} else if (WEXITSTATUS(t.status) == 0 && is != c->new) {
			wrong(c, &t, "it said that it was done, and it was not");
		} else if (WEXITSTATUS(t.status) == 1 && strlen(t.says) < 20) {
			wrong(c, &t, "it failed and did not say why");
		}
	}
	enum wire_reason again = scene_again(c->scene, c->scene->store);
	if (again != WIRE_FINE && again != WIRE_SAME) {
		wrong(c, &t, "the next install does not work");
	}
	if (scene_start(c->scene, c->scene->store, says, sizeof says) != 3) {
		wrong(c, &t, "the next install has not put version 3 in use");
	}
	return true;
}

static void cut_everywhere(struct cuts *c) {
	for (int at = 0; cut(c, TRACE_KILL_BEFORE, at, 0); at++) {
		cut(c, TRACE_KILL_AFTER, at, 0);
		cut(c, TRACE_FAIL, at, EIO);
		cut(c, TRACE_FAIL, at, ENOSPC);
	}
	print_message("# cut in %d places\n", c->tried);
	assert_int_equal(c->bad, 0);
}

static void an_install_cut_everywhere(void **state) {
	struct scene *s = *state;
	scene_base(s, "base", 2);
	char keys[100], file[100];
	snprintf(keys, sizeof keys, "%s/keys", s->site.path);
	snprintf(file, sizeof file, "%s/stick/v3.pack", s->site.path);
	struct cuts c = {.scene = s, .old = 2, .new = 3};
	char *argv[] = {SCENE_PROGRAM, "--store", s->store, "--keys", keys, "install", file, NULL};
	memcpy(c.argv, argv, sizeof argv);
	cut_everywhere(&c);
	assert_true(c.tried > 400);
}

static void the_first_install_cut_everywhere(void **state) {
	struct scene *s = *state;
	scene_base(s, "base", 0);
	char keys[100], file[100];
	snprintf(keys, sizeof keys, "%s/keys", s->site.path);
	snprintf(file, sizeof file, "%s/stick/v1.pack", s->site.path);
	struct cuts c = {.scene = s, .old = 0, .new = 1};
	char *argv[] = {SCENE_PROGRAM, "--store", s->store, "--keys", keys, "install", file, NULL};
	memcpy(c.argv, argv, sizeof argv);
	cut_everywhere(&c);
	assert_true(c.tried > 300);
}

static void a_restore_cut_everywhere(void **state) {
	struct scene *s = *state;
	scene_base(s, "base", 2);
	char keys[100];
	snprintf(keys, sizeof keys, "%s/keys", s->site.path);
	struct cuts c = {.scene = s, .old = 2, .new = 1};
	char *argv[] = {SCENE_PROGRAM, "--store", s->store, "--keys", keys, "restore", SCENE_ID, NULL};
	memcpy(c.argv, argv, sizeof argv);
	cut_everywhere(&c);
	assert_true(c.tried > 200);
}

static int begin(void **state) {
	static struct scene s;
	s = scene_new();
	*state = &s;
	return 0;
}

static int end(void **state) {
	scene_drop(*state);
	return 0;
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_install_cut_everywhere),
	    cmocka_unit_test(the_first_install_cut_everywhere),
	    cmocka_unit_test(a_restore_cut_everywhere),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
