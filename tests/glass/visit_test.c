/* A visit as a process, driven over its wire with descriptors handed as the host hands them. Every test runs twice: on
 * this program's own visit_main, where the sanitizers watch, and on the released build/alcove, where the filter does. */
#include "make_pack.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "visit/glass/visit.h"
#include "wire/wire.h"

enum { W = 800, H = 480 };

static char released[] = "build/alcove";

struct guest {
	pid_t process;
	int wire;
	uint32_t *frame; /* what the visit draws */
	struct wire_message start;
};

static const char *const fonts[] = {"/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
                                    "/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf"};

/* Becomes the visit: descriptors 3 and up are the wire, the frame, the pack and the fonts. */
static void become_visit(const char *program, int wire, int frame, int pack) {
	int from[] = {wire, frame, pack, open(fonts[0], O_RDONLY), open(fonts[1], O_RDONLY)};
	for (int i = 0; i < 5; i++) {
		from[i] = fcntl(from[i], F_DUPFD, 50);
	}
	for (int i = 0; i < 5; i++) {
		dup2(from[i], WIRE_FD_SOCKET + i);
	}
	close_range(WIRE_FD_SOCKET + 5, ~0u, 0);
	if (program != NULL) {
		execl(program, "alcove", "visit", (char *)NULL);
		_exit(99);
	}
	_exit(visit_main());
}

static struct guest invite(const char *program, const unsigned char *bytes, size_t size) {
	struct guest g = {.start = {.kind = WIRE_START}};
	int wire[2], frame = memfd_create("frame", MFD_CLOEXEC), pack = memfd_create("pack", MFD_CLOEXEC);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, wire), 0);
	assert_int_equal(ftruncate(frame, W * H * 4), 0);
	assert_int_equal(write(pack, bytes, size), size);
	g.process = fork();
	assert_true(g.process >= 0);
	if (g.process == 0) {
		become_visit(program, wire[1], frame, pack);
	}
	close(wire[1]);
	g.wire = wire[0];
	g.frame = mmap(NULL, W * H * 4, PROT_READ, MAP_SHARED, frame, 0);
	assert_true(g.frame != MAP_FAILED);
	close(frame);
	close(pack);
	g.start.start = (struct wire_start){.version = WIRE_VERSION,
	                                    .w = W,
	                                    .h = H,
	                                    .px_per_cm = 52,
	                                    .packs = 1,
	                                    .fonts = 2,
	                                    .bell = 1,
	                                    .font = {{TAG_LATIN, 0, 0}, {TAG_LATIN, 0, 1}}};
	return g;
}

