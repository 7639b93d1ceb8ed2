#include "host/bell.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <mosquitto.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* The broker drops us after one and a half times KEEPALIVE without a sign; libmosquitto gives one when it is asked at
 * least every LOOK_MS and KEEPALIVE has gone: 90 + 40 < 135 seconds. These are the thread's only idle wake-ups. */
enum { KEEPALIVE_S = 90, LOOK_MS = 40000 };
/* A broker that does not answer a connection, and the waits between attempts. */
enum { CONNECT_MS = 5000, RETRY_LEAST_MS = 500, RETRY_MOST_MS = 30000, RETRY_OWING_MS = 2000 };
enum { GOODBYE_MS = 500 };
enum { ID_BYTES = 33, TOPIC_BYTES = 192 };

struct request {
	char id[ID_BYTES]; /* random: says nothing about when or who; "" when the row is free */
	char *json;        /* owned */
	int64_t answer_by; /* ms; 0 once the broker has it */
	int64_t expires;   /* ms */
	int mid;           /* libmosquitto's number of what is under way; 0 for nothing */
	bool placed;       /* handed to the connection there is now */
	bool handed;       /* handed to any connection: it may have reached the broker */
	bool withdrawn;    /* to be emptied, then forgotten */
	bool seen, closed; /* by staff */
};

struct bell {
	/* Set once. */
	char host[64], place[64];
	int port;
	int changed; /* eventfd: news for the host */
	int wake;    /* eventfd: news for the thread */
	pthread_t thread;

	/* The thread's own. */
	struct mosquitto *line; /* one connection; a new one for every attempt, so that nothing old is sent again */
	bool up;                /* the broker has accepted us */
	bool ready;             /* and we have heard what it had retained for us */
	int hello;              /* number of our "online" message */
	int64_t connect_at, connect_by, look_at;
	int retry_ms;

	/* Shared; under the lock. */
	pthread_mutex_t lock;
	bool stop;
	struct request requests[BELL_REQUESTS];
	char current[ID_BYTES]; /* the request of the visit that is on the glass */
	enum wire_bell state;
};

static int64_t clock_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

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

/* --- requests (under the lock) ---------------------------------------------------------------------------------- */

static void set_state(struct bell *b, enum wire_bell state) {
	if (b->state != state) {
		b->state = state;
		signal_fd(b->changed);
	}
}

static void say_about(struct bell *b, const struct request *r, enum wire_bell state) {
	if (strcmp(b->current, r->id) == 0) {
		set_state(b, state);
	}
}

static struct request *find_request(struct bell *b, const char *id, size_t len) {
	for (int i = 0; i < BELL_REQUESTS; i++) {
		if (len > 0 && strlen(b->requests[i].id) == len && memcmp(b->requests[i].id, id, len) == 0) {
			return &b->requests[i];
		}
	}
	return NULL;
}

static struct request *free_row(struct bell *b) {
	for (int i = 0; i < BELL_REQUESTS; i++) {
		if (b->requests[i].id[0] == 0) {
			return &b->requests[i];
		}
	}
	return NULL;
}

static void forget_request(struct request *r) {
	if (r->json != NULL) {
		explicit_bzero(r->json, strlen(r->json));
		cJSON_free(r->json);
	}
	explicit_bzero(r, sizeof *r);
}

static bool make_id(char id[ID_BYTES]) {
	unsigned char bytes[(ID_BYTES - 1) / 2];
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
		return false;
	}
	for (size_t i = 0; i < sizeof bytes; i++) {
		snprintf(id + 2 * i, 3, "%02x", bytes[i]);
	}
	return true;
}

/* Exactly these fields; kiosk/desk/README.md promises that there are no others. */
static char *make_json(const char *place, const struct wire_talk *talk) {
	static const char *const how[] = {
	    [WIRE_HOW_COME] = "come", [WIRE_HOW_DESK] = "desk", [WIRE_HOW_OTHER] = "other"};
	static const char *const when[] = {
	    [WIRE_WHEN_NOW] = "now", [WIRE_WHEN_SOON] = "soon", [WIRE_WHEN_LATER] = "later"};
	cJSON *o = cJSON_CreateObject();
	bool fine = talk->how >= WIRE_HOW_COME && talk->how <= WIRE_HOW_OTHER && talk->when >= WIRE_WHEN_NOW &&
	            talk->when <= WIRE_WHEN_LATER && o != NULL &&
	            cJSON_AddStringToObject(o, "how", how[talk->how]) != NULL &&
	            cJSON_AddStringToObject(o, "when", when[talk->when]) != NULL &&
	            cJSON_AddStringToObject(o, "language", talk->language) != NULL &&
	            cJSON_AddStringToObject(o, "place", place) != NULL;
	if (fine && talk->how == WIRE_HOW_OTHER) {
		fine = cJSON_AddStringToObject(o, "phrase", talk->phrase) != NULL;
	}
	char *json = fine ? cJSON_PrintUnformatted(o) : NULL;
	cJSON_Delete(o);
	return json;
}

