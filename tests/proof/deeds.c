/* Visits that were taken over: see deeds.h. */
#include "deeds.h"

#include "visit/glass/sandbox.h"
#include "wire/wire.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int pixels, width, height; /* of the frame, from the host; one visit has one */

static void say(uint32_t kind) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = kind;
	if (kind == WIRE_DONE) {
		m.done.changed = 1;
		m.done.w = (uint16_t)width;
		m.done.h = (uint16_t)height;
	}
	while (!wire_send(WIRE_FD_SOCKET, &m)) {
	}
}

/* --- what a visit may not do ------------------------------------------------------------------------------------ */

static uint32_t *frame_of(uint32_t *frame, uint32_t colour) {
	for (int i = 0; i < pixels; i++) {
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
static void hand_a_file_over(uint32_t *frame) {
	(void)frame;
	char room[CMSG_SPACE(sizeof(int))] = {0};
	struct msghdr m = {.msg_control = room, .msg_controllen = sizeof room};
	syscall(SYS_sendmsg, WIRE_FD_SOCKET, &m, 0);
}
static void ask_the_kernel_to_work_for_it(uint32_t *frame) {
	(void)frame;
	char settings[120] = {0}; /* struct io_uring_params */
	syscall(SYS_io_uring_setup, 4, settings);
}
static void take_its_limits_off(uint32_t *frame) {
	(void)frame;
	struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	syscall(SYS_prlimit64, 0, RLIMIT_DATA, &none, NULL);
}
static void let_others_look_into_it(uint32_t *frame) {
	(void)frame;
	syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
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
		frame_of(frame, DEEDS_SECRET);
	}
}
static void draw_without_end(uint32_t *frame) {
	for (;;) {
		frame_of(frame, DEEDS_SECRET);
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

const struct deed deeds[DEEDS_MOST] = {
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
    {"hands a file over", hand_a_file_over, AT_ONCE_MS},
    {"has the kernel work for it", ask_the_kernel_to_work_for_it, AT_ONCE_MS},
    {"takes its limits off", take_its_limits_off, AT_ONCE_MS},
    {"lets others look into it", let_others_look_into_it, AT_ONCE_MS},
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

int deeds_visit(void) {
	struct wire_message m;
	struct fault f;
	if (wire_receive(WIRE_FD_SOCKET, &m, true) != WIRE_GOT || m.kind != WIRE_START) {
		return 2;
	}
	width = m.start.w;
	height = m.start.h;
	pixels = width * height;
	uint32_t *frame =
	    mmap(NULL, (size_t)pixels * sizeof *frame, PROT_READ | PROT_WRITE, MAP_SHARED, WIRE_FD_FRAME, 0);
	if (frame == MAP_FAILED || !sandbox_enter(WIRE_FD_FILES + m.start.packs, false, &f)) {
		return 3;
	}
	frame_of(frame, DEEDS_CLEAN);
	say(WIRE_DONE);
	while (wire_receive(WIRE_FD_SOCKET, &m, true) == WIRE_GOT) {
		frame_of(frame, DEEDS_SECRET);
		int which = m.kind == WIRE_TOUCH ? m.touch.x - DEEDS_X : -1;
		if (m.kind == WIRE_TOUCH && m.touch.phase == WIRE_UP && which >= 0 && which < DEEDS_MOST &&
		    deeds[which].says != NULL) {
			deeds[which].try(frame);
		}
		say(WIRE_DONE);
	}
	return 0;
}
