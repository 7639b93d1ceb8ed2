/* Visits that were taken over. This program is its own visit (deeds.h), which tries one thing after the other that no visit
 * may do. Each must be ended or ignored, the spare's frame must be on the whole glass in the time that was promised, and
 * the host must go on.
 *
 *   hostile          tries everything, and prints "ok - ..." or "not ok - ..." for each
 *   hostile deeds    prints what it would try: the milliseconds that are granted, and the deed
 *   hostile visit    what the keeper starts */
#include "base/clock.h"
#include "deeds.h"

#include "host/keeper.h"
#include "visit/glass/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { W = 640, H = 400, PIXELS = W * H, Y = 300, MEMORY_MOST_KB = 320 * 1024 };

/* --- the host --------------------------------------------------------------------------------------------------- */

struct world {
	struct keeper *keeper;
	uint32_t *glass;
	int talks, wants;
	enum keeper_end ended;
};

static void on_show(void *self, const uint32_t *pixels, int stride, struct rect r) {
	struct world *w = self;
	for (int y = r.y; y < r.y + r.h; y++) {
		memcpy(w->glass + (size_t)y * W + r.x, pixels + (size_t)y * (size_t)stride + r.x,
		       (size_t)r.w * sizeof *pixels);
	}
}
static void on_talk(void *self, const struct wire_talk *t) {
	struct world *w = self;
	(void)t;
	w->talks++;
}
static void on_ended(void *self, enum keeper_end why) {
	struct world *w = self;
	w->ended = why;
}

static bool all(const struct world *w, uint32_t colour) {
	for (int i = 0; i < PIXELS; i++) {
		if (w->glass[i] != colour) {
			return false;
		}
	}
	return true;
}

static void serve(struct world *w, int ms) {
	struct pollfd fds[KEEPER_FDS];
	int count = keeper_fds(w->keeper, fds, KEEPER_FDS);
	poll(fds, (nfds_t)count, ms);
	keeper_ready(w->keeper, fds, count, clock_ms());
	int64_t at = keeper_deadline(w->keeper);
	if (at >= 0 && clock_ms() >= at) {
		keeper_tick(w->keeper, clock_ms());
	}
}

static void serve_for(struct world *w, int ms) {
	for (int64_t until = clock_ms() + ms; clock_ms() < until;) {
		serve(w, 10);
	}
}

static void settle(struct world *w) {
	for (int64_t until = clock_ms() + 5000; keeper_busy(w->keeper) && clock_ms() < until;) {
		serve(w, 10);
	}
}

/* Touches the visit, which shows its secret; then lifts the finger, and it tries. How long until the glass is clean; -1
 * when the secret was never there, which would make the trial worth nothing; -2 when it never was clean again. */
static int covered_after(struct world *w, int which) {
	w->ended = (enum keeper_end)0;
	keeper_touch(w->keeper, WIRE_DOWN, 0, DEEDS_X + which, Y, clock_ms());
	settle(w);
	if (!all(w, DEEDS_SECRET)) {
		return -1;
	}
	int64_t from = clock_ms();
	keeper_touch(w->keeper, WIRE_UP, 0, DEEDS_X + which, Y, from);
	while (clock_ms() < from + 5000) {
		serve(w, 2);
		if (w->ended != 0) {
			return all(w, DEEDS_CLEAN) ? (int)(clock_ms() - from) : -2;
		}
	}
	return -2;
}

static bool trial(struct world *w, int which) {
	const struct deed *deed = &deeds[which];
	int ms = covered_after(w, which);
	/* Whatever it still does, it does not reach the glass; and the next person finds a kiosk that works. */
	serve_for(w, KEEPER_QUIET_MS + 100);
	settle(w);
	bool clean = all(w, DEEDS_CLEAN), next = !keeper_busy(w->keeper) && keeper_failures(w->keeper) == 0;
	bool fine = ms >= 0 && ms <= deed->within_ms && clean && next && w->wants == 0 && w->talks <= 8;
	printf("%s - visit: one that %s is %s", fine ? "ok" : "not ok", deed->says, fine ? "covered" : "NOT covered");
	if (fine) {
		printf(" after %d ms (%d at most)\n", ms, deed->within_ms);
	} else {
		printf(": %s (%d ms, end %d, %d requests)\n",
		       ms == -1 ? "its frame was never seen, so the trial says nothing"
		       : !clean ? "something of it is on the glass"
		       : !next  ? "the next visit does not begin"
		                : "too late",
		       ms, (int)w->ended, w->talks);
	}
	w->talks = 0;
	fflush(stdout);
	return fine;
}

static bool memory_was_bounded(void) {
	struct rusage used;
	getrusage(RUSAGE_CHILDREN, &used);
	bool fine = used.ru_maxrss < MEMORY_MOST_KB && used.ru_maxrss > MEMORY_MOST_KB / 4;
	printf("%s - visit: none of them had more than %d MB, though one took all it could (%ld MB)\n",
	       fine ? "ok" : "not ok", MEMORY_MOST_KB / 1024, used.ru_maxrss / 1024);
	return fine;
}

static int be_a_host(void) {
	struct world w = {.glass = calloc(PIXELS, sizeof(uint32_t))};
	const struct keeper_plan plan = {
	    .program = "/proc/self/exe", .glass = {W, H, 59}, .bell = true, .idle_ms = 120000, .answer_ms = 30000};
	const struct keeper_sink sink = {.self = &w, .show = on_show, .talk = on_talk, .ended = on_ended};
	struct fault f;
	if (w.glass == NULL || (w.keeper = keeper_new(&plan, &sink, clock_ms(), &f)) == NULL) {
		printf("not ok - visit: %s\n", f.says);
		return 1;
	}
	settle(&w);
	bool fine = true;
	for (int i = 0; i < DEEDS_MOST && deeds[i].says != NULL; i++) {
		fine = trial(&w, i) && fine;
	}
	keeper_free(w.keeper);
	free(w.glass);
	bool made = access("/tmp/alcove-was-here", F_OK) == 0;
	printf("%s - visit: no file was made\n", made ? "not ok" : "ok");
	bool bounded = memory_was_bounded();
	return fine && bounded && !made ? 0 : 1;
}

static int tell(void) {
	for (int i = 0; i < DEEDS_MOST && deeds[i].says != NULL; i++) {
		printf("%d %s\n", deeds[i].within_ms, deeds[i].says);
	}
	return 0;
}

int main(int argc, char **argv) {
	if (argc == 2 && strcmp(argv[1], "visit") == 0) {
		return deeds_visit();
	}
	return argc == 2 && strcmp(argv[1], "deeds") == 0 ? tell() : be_a_host();
}
