/* The bell against a real Mosquitto on loopback that is started, stopped, killed and started again. What the desk would
 * see is seen by mosquitto_sub. */
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
#include <time.h>
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

static void publish_as_desk(struct desk *d, char *topic, char *payload) {
	char port[16];
	int status;
	snprintf(port, sizeof port, "%d", d->port);
	char *argv[] = {"mosquitto_pub", "-h", "127.0.0.1", "-p", port, "-q", "1", "-r", "-t",
	                topic,           "-m", payload,     NULL};
	pid_t pid = run(argv, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void desk_says(struct desk *d, const char *id, const char *tail) {
	char topic[128];
	snprintf(topic, sizeof topic, "alcove/v1/Quiet%%20room/request/%s/%s", id, tail);
	publish_as_desk(d, topic, "1");
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

#define REQUEST "alcove/v1/Quiet%20room/request/"
#define STATE "alcove/v1/Quiet%20room/state"
#define OPEN "alcove/v1/Quiet%20room/open"
#define HEARTBEAT "alcove/v1/Quiet%20room/heartbeat"

static const struct wire_talk come = {.how = WIRE_HOW_COME, .when = WIRE_WHEN_NOW, .language = "es"};

/* Waits the way the host does: for the descriptor, never asking without it. Nothing may be claimed on the way that is not
 * so. */
static void wait_state_after(struct desk *d, enum wire_bell before, enum wire_bell want, int within_ms) {
	enum wire_bell got = WIRE_BELL_NONE;
	for (int64_t until = now_ms() + within_ms; now_ms() < until;) {
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

static void wait_state(struct desk *d, enum wire_bell want, int within_ms) {
	wait_state_after(d, want == WIRE_BELL_SEEN || want == WIRE_BELL_CLOSED ? d->last : WIRE_BELL_SENDING, want,
	                 within_ms);
	d->last = want;
}

static void id_of_request(const struct desk *d, char id[33]) {
	const char *at = strstr(d->seen, REQUEST);
	assert_non_null(at);
	at += strlen(REQUEST);
	assert_int_equal(strspn(at, "0123456789abcdef"), 32);
	snprintf(id, 33, "%.32s", at);
}

static void end_bell(struct desk *d) {
	bell_free(d->bell);
	d->bell = NULL;
}

static void new_bell(struct desk *d) {
	struct fault f;
	d->bell = bell_new(&d->settings, &f);
	if (d->bell == NULL) {
		fail_msg("%s", f.says);
	}
}

static void restart_bell(struct desk *d) {
	end_bell(d);
	new_bell(d);
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

static int tear_down(void **state) {
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
static int set_up_online(void **state) {
	set_up(state);
	struct desk *d = *state;
	start_broker(d);
	start_sub(d);
	wait_seen(d, OPEN, "0");
	return 0;
}

static void a_request_is_sent_once_with_these_fields(void **state) {
	struct desk *d = *state;
	struct wire_talk talk = {.how = WIRE_HOW_OTHER, .when = WIRE_WHEN_SOON, .language = "ar"};
	strcpy(talk.phrase, "Your \"laundry\" is ready — come");
	strcpy(talk.phrase_staff, "Laundry");
	assert_int_equal(bell_state(d->bell), WIRE_BELL_NONE);
	bell_send(d->bell, &talk);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
	char id[33], fields[512];
	id_of_request(d, id);
	snprintf(fields, sizeof fields,
	         "%s|0|{\"id\":\"%s\",\"place\":\"Quiet room\",\"how\":\"other\",\"when\":\"soon\",\"language\":\"ar\","
	         "\"phrase\":\"Your \\\"laundry\\\" is ready — come\",\"phrase_staff\":\"Laundry\"}\n",
	         id, id);
	assert_int_equal(count_seen(d, REQUEST, fields), 1);
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
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "\"place\":\"Quiet room\",\"how\":\"come\",\"when\":\"now\",\"language\":\"es\"}\n");
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
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	desk_says(d, "00000000000000000000000000000000", "seen"); /* somebody else's */
	desk_says(d, id, "seen");
	wait_state(d, WIRE_BELL_SEEN, ANSWER_MS);
	desk_says(d, id, "closed");
	wait_state(d, WIRE_BELL_CLOSED, ANSWER_MS);
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
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
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
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	assert_true(now_ms() - begin >= ANSWER_MS - 100);
	/* And it does not arrive later, behind the person's back. */
	start_broker(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 1000);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
	/* A new one does. */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
}

static void a_broker_that_comes_in_time_gets_it(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	start_broker(d);
	start_sub(d);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS + 500);
	wait_seen(d, REQUEST, "{");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
}

/* The broker stands still before the kiosk's line is ready: then it is handed to nobody, and comes nowhere later. */
static void a_broker_that_is_stuck_from_the_start_never_hears_of_it(void **state) {
	struct desk *d = *state;
	end_bell(d);
	wait_seen(d, STATE, "offline");
	int beats = count_seen(d, HEARTBEAT, "");
	kill(d->broker, SIGSTOP);
	new_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	kill(d->broker, SIGCONT);
	for (int64_t until = now_ms() + PATIENCE_MS; count_seen(d, HEARTBEAT, "") == beats;) { /* its line is ready */
		assert_true(now_ms() < until);
		read_sub(d, 50);
	}
	listen_on(d, 1000);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

/* The broker has the message in its socket but does not answer: the worst case, for it may still deliver it. */
static void a_stuck_broker_is_unreachable_and_emptied(void **state) {
	struct desk *d = *state;
	kill(d->broker, SIGSTOP);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
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
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
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

/* --- over restarts ---------------------------------------------------------------------------------------------- */

static void kept_path(const struct desk *d, char out[SETTINGS_PATH + 64]) {
	snprintf(out, SETTINGS_PATH + 64, "%s/Quiet%%20room.requests", d->settings.state_folder);
}

static bool kept(const struct desk *d) {
	char path[SETTINGS_PATH + 64];
	kept_path(d, path);
	return access(path, F_OK) == 0;
}

static void a_host_that_starts_again_loses_and_doubles_nothing(void **state) {
	struct desk *d = *state;
	char id[33], path[SETTINGS_PATH + 64], text[4096] = "";
	struct stat st;
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	kept_path(d, path);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Exactly these fields, and no time of day. */
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof text - 1, f) > 0);
	fclose(f);
	char head[160];
	snprintf(
	    head, sizeof head,
	    "[{\"id\":\"%s\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\",\"language\":\"es\",\"left\":", id);
	assert_memory_equal(text, head, strlen(head));
	assert_int_equal(strspn(text + strlen(head), "0123456789"), 7);
	assert_string_equal(text + strlen(head) + 7, "}]");

	restart_bell(d);
	wait_seen(d, STATE, "offline");
	listen_on(d, 1000);
	assert_int_equal(bell_open(d->bell), 1);
	assert_int_equal(count_seen(d, REQUEST, ""), 1); /* the broker had it: nothing is sent again */
	/* With the broker gone too it goes there once more, as the same. */
	end_process(&d->broker);
	restart_bell(d);
	start_broker(d);
	end_sub(d);
	start_sub(d);
	wait_seen(d, REQUEST, id);
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, ""), 1);
	desk_says(d, id, "closed");
	wait_seen(d, REQUEST, "closed|0|\n");
	for (int64_t until = now_ms() + PATIENCE_MS; stat(path, &st) == 0;) {
		assert_true(now_ms() < until); /* and nothing is kept */
		usleep(20000);
	}
	assert_int_equal(bell_open(d->bell), 0);
}

static void without_a_file_the_broker_remembers(void **state) {
	struct desk *d = *state;
	char id[33], path[SETTINGS_PATH + 64];
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	end_bell(d);
	kept_path(d, path);
	assert_int_equal(unlink(path), 0);
	new_bell(d);
	for (int64_t until = now_ms() + PATIENCE_MS; bell_open(d->bell) != 1;) {
		assert_true(now_ms() < until);
		usleep(20000);
	}
	/* Closed while the host was away: it is tidied up when it is back. */
	end_bell(d);
	desk_says(d, id, "closed");
	unlink(path);
	new_bell(d);
	wait_seen(d, REQUEST, "closed|0|\n");
	assert_int_equal(count_seen(d, REQUEST, "|0|{"), 1);
}

static void a_damaged_file_is_nothing(void **state) {
	struct desk *d = *state;
	static const char *const texts[] = {
	    "",
	    "[",
	    "{}",
	    "[1]",
	    "[{\"id\":\"x\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\","
	    "\"language\":\"es\",\"left\":3600001}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\","
	    "\"language\":\"es\",\"left\":36000,\"phrase\":\"no\"}]",
	    "[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"other\",\"when\":\"now\","
	    "\"language\":\"es\",\"left\":36000,\"phrase\":\"a\\nb\"}]",
	};
	char path[SETTINGS_PATH + 64];
	kept_path(d, path);
	end_bell(d);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		chmod(path, 0600);
		fputs(texts[i], f);
		fclose(f);
		new_bell(d);
		bell_state(d->bell);
		assert_int_equal(bell_open(d->bell), 0);
		end_bell(d);
	}
	/* And one that would be right, but that others could have written. */
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs("[{\"id\":\"0123456789abcdef0123456789abcdef\",\"stage\":\"sent\",\"how\":\"come\",\"when\":\"now\","
	      "\"language\":\"es\",\"left\":3600000}]",
	      f);
	fclose(f);
	chmod(path, 0640);
	new_bell(d);
	bell_state(d->bell);
	assert_int_equal(bell_open(d->bell), 0);
	end_bell(d);
	chmod(path, 0600);
	new_bell(d);
	bell_state(d->bell);
	assert_int_equal(bell_open(d->bell), 1);
}

static void requests_are_never_kept_on_a_disk(void **state) {
	struct desk *d = *state;
	struct fault f = {""};
	struct settings s = d->settings;
	struct statfs fs;
	assert_true(bell_keeps(&s, &f));
	snprintf(s.state_folder, sizeof s.state_folder, "build");
	assert_int_equal(statfs(s.state_folder, &fs), 0);
	if (fs.f_type == TMPFS_MAGIC) {
		skip(); /* this checkout itself is in memory */
	}
	assert_false(bell_keeps(&s, &f));
	assert_non_null(strstr(f.says, "is on a disk"));
	s.state_folder[0] = 0;
	assert_false(bell_keeps(&s, &f));
	snprintf(s.state_folder, sizeof s.state_folder, "/nowhere/at/all");
	assert_false(bell_keeps(&s, &f));
	assert_non_null(strstr(f.says, "cannot be made"));
	/* The bell works all the same. */
	end_bell(d);
	d->settings = s;
	new_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
}

static void unreachable_stays_so_over_a_restart(void **state) {
	struct desk *d = *state;
	kill(d->broker, SIGSTOP);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 1000);
	restart_bell(d);
	kill(d->broker, SIGCONT);
	/* It was in the broker's socket already; it is taken away by the host that came after. */
	wait_seen(d, REQUEST, "cancelled|0|cancelled");
	wait_seen(d, REQUEST, "|0|\n");
	for (int64_t until = now_ms() + PATIENCE_MS; kept(d);) { /* the host that came after is done too */
		assert_true(now_ms() < until);
		read_sub(d, 50);
	}
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

/* --- time, and how many ----------------------------------------------------------------------------------------- */

static void three_may_be_open(void **state) {
	struct desk *d = *state;
	char id[33];
	for (int i = 0; i < 3; i++) {
		bell_send(d->bell, &come);
		wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
		bell_forget(d->bell);
	}
	bell_send(d->bell, &come);
	assert_int_equal(bell_state(d->bell), WIRE_BELL_FULL);
	wait_seen(d, OPEN, "|3\n");
	listen_on(d, 500);
	assert_int_equal(count_seen(d, REQUEST, "|0|{"), 3);
	id_of_request(d, id);
	desk_says(d, id, "closed");
	for (int64_t until = now_ms() + PATIENCE_MS; count_seen(d, OPEN, "|2\n") < 2;) { /* one on the way up */
		assert_true(now_ms() < until);
		read_sub(d, 50);
	}
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
}

static void hurry(struct desk *d, int times) {
	end_bell(d);
	d->settings.hurry = times;
	new_bell(d);
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
}

static void nobody_sees_it_so_staff_are_asked_again(void **state) {
	struct desk *d = *state;
	char id[33];
	hurry(d, 180); /* three minutes are a second */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	for (int64_t until = now_ms() + 3000; bell_state(d->bell) != WIRE_BELL_AGAIN;) {
		assert_true(now_ms() < until);
		usleep(20000);
	}
	wait_seen(d, REQUEST, "\"again\":1}");
	wait_seen(d, REQUEST, "\"again\":2}");
	id_of_request(d, id);
	desk_says(d, id, "seen");
	wait_state_after(d, WIRE_BELL_AGAIN, WIRE_BELL_SEEN, ANSWER_MS);
	int asked = count_seen(d, REQUEST, "\"again\"");
	listen_on(d, 2500);
	assert_in_range(count_seen(d, REQUEST, "\"again\""), asked, asked + 1); /* one may have crossed it */
}

static void after_an_hour_it_is_taken_back(void **state) {
	struct desk *d = *state;
	hurry(d, 1800); /* an hour is two seconds */
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "cancelled|0|expired");
	wait_seen(d, REQUEST, "|0|\n");
	assert_int_equal(bell_state(d->bell), WIRE_BELL_EXPIRED);
	wait_seen(d, OPEN, "|0\n");
	end_sub(d);
	start_sub(d);
	wait_seen(d, STATE, "online");
	listen_on(d, 300);
	assert_int_equal(count_seen(d, REQUEST, ""), 0);
}

static void a_line_that_stays_down_is_told(void **state) {
	struct desk *d = *state;
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	end_process(&d->broker);
	wait_state_after(d, WIRE_BELL_SENT, WIRE_BELL_CUT, 7000);
	start_broker(d);
	wait_state_after(d, WIRE_BELL_CUT, WIRE_BELL_SENT, ANSWER_MS);
}

static void the_host_is_alive_and_says_so(void **state) {
	struct desk *d = *state;
	wait_seen(d, HEARTBEAT, "{\"every\":30}");
	int before = count_seen(d, HEARTBEAT, "");
	bell_beat(d->bell);
	for (int64_t until = now_ms() + PATIENCE_MS; count_seen(d, HEARTBEAT, "") == before;) {
		assert_true(now_ms() < until);
		read_sub(d, 50);
	}
	listen_on(d, 500); /* and it does not beat by itself */
	assert_int_equal(count_seen(d, HEARTBEAT, ""), before + 1);
	/* The broker has found out late that an earlier connection is gone, and says so. */
	publish_as_desk(d, STATE, "offline");
	wait_seen(d, STATE, "|0|offline");
	int online = count_seen(d, STATE, "|0|online");
	bell_beat(d->bell);
	for (int64_t until = now_ms() + PATIENCE_MS; count_seen(d, STATE, "|0|online") == online;) {
		assert_true(now_ms() < until);
		read_sub(d, 50);
	}
}

/* --- brokers that are not friendly -------------------------------------------------------------------------------- */

/* A broker that takes no request from us and does not say so (MQTT 3.1.1 has no word for it). */
static void a_broker_that_confirms_and_drops(struct desk *d, int mqtt) {
	end_bell(d);
	end_process(&d->broker);
	FILE *config = fopen(d->config, "ae");
	assert_non_null(config);
	char acl[128];
	snprintf(acl, sizeof acl, "%s/acl", d->folder);
	fprintf(config, "acl_file %s\n", acl);
	fclose(config);
	FILE *f = fopen(acl, "we");
	assert_non_null(f);
	fprintf(f, "topic read alcove/#\ntopic write alcove/v1/Quiet%%20room/state\n");
	fclose(f);
	start_broker(d);
	d->settings.mqtt = mqtt;
	new_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_UNREACHABLE, ANSWER_MS + 500);
	unlink(acl);
}

