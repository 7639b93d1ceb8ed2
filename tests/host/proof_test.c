/* The proof on the kiosk itself, against visits that leave nothing and visits that leave something. This program is its
 * own visit; what that visit does is told by its language. A page is a pattern that only such a visit draws, unless the
 * test keeps a copy of it, as a host that forgets to let go would. */
#include "host/proof.h"

#include "host/traces.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { W = 640, H = 400, PIXELS = W * H };
enum { KEYS = 8 /* the page that the proof looks at: as many keys lead there */ };

/* Something like letters: many colours, another pattern for each seed. */
static uint32_t noise(uint32_t seed, uint32_t i) {
	uint32_t z = (seed + i) * 0x9E3779B1u;
	z = (z ^ z >> 15) * 0x85EBCA6Bu;
	return (z ^ z >> 13) & 0xFFFFFF;
}

static void fill(uint32_t *frame, uint32_t seed) {
	for (uint32_t i = 0; i < PIXELS; i++) {
		frame[i] = seed == 0 ? 0xF7F4EE : noise(seed, i);
	}
}

/* --- the visit -------------------------------------------------------------------------------------------------- */

static void answer(void) {
	struct wire_message m = {.kind = WIRE_DONE, .done = {.changed = 1, .w = W, .h = H}};
	wire_send(WIRE_FD_SOCKET, &m);
}

static void leave_a_file(void) {
	char path[64];
	snprintf(path, sizeof path, "/tmp/alcove-proof-%d/store/kept/new", (int)getppid());
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, "x", 1) != 1) {
		_exit(1);
	}
	close(fd);
}

static void key(const char *does, uint32_t *frame, int count) {
	struct wire_message m = {.kind = WIRE_END};
	if (strcmp(does, "hangs") == 0) {
		pause();
	} else if (strcmp(does, "dies") == 0) {
		_exit(1);
	} else if (strcmp(does, "ends") == 0) {
		wire_send(WIRE_FD_SOCKET, &m);
	} else if (strcmp(does, "asks") == 0) {
		m = (struct wire_message){.kind = WIRE_TALK,
		                          .talk = {.how = WIRE_HOW_COME, .when = WIRE_WHEN_NOW, .language = "es"}};
		wire_send(WIRE_FD_SOCKET, &m);
	} else if (strcmp(does, "writes") == 0 && count == 1) {
		leave_a_file();
	}
	if (strcmp(does, "plain") != 0) {
		fill(frame, 1000u * PIXELS * (uint32_t)count);
	}
}

static int visit(void) {
	struct wire_message m;
	char does[16] = "";
	uint32_t *frame = NULL;
	int count = 0;
	while (wire_receive(WIRE_FD_SOCKET, &m, true) == WIRE_GOT) {
		if (m.kind == WIRE_START) {
			memcpy(does, m.start.language, sizeof does);
			frame =
			    mmap(NULL, PIXELS * sizeof *frame, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_FD_FRAME, 0);
			fill(frame, strcmp(does, "differs") == 0 ? (uint32_t)getpid() : 0);
		} else if (m.kind == WIRE_KEY) {
			key(does, frame, ++count);
		}
		answer();
	}
	return 0;
}

/* --- the world -------------------------------------------------------------------------------------------------- */

struct world {
	char folder[40], store[64], state[64];
	struct keeper *keeper;
	struct proof *proof;
	int64_t now;
};

static void on_show(void *self, const uint32_t *pixels, int stride, struct rect changed) {
	(void)self, (void)pixels, (void)stride, (void)changed;
}

static void make_folder(const char *path) {
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
}

