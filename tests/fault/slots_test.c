/* A new system from a stick, in which every call to the kernel in turn is the last one (before it is carried out, and after),
 * or fails with EIO, or with ENOSPC. Whatever the machine would start afterwards is whole: the old system, which was never
 * touched, or the new one, every byte of it. And whatever was left lying about, the next install works. */
#include "image/slots_bench.h"

#include "fault/trace.h"

#include <sys/wait.h>

enum { SLOT = 8192, KERNEL = 5001 };

struct cuts {
	struct bench bench;
	bool pi;
	char options[6][160];
	char *argv[20];
	int tried, bad, old, new, earlier;
};

static void wrong(struct cuts *c, const struct trace *t, const char *what) {
	static const char *const modes[] = {"watched", "killed before", "killed after", "failing at"};
	if (c->bad++ < 10) {
		print_message("%s: %s call %d, which is %ld (error %d, status %x): %s; it said: %s\n",
		              c->pi ? "pi" : "pc", modes[t->mode], t->at, t->number, t->error, t->status, what,
		              t->says);
	}
}

/* What is on the machine now: true when it would start something whole. */
static bool starts_whole(struct cuts *c, const struct trace *t) {
	enum boot_state is = state(&c->bench, 'a');
	const char *site = c->bench.site.path, *uki = c->pi ? "b/kernel8.img" : "EFI/Linux/alcove-b+1.efi";
	if (!old_is_whole(&c->bench, c->pi)) {
		wrong(c, t, "the old system was touched");
		return false;
	}
	if (is == BOOT_ARMED) {
		bool earlier =
		    site_try("cd %s && cmp -s slot slot-base && cmp -s boot/%s boot-base/%s", site, uki, uki) == 0;
		c->earlier += earlier;
		c->new += !earlier;
		if (!earlier && !slot_is_whole(&c->bench, c->pi)) {
			wrong(c, t, "a system that is not whole would be started");
			return false;
		}
		return true;
	}
	c->old++;
	if (is != BOOT_SETTLED) {
		wrong(c, t, "nobody could tell what would be started");
		return false;
	}
	return true;
}

static bool cut(struct cuts *c, enum trace_mode mode, int at, int error) {
	struct trace t = {.argv = c->argv, .from = c->bench.usb, .mode = mode, .at = at, .error = error};
	const char *site = c->bench.site.path;
	/* One that was installed earlier is still to be tried. */
	site_run("cd %s && rm -rf boot && cp -r boot-base boot && cp slot-base slot", site);
	assert_true(trace_run(&t));
	if (at >= t.calls) {
		return false;
	}
	c->tried++;
	starts_whole(c, &t);
	if (t.hung) {
		wrong(c, &t, "it hangs");
	}
	if (mode == TRACE_FAIL) {
		bool done = state(&c->bench, 'a') == BOOT_ARMED && slot_is_whole(&c->bench, c->pi);
		if (!WIFEXITED(t.status) || WEXITSTATUS(t.status) > 1) {
			wrong(c, &t, "it did not end properly");
		} else if (WEXITSTATUS(t.status) == 0 && !done) {
			wrong(c, &t, "it said that it was done, and it was not");
		}
	}
	/* The next one works, whatever is there. */
	struct trace again = {.argv = c->argv, .from = c->bench.usb, .mode = TRACE_WATCH};
	assert_true(trace_run(&again));
	if (!WIFEXITED(again.status) || WEXITSTATUS(again.status) != 0 || state(&c->bench, 'a') != BOOT_ARMED ||
	    !slot_is_whole(&c->bench, c->pi)) {
		wrong(c, &t, "the next install does not work");
	}
	return true;
}

static void an_install_cut_everywhere(bool pi) {
	struct cuts c = {.bench = bench_of(pi, SLOT, KERNEL), .pi = pi};
	char site[sizeof c.bench.site.path];
	const char *boot = pi ? "boot/b" : "boot/EFI/Linux";
	static const char *const names[] = {"usb:stick", "keys:system-keys", "boot:boot",
	                                    "slot:slot", "running:running",  "command-line:line"};
	static char texts[6][32];
	int n = 0;
	memcpy(site, c.bench.site.path, sizeof site);
	put_system(&c.bench, "new", pi, RUNS + 1, NULL);
	sign_system(&c.bench, "new", "ours");
	site_run("cd %s && echo a >running && echo alcove.version=%d >line && mkdir -p %s && echo earlier >%s/%s && "
	         "printf 'its slot' | dd of=slot conv=notrunc status=none",
	         site, RUNS, boot, boot, pi ? "kernel8.img" : "alcove-b.new");
	int dir = boot_dir(&c.bench);
	assert_true(boot_arm(dir, 'b'));
	close(dir);
	site_run("cd %s && cp -r boot boot-base && cp slot slot-base", site);
	c.argv[n++] = "build/alcove-slots";
	for (int i = 0; i < 6; i++) {
		int len = (int)strcspn(names[i], ":");
		snprintf(texts[i], sizeof texts[i], "--%.*s", len, names[i]);
		snprintf(c.options[i], sizeof c.options[i], "%s/%s", site, names[i] + len + 1);
		c.argv[n++] = texts[i];
		c.argv[n++] = c.options[i];
	}
	c.argv[n++] = "--arch";
	c.argv[n++] = "amd64";
	c.argv[n++] = "install";
	for (int at = 0; cut(&c, TRACE_KILL_BEFORE, at, 0); at++) {
		cut(&c, TRACE_KILL_AFTER, at, 0);
		cut(&c, TRACE_FAIL, at, EIO);
		cut(&c, TRACE_FAIL, at, ENOSPC);
	}
	print_message("# %s: cut in %d places; %d times the old system starts, %d times the new one, %d times one from "
	              "before\n",
	              pi ? "pi" : "pc", c.tried, c.old, c.new, c.earlier);
	assert_int_equal(c.bad, 0);
	assert_true(c.tried > 300 && c.old > 100 && c.new > 0 && c.earlier > 100);
	site_drop(&c.bench.site);
}

static void on_a_pc(void **state_) {
	(void)state_;
	an_install_cut_everywhere(false);
}

static void on_a_raspberry_pi(void **state_) {
	(void)state_;
	an_install_cut_everywhere(true);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(on_a_pc),
	    cmocka_unit_test(on_a_raspberry_pi),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