static void a_refusal_is_not_sent_5(void **state) {
	a_broker_that_confirms_and_drops(*state, 5);
}

static void a_refusal_is_not_sent_311(void **state) {
	a_broker_that_confirms_and_drops(*state, 3);
}

static void the_older_version_does_it_too(void **state) {
	struct desk *d = *state;
	char id[33];
	d->settings.mqtt = 3;
	restart_bell(d);
	bell_send(d->bell, &come);
	wait_state(d, WIRE_BELL_SENT, ANSWER_MS);
	wait_seen(d, REQUEST, "{");
	id_of_request(d, id);
	desk_says(d, id, "seen");
	wait_state(d, WIRE_BELL_SEEN, ANSWER_MS);
}

static void a_kiosk_that_stops_says_so(void **state) {
	struct desk *d = *state;
	end_bell(d);
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
	    cmocka_unit_test_setup_teardown(a_broker_that_is_stuck_from_the_start_never_hears_of_it, set_up_online,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(a_stuck_broker_is_unreachable_and_emptied, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_restarted_broker_gets_open_requests_again, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_host_that_starts_again_loses_and_doubles_nothing, set_up_online,
	                                    tear_down),
	    cmocka_unit_test_setup_teardown(without_a_file_the_broker_remembers, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_damaged_file_is_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(requests_are_never_kept_on_a_disk, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(unreachable_stays_so_over_a_restart, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(three_may_be_open, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(nobody_sees_it_so_staff_are_asked_again, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(after_an_hour_it_is_taken_back, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_line_that_stays_down_is_told, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(the_host_is_alive_and_says_so, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_refusal_is_not_sent_5, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_refusal_is_not_sent_311, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(the_older_version_does_it_too, set_up_online, tear_down),
	    cmocka_unit_test_setup_teardown(a_kiosk_that_stops_says_so, set_up_online, tear_down),
	};
	/* Debian keeps the broker where only root looks. */
	char path[1024];
	snprintf(path, sizeof path, "%s:/usr/sbin:/sbin", getenv("PATH"));
	setenv("PATH", path, 1);
	cmocka_set_test_filter(getenv("ONLY")); /* such as ONLY='a_stuck*'; all without */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
