/* A system from a stick into the other slot: what is taken, what is refused, and what the machine starts afterwards. A file
 * stands in for the slot, a folder for the boot partition; signatures are made by Debian's minisign. */
#include "image/slots_bench.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "slots/service.h"
#include "store/minisig.h"

enum { SLOT = 3 << 20, KERNEL = 700001 };

static const char *const machines[] = {"pc", "pi"};

static struct bench bench_new(bool pi) {
	return bench_of(pi, SLOT, KERNEL);
}

/* And on its stick a system that it can take, of version RUNS + 1. */
static struct bench bench_with_new(bool pi) {
	struct bench b = bench_new(pi);
	put_system(&b, "new", pi, RUNS + 1, NULL);
	sign_system(&b, "new", "ours");
	return b;
}

/* An install on its way. */
struct course {
	struct install *install;
	enum wire_reason why;
	uint64_t done, total;
};

static struct course begin(struct bench *b, unsigned version) {
	struct course c = {.total = 1};
	c.install = install_begin(place_of(b), version, &c.why);
	return c;
}

/* As long as it goes well, until `part` of `parts` of it are done. */
static void go_on(struct course *c, unsigned part, unsigned parts) {
	while (c->why == WIRE_FINE && c->done * parts < c->total * part) {
		uint64_t before = c->done;
		c->why = install_step(c->install, &c->done, &c->total);
		assert_true(c->done >= before && c->done <= c->total);
	}
}

static enum wire_reason finish(struct course *c) {
	go_on(c, 1, 1);
	install_end(c->install);
	return c->why;
}

static enum wire_reason install(struct bench *b, unsigned version) {
	struct course c = begin(b, version);
	return finish(&c);
}

static enum wire_reason offered(struct bench *b) {
	struct install_offer o;
	install_look(place_of(b), &o);
	return o.there ? o.reason : WIRE_UNKNOWN_WISH;
}

/* --- the journey ------------------------------------------------------------------------------------------------ */

static void a_system_is_tried_and_kept_or_taken_back(void **unused) {
	(void)unused;
	for (int pi = 0; pi < 2; pi++) {
		for (int keep = 0; keep < 2; keep++) {
			struct bench b = bench_with_new(pi);
			assert_int_equal(offered(&b), WIRE_FINE);
			assert_int_equal(state(&b, 'a'), BOOT_SETTLED);
			assert_int_equal(install(&b, RUNS + 1), WIRE_FINE);
			assert_true(slot_is_whole(&b, pi));
			assert_true(old_is_whole(&b, pi));
			assert_int_equal(state(&b, 'a'), BOOT_ARMED);
			/* The machine starts it: its first program takes the try back before anything else. */
			int dir = boot_dir(&b);
			assert_true(boot_armed(dir));
			assert_true(boot_spend(dir));
			assert_false(boot_armed(dir));
			assert_int_equal(boot_look(dir, 'b'), BOOT_ON_TRIAL);
			if (keep) {
				assert_true(boot_keep(dir, 'b'));
				assert_int_equal(boot_look(dir, 'b'), BOOT_SETTLED);
				assert_false(boot_keep(dir, 'b'));
				if (pi) { /* what the firmware starts is never cleared */
					assert_false(boot_clear(dir, 'b'));
					assert_int_equal(errno, EBUSY);
				}
			} else {
				assert_int_equal(boot_look(dir, 'a'), BOOT_TAKEN_BACK);
				assert_true(boot_forget(dir, 'a'));
				assert_int_equal(boot_look(dir, 'a'), BOOT_SETTLED);
				assert_true(old_is_whole(&b, pi));
				assert_int_equal(install(&b, RUNS + 1), WIRE_FINE); /* the same may be tried again */
			}
			close(dir);
			site_drop(&b.site);
		}
	}
}

static void a_system_on_trial_installs_nothing(void **unused) {
	(void)unused;
	for (int pi = 0; pi < 2; pi++) {
		struct bench b = bench_with_new(pi);
		assert_int_equal(install(&b, RUNS + 1), WIRE_FINE);
		int dir = boot_dir(&b);
		assert_true(boot_spend(dir));
		place_of(&b);
		b.place.running = 'b';
		enum wire_reason why;
		assert_null(install_begin(&b.place, RUNS + 1, &why));
		assert_int_equal(why, WIRE_STORE_FAILED);
		assert_true(old_is_whole(&b, pi));
		close(dir);
		site_drop(&b.site);
	}
}

/* --- what is refused -------------------------------------------------------------------------------------------- */

struct refusal {
	const char *what;
	enum wire_reason why;
	const char *command; /* in the site's folder, after a good system was signed */
};

