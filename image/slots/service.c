#include "slots/service.h"

#include "base/clock.h"
#include "slots/boot.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	TOLD_MS = 250, /* between two words about progress */
	SAY_MS = 5000, /* how long a kiosk that does not listen is waited for */
	REBOOT_S = 60, /* for systemd, to start the machine anew */
};

struct service {
	const struct service_plan *plan;
	int client; /* -1: nobody */
	struct install *install;
	int64_t told, begun;
};

/* --- saying ----------------------------------------------------------------------------------------------------- */

static void drop_client(struct service *s) {
	install_end(s->install);
	s->install = NULL;
	if (s->client >= 0) {
		close(s->client);
		s->client = -1;
	}
}

static void say(struct service *s, const struct wire_message *m) {
	int64_t until = clock_ms() + SAY_MS;
	while (s->client >= 0 && !wire_send(s->client, m)) {
		struct pollfd p = {s->client, POLLOUT, 0};
		if (clock_ms() > until || poll(&p, 1, TOLD_MS) < 0 || (p.revents & (POLLHUP | POLLERR)) != 0) {
			drop_client(s);
		}
	}
}

static enum wire_system_state state_of(const struct install_place *p) {
	int dir = install_boot_open(p, false);
	enum boot_state state = dir < 0 ? BOOT_UNKNOWN : boot_look(dir, p->running);
	install_boot_close(p, dir, false);
	switch (state) {
	case BOOT_SETTLED:
		return WIRE_SYSTEM_SETTLED;
	case BOOT_ARMED:
		return WIRE_SYSTEM_READY;
	case BOOT_ON_TRIAL:
		return WIRE_SYSTEM_ON_TRIAL;
	case BOOT_TAKEN_BACK:
		return WIRE_SYSTEM_TAKEN_BACK;
	case BOOT_UNKNOWN:
		break;
	}
	return WIRE_SYSTEM_BROKEN;
}

static void say_system(struct service *s) {
	const struct install_place *p = &s->plan->place;
	struct install_offer o;
	struct wire_message m;
	memset(&m, 0, sizeof m);
	install_look(p, &o);
	m.kind = WIRE_SYSTEM;
	m.system.state = (uint8_t)state_of(p);
	m.system.version = p->version;
	system_made(p->version, m.system.made);
	if (o.there) {
		m.system.offer = 1;
		m.system.reason = (uint8_t)o.reason;
		m.system.offer_version = o.head.version;
		stick_name(o.thing.name, m.system.file);
	}
	if (o.head.version != 0) {
		system_made(o.head.version, m.system.offer_made);
	}
	say(s, &m);
}

/* Seconds until the end, from how it went so far. The card writes slower than it reads, so that the first half says too
 * much rather than too little. */
static uint32_t left_s(const struct service *s, uint64_t done, uint64_t total) {
	int64_t took = clock_ms() - s->begun;
	if (took < 1000 || done == 0 || done >= total) {
		return 0;
	}
	return (uint32_t)((double)took / (double)done * (double)(total - done) / 1000.0) + 1;
}

static void say_work(struct service *s, enum wire_work_state state, enum wire_reason why, uint64_t done,
                     uint64_t total) {
	struct wire_message m;
	memset(&m, 0, sizeof m);
	m.kind = WIRE_WORK;
	m.work.work = WIRE_WORK_SYSTEM;
	m.work.state = (uint8_t)state;
	m.work.reason = (uint8_t)why;
	m.work.done = done;
	m.work.total = total;
	m.work.left_s = state == WIRE_WORK_GOING ? left_s(s, done, total) : 0;
	s->told = clock_ms();
	say(s, &m);
}

/* --- doing ------------------------------------------------------------------------------------------------------ */

static void finish(struct service *s, enum wire_reason why, uint64_t done, uint64_t total) {
	install_end(s->install);
	s->install = NULL;
	say_work(s, why == WIRE_FINE ? WIRE_WORK_DONE : WIRE_WORK_FAILED, why, done, total);
	say_system(s);
}

static void step(struct service *s) {
	uint64_t done = 0, total = 0;
	enum wire_reason why = install_step(s->install, &done, &total);
	if (why != WIRE_FINE || done == total) {
		finish(s, why, done, total);
	} else if (clock_ms() - s->told >= TOLD_MS) {
		say_work(s, WIRE_WORK_GOING, WIRE_FINE, done, total);
	}
}

