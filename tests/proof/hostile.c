/* Visits that were taken over. This program is its own visit: locked in by the very code that locks in every visit, and
 * then, when it is touched, it tries one thing that no visit may do. Each must be ended or ignored, the spare's frame must
 * be on the whole glass in the time that was promised, and the host must go on.
 *
 *   hostile          tries everything, and prints "ok - ..." or "not ok - ..." for each
 *   hostile visit    what the keeper starts */
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
#include <time.h>
#include <unistd.h>

enum { W = 640, H = 400, PIXELS = W * H, Y = 300, FIRST_X = 20 };
#define CLEAN 0x00112233u
#define SECRET 0x00445566u

/* The promise is a second (VVSG 2.0 7.2-N): one that hangs is ended by then, and must be covered at once afterwards. All
 * others are covered in a few milliseconds, as is printed; the rest of the second is for a machine that is busy. */
enum { AT_ONCE_MS = 1000, HANG_MS = 2000, MEMORY_MOST_KB = 320 * 1024 };

static void say(uint32_t kind) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = kind;
	if (kind == WIRE_DONE) {
		m.done.changed = 1;
		m.done.w = W;
		m.done.h = H;
	}
	while (!wire_send(WIRE_FD_SOCKET, &m)) {
	}
}

/* --- what a visit may not do ------------------------------------------------------------------------------------ */

static uint32_t *frame_of(uint32_t *frame, uint32_t colour) {
	for (int i = 0; i < PIXELS; i++) {
		frame[i] = colour;
	}
	return frame;
}

static void open_a_file(uint32_t *frame) {
	(void)frame;
	syscall(SYS_openat, AT_FDCWD, "/etc/hostname", O_RDONLY, 0);
}
static void make_a_file(uint32_t *frame) {
	(void)frame;
	syscall(SYS_openat, AT_FDCWD, "/tmp/alcove-was-here", O_WRONLY | O_CREAT, 0600);
}
static void go_to_the_network(uint32_t *frame) {
	(void)frame;
	syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}
static void connect_by_the_wire(uint32_t *frame) {
	(void)frame;
	syscall(SYS_connect, WIRE_FD_SOCKET, "", 0);
}
static void run_a_program(uint32_t *frame) {
	(void)frame;
	syscall(SYS_execve, "/bin/true", NULL, NULL);
}
static void become_two(uint32_t *frame) {
	(void)frame;
	syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}
static void write_elsewhere(uint32_t *frame) {
	(void)frame;
	syscall(SYS_write, 1, "out", 3);
}
static void write_into_a_file_it_was_handed(uint32_t *frame) {
	(void)frame;
	syscall(SYS_pwrite64, WIRE_FD_FILES, "out", 3, 0);
}
static void end_its_host(uint32_t *frame) {
	(void)frame;
	syscall(SYS_kill, getppid(), SIGKILL);
}
static void read_its_host(uint32_t *frame) {
	(void)frame;
	syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0);
}
static void make_memory_a_program(uint32_t *frame) {
	(void)frame;
	syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void ask_the_time(uint32_t *frame) {
	(void)frame;
	struct timespec t;
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
}
static void take_all_memory(uint32_t *frame) {
	(void)frame;
	for (;;) {
		long p = syscall(SYS_mmap, NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p > 0) {
			memset((void *)p, 1, 1 << 20); /* NOLINT: this is how one takes it */
		}
	}
}
static void spin(uint32_t *frame) {
	(void)frame;
	for (volatile unsigned n = 0;; n++) {
	}
}
/* It says that it is over, and goes on drawing. */
static void draw_after_its_end(uint32_t *frame) {
	say(WIRE_END);
	for (;;) {
		frame_of(frame, SECRET);
	}
}
static void draw_without_end(uint32_t *frame) {
	for (;;) {
		frame_of(frame, SECRET);
		say(WIRE_DONE);
	}
}
static void send_nonsense(uint32_t *frame) {
	(void)frame;
	struct wire_message m;
	memset(&m, 0xA5, sizeof m);
	send(WIRE_FD_SOCKET, &m, sizeof m, MSG_NOSIGNAL);
	spin(frame);
}
static void send_half_a_message(uint32_t *frame) {
	send(WIRE_FD_SOCKET, "half", 4, MSG_NOSIGNAL);
	spin(frame);
}
static void send_too_much(uint32_t *frame) {
	static char much[sizeof(struct wire_message) * 3];
	send(WIRE_FD_SOCKET, much, sizeof much, MSG_NOSIGNAL);
	spin(frame);
}
static void send_without_end(uint32_t *frame) {
	(void)frame;
	for (;;) {
		say(WIRE_TALK);
	}
}
static void speak_for_staff(uint32_t *frame) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_WANT;
	m.want.want = WIRE_WANT_INSTALL;
	wire_send(WIRE_FD_SOCKET, &m);
	spin(frame);
}
static void stand_still(uint32_t *frame) {
	(void)frame;
	for (;;) {
		poll(NULL, 0, -1);
	}
}
static void crash(uint32_t *frame) {
	(void)frame;
	__builtin_trap();
}