/* Hangs up, and gives the visit's exit status (or 1000 and the signal that ended it). */
static int see_out(struct guest *g) {
	int status = 0;
	close(g->wire);
	assert_int_equal(waitpid(g->process, &status, 0), g->process);
	munmap(g->frame, W * H * 4);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* What a visit said up to its DONE. */
struct said {
	struct wire_done done;
	struct wire_screen screen;
	struct wire_choice choices[64];
	int choice_count, talks, ends;
};

static bool tell(struct guest *g, const struct wire_message *m, struct said *said) {
	struct wire_message r;
	memset(said, 0, sizeof *said);
	assert_true(wire_send(g->wire, m));
	while (wire_receive(g->wire, &r, true) == WIRE_GOT) {
		assert_true(wire_sane_from_visit(&r, W, H));
		if (r.kind == WIRE_SCREEN) {
			said->screen = r.screen;
		} else if (r.kind == WIRE_CHOICE && said->choice_count < 64) {
			said->choices[said->choice_count++] = r.choice;
		} else if (r.kind == WIRE_DONE) {
			said->done = r.done;
			return true;
		}
		said->talks += r.kind == WIRE_TALK;
		said->ends += r.kind == WIRE_END;
	}
	return false;
}

static void touch(struct guest *g, int x, int y, uint32_t ms, struct said *said) {
	struct wire_message m = {.kind = WIRE_TOUCH, .touch = {WIRE_DOWN, 0, (int16_t)x, (int16_t)y, ms}};
	assert_true(tell(g, &m, said));
	m.touch.phase = WIRE_UP;
	m.touch.ms += 90;
	assert_true(tell(g, &m, said));
}

static void tap(struct guest *g, const char *id, struct said *said) {
	static const struct wire_message ask = {.kind = WIRE_ASK};
	assert_true(tell(g, &ask, said));
	for (int i = 0; i < said->choice_count; i++) {
		const struct wire_choice c = said->choices[i];
		if (strcmp(c.id, id) == 0) {
			touch(g, c.x + c.w / 2, c.y + c.h / 2, (uint32_t)(1000 * strlen(id)), said);
			return;
		}
	}
	fail_msg("There is no choice %s on screen %s", id, said->screen.name);
}

static unsigned char *good_pack(size_t *size) {
	struct making m = making_begin(NULL);
	making_language(&m, 1, "en", "English", TAG_LATIN, 0, NULL);
	making_language(&m, 2, "es", "Español", TAG_LATIN, 0, NULL);
	making_module(&m, "en", 1, "leave", "Planning", 3);
	making_module(&m, "es", 1, "leave", "Plan", 3);
	return making_end(&m, size);
}

/* --- tests ------------------------------------------------------------------------------------------------------ */

static void the_first_frame_is_whole_and_every_visit_has_the_same(void **state) {
	size_t size = 0;
	unsigned char *pack = good_pack(&size);
	struct guest a = invite(*state, pack, size), b = invite(*state, pack, size);
	struct said said;
	assert_true(tell(&a, &a.start, &said));
	assert_int_equal(said.done.changed, 1);
	assert_int_equal(said.done.w, W);
	assert_int_equal(said.done.h, H);
	assert_true(said.done.reading_ms > 0);
	/* Ground in a corner, and something else somewhere. */
	uint32_t ground = a.frame[0];
	assert_true(ground != 0 && ground <= 0xffffff);
	int other = 0;
	for (int i = 0; i < W * H; i++) {
		other += a.frame[i] != ground;
	}
	assert_in_range(other, 1000, W * H);
	assert_true(tell(&b, &b.start, &said));
	assert_memory_equal(a.frame, b.frame, W * H * 4);
	assert_int_equal(see_out(&a), VISIT_OVER);
	assert_int_equal(see_out(&b), VISIT_OVER);
	free(pack);
}

static void a_person_reads_and_what_changes_is_said(void **state) {
	size_t size = 0;
	unsigned char *pack = good_pack(&size);
	struct guest g = invite(*state, pack, size);
	struct said said;
	assert_true(tell(&g, &g.start, &said));
	uint32_t *before = malloc(W * H * 4);
	memcpy(before, g.frame, W * H * 4);
	tap(&g, "begin", &said);
	assert_int_equal(said.done.changed, 1);
	assert_memory_not_equal(before, g.frame, W * H * 4);
	tap(&g, "lang:es", &said);
	tap(&g, "safe", &said);
	memcpy(before, g.frame, W * H * 4);
	tap(&g, "module:leave", &said);
	for (int i = 0; i < W * H; i++) {
		int x = i % W, y = i / W;
		const struct wire_done *d = &said.done;
		if (x < d->x || x >= d->x + d->w || y < d->y || y >= d->y + d->h) {
			assert_int_equal(before[i], g.frame[i]);
		}
	}
	/* Where there is nothing to touch nothing changes. */
	memcpy(before, g.frame, W * H * 4);
	touch(&g, W / 2, 2, 90000, &said);
	assert_int_equal(said.done.changed, 0);
	assert_memory_equal(before, g.frame, W * H * 4);
	free(before);
	assert_int_equal(see_out(&g), VISIT_OVER);
	free(pack);
}

static int end_after(const char *program, const unsigned char *pack, size_t size, void (*spoil)(struct guest *g)) {
	struct guest g = invite(program, pack, size);
	struct said said;
	spoil(&g);
	assert_false(tell(&g, &g.start, &said));
	return see_out(&g);
}

static void as_it_is(struct guest *g) {
	(void)g;
}
static void newer_wire(struct guest *g) {
	g->start.start.version++;
}
static void larger_glass(struct guest *g) {
	g->start.start.h++; /* than the frame that was handed over */
}
static void no_fonts(struct guest *g) {
	g->start.start.fonts = 0;
}
static void more_fonts(struct guest *g) {
	g->start.start.fonts = 3; /* than were handed over */
}
static void touch_first(struct guest *g) {
	g->start.kind = WIRE_TOUCH;
}

static void a_bad_start_ends_the_visit_with_its_reason(void **state) {
	size_t size = 0;
	unsigned char *pack = good_pack(&size);
	assert_int_equal(end_after(*state, pack, size, newer_wire), VISIT_BROKEN);
	assert_int_equal(end_after(*state, pack, size, larger_glass), VISIT_BROKEN);
	assert_int_equal(end_after(*state, pack, size, no_fonts), VISIT_BROKEN);
	assert_int_equal(end_after(*state, pack, size, more_fonts), VISIT_BROKEN);
	assert_int_equal(end_after(*state, pack, size, touch_first), VISIT_BROKEN);
	assert_int_equal(end_after(*state, pack, size / 2, as_it_is), VISIT_PACKS);
	free(pack);
	struct making m = making_begin(NULL);
	making_language(&m, 1, "en", "English", TAG_LATIN, 0, "hide");
	pack = making_end(&m, &size);
	assert_int_equal(end_after(*state, pack, size, as_it_is), VISIT_PACKS);
	free(pack);
}

static void a_second_start_or_nonsense_ends_it(void **state) {
	size_t size = 0;
	unsigned char *pack = good_pack(&size);
	struct wire_message bad = {.kind = WIRE_TOUCH, .touch = {.phase = 77}};
	for (int i = 0; i < 2; i++) {
		struct guest g = invite(*state, pack, size);
		struct said said;
		assert_true(tell(&g, &g.start, &said));
		assert_false(tell(&g, i == 0 ? &g.start : &bad, &said));
		assert_int_equal(see_out(&g), VISIT_BROKEN);
	}
	free(pack);
}

/* --- the check -------------------------------------------------------------------------------------------------- */

/* Runs `alcove visit-check` on these bytes; gives its exit status and what it says. */
static int check(const char *program, const unsigned char *bytes, size_t size, char *says, size_t room) {
	int pipes[2], pack = memfd_create("pack", MFD_CLOEXEC);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pack, bytes, size), size);
	pid_t process = fork();
	if (process == 0) {
		int from = fcntl(pack, F_DUPFD, 50);
		dup2(pipes[1], STDOUT_FILENO);
		dup2(from, WIRE_FD_FILES);
		close_range(WIRE_FD_FILES + 1, ~0u, 0);
		if (program != NULL) {
			execl(program, "alcove", "visit-check", (char *)NULL);
			_exit(99);
		}
		_exit(visit_check(WIRE_FD_FILES));
	}
	close(pipes[1]);
	ssize_t n = read(pipes[0], says, room - 1);
	assert_true(n >= 0);
	says[n] = 0;
	int status = 0;
	assert_int_equal(waitpid(process, &status, 0), process);
	close(pipes[0]);
	close(pack);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

