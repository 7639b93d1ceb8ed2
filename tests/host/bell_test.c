/* The bell against a real Mosquitto on loopback that is started, stopped, killed and started again. What the desk would
 * see is seen by mosquitto_sub. */
#include "host/bell.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEEN_BYTES = 16384, PATIENCE_MS = 15000 };

struct desk {
	int port;
	char folder[64], config[96];
	pid_t broker, sub;
	int sub_out; /* what mosquitto_sub prints */
	char seen[SEEN_BYTES];
	size_t used;
	struct bell *bell;
};

static int64_t now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- a broker and a desk ---------------------------------------------------------------------------------------- */

static int dial(int port) {
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int rc = connect(fd, (struct sockaddr *)&a, sizeof a);
	close(fd);
	return rc;
}

static int free_port(void) {
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof a;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	close(fd);
	return ntohs(a.sin_port);
}

static pid_t run(char *const argv[], int out) {
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

static void start_broker(struct desk *d) {
	char *argv[] = {"mosquitto", "-c", d->config, NULL};
	d->broker = run(argv, -1);
	for (int64_t until = now_ms() + PATIENCE_MS; dial(d->port) != 0;) {
		assert_true(now_ms() < until);
		usleep(20000);
	}
}

static void end_process(pid_t *pid) {
	if (*pid > 0) {
		kill(*pid, SIGCONT);
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

/* Prints one line a message: topic, whether it was retained before, payload. */
static void start_sub(struct desk *d) {
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

static void end_sub(struct desk *d) {
	end_process(&d->sub);
	if (d->sub_out >= 0) {
		close(d->sub_out);
	}
	d->sub_out = -1;
}

static void desk_says(struct desk *d, const char *id, const char *tail) {
	char port[16], topic[128];
	int status;
	snprintf(port, sizeof port, "%d", d->port);
	snprintf(topic, sizeof topic, "alcove/v1/Quiet room/request/%s/%s", id, tail);
	char *argv[] = {"mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-r", "-t", topic, "-m", "1", NULL};
	pid_t pid = run(argv, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void read_sub(struct desk *d, int ms) {
	struct pollfd p = {.fd = d->sub_out, .events = POLLIN};
	if (poll(&p, 1, ms) > 0) {
		ssize_t n = read(d->sub_out, d->seen + d->used, sizeof d->seen - 1 - d->used);
		d->used += n > 0 ? (size_t)n : 0;
		d->seen[d->used] = 0;
	}
}

/* How many messages the desk has seen on topics that begin with `head` and whose line holds `part`. */
static int count_seen(const struct desk *d, const char *head, const char *part) {
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

static void wait_seen(struct desk *d, const char *head, const char *part) {
	for (int64_t until = now_ms() + PATIENCE_MS; count_seen(d, head, part) == 0;) {
		if (now_ms() > until) {
			fail_msg("the desk never saw %s %s; it saw:\n%s", head, part, d->seen);
		}
		read_sub(d, 100);
	}
}

/* Listens a little longer, for what should not come. */
static void listen_on(struct desk *d, int ms) {
	for (int64_t until = now_ms() + ms; now_ms() < until;) {
		read_sub(d, 50);
	}
}

/* --- the bell --------------------------------------------------------------------------------------------------- */

#define REQUEST "alcove/v1/Quiet room/request/"
#define STATE "alcove/v1/Quiet room/state"

static const struct wire_talk come = {.how = WIRE_HOW_COME, .when = WIRE_WHEN_NOW, .language = "es"};

/* Waits the way the host does: for the descriptor, never asking without it. */
static void wait_state(struct desk *d, enum wire_bell want, int within_ms) {
	enum wire_bell got = WIRE_BELL_NONE;
	for (int64_t until = now_ms() + within_ms; now_ms() < until;) {
		struct pollfd p = {.fd = bell_fd(d->bell), .events = POLLIN};
		if (poll(&p, 1, 100) > 0) {
			got = bell_state(d->bell);
			if (got == want) {
				return;
			}
			/* Nothing may be claimed on the way that is not so. */
			assert_true(got == WIRE_BELL_SENDING);
		}
	}
	fail_msg("state %d did not come; the last was %d", (int)want, (int)got);
}

static void id_of_request(const struct desk *d, char id[33]) {
	const char *at = strstr(d->seen, REQUEST);
	assert_non_null(at);
	at += strlen(REQUEST);
	assert_int_equal(strspn(at, "0123456789abcdef"), 32);
	snprintf(id, 33, "%.32s", at);
}

static int set_up(void **state) {
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
	fprintf(config, "listener %d 127.0.0.1\nallow_anonymous true\npersistence false\nlog_dest none\n", d->port);
	fclose(config);
	d->bell = bell_new("127.0.0.1", d->port, "Quiet room", &f);
	assert_non_null(d->bell);
	return 0;
}

static int tear_down(void **state) {
	struct desk *d = *state;
	bell_free(d->bell);
	end_sub(d);
	end_process(&d->broker);
	unlink(d->config);
	rmdir(d->folder);
	free(d);
	return 0;
}

/* With broker and desk in place and the kiosk online. */
static int set_up_online(void **state) {
	set_up(state);
	struct desk *d = *state;
	start_broker(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	return 0;
}

static void a_request_is_sent_once_with_these_fields(void **state) {
	struct desk *d = *state;
	struct wire_talk talk = {.how = WIRE_HOW_OTHER, .when = WIRE_WHEN_SOON, .language = "ar"};
	strcpy(talk.phrase, "Your \"laundry\" is ready — come");
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	bell_send(d->bell, &talk);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
	assert_int_equal(
	    count_seen(d, REQUEST,
	               "|0|{\"how\":\"other\",\"when\":\"soon\",\"language\":\"ar\",\"place\":\"Quiet room\","
	               "\"phrase\":\"Your \\\"laundry\\\" is ready — come\"}"),
	    1);
	/* A desk that opens later finds it too, once. */
	end_sub(d);
	start_sub(d);
	wait_seen(d, REQUEST, "|1|{");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

static void cancel_takes_it_back(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS);
	wait_seen(d, REQUEST, "{\"how\":\"come\",\"when\":\"now\",\"language\":\"es\",\"place\":\"Quiet room\"}");
	bell_cancel(d->bell);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	wait_seen(d, REQUEST, "|0|\n");
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

static void staff_see_and_close_it(void **state) {
	struct desk *d = *state;
	char id[33];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	desk_says(d, "00000000000000000000000000000000", "seen"); /* somebody else's */
	desk_says(d, id, "seen");
	wait_state(d, WIRE_BELL_SEEN, BELL_ANSWER_MS);
	desk_says(d, id, "closed");
	wait_state(d, WIRE_BELL_CLOSED, BELL_ANSWER_MS);
	listen_on(d, 500);
	/* All three topics are empty again. */
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, id), 0);
}

static void a_forgotten_request_stands_but_tells_nobody(void **state) {
	struct desk *d = *state;
	char id[33];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	bell_forget(d->bell);
	desk_says(d, id, "seen");
	listen_on(d, 300);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	bell_cancel(d->bell); /* the next visit has nothing to cancel */
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, "|0|\n"), 0);
}

static void without_a_broker_staff_cannot_be_reached(void **state) {
	struct desk *d = *state;
	int64_t begin = now_ms();
	bell_send(d->bell, &come);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_SENDING);
	wait_state(d, WIRE_BELL_UNREACHABLE, BELL_ANSWER_MS + 1000);
	assert_true(now_ms() - begin >= BELL_ANSWER_MS - 100);
	/* And it does not arrive later, behind the person's back. */
	start_broker(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 1000);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
	/* A new one does. */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS);
}

static void a_broker_that_comes_in_time_gets_it(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	start_broker(d);
	start_sub(d);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS + 500);
	wait_seen(d, REQUEST, "{");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

/* The broker has the message in its socket but does not answer: the worst case, for it may still deliver it. */
static void a_stuck_broker_is_unreachable_and_emptied(void **state) {
	struct desk *d = *state;
	kill(d->broker, SIGSTOP);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, BELL_ANSWER_MS + 1000);
	kill(d->broker, SIGCONT);
	wait_seen(d, REQUEST, "|0|\n"); /* whatever was delivered is taken away */
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

static void a_restarted_broker_gets_open_requests_again(void **state) {
	struct desk *d = *state;
	char id[33];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, BELL_ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	end_sub(d);
	end_process(&d->broker);
	start_broker(d);
	start_sub(d);
	wait_seen(d, REQUEST, id); /* the same id: the same request */
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

static void a_kiosk_that_stops_says_so(void **state) {
	struct desk *d = *state;
	bell_free(d->bell);
	d->bell = NULL;
	wait_seen(d, STATE, "|0|offline");
}

int main(void) {
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_request_is_sent_once_with_these_fields, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(cancel_takes_it_back, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(staff_see_and_close_it, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_forgotten_request_stands_but_tells_nobody, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(without_a_broker_staff_cannot_be_reached, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_broker_that_comes_in_time_gets_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_stuck_broker_is_unreachable_and_emptied, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_restarted_broker_gets_open_requests_again, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_kiosk_that_stops_says_so, set_up_online, tear_down),
	};
	/* Debian keeps the broker where only root looks. */
	char path[1024];
	snprintf(path, sizeof path, "%s:/usr/sbin:/sbin", getenv("PATH"));
	setenv("PATH", path, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