/* --- the line (the thread's own; callbacks come from inside mosquitto_* calls) ---------------------------------- */

static void request_topic(const struct bell *b, const char *id, const char *tail, char out[TOPIC_BYTES]) {
	snprintf(out, TOPIC_BYTES, "alcove/v1/%s/request/%s%s", b->place, id, tail);
}

static void publish(struct bell *b, const char *topic, const char *payload, int *mid) {
	/* Retained at QoS 1: a desk that opens later still finds it. An empty one takes it away. */
	if (mosquitto_publish(b->line, mid, topic, (int)strlen(payload), payload, 1, true) != MOSQ_ERR_SUCCESS) {
		*mid = 0;
	}
}

static void publish_empty(struct bell *b, struct request *r) {
	char topic[TOPIC_BYTES];
	int ignored;
	if (r->seen) {
		request_topic(b, r->id, "/seen", topic);
		publish(b, topic, "", &ignored);
	}
	if (r->closed) {
		request_topic(b, r->id, "/closed", topic);
		publish(b, topic, "", &ignored);
	}
	request_topic(b, r->id, "", topic);
	publish(b, topic, "", &r->mid);
}

static void state_topic(const struct bell *b, char out[TOPIC_BYTES]) {
	snprintf(out, TOPIC_BYTES, "alcove/v1/%s/state", b->place);
}

static void on_connect(struct mosquitto *line, void *self, int refused) {
	struct bell *b = self;
	char topic[TOPIC_BYTES];
	if (refused != 0) {
		return; /* connect_by ends this attempt */
	}
	b->up = true;
	request_topic(b, "+", "/seen", topic);
	mosquitto_subscribe(line, NULL, topic, 1);
	request_topic(b, "+", "/closed", topic);
	mosquitto_subscribe(line, NULL, topic, 1);
	state_topic(b, topic);
	publish(b, topic, "online", &b->hello);
}

static void on_publish(struct mosquitto *line, void *self, int mid) {
	struct bell *b = self;
	(void)line;
	if (mid == b->hello) {
		/* What staff closed while we were away came before this: now open requests may go (again). */
		b->ready = true;
		b->retry_ms = RETRY_LEAST_MS;
		return;
	}
	pthread_mutex_lock(&b->lock);
	for (int i = 0; i < BELL_REQUESTS; i++) {
		struct request *r = &b->requests[i];
		if (r->id[0] == 0 || r->mid != mid) {
			continue;
		}
		r->mid = 0;
		if (r->withdrawn) {
			forget_request(r);
		} else {
			if (r->answer_by != 0) {
				say_about(b, r, WIRE_BELL_SENT);
			}
			r->answer_by = 0;
		}
	}
	pthread_mutex_unlock(&b->lock);
}

static void on_message(struct mosquitto *line, void *self, const struct mosquitto_message *m) {
	struct bell *b = self;
	char head[TOPIC_BYTES];
	(void)line;
	request_topic(b, "", "", head);
	size_t skip = strlen(head);
	if (m->payloadlen == 0 || strncmp(m->topic, head, skip) != 0) {
		return; /* an empty one: somebody tidied up */
	}
	const char *id = m->topic + skip;
	size_t len = strcspn(id, "/");
	pthread_mutex_lock(&b->lock);
	struct request *r = find_request(b, id, len);
	if (r != NULL && !r->withdrawn && strcmp(id + len, "/seen") == 0) {
		r->seen = true;
		say_about(b, r, WIRE_BELL_SEEN);
	} else if (r != NULL && !r->withdrawn && strcmp(id + len, "/closed") == 0) {
		r->closed = r->withdrawn = true;
		r->mid = 0;
		say_about(b, r, WIRE_BELL_CLOSED);
	}
	pthread_mutex_unlock(&b->lock);
}

