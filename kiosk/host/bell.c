#include "host/bell.h"

#include "base/clock.h"
#include "host/bell_json.h"
#include "host/bell_keep.h"
#include "host/bell_line.h"
#include "host/request.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* The thread does what is due. Should it be stuck, looking a broker's name up, the host's own timer fires so much later,
 * and a person is told the truth in time all the same. */
enum { TIMER_LATE_MS = 100, POLL_MOST_MS = 60000 };

struct bell {
	/* Set once. */
	const struct settings *settings;
	char topics[LINE_TOPIC]; /* "alcove/v1/PLACE/" */
	bool keeps;
	int news, changed, timer; /* for the host: an epoll, and in it an eventfd and a timerfd */
	int wake;                 /* eventfd: news for the thread */
	pthread_t thread;

	/* The thread's own. */
	struct bell_line *line;
	int open_told; /* the number that the broker has been told; -1 for none yet */

	/* Shared; under the lock. */
	pthread_mutex_t lock;
	struct requests requests;
	int open; /* how many the host was told of */
	enum bell_test test;
	int test_mid;    /* number of the message; 0 when it has not gone out */
	int64_t test_by; /* ms */
	bool leave;      /* this kiosk gets another name */
	bool stop, beat;
};

static void signal_fd(int fd) {
	uint64_t one = 1;
	while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {
	}
}

static void clear_fd(int fd) {
	uint64_t count;
	while (read(fd, &count, sizeof count) < 0 && errno == EINTR) {
	}
}

/* --- after every change (under the lock) ------------------------------------------------------------------------ */

static void keep(struct bell *b, int64_t now) {
	bool none;
	char *json = bell_json_kept(&b->requests, now, &none);
	b->requests.dirty = false;
	if (json != NULL) {
		bell_keep_write(b->settings->state_folder, b->settings->place, json, none ? 0 : strlen(json));
	}
	bell_json_free(json);
}

/* When something is due. */
static int64_t deadline(const struct bell *b) {
	int64_t at = requests_deadline(&b->requests);
	return b->test == BELL_TESTING && b->test_by < at ? b->test_by : at;
}

static void end_test(struct bell *b, bool heard) {
	b->test = heard ? BELL_HEARD : BELL_NOT_HEARD;
	signal_fd(b->changed);
}