static struct world *begin(const char *does) {
	struct world *w = calloc(1, sizeof *w);
	struct keeper_plan plan = {.program = "/proc/self/exe", .glass = {W, H, 50}};
	const struct keeper_sink sink = {.self = w, .show = on_show};
	struct fault f;
	char kept[96];
	assert_non_null(w);
	snprintf(w->folder, sizeof w->folder, "/tmp/alcove-proof-%d", (int)getpid());
	snprintf(w->store, sizeof w->store, "%s/store", w->folder);
	snprintf(w->state, sizeof w->state, "%s/state", w->folder);
	snprintf(kept, sizeof kept, "%s/kept", w->store);
	make_folder(w->folder);
	make_folder(w->store);
	make_folder(w->state);
	make_folder(kept);
	snprintf(plan.language, sizeof plan.language, "%s", does);
	w->now = 1000000;
	w->keeper = keeper_new(&plan, &sink, w->now, &f);
	assert_non_null(w->keeper);
	w->proof = proof_new(&(struct proof_plan){w->keeper, w->store, w->state}, w->now);
	assert_non_null(w->proof);
	return w;
}

static void end(struct world *w) {
	char command[64];
	proof_free(w->proof);
	keeper_free(w->keeper);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	snprintf(command, sizeof command, "rm -r %s", w->folder);
	assert_int_equal(system(command), 0);
	free(w);
}

/* Until it says something; time passes only when nothing comes for a while. */
static enum proof_said run(struct world *w) {
	int done = 0;
	enum proof_said said = PROOF_GOING;
	for (int i = 0; i < 100000 && said == PROOF_GOING; i++) {
		struct pollfd fds[PROOF_FDS];
		int count = proof_fds(w->proof, fds), wait = proof_wait_ms(w->proof);
		int64_t due = proof_deadline(w->proof);
		assert_true(count > 0 || wait == 0 || due >= 0); /* else it would stand still for ever */
		if (poll(fds, (nfds_t)count, wait == 0 ? 0 : 3000) == 0 && wait != 0 && due > w->now) {
			w->now = due;
		}
		said = proof_turn(w->proof, w->now);
		assert_true(proof_progress(w->proof) >= done || said != PROOF_GOING);
		done = proof_progress(w->proof);
	}
	if (said != PROOF_GOING) {
		assert_int_equal(proof_turn(w->proof, w->now), said);
		assert_int_equal(strlen(proof_what(w->proof)) > 0, said != PROOF_CLEAN);
	}
	return said;
}

static void expect(const char *does, enum proof_said wanted, const char *what) {
	struct world *w = begin(does);
	enum proof_said said = run(w);
	if (said != wanted || strstr(proof_what(w->proof), what) == NULL) {
		fail_msg("%s: %d, %s", does, (int)said, proof_what(w->proof));
	}
	end(w);
}

/* --- the cases -------------------------------------------------------------------------------------------------- */

static void clean_visit_is_found_clean(void **state) {
	(void)state;
	expect("", PROOF_CLEAN, "");
	expect("asks", PROOF_CLEAN, ""); /* and nobody is told */
}

static void frame_that_is_kept_is_found(void **state) {
	(void)state;
	uint32_t *kept = malloc(PIXELS * sizeof *kept);
	assert_non_null(kept);
	fill(kept, 1000u * PIXELS * KEYS);
	expect("", PROOF_TRACE, "still in memory");
	explicit_bzero(kept, PIXELS * sizeof *kept);
	free(kept);
	expect("", PROOF_CLEAN, "");
}