static const struct refusal refusals[] = {
    {"nothing", WIRE_FINE, "true"},
    {"no signature", WIRE_NO_SIGNATURE, "rm stick/alcove/new.system.minisig"},
    {"a signature that is none", WIRE_BAD_SIGNATURE, "echo no >stick/alcove/new.system.minisig"},
    {"a key of staff's alone", WIRE_UNKNOWN_KEY,
     "minisign -G -W -f -p keys/staff.pub -s secret/staff >/dev/null && "
     "minisign -S -s secret/staff -m stick/alcove/new.system >/dev/null"},
    {"a key that was taken back", WIRE_REVOKED_KEY,
     "head -n1 system-keys/ours.pub | grep -oE '[0-9A-F]{12,16}$' >system-keys/revoked"},
    {"no keys at all", WIRE_NO_KEY, "rm system-keys/*"},
    {"no folder of keys", WIRE_NO_KEY, "rm -r system-keys"},
    {"cut short", WIRE_DAMAGED, "truncate -s -1 stick/alcove/new.system"},
    {"cut very short", WIRE_NOT_A_PACK, "truncate -s 100 stick/alcove/new.system"},
    {"longer than it says", WIRE_DAMAGED, "echo more >>stick/alcove/new.system"},
    {"larger than any", WIRE_TOO_BIG, "truncate -s 20G stick/alcove/new.system"},
    {"empty", WIRE_NOT_A_PACK, ": >stick/alcove/new.system"},
    {"something else", WIRE_NOT_A_PACK, "head -c 10000 /dev/zero >stick/alcove/new.system"},
    {"a link", WIRE_NOT_A_PACK, "cd stick/alcove && mv new.system other && ln -s other new.system"},
    {"a pipe", WIRE_NOT_A_PACK, "cd stick/alcove && rm new.system && mkfifo new.system"},
    {"a folder", WIRE_NOT_A_PACK, "cd stick/alcove && rm new.system && mkdir new.system"},
    {"no slot", WIRE_STORE_FAILED, "rm slot"},
    {"a slot that is too small", WIRE_TOO_BIG, "truncate -s 1M slot"},
    {"no boot partition", WIRE_STORE_FAILED, "mv boot elsewhere"},
    {"a stick that is gone", WIRE_UNKNOWN_WISH, "rm -r stick/alcove"},
};

/* Whatever is refused, the old system stays what is started, and nothing else would be. */
static void what_is_refused_changes_nothing(void **unused) {
	(void)unused;
	for (int pi = 0; pi < 2; pi++) {
		for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
			struct bench b = bench_with_new(pi);
			site_run("cd %s && %s", b.site.path, refusals[i].command);
			enum wire_reason why = install(&b, RUNS + 1);
			if (why != refusals[i].why) {
				fail_msg("%s, %s: %d, not %d", machines[pi], refusals[i].what, why, refusals[i].why);
			}
			if (why != WIRE_FINE && access(b.boot, F_OK) == 0) {
				assert_int_equal(state(&b, 'a'), BOOT_SETTLED);
				assert_true(old_is_whole(&b, pi));
			}
			site_drop(&b.site);
		}
	}
}

/* Only the copy shows that a signature is of other bytes: wherever one of them was changed. */
static void one_changed_byte_anywhere_is_found(void **unused) {
	(void)unused;
	static const int places[] = {9, 4095, 4096, 4096 + SLOT - 1, 4096 + SLOT, 4096 + SLOT + KERNEL - 1};
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct bench b = bench_with_new(false);
		site_run(
		    "cd %s/stick/alcove && printf '\\177' | dd of=new.system bs=1 seek=%d conv=notrunc status=none",
		    b.site.path, places[i]);
		enum wire_reason why = install(&b, RUNS + 1);
		assert_true(why == WIRE_WRONG_SIGNATURE || why == WIRE_NOT_A_PACK || why == WIRE_DAMAGED);
		assert_true(places[i] < 4096 || why == WIRE_WRONG_SIGNATURE);
		assert_int_equal(state(&b, 'a'), BOOT_SETTLED);
		site_drop(&b.site);
	}
}

/* A card that does not keep what was written to it: changed between the copy and the way back. */
static void a_card_that_keeps_other_bytes_is_found(void **unused) {
	(void)unused;
	static const char *const places[] = {"slot", "boot/EFI/Linux/alcove-b.new"};
	for (size_t i = 0; i < 2; i++) {
		struct bench b = bench_with_new(false);
		struct course c = begin(&b, RUNS + 1);
		go_on(&c, 1, 2);
		assert_int_equal(c.done, c.total / 2);
		site_run("cd %s && printf '\\177' | dd of=%s bs=1 seek=500000 conv=notrunc status=none", b.site.path,
		         places[i]);
		assert_int_equal(finish(&c), WIRE_STORE_FAILED);
		assert_int_equal(state(&b, 'a'), BOOT_SETTLED);
		site_drop(&b.site);
	}
}