static void begin(struct service *s, uint32_t version) {
	enum wire_reason why;
	s->begun = clock_ms();
	say_work(s, WIRE_WORK_GOING, WIRE_FINE, 0, 0);
	if (s->client < 0) {
		return; /* whoever asked for it is gone */
	}
	s->install = install_begin(&s->plan->place, version, &why);
	if (s->install == NULL) {
		finish(s, why, 0, 0);
	}
}

/* systemd(1): this signal is `systemctl reboot`. */
static void restart(const struct service_plan *p) {
	sync();
	if (p->init) {
		kill(1, SIGRTMIN + 5);
	}
}

/* A change of one word on the boot partition. */
static void change_boot(const struct install_place *p, bool (*change)(int dir, char running)) {
	int dir = install_boot_open(p, true);
	if (dir >= 0) {
		change(dir, p->running);
	}
	install_boot_close(p, dir, true);
}

static void keep_trial(const struct install_place *p) {
	if (state_of(p) == WIRE_SYSTEM_ON_TRIAL) {
		change_boot(p, boot_keep);
	}
}

static void take_want(struct service *s, const struct wire_want_what *want) {
	const struct install_place *p = &s->plan->place;
	if (s->install != NULL) {
		if (want->want == WIRE_WANT_STOP) {
			finish(s, WIRE_STOPPED, 0, 0);
		}
		return;
	}
	switch ((int)want->want) {
	case WIRE_WANT_LIST:
		say_system(s);
		break;
	case WIRE_WANT_SYSTEM:
		begin(s, want->version);
		break;
	case WIRE_WANT_RESTART:
		restart(s->plan);
		break;
	case WIRE_WANT_READ:
		if (state_of(p) == WIRE_SYSTEM_TAKEN_BACK) {
			change_boot(p, boot_forget);
		}
		say_system(s);
		break;
	default:
		break;
	}
}

static void take_messages(struct service *s) {
	struct wire_message m;
	enum wire_got got = WIRE_NOTHING;
	while (s->client >= 0 && (got = wire_receive(s->client, &m, false)) == WIRE_GOT) {
		if (m.kind == WIRE_STEADY) {
			keep_trial(&s->plan->place);
		} else if (m.kind == WIRE_WANT && wire_sane_from_visit(&m, 0, 0)) {
			take_want(s, &m.want);
		} else {
			got = WIRE_GONE; /* nothing that a kiosk says */
			break;
		}
	}
	if (got == WIRE_GONE) {
		drop_client(s);
	}
}

/* --- the socket ------------------------------------------------------------------------------------------------- */

/* The kernel says who it is, not they. */
static bool may_ask(const struct service_plan *p, int client) {
	struct ucred who;
	socklen_t size = sizeof who;
	return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 && size == sizeof who &&
	       (who.uid == p->user || who.uid == 0);
}

/* A kiosk that was started again takes the place of the one before it. */
static void take_client(struct service *s) {
	int client = accept4(s->plan->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (client < 0) {
		return;
	}
	if (!may_ask(s->plan, client)) {
		close(client);
		return;
	}
	drop_client(s);
	s->client = client;
}

bool service_run(const struct service_plan *plan, int idle_s, struct fault *f) {
	struct service s = {.plan = plan, .client = -1};
	for (;;) {
		struct pollfd p[] = {{plan->listener, POLLIN, 0}, {s.client, POLLIN, 0}};
		int n = poll(p, 2, s.install != NULL ? 0 : s.client >= 0 ? -1 : idle_s * 1000);
		if (n < 0 && errno != EINTR) {
			drop_client(&s);
			return fault_say(f, "Waiting failed: %s.", strerror(errno));
		}
		if (n == 0 && s.client < 0) {
			return true;
		}
		if (n > 0 && p[1].revents != 0) {
			take_messages(&s);
		}
		if (n > 0 && p[0].revents != 0) {
			take_client(&s);
		}
		if (s.install != NULL) {
			step(&s);
		}
	}
}

/* --- a system that is tried ------------------------------------------------------------------------------------- */

bool service_watch_trial(const struct service_plan *plan, int seconds, struct fault *f) {
	for (int i = 0; i < seconds; i++) {
		if (state_of(&plan->place) != WIRE_SYSTEM_ON_TRIAL) {
			return true;
		}
		sleep(1);
	}
	restart(plan);
	sleep(REBOOT_S);
	if (plan->init) {
		reboot(RB_AUTOBOOT); /* whatever systemd waits for */
	}
	return fault_say(f,
	                 "The new system has not shown that it is well. Please switch off and on again: then the one "
	                 "before it starts.");
}