static void set_timer(struct bell *b) {
	int64_t at = deadline(b);
	struct itimerspec spec = {{0}, {0}};
	if (at != INT64_MAX) {
		at += TIMER_LATE_MS;
		spec.it_value = (struct timespec){at / 1000, at % 1000 * 1000000 + 1};
	}
	timerfd_settime(b->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

/* What is due is done, what has to outlive us is kept before anybody outside hears of it, and the host is told. */
static void settle(struct bell *b, int64_t now) {
	requests_tick(&b->requests, now);
	if (b->test == BELL_TESTING && now >= b->test_by) {
		end_test(b, false);
	}
	if (b->requests.dirty && b->keeps) {
		keep(b, now);
	}
	int open = requests_open(&b->requests);
	if (b->requests.news || open != b->open) {
		b->open = open;
		b->requests.news = false;
		signal_fd(b->changed);
	}
	set_timer(b);
}

/* --- what goes out (the thread; under the lock) ------------------------------------------------------------------- */

static int publish(struct bell *b, const char *tail, const char *payload, bool retain, int64_t expires_s) {
	char topic[LINE_TOPIC + 80];
	snprintf(topic, sizeof topic, "%s%s", b->topics, tail);
	int mid = bell_line_publish(b->line, topic, payload, retain, expires_s);
	explicit_bzero(topic, sizeof topic); /* an id may stand in it */
	return mid;
}

static int publish_post(struct bell *b, const struct post *p, int64_t now) {
	static const char *const tails[] = {
	    [POST_SEEN] = "/seen",           [POST_REQUEST] = "",       [POST_CANCELLED] = "/cancelled",
	    [POST_EXPIRED] = "/cancelled",   [POST_EMPTY_REQUEST] = "", [POST_EMPTY_SEEN] = "/seen",
	    [POST_EMPTY_CLOSED] = "/closed",
	};
	static const char *const words[] = {
	    [POST_SEEN] = "seen",       [POST_REQUEST] = NULL,     [POST_CANCELLED] = "cancelled",
	    [POST_EXPIRED] = "expired", [POST_EMPTY_REQUEST] = "", [POST_EMPTY_SEEN] = "",
	    [POST_EMPTY_CLOSED] = "",
	};
	const struct request *r = &b->requests.rows[p->row];
	char tail[80];
	snprintf(tail, sizeof tail, "request/%s%s", r->id, tails[p->what]);
	bool notice = p->what == POST_CANCELLED || p->what == POST_EXPIRED;
	bool lasting = p->what == POST_REQUEST || p->what == POST_SEEN;
	int64_t left = r->expires > now ? (r->expires - now + 999) / 1000 : 1;
	char *json = p->what == POST_REQUEST ? bell_json_request(b->settings->place, r) : NULL;
	const char *payload = p->what == POST_REQUEST ? json : words[p->what];
	int mid = payload != NULL ? publish(b, tail, payload, !notice, lasting ? left : 0) : 0;
	bell_json_free(json);
	explicit_bzero(tail, sizeof tail);
	return mid;
}

static void publish_open(struct bell *b) {
	char number[16];
	int open = requests_open(&b->requests);
	open = open < REQUESTS_OPEN ? open : REQUESTS_OPEN;
	snprintf(number, sizeof number, "%d", open);
	if (open != b->open_told && publish(b, "open", number, true, 0) != 0) {
		b->open_told = open;
	}
}

/* Also that we are there: when the network was cut or the machine was switched off, the broker finds out about the old
 * connection only after a while, and says "offline" when the new one has been there for long. */
static void publish_beat(struct bell *b, int64_t now) {
	char beat[32];
	snprintf(beat, sizeof beat, "{\"every\":%d}", BELL_BEAT_S);
	publish(b, "state", "online", true, 0);
	publish(b, "heartbeat", beat, false, 0);
	b->beat = false;
	if (b->keeps && requests_open(&b->requests) > 0) {
		keep(b, now); /* with the time that is left now */
	}
}

static void publish_all(struct bell *b, int64_t now) {
	struct post p;
	int mid;
	while (bell_line_ready(b->line) && requests_next(&b->requests, &p) && (mid = publish_post(b, &p, now)) != 0) {
		requests_posted(&b->requests, &p, mid);
	}
	if (bell_line_ready(b->line)) {
		if (b->test == BELL_TESTING && b->test_mid == 0) {
			b->test_mid = publish(b, "test", "test", false, 0);
		}
		publish_open(b);
		if (b->beat) {
			publish_beat(b, now);
		}
	}
}

static void publish_discovery(struct bell *b) {
	char object[PLACE_OBJECT], topic[LINE_TOPIC];
	char *json = bell_json_discovery(b->settings->place);
	place_object(b->settings->place, object);
	snprintf(topic, sizeof topic, "homeassistant/binary_sensor/%s/config", object);
	if (json != NULL) {
		bell_line_publish(b->line, topic, json, true, 0);
	}
	bell_json_free(json);
}

/* --- what comes in (the thread; from inside bell_line_*) ---------------------------------------------------------- */

static void on_ready(void *self) {
	struct bell *b = self;
	pthread_mutex_lock(&b->lock);
	requests_line(&b->requests, true, clock_ms());
	b->open_told = -1;
	b->beat = true;
	pthread_mutex_unlock(&b->lock);
	if (b->settings->home_assistant) {
		publish_discovery(b);
	}
}

static void on_lost(void *self) {
	struct bell *b = self;
	pthread_mutex_lock(&b->lock);
	requests_line(&b->requests, false, clock_ms());
	b->test_mid = 0; /* it goes out again with the next connection, if that comes in time */
	pthread_mutex_unlock(&b->lock);
}

static void on_acked(void *self, int mid, bool fine) {
	struct bell *b = self;
	pthread_mutex_lock(&b->lock);
	if (b->test == BELL_TESTING && mid == b->test_mid) {
		end_test(b, fine);
	}
	requests_acked(&b->requests, mid, fine, clock_ms());
	pthread_mutex_unlock(&b->lock);
}

/* alcove/v1/PLACE/request/ID, and behind it nothing, /seen or /closed. */
static bool read_topic(const struct bell *b, const char *topic, struct heard *h) {
	size_t head = strlen(b->topics);
	if (strncmp(topic, b->topics, head) != 0 || strncmp(topic + head, "request/", strlen("request/")) != 0) {
		return false;
	}
	const char *id = topic + head + strlen("request/");
	if (strspn(id, "0123456789abcdef") != REQUEST_ID - 1) {
		return false;
	}
	snprintf(h->id, sizeof h->id, "%.*s", REQUEST_ID - 1, id);
	const char *tail = id + REQUEST_ID - 1;
	h->what = tail[0] == 0 ? HEARD_REQUEST : strcmp(tail, "/seen") == 0 ? HEARD_SEEN : HEARD_CLOSED;
	return tail[0] == 0 || strcmp(tail, "/seen") == 0 || strcmp(tail, "/closed") == 0;
}

static void on_heard(void *self, const char *topic, const char *payload, size_t len, bool retained) {
	struct bell *b = self;
	struct heard h = {.empty = len == 0, .retained = retained};
	struct wire_talk talk;
	if (!read_topic(b, topic, &h)) {
		return;
	}
	if (h.what == HEARD_REQUEST &&
	    bell_json_read_request(payload, len, b->settings->place, h.id, &talk, &h.again)) {
		h.talk = &talk;
	}
	pthread_mutex_lock(&b->lock);
	requests_heard(&b->requests, &h, clock_ms());
	pthread_mutex_unlock(&b->lock);
	explicit_bzero(&talk, sizeof talk);
	explicit_bzero(&h, sizeof h);
}

/* --- the thread ------------------------------------------------------------------------------------------------- */

/* Something has to be brought to the desk, or taken away from it. */
static bool owes(const struct requests *q) {
	for (int i = 0; i < REQUESTS_ROOM; i++) {
		if (request_is_over(&q->rows[i]) || (request_is_open(&q->rows[i]) && !q->rows[i].echoed)) {
			return true;
		}
	}
	return false;
}

/* Does what is due; returns when to look again, or -1 to stop. */
static int64_t work(struct bell *b) {
	int64_t now = clock_ms();
	pthread_mutex_lock(&b->lock);
	bool stop = b->stop, soon = owes(&b->requests) || b->test == BELL_TESTING;
	settle(b, now);
	publish_all(b, now);
	int64_t due = deadline(b);
	pthread_mutex_unlock(&b->lock);
	if (stop) {
		return -1;
	}
	int64_t line = bell_line_tend(b->line, now, soon);
	return line < due ? line : due;
}

static void listen(struct bell *b, int64_t until) {
	struct pollfd fds[2] = {{.fd = b->wake, .events = POLLIN}, bell_line_poll(b->line)};
	int64_t wait = until - clock_ms();
	poll(fds, 2, wait < 0 ? 0 : wait > POLL_MOST_MS ? POLL_MOST_MS : (int)wait);
	if (fds[0].revents != 0) {
		clear_fd(b->wake);
	}
	bell_line_serve(b->line, fds[1].revents, clock_ms());
}

static void *run(void *self) {
	struct bell *b = self;
	for (int64_t until; (until = work(b)) >= 0;) {
		listen(b, until);
	}
	return NULL;
}

/* --- starting and stopping -------------------------------------------------------------------------------------- */

static bool start_thread(struct bell *b, struct fault *f) {
	pthread_attr_t attr;
	int err = pthread_attr_init(&attr);
	if (err == 0) {
		/* 256 KB: enough for libmosquitto, TLS and the resolver. */
		err = pthread_attr_setstacksize(&attr, 262144);
		err = err != 0 ? err : pthread_create(&b->thread, &attr, run, b);
		pthread_attr_destroy(&attr);
	}
	return err == 0 || fault_say(f, "The line to staff could not be started: %s.", strerror(err));
}

static bool open_fds(struct bell *b, struct fault *f) {
	struct epoll_event in = {.events = EPOLLIN};
	b->changed = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	b->news = epoll_create1(EPOLL_CLOEXEC);
	return (b->changed >= 0 && b->wake >= 0 && b->timer >= 0 && b->news >= 0 &&
	        epoll_ctl(b->news, EPOLL_CTL_ADD, b->changed, &in) == 0 &&
	        epoll_ctl(b->news, EPOLL_CTL_ADD, b->timer, &in) == 0) ||
	       fault_say(f, "The line to staff could not be started: %s.", strerror(errno));
}

bool bell_keeps(const struct settings *s, struct fault *f) {
	if (s->state_folder[0] == 0) {
		return fault_say(f, "open requests are not kept over a restart: state_folder is empty.");
	}
	return bell_keep_check(s->state_folder, f);
}

static void take_up(struct bell *b) {
	const struct settings *s = b->settings;
	size_t len = 0;
	char *bytes = b->keeps ? bell_keep_read(s->state_folder, s->place, &len) : NULL;
	if (bytes != NULL) {
		bell_json_read_kept(bytes, len, &b->requests, clock_ms());
		explicit_bzero(bytes, len);
		free(bytes);
	}
}

static void release(struct bell *b) {
	bell_line_free(b->line);
	const int fds[] = {b->changed, b->wake, b->timer, b->news};
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	pthread_mutex_destroy(&b->lock);
	requests_wipe(&b->requests);
	free(b);
}

struct bell *bell_new(const struct settings *s, struct fault *f) {
	struct bell *b = calloc(1, sizeof *b);
	struct fault ignored;
	char place[PLACE_TOPIC];
	if (b == NULL) {
		fault_say(f, "There is not enough memory to start.");
		return NULL;
	}
	struct request_times times = request_times;
	times.again /= s->hurry;
	times.expires /= s->hurry;
	b->settings = s;
	b->keeps = bell_keeps(s, &ignored);
	b->news = b->changed = b->timer = b->wake = b->open_told = -1;
	place_topic(s->place, place);
	snprintf(b->topics, sizeof b->topics, "alcove/v1/%s/", place);
	pthread_mutex_init(&b->lock, NULL);
	requests_init(&b->requests, &times, clock_ms());
	take_up(b);
	const struct line_sink sink = {b, on_ready, on_lost, on_acked, on_heard};
	if (!open_fds(b, f) || (b->line = bell_line_new(s, &sink, f)) == NULL || !start_thread(b, f)) {
		release(b);
		return NULL;
	}
	return b;
}

void bell_free(struct bell *b) {
	if (b == NULL) {
		return;
	}
	pthread_mutex_lock(&b->lock);
	b->stop = true;
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
	pthread_join(b->thread, NULL);
	if (b->leave) {
		publish(b, "open", "", true, 0);
		bell_line_forget(b->line);
	}
	release(b);
}

/* --- what the host calls ---------------------------------------------------------------------------------------- */

int bell_fd(const struct bell *b) {
	return b->news;
}

enum wire_bell bell_state(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	clear_fd(b->timer);
	settle(b, clock_ms());
	clear_fd(b->changed);
	enum wire_bell state = b->requests.state;
	pthread_mutex_unlock(&b->lock);
	return state;
}

int bell_open(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	int open = b->open;
	pthread_mutex_unlock(&b->lock);
	return open;
}

void bell_beat(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	b->beat = true;
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
}

static bool make_id(char id[REQUEST_ID]) {
	unsigned char bytes[(REQUEST_ID - 1) / 2];
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
		return false;
	}
	for (size_t i = 0; i < sizeof bytes; i++) {
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	}
	return true;
}

void bell_send(struct bell *b, const struct wire_talk *talk) {
	char id[REQUEST_ID];
	if (!make_id(id)) {
		id[0] = 0;
	}
	int64_t now = clock_ms();
	pthread_mutex_lock(&b->lock);
	requests_add(&b->requests, id, talk, now);
	settle(b, now);
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
	explicit_bzero(id, sizeof id);
}

void bell_cancel(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	requests_cancel(&b->requests);
	settle(b, clock_ms());
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
}

void bell_test(struct bell *b) {
	int64_t now = clock_ms();
	pthread_mutex_lock(&b->lock);
	b->test = BELL_TESTING;
	b->test_mid = 0;
	b->test_by = now + BELL_TEST_MS;
	settle(b, now);
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
}

enum bell_test bell_tested(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	enum bell_test test = b->test;
	pthread_mutex_unlock(&b->lock);
	return test;
}

void bell_leave(struct bell *b) {
	b->leave = true; /* read by bell_free alone, when the thread is gone */
}

void bell_forget(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	requests_forget(&b->requests);
	pthread_mutex_unlock(&b->lock);
}
