/* A real Mosquitto on loopback that can be stopped, killed and started again, a bell, and a desk that sees what
 * mosquitto_sub sees: what the tests of the bell share. */
#ifndef ALCOVE_TESTS_BELL_DESK_H
#define ALCOVE_TESTS_BELL_DESK_H

#include "base/clock.h"
#include "host/bell.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEEN_BYTES = 65536, PATIENCE_MS = 15000, ANSWER_MS = 5000 };

struct desk {
	int port;
	char folder[64], config[96];
	pid_t broker, sub;
	int sub_out; /* what mosquitto_sub prints */
	char seen[SEEN_BYTES];
	size_t used;
	struct settings settings;
	struct bell *bell;
	enum wire_bell last; /* what wait_state has seen */
};

/* --- a broker and a desk ---------------------------------------------------------------------------------------- */

static inline int dial(int port) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int rc = connect(fd, (struct sockaddr *)&a, sizeof a);
	close(fd);
	return rc;
}

static inline int free_port(void) {
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static inline pid_t run(char *const argv[], int out) {
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, STDIN_FILENO);
		dup2(out >= 0 ? out : null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static inline void start_broker(struct desk *d) {
	char *argv[] = {"mosquitto", "-c", d->config, NULL};
	d->broker = run(argv, -1);
	for (int64_t until = clock_ms() + PATIENCE_MS; dial(d->port) != 0;) {
		assert_true(clock_ms() < until);
		usleep(20000);
	}
}

static inline void end_process(pid_t *pid) {
	if (*pid > 0) {
		kill(*pid, SIGCONT);
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

/* Prints one line a message: topic, whether it was retained before, payload. */
static inline void start_sub(struct desk *d) {
	char port[16];
	int ends[2];
	snprintf(port, sizeof port, "%d", d->port);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	char *argv[] = {"mosquitto_sub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-t",
	                "alcove/#",      "-F", "%t|%r|%p",  NULL};
	d->sub = run(argv, ends[1]);
	d->sub_out = ends[0];
	d->used = 0;
	d->seen[0] = 0;
	close(ends[1]);
}

static inline void end_sub(struct desk *d) {
	end_process(&d->sub);
	if (d->sub_out >= 0) {
		close(d->sub_out);
	}
	d->sub_out = -1;
}

static inline void publish_as_desk(struct desk *d, char *topic, char *payload) {
	char port[16];
	int status;
	snprintf(port, sizeof port, "%d", d->port);
	char *argv[] = {"mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-r", "-t",
	                topic,           "-m", payload,     NULL};
	pid_t pid = run(argv, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static inline void desk_says(struct desk *d, const char *id, const char *tail) {
	char topic[128];
	snprintf(topic, sizeof topic, "alcove/v1/Quiet%%20room/request/%s/%s", id, tail);
	publish_as_desk(d, topic, "1");
}

static inline void read_sub(struct desk *d, int ms) {
	struct pollfd p = {.fd = d->sub_out, .events = POLLIN};
	if (poll(&p, 1, ms) > 0) {
		ssize_t n = read(d->sub_out, d->seen + d->used, sizeof d->seen - 1 - d->used);
		d->used += n > 0 ? (size_t)n : 0;
		d->seen[d->used] = 0;
	}
}

/* How many messages the desk has seen on topics that begin with `head` and whose line holds `part`. */
static inline int count_seen(const struct desk *d, const char *head, const char *part) {
	int count = 0;
	for (const char *line = d->seen; *line != 0;) {
		size_t len = strcspn(line, "\n");
		char copy[1024];
		snprintf(copy, sizeof copy, "%.*s\n", (int)(len < 1000 ? len : 1000), line);
		count += strncmp(copy, head, strlen(head)) == 0 && strstr(copy, part) != NULL;
		line += len + (line[len] == '\n');
	}
	return count;
}

static inline void wait_seen(struct desk *d, const char *head, const char *part) {
	for (int64_t until = clock_ms() + PATIENCE_MS; count_seen(d, head, part) == 0;) {
		if (clock_ms() > until) {
			fail_msg("the desk never saw %s %s; it saw:\n%s", head, part, d->seen);
		}
		read_sub(d, 100);
	}
}

/* Listens a little longer, for what should not come. */
static inline void listen_on(struct desk *d, int ms) {
	for (int64_t until = clock_ms() + ms; clock_ms() < until;) {
		read_sub(d, 50);
	}
}

/* --- the bell --------------------------------------------------------------------------------------------------- */

#define REQUEST "alcove/v1/Quiet%20room/request/"
#define STATE "alcove/v1/Quiet%20room/state"
#define OPEN "alcove/v1/Quiet%20room/open"
#define HEARTBEAT "alcove/v1/Quiet%20room/heartbeat"

static const struct wire_talk come = {.how = WIRE_HOW_COME, .when = WIRE_WHEN_NOW, .language = "es"};

/* Waits the way the host does: for the descriptor, never asking without it. Nothing may be claimed on the way that is not
 * so. */
static inline void wait_state_after(struct desk *d, enum wire_bell before, enum wire_bell want, int within_ms) {
	enum wire_bell got = WIRE_BELL_NONE;
	for (int64_t until = clock_ms() + within_ms; clock_ms() < until;) {
		struct pollfd p = {.fd = bell_fd(d->bell), .events = POLLIN};
		if (poll(&p, 1, 100) > 0) {
			got = bell_state(d->bell);
			if (got == want) {
				return;
			}
			assert_int_equal(got, before);
		}
	}
	fail_msg("state %d did not come; the last was %d", (int)want, (int)got);
}

static inline void wait_state(struct desk *d, enum wire_bell want, int within_ms) {
	wait_state_after(d, want == WIRE_BELL_SEEN || want == WIRE_BELL_CLOSED ? d->last : WIRE_BELL_SENDING, want,
	                 within_ms);
	d->last = want;
}

static inline void id_of_request(const struct desk *d, char id[33]) {
	const char *at = strstr(d->seen, REQUEST);
	assert_non_null(at);
	at += strlen(REQUEST);
	assert_int_equal(strspn(at, "0123456789abcdef"), 32);
	snprintf(id, 33, "%.32s", at);
}

static inline void end_bell(struct desk *d) {
	bell_free(d->bell);
	d->bell = NULL;
}

static inline void new_bell(struct desk *d) {
	struct fault f;
	d->bell = bell_new(&d->settings, &f);
	if (d->bell == NULL) {
		fail_msg("%s", f.says);
	}
}

static inline void restart_bell(struct desk *d) {
	end_bell(d);
	new_bell(d);
}

static inline int set_up(void **state) {
	struct desk *d = calloc(1, sizeof *d);
	struct fault f;
	assert_non_null(d);
	*state = d;
	d->sub_out = -1;
	d->port = free_port();
	snprintf(d->folder, sizeof d->folder, "/tmp/alcove-bell-XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	snprintf(d->config, sizeof d->config, "%s/mosquitto.conf", d->folder);
	FILE *config = fopen(d->config, "we");
	assert_non_null(config);
	fprintf(config, "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\nuser root\n",
	        d->port);
	fclose(config);
	settings_default(&d->settings);
	snprintf(d->settings.broker_host, sizeof d->settings.broker_host, "127.0.0.1");
	snprintf(d->settings.place, sizeof d->settings.place, "Quiet room");
	d->settings.broker_port = d->port;
	/* A folder in memory, which /tmp is not everywhere. */
	snprintf(d->settings.state_folder, sizeof d->settings.state_folder, "/dev/shm/alcove-bell-%d", (int)getpid());
	d->bell = bell_new(&d->settings, &f);
	assert_non_null(d->bell);
	return 0;
}

static inline int tear_down(void **state) {
	struct desk *d = *state;
	bell_free(d->bell);
	end_sub(d);
	end_process(&d->broker);
	unlink(d->config);
	char kept[SETTINGS_PATH + 64];
	snprintf(kept, sizeof kept, "%s/Quiet%%20room.requests", d->settings.state_folder);
	unlink(kept);
	rmdir(d->settings.state_folder);
	rmdir(d->folder);
	free(d);
	return 0;
}

/* With broker and desk in place and the kiosk's line ready: then it tells how many requests are open. (A desk may hear
 * "online" before the kiosk has the confirmation that it waits for.) */
static inline int set_up_online(void **state) {
	set_up(state);
	struct desk *d = *state;
	start_broker(d);
	start_sub(d);
	wait_seen(d, OPEN, "0");
	return 0;
}

/* First of all. ONLY='a_stuck*' runs those tests alone. */
static inline void bell_prepare(void) {
	/* Debian keeps the broker where only root looks. */
	char path[1024];
	snprintf(path, sizeof path, "%s:/usr/sbin:/sbin", getenv("PATH"));
	setenv("PATH", path, 1);
	cmocka_set_test_filter(getenv("ONLY"));
}

#endif