/* The stick gives another file, or another length, while it is copied. */
static void a_stick_that_changes_is_found(void **unused) {
	(void)unused;
	static const char *const changes[] = {"truncate -s 2M new.system", "echo more >>new.system"};
	for (size_t i = 0; i < 2; i++) {
		struct bench b = bench_with_new(false);
		struct course c = begin(&b, RUNS + 1);
		go_on(&c, 1, 8);
		assert_true(c.done > 0 && c.done < c.total / 2);
		site_run("cd %s/stick/alcove && %s", b.site.path, changes[i]);
		assert_int_equal(finish(&c), WIRE_CHANGED);
		assert_int_equal(state(&b, 'a'), BOOT_SETTLED);
		site_drop(&b.site);
	}
	/* Staff were told of another version than the one that is there now. */
	struct bench b = bench_new(false);
	put_system(&b, "new", false, RUNS + 2, NULL);
	sign_system(&b, "new", "ours");
	assert_int_equal(install(&b, RUNS + 1), WIRE_CHANGED);
	site_drop(&b.site);
}

/* The best of several, and what each is refused for. */
static void the_right_one_of_several_is_offered(void **unused) {
	(void)unused;
	struct bench b = bench_new(false);
	struct install_offer o;
	char head[300];
	snprintf(head, sizeof head, "alcove-system 1\narch arm64\nversion %d\nleast 0\nslot %d\nboot a %d\nend\n",
	         RUNS + 9, SLOT, KERNEL);
	put_system(&b, "for-a-pi", false, 1, head);
	assert_int_equal(offered(&b), WIRE_OTHER_PRODUCT);
	put_system(&b, "old", false, RUNS - 1, NULL);
	assert_int_equal(offered(&b), WIRE_OLDER);
	put_system(&b, "same", false, RUNS, NULL);
	assert_int_equal(offered(&b), WIRE_SAME);
	put_system(&b, "new", false, RUNS + 1, NULL);
	sign_system(&b, "new", "ours");
	put_system(&b, "newer-unsigned", false, RUNS + 5, NULL);
	put_system(&b, "new-too", false, RUNS + 3, NULL);
	sign_system(&b, "new-too", "ours");
	install_look(place_of(&b), &o);
	assert_int_equal(o.reason, WIRE_FINE);
	assert_string_equal(o.thing.name, "new-too.system");
	site_drop(&b.site);
}

static void heads(void **unused) {
	(void)unused;
	static const struct {
		const char *text;
		enum wire_reason why;
	} all[] = {
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot system.efi 7\nend\n", WIRE_FINE},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 7\nboot b-c.txt 1\nend\n", WIRE_FINE},
	    {"alcove-system 2\nwhatever\n", WIRE_NEWER_PROGRAM},
	    {"alcove-system 0\narch", WIRE_DAMAGED},
	    {"alcove-system 01\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-systems", WIRE_NOT_A_PACK},
	    {"", WIRE_NOT_A_PACK},
	    {"alcove-system 1\narch amd64\nversion 0\nleast 0\nslot 4096\nboot a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 4294967296\nleast 0\nslot 4096\nboot a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 99999999999999999999\nleast 0\nslot 4096\nboot a 7\nend\n",
	     WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion -5\nleast 0\nslot 4096\nboot a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4097\nboot a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 2147483648\nboot a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot ../a 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot .. 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a/b 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot A 7\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 0\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 7\nboot a 8\nend\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 100000000\nboot b 100000000\nend\n",
	     WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 7\nend\nmore", WIRE_DAMAGED},
	    {"alcove-system 1\narch amd64\nversion 5\nleast 0\nslot 4096\nboot a 7\n", WIRE_DAMAGED},
	    {"alcove-system 1\narch \nversion 5\nleast 0\nslot 4096\nboot a 7\nend\n", WIRE_DAMAGED},
	};
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		char head[SYSTEM_HEAD] = "";
		struct system_head h;
		memcpy(head, all[i].text, strlen(all[i].text));
		enum wire_reason why = system_read(head, &h);
		if (why != all[i].why) {
			fail_msg("%s: %d, not %d", all[i].text, why, all[i].why);
		}
	}
	/* Full to the last byte, without an end. */
	char head[SYSTEM_HEAD], made[WIRE_DATE];
	struct system_head h;
	memset(head, '1', sizeof head);
	memcpy(head, "alcove-system 1\narch amd64\nversion ", 35);
	assert_int_equal(system_read(head, &h), WIRE_DAMAGED);
	h = (struct system_head){.arch = "amd64", .version = RUNS + 5, .least = RUNS + 1};
	assert_int_equal(system_fits(&h, "amd64", RUNS), WIRE_NEWER_PROGRAM);
	assert_int_equal(system_fits(&h, "amd64", RUNS + 1), WIRE_FINE);
	system_made(1796083200, made);
	assert_string_equal(made, "2026-12-01");
}