static void hang_up(struct bell *b, int64_t now) {
	if (b->line != NULL) {
		mosquitto_destroy(b->line);
		b->line = NULL;
	}
	b->up = b->ready = false;
	b->hello = 0;
	b->connect_at = now + b->retry_ms;
	b->retry_ms = 2 * b->retry_ms < RETRY_MOST_MS ? 2 * b->retry_ms : RETRY_MOST_MS;
	pthread_mutex_lock(&b->lock);
	for (int i = 0; i < BELL_REQUESTS; i++) {
		b->requests[i].mid = 0;
		b->requests[i].placed = false;
	}
	pthread_mutex_unlock(&b->lock);
}

static void dial(struct bell *b, int64_t now) {
	char topic[TOPIC_BYTES];
	state_topic(b, topic);
	b->connect_by = now + CONNECT_MS;
	b->line = mosquitto_new(NULL, true, b);
	if (b->line == NULL) {
		hang_up(b, now);
		return;
	}
	mosquitto_connect_callback_set(b->line, on_connect);
	mosquitto_publish_callback_set(b->line, on_publish);
	mosquitto_message_callback_set(b->line, on_message);
	mosquitto_will_set(b->line, topic, (int)strlen("offline"), "offline", 1, true);
	if (mosquitto_connect(b->line, b->host, b->port, KEEPALIVE_S) != MOSQ_ERR_SUCCESS) {
		hang_up(b, now);
	}
}

/* --- the thread ------------------------------------------------------------------------------------------------- */

static int64_t sooner(int64_t a, int64_t b) {
	return a < b ? a : b;
}

/* Looks after one request; true when the connection has to go because it swallowed a message. */
static bool tend(struct bell *b, struct request *r, int64_t now) {
	bool sick = false;
	if (!r->withdrawn && ((r->answer_by != 0 && now >= r->answer_by) || now >= r->expires)) {
		say_about(b, r, r->answer_by != 0 ? WIRE_BELL_UNREACHABLE : WIRE_BELL_CLOSED);
		/* Nothing may send it later: not we, and not the library's queue. */
		sick = r->mid != 0;
		r->mid = 0;
		r->withdrawn = true;
	}
	if (r->withdrawn && !r->handed) {
		forget_request(r);
	} else if (r->withdrawn && r->mid == 0 && b->ready && !sick) {
		publish_empty(b, r);
	} else if (!r->withdrawn && !r->placed && b->ready) {
		char topic[TOPIC_BYTES];
		request_topic(b, r->id, "", topic);
		publish(b, topic, r->json, &r->mid);
		r->placed = r->mid != 0;
		r->handed = r->handed || r->placed;
	}
	return sick;
}

/* Does what is due and returns when to look again. */
static int64_t work(struct bell *b, int64_t now) {
	int64_t next = INT64_MAX;
	bool sick = false, owing = false;
	pthread_mutex_lock(&b->lock);
	for (int i = 0; i < BELL_REQUESTS; i++) {
		struct request *r = &b->requests[i];
		if (r->id[0] != 0) {
			sick = tend(b, r, now) || sick;
		}
		if (r->id[0] != 0) {
			owing = owing || r->withdrawn || !r->placed;
			next = sooner(next, r->answer_by != 0 && !r->withdrawn ? r->answer_by : r->expires);
		}
	}
	pthread_mutex_unlock(&b->lock);
	if (sick || (b->line != NULL && !b->up && now >= b->connect_by)) {
		hang_up(b, now);
	}
	if (b->line == NULL) {
		/* Something has to be brought to the desk, or taken away from it: no long waits. */
		b->connect_at = owing ? sooner(b->connect_at, now + RETRY_OWING_MS) : b->connect_at;
		return sooner(next, b->connect_at);
	}
	return sooner(next, b->up ? b->look_at : b->connect_by);
}