/* A single row of it is enough, wherever it lies. */
static void row_that_is_kept_is_found(void **state) {
	(void)state;
	uint8_t *kept = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	uint32_t *page = malloc(PIXELS * sizeof *page);
	assert_true(kept != MAP_FAILED && page != NULL);
	fill(page, 1000u * PIXELS * KEYS);
	struct traces *t = calloc(1, sizeof *t);
	assert_int_equal(traces_take(t, (struct traces_picture){page, W, H}, NULL, 0), TRACES_MOST);
	/* The first piece that is searched for, at an odd place across the edge of what is read at a time. */
	for (int i = 0; i < TRACES_PX; i++) {
		uint32_t pixel = ~t->inverted[0][i] | 0xFF000000u;
		memcpy(kept + (256 << 10) - 95 + 4 * i, &pixel, sizeof pixel);
	}
	explicit_bzero(page, PIXELS * sizeof *page);
	free(page);
	struct traces_search *s = traces_search_new(t);
	assert_non_null(s);
	while (traces_search_turn(s)) {
	}
	assert_true(t->seen[0]);
	assert_int_equal(traces_seen(t), 1); /* it has not found what it keeps to search by */
	assert_true(traces_search_read(s) > 1 << 20);
	assert_int_equal(traces_search_progress(s), 1000);
	traces_search_free(s);
	munmap(kept, 1 << 20);
	s = traces_search_new(t);
	while (traces_search_turn(s)) {
	}
	assert_int_equal(traces_seen(t), 0);
	traces_search_free(s);
	free(t);
}

/* Places that are mapped and cannot be read: a file that ends before its mapping, a guard page, one that goes away. */
static void memory_that_cannot_be_read_is_left_out(void **state) {
	(void)state;
	struct traces *t = calloc(1, sizeof *t);
	int fd = memfd_create("short", MFD_CLOEXEC);
	assert_int_equal(ftruncate(fd, 4096), 0);
	void *beyond = mmap(NULL, 1 << 20, PROT_READ, MAP_SHARED, fd, 0);
	void *guard = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *going = mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct traces_search *s = traces_search_new(t);
	assert_non_null(s);
	munmap(going, 1 << 20);
	while (traces_search_turn(s)) {
	}
	assert_true(traces_search_read(s) > 0);
	traces_search_free(s);
	munmap(beyond, 1 << 20);
	munmap(guard, 1 << 20);
	close(fd);
	free(t);
}

/* What is on other screens too is no trace, and a picture without letters has none. */
static void pieces_are_of_this_page_alone(void **state) {
	(void)state;
	uint32_t *page = malloc(PIXELS * sizeof *page), *other = malloc(PIXELS * sizeof *other);
	struct traces *t = calloc(1, sizeof *t);
	fill(page, 77);
	fill(other, 77);
	assert_int_equal(traces_take(t, (struct traces_picture){page, W, H}, (const uint32_t *const[]){other}, 1), 0);
	fill(other, 0);
	assert_int_equal(traces_take(t, (struct traces_picture){other, W, H}, NULL, 0), 0);
	assert_int_equal(traces_take(t, (struct traces_picture){page, W, H}, (const uint32_t *const[]){other}, 1),
	                 TRACES_MOST);
	assert_true(traces_in(t, (const uint8_t *)page, PIXELS * sizeof *page));
	assert_int_equal(traces_seen(t), TRACES_MOST);
	free(page);
	free(other);
	free(t);
}

static void next_first_frame_must_be_alike(void **state) {
	(void)state;
	expect("differs", PROOF_TRACE, "first frame");
}

static void new_file_is_found(void **state) {
	(void)state;
	expect("writes", PROOF_TRACE, "store");
}

/* It never says "nothing" when it could not look. */
static void visit_that_fails_proves_nothing(void **state) {
	(void)state;
	expect("plain", PROOF_VOID, "too little");
	expect("dies", PROOF_VOID, "by itself");
	expect("ends", PROOF_VOID, "by itself");
	expect("hangs", PROOF_VOID, "did not answer");
}

int main(int argc, char **argv) {
	if (argc > 1 && strcmp(argv[1], "visit") == 0) {
		return visit();
	}
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clean_visit_is_found_clean),
	    cmocka_unit_test(frame_that_is_kept_is_found),
	    cmocka_unit_test(row_that_is_kept_is_found),
	    cmocka_unit_test(memory_that_cannot_be_read_is_left_out),
	    cmocka_unit_test(pieces_are_of_this_page_alone),
	    cmocka_unit_test(next_first_frame_must_be_alike),
	    cmocka_unit_test(new_file_is_found),
	    cmocka_unit_test(visit_that_fails_proves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