/* What is not ours in the sector, or half of it, starts no change. */
static void a_sector_that_makes_no_sense_changes_nothing(void **unused) {
	(void)unused;
	static const char *const texts[] = {"", "os_prefix=a/\n", "os_prefix=b/\n#alcove good a\n",
	                                    "os_prefix=b/\n#alcove tried b\n", "os_prefix=c/\n#alcove good c\n"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct bench b = bench_new(true);
		char sector[512];
		memset(sector, '\n', sizeof sector);
		memcpy(sector, texts[i], strlen(texts[i]));
		site_write(&b.site, "boot/slot.txt", sector, sizeof sector);
		int dir = boot_dir(&b);
		assert_int_equal(boot_look(dir, 'a'), BOOT_UNKNOWN);
		assert_false(boot_armed(dir));
		assert_false(boot_clear(dir, 'b'));
		assert_false(boot_keep(dir, 'a'));
		close(dir);
		assert_true(old_is_whole(&b, true));
		site_drop(&b.site);
	}
}

/* --- the service ------------------------------------------------------------------------------------------------ */

/* In a process of its own, as it runs. `line` becomes the kiosk's end of a line to it. */
static pid_t start_service(struct bench *b, char running, uid_t user, int *line) {
	struct service_plan plan = {.place = *place_of(b), .user = user};
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct fault f;
	plan.place.running = running;
	snprintf(at.sun_path, sizeof at.sun_path, "%s/line", b->site.path);
	plan.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(plan.listener, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(listen(plan.listener, 1), 0);
	chmod(at.sun_path, 0666);
	pid_t pid = fork();
	if (pid == 0) {
		_exit(service_run(&plan, 60, &f) ? 0 : 1);
	}
	close(plan.listener);
	*line = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(*line, (struct sockaddr *)&at, sizeof at), 0);
	return pid;
}

static void end_service(pid_t pid, struct bench *b) {
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	site_drop(&b->site);
}

static void want(int line, enum wire_want what, uint32_t version) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_WANT;
	m.want.want = (uint8_t)what;
	m.want.version = version;
	assert_true(wire_send(line, &m));
}

static bool hear(int line, struct wire_message *m) {
	return wire_receive(line, m, true) == WIRE_GOT && wire_sane_from_host(m);
}

static void the_service_tells_and_does(void **unused) {
	(void)unused;
	struct bench b = bench_with_new(false);
	struct wire_message m;
	int line, told = 0;
	pid_t pid = start_service(&b, 'a', getuid(), &line);
	want(line, WIRE_WANT_LIST, 0);
	assert_true(hear(line, &m));
	assert_int_equal(m.kind, WIRE_SYSTEM);
	assert_int_equal(m.system.state, WIRE_SYSTEM_SETTLED);
	assert_int_equal(m.system.offer, 1);
	assert_int_equal(m.system.reason, WIRE_FINE);
	assert_int_equal(m.system.version, RUNS);
	assert_int_equal(m.system.offer_version, RUNS + 1);
	assert_string_equal(m.system.file, "new.system");
	want(line, WIRE_WANT_SYSTEM, RUNS + 1);
	do {
		assert_true(hear(line, &m));
		assert_int_equal(m.kind, WIRE_WORK);
		told++;
	} while (m.work.state == WIRE_WORK_GOING);
	assert_int_equal(m.work.state, WIRE_WORK_DONE);
	assert_int_equal(m.work.done, 2 * (SLOT + KERNEL));
	assert_true(told > 1); /* that it has begun, too */
	assert_true(hear(line, &m));
	assert_int_equal(m.system.state, WIRE_SYSTEM_READY);
	/* It was tried and did not stay: told until it was read. */
	int dir = boot_dir(&b);
	assert_true(boot_spend(dir));
	want(line, WIRE_WANT_LIST, 0);
	assert_true(hear(line, &m));
	assert_int_equal(m.system.state, WIRE_SYSTEM_TAKEN_BACK);
	want(line, WIRE_WANT_READ, 0);
	assert_true(hear(line, &m));
	assert_int_equal(m.system.state, WIRE_SYSTEM_SETTLED);
	/* Stopped on the way, before it could be over: nothing starts it. */
	kill(pid, SIGSTOP);
	want(line, WIRE_WANT_SYSTEM, RUNS + 1);
	want(line, WIRE_WANT_STOP, 0);
	kill(pid, SIGCONT);
	do {
		assert_true(hear(line, &m));
		assert_int_equal(m.kind, WIRE_WORK);
	} while (m.work.state == WIRE_WORK_GOING);
	assert_int_equal(m.work.state, WIRE_WORK_FAILED);
	assert_int_equal(m.work.reason, WIRE_STOPPED);
	assert_int_equal(state(&b, 'a'), BOOT_SETTLED);
	/* Nonsense is no wish. */
	m = (struct wire_message){.kind = WIRE_START};
	assert_true(wire_send(line, &m));
	while (wire_receive(line, &m, true) == WIRE_GOT) {
	}
	close(line);
	close(dir);
	end_service(pid, &b);
}