static void the_check_says_one_sentence_about_a_bad_pack_and_none_about_a_good_one(void **state) {
	size_t size = 0;
	unsigned char *pack = good_pack(&size);
	char says[600];
	assert_int_equal(check(*state, pack, size, says, sizeof says), 0);
	assert_string_equal(says, "");
	assert_int_equal(check(*state, pack, size / 2, says, sizeof says), 1);
	assert_string_equal(says,
	                    "The pack is cut short: its end is missing. Copy it again from the computer it was made "
	                    "on.\n");
	pack[PACK_PAGE_SIZE * 2] = 0x55;
	assert_int_equal(check(*state, pack, size, says, sizeof says), 1);
	assert_non_null(strstr(says, "damaged"));
	free(pack);
}

#define TWICE(test)                                                                                                    \
	{#test, test, NULL, NULL, NULL}, {                                                                             \
#test " (released)", test, NULL, NULL, released                                                        \
	}

int main(void) {
	const struct CMUnitTest tests[] = {
	    TWICE(the_first_frame_is_whole_and_every_visit_has_the_same),
	    TWICE(a_person_reads_and_what_changes_is_said),
	    TWICE(a_bad_start_ends_the_visit_with_its_reason),
	    TWICE(a_second_start_or_nonsense_ends_it),
	    TWICE(the_check_says_one_sentence_about_a_bad_pack_and_none_about_a_good_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