static void listen(struct bell *b, int64_t until) {
	struct pollfd fds[2] = {{.fd = b->wake, .events = POLLIN}, {.fd = -1}};
	int64_t wait = until - clock_ms();
	if (b->line != NULL) {
		fds[1].fd = mosquitto_socket(b->line);
		fds[1].events = (short)(POLLIN | (mosquitto_want_write(b->line) ? POLLOUT : 0));
	}
	poll(fds, 2, wait < 0 ? 0 : wait > LOOK_MS ? LOOK_MS : (int)wait);
	if (fds[0].revents != 0) {
		clear_fd(b->wake);
	}
	if (b->line == NULL) {
		return;
	}
	int rc = MOSQ_ERR_SUCCESS;
	if ((fds[1].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
		rc = mosquitto_loop_read(b->line, 1);
	}
	if (rc == MOSQ_ERR_SUCCESS && (fds[1].revents & POLLOUT) != 0) {
		rc = mosquitto_loop_write(b->line, 1);
	}
	if (rc == MOSQ_ERR_SUCCESS) {
		rc = mosquitto_loop_misc(b->line); /* keeps the connection alive, when that is due */
	}
	if (rc != MOSQ_ERR_SUCCESS) {
		hang_up(b, clock_ms());
	}
}

static bool stopping(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	bool stop = b->stop;
	pthread_mutex_unlock(&b->lock);
	return stop;
}

static void say_goodbye(struct bell *b) {
	if (b->up) {
		char topic[TOPIC_BYTES];
		int64_t until = clock_ms() + GOODBYE_MS;
		state_topic(b, topic);
		b->ready = false;
		publish(b, topic, "offline", &b->hello);
		while (b->line != NULL && !b->ready && clock_ms() < until) {
			listen(b, until);
		}
	}
	if (b->line != NULL) {
		mosquitto_disconnect(b->line);
	}
	hang_up(b, clock_ms());
}

static void *run(void *self) {
	struct bell *b = self;
	while (!stopping(b)) {
		int64_t now = clock_ms();
		if (b->line == NULL && now >= b->connect_at) {
			dial(b, now);
		}
		if (now >= b->look_at) {
			b->look_at = now + LOOK_MS;
		}
		listen(b, work(b, clock_ms()));
	}
	say_goodbye(b);
	return NULL;
}

/* --- what the host calls ---------------------------------------------------------------------------------------- */

static bool start_thread(struct bell *b) {
	pthread_attr_t attr;
	if (pthread_attr_init(&attr) != 0) {
		return false;
	}
	/* 256 KB: enough for libmosquitto and the resolver. */
	bool fine = pthread_attr_setstacksize(&attr, 262144) == 0 && pthread_create(&b->thread, &attr, run, b) == 0;
	pthread_attr_destroy(&attr);
	return fine;
}

struct bell *bell_new(const char *host, int port, const char *place, struct fault *f) {
	struct bell *b = calloc(1, sizeof *b);
	if (b == NULL) {
		fault_say(f, "There is not enough memory to start.");
		return NULL;
	}
	snprintf(b->host, sizeof b->host, "%s", host);
	snprintf(b->place, sizeof b->place, "%s", place);
	b->port = port;
	b->retry_ms = RETRY_LEAST_MS;
	b->changed = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	b->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&b->lock, NULL);
	mosquitto_lib_init();
	if (b->changed < 0 || b->wake < 0 || !start_thread(b)) {
		fault_say(f, "The line to staff could not be started: %s.", strerror(errno));
		mosquitto_lib_cleanup();
		close(b->changed);
		close(b->wake);
		free(b);
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
	for (int i = 0; i < BELL_REQUESTS; i++) {
		forget_request(&b->requests[i]);
	}
	mosquitto_lib_cleanup();
	pthread_mutex_destroy(&b->lock);
	close(b->changed);
	close(b->wake);
	explicit_bzero(b, sizeof *b);
	free(b);
}

int bell_fd(const struct bell *b) {
	return b->changed;
}

enum wire_bell bell_state(struct bell *b) {
	clear_fd(b->changed);
	pthread_mutex_lock(&b->lock);
	enum wire_bell state = b->state;
	pthread_mutex_unlock(&b->lock);
	return state;
}

void bell_send(struct bell *b, const struct wire_talk *talk) {
	int64_t now = clock_ms();
	pthread_mutex_lock(&b->lock);
	struct request *r = free_row(b);
	b->current[0] = 0;
	if (r != NULL && make_id(r->id) && (r->json = make_json(b->place, talk)) != NULL) {
		r->answer_by = now + BELL_ANSWER_MS;
		r->expires = now + BELL_EXPIRES_MS;
		memcpy(b->current, r->id, sizeof b->current);
		set_state(b, WIRE_BELL_SENDING);
	} else {
		if (r != NULL) {
			forget_request(r);
		}
		set_state(b, WIRE_BELL_UNREACHABLE);
	}
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
}

void bell_cancel(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	struct request *r = find_request(b, b->current, strlen(b->current));
	if (r != NULL) {
		r->withdrawn = true;
		r->mid = 0;
	}
	b->current[0] = 0;
	b->state = WIRE_BELL_NONE;
	pthread_mutex_unlock(&b->lock);
	signal_fd(b->wake);
}

void bell_forget(struct bell *b) {
	pthread_mutex_lock(&b->lock);
	b->current[0] = 0;
	b->state = WIRE_BELL_NONE;
	pthread_mutex_unlock(&b->lock);
}