/* A system that is tried: kept when the board is well. */
static void what_is_well_is_kept(void **unused) {
	(void)unused;
	for (int pi = 0; pi < 2; pi++) {
		struct bench b = bench_with_new(pi);
		struct wire_message m;
		int line, status;
		assert_int_equal(install(&b, RUNS + 1), WIRE_FINE);
		int dir = boot_dir(&b);
		assert_true(boot_spend(dir));
		assert_int_equal(boot_look(dir, 'b'), BOOT_ON_TRIAL);
		pid_t watch = fork();
		if (watch == 0) {
			struct service_plan plan = {.place = b.place};
			struct fault f;
			plan.place.running = 'b';
			_exit(service_watch_trial(&plan, 20, &f) ? 0 : 1);
		}
		pid_t pid = start_service(&b, 'b', getuid(), &line);
		memset(&m, 0, sizeof m);
		m.kind = WIRE_STEADY;
		assert_true(wire_send(line, &m));
		close(line); /* as the kiosk does: it waits for no answer */
		assert_int_equal(waitpid(watch, &status, 0), watch);
		assert_int_equal(status, 0);
		assert_int_equal(boot_look(dir, 'b'), BOOT_SETTLED);
		end_service(pid, &b);
		close(dir);
	}
}

/* Nobody but the kiosk's user and root. */
static void a_stranger_is_not_answered(void **unused) {
	(void)unused;
	enum { KIOSK = 990, STRANGER = 991 };
	if (getuid() != 0) {
		skip();
	}
	struct bench b = bench_new(false);
	int line, status;
	chmod(b.site.path, 0755);
	pid_t pid = start_service(&b, 'a', KIOSK, &line);
	close(line);
	for (int i = 0; i < 2; i++) {
		pid_t child = fork();
		if (child == 0) {
			struct sockaddr_un at = {.sun_family = AF_UNIX};
			struct wire_message m;
			uid_t who = i == 0 ? KIOSK : STRANGER;
			snprintf(at.sun_path, sizeof at.sun_path, "%s/line", b.site.path);
			line = socket(AF_UNIX, SOCK_SEQPACKET, 0);
			if (setuid(who) != 0 || connect(line, (struct sockaddr *)&at, sizeof at) != 0) {
				_exit(2);
			}
			memset(&m, 0, sizeof m);
			m.kind = WIRE_WANT;
			m.want.want = WIRE_WANT_LIST;
			wire_send(line, &m);
			_exit(wire_receive(line, &m, true) == WIRE_GOT ? 0 : 1);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), i);
	}
	end_service(pid, &b);
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heads),
	    cmocka_unit_test(a_system_is_tried_and_kept_or_taken_back),
	    cmocka_unit_test(a_system_on_trial_installs_nothing),
	    cmocka_unit_test(what_is_refused_changes_nothing),
	    cmocka_unit_test(one_changed_byte_anywhere_is_found),
	    cmocka_unit_test(a_card_that_keeps_other_bytes_is_found),
	    cmocka_unit_test(a_stick_that_changes_is_found),
	    cmocka_unit_test(the_right_one_of_several_is_offered),
	    cmocka_unit_test(a_sector_that_makes_no_sense_changes_nothing),
	    cmocka_unit_test(the_service_tells_and_does),
	    cmocka_unit_test(what_is_well_is_kept),
	    cmocka_unit_test(a_stranger_is_not_answered),
	};
	assert_true(minisig_begin());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