static const struct deed {
	const char *says;
	void (*try)(uint32_t *frame);
	int within_ms;
} deeds[] = {
    {"opens a file", open_a_file, AT_ONCE_MS},
    {"makes a file", make_a_file, AT_ONCE_MS},
    {"goes to the network", go_to_the_network, AT_ONCE_MS},
    {"connects its socket elsewhere", connect_by_the_wire, AT_ONCE_MS},
    {"runs another program", run_a_program, AT_ONCE_MS},
    {"makes a second process", become_two, AT_ONCE_MS},
    {"writes to its output", write_elsewhere, AT_ONCE_MS},
    {"writes into a file that it may read", write_into_a_file_it_was_handed, AT_ONCE_MS},
    {"tries to end the host", end_its_host, AT_ONCE_MS},
    {"tries to read the host's memory", read_its_host, AT_ONCE_MS},
    {"makes memory that can be run", make_memory_a_program, AT_ONCE_MS},
    {"asks what time it is", ask_the_time, AT_ONCE_MS},
    {"crashes", crash, AT_ONCE_MS},
    {"sends nonsense", send_nonsense, AT_ONCE_MS},
    {"sends half a message", send_half_a_message, AT_ONCE_MS},
    {"sends too long a message", send_too_much, AT_ONCE_MS},
    {"sends messages without end", send_without_end, AT_ONCE_MS},
    {"speaks as if it were staff's", speak_for_staff, AT_ONCE_MS},
    {"draws after its end", draw_after_its_end, AT_ONCE_MS},
    {"draws and reports without end", draw_without_end, AT_ONCE_MS},
    {"takes all memory", take_all_memory, HANG_MS},
    {"spins for ever", spin, HANG_MS},
    {"stands still", stand_still, HANG_MS},
};
enum { DEEDS = sizeof deeds / sizeof deeds[0] };

static int be_a_visit(void) {
	struct wire_message m;
	struct fault f;
	if (wire_receive(WIRE_FD_SOCKET, &m, true) != WIRE_GOT || m.kind != WIRE_START) {
		return 2;
	}
	uint32_t *frame = mmap(NULL, PIXELS * sizeof *frame, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_FD_FRAME, 0);
	if (frame == MAP_FAILED || !sandbox_enter(WIRE_FD_FILES + m.start.packs, false, &f)) {
		return 3;
	}
	frame_of(frame, CLEAN);
	say(WIRE_DONE);
	while (wire_receive(WIRE_FD_SOCKET, &m, true) == WIRE_GOT) {
		frame_of(frame, SECRET);
		int which = m.kind == WIRE_TOUCH ? m.touch.x - FIRST_X : -1;
		if (m.kind == WIRE_TOUCH && m.touch.phase == WIRE_UP && which >= 0 && which < DEEDS) {
			deeds[which].try(frame);
		}
		say(WIRE_DONE);
	}
	return 0;
}

/* --- the host --------------------------------------------------------------------------------------------------- */

struct world {
	struct keeper *keeper;
	uint32_t *glass;
	int talks, wants;
	enum keeper_end ended;
};

static int64_t now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

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
	keeper_ready(w->keeper, fds, count, now_ms());
	int64_t at = keeper_deadline(w->keeper);
	if (at >= 0 && now_ms() >= at) {
		keeper_tick(w->keeper, now_ms());
	}
}

static void serve_for(struct world *w, int ms) {
	for (int64_t until = now_ms() + ms; now_ms() < until;) {
		serve(w, 10);
	}
}

static void settle(struct world *w) {
	for (int64_t until = now_ms() + 5000; keeper_busy(w->keeper) && now_ms() < until;) {
		serve(w, 10);
	}
}

/* Touches the visit, which shows its secret; then lifts the finger, and it tries. How long until the glass is clean; -1
 * when the secret was never there, which would make the trial worth nothing; -2 when it never was clean again. */
static int covered_after(struct world *w, int which) {
	w->ended = (enum keeper_end)0;
	keeper_touch(w->keeper, WIRE_DOWN, 0, FIRST_X + which, Y, now_ms());
	settle(w);
	if (!all(w, SECRET)) {
		return -1;
	}
	int64_t from = now_ms();
	keeper_touch(w->keeper, WIRE_UP, 0, FIRST_X + which, Y, from);
	while (now_ms() < from + 5000) {
		serve(w, 2);
		if (w->ended != 0) {
			return all(w, CLEAN) ? (int)(now_ms() - from) : -2;
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
	bool clean = all(w, CLEAN), next = !keeper_busy(w->keeper) && keeper_failures(w->keeper) == 0;
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
	if (w.glass == NULL || (w.keeper = keeper_new(&plan, &sink, now_ms(), &f)) == NULL) {
		printf("not ok - visit: %s\n", f.says);
		return 1;
	}
	settle(&w);
	bool fine = true;
	for (int i = 0; i < DEEDS; i++) {
		fine = trial(&w, i) && fine;
	}
	keeper_free(w.keeper);
	free(w.glass);
	bool made = access("/tmp/alcove-was-here", F_OK) == 0;
	printf("%s - visit: no file was made\n", made ? "not ok" : "ok");
	bool bounded = memory_was_bounded();
	return fine && bounded && !made ? 0 : 1;
}

int main(int argc, char **argv) {
	return argc == 2 && strcmp(argv[1], "visit") == 0 ? be_a_visit() : be_a_host();
}
