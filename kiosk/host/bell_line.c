#include "host/bell_line.h"

#include "base/clock.h"
#include "host/place.h"
#include "host/secret.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* The broker says that we are gone after one and a half times KEEPALIVE without a sign of us. Every message waits for
 * its confirmation ACK_MS at most, so a line that swallows them is found out sooner than that. */
enum { KEEPALIVE_S = 40, LOOK_MS = 30000, ACK_MS = 6000 };
/* A broker that does not answer a connection, and the waits between attempts. */
enum { CONNECT_MS = 5000, RETRY_LEAST_MS = 250, RETRY_MOST_MS = 30000, RETRY_SOON_MS = 1000 };
/* While a secure connection is made there is no telling what it waits for. */
enum { SHAKE_MS = 20, GOODBYE_MS = 500 };
enum { CLIENT_NAME = 23 }; /* letters and digits, with a zero byte: what every broker has to take (MQTT 3.1.3.1) */

struct bell_line {
	const struct settings *settings;
	struct line_sink sink;
	char password[SECRET_BYTES], psk[SECRET_BYTES];
	char listens[LINE_TOPIC], state[LINE_TOPIC];
	char name[CLIENT_NAME]; /* random, and the same for each connection: see make_name */
	struct mosquitto *mosq; /* one connection; a new one for every attempt, so that nothing old is sent again */
	bool up;                /* the broker has accepted us */
	bool ready;
	bool refused; /* the broker does not let us listen */
	bool leaving;
	bool forget; /* leave no state behind */
	int hello;   /* number of our "online" message */
	int unacked; /* messages that the broker has not confirmed */
	int64_t ack_by;
	int64_t dial_at, dial_by;
	int retry_ms;
};

static bool secure(const struct bell_line *l) {
	return l->settings->broker_ca[0] != 0 || l->settings->broker_psk_file[0] != 0;
}

/* --- what the broker says (from inside mosquitto_loop) ------------------------------------------------------------ */

static void on_connect(struct mosquitto *mosq, void *self, int refused) {
	struct bell_line *l = self;
	if (refused == 0) {
		l->up = true;
		l->ack_by = clock_ms() + ACK_MS; /* for what comes now */
		l->refused = mosquitto_subscribe(mosq, NULL, l->listens, 1) != MOSQ_ERR_SUCCESS;
	}
}

/* We listen: now we may say that we are there. */
static void on_subscribe(struct mosquitto *mosq, void *self, int mid, int count, const int *granted) {
	struct bell_line *l = self;
	(void)mosq, (void)mid;
	if (count != 1 || granted[0] != 1) {
		l->refused = true;
		return;
	}
	l->hello = bell_line_publish(l, l->state, "online", true, 0);
}

static void on_publish(struct mosquitto *mosq, void *self, int mid, int reason, const mosquitto_property *properties) {
	struct bell_line *l = self;
	(void)mosq, (void)properties;
	l->unacked--;
	l->ack_by = clock_ms() + ACK_MS;
	if (mid != l->hello) {
		l->sink.acked(l->sink.self, mid, reason < MQTT_RC_UNSPECIFIED);
		return;
	}
	l->hello = 0;
	if (l->leaving) {
		return;
	}
	l->ready = true;
	l->retry_ms = RETRY_LEAST_MS;
	l->sink.ready(l->sink.self);
}

static void on_message(struct mosquitto *mosq, void *self, const struct mosquitto_message *m) {
	struct bell_line *l = self;
	(void)mosq;
	l->sink.heard(l->sink.self, m->topic, m->payload, (size_t)m->payloadlen, m->retain);
}

/* --- connecting ------------------------------------------------------------------------------------------------- */

static bool protect(struct bell_line *l, struct mosquitto *mosq, struct fault *f) {
	const struct settings *s = l->settings;
	int rc = MOSQ_ERR_SUCCESS;
	if (s->broker_ca[0] != 0) {
		const char *certificate = s->broker_certificate[0] != 0 ? s->broker_certificate : NULL;
		const char *key = s->broker_key[0] != 0 ? s->broker_key : NULL;
		rc = mosquitto_tls_set(mosq, s->broker_ca, NULL, certificate, key, NULL);
	} else if (s->broker_psk_file[0] != 0) {
		rc = mosquitto_tls_psk_set(mosq, l->psk, s->broker_psk_identity, NULL);
	}
	if (rc == MOSQ_ERR_SUCCESS && s->broker_user[0] != 0) {
		rc = mosquitto_username_pw_set(mosq, s->broker_user, l->password);
	}
	return rc == MOSQ_ERR_SUCCESS ||
	       fault_say(f,
	                 "The line to staff cannot be protected with these certificates and keys: %s. Please check "
	                 "broker_ca, broker_certificate, broker_key and broker_psk_file.",
	                 rc == MOSQ_ERR_INVAL ? "one of them cannot be read" : mosquitto_strerror(rc));
}

static struct mosquitto *new_connection(struct bell_line *l, struct fault *f) {
	struct mosquitto *mosq = mosquitto_new(l->name, true, l);
	if (mosq == NULL) {
		fault_say(f, "There is not enough memory for the line to staff.");
		return NULL;
	}
	mosquitto_int_option(mosq, MOSQ_OPT_PROTOCOL_VERSION,
	                     l->settings->mqtt == 5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311);
	mosquitto_int_option(mosq, MOSQ_OPT_TCP_NODELAY, 1);
	mosquitto_connect_callback_set(mosq, on_connect);
	mosquitto_subscribe_callback_set(mosq, on_subscribe);
	mosquitto_publish_v5_callback_set(mosq, on_publish);
	mosquitto_message_callback_set(mosq, on_message);
	mosquitto_will_set(mosq, l->state, (int)strlen("offline"), "offline", 1, true);
	if (!protect(l, mosq, f)) {
		mosquitto_destroy(mosq);
		return NULL;
	}
	return mosq;
}

static void hang_up(struct bell_line *l, int64_t now) {
	if (l->mosq != NULL) {
		mosquitto_destroy(l->mosq);
		l->mosq = NULL;
	}
	l->up = l->ready = l->refused = false;
	l->hello = l->unacked = 0;
	l->dial_at = now + l->retry_ms;
	l->retry_ms = 2 * l->retry_ms < RETRY_MOST_MS ? 2 * l->retry_ms : RETRY_MOST_MS;
	l->sink.lost(l->sink.self);
}

static void dial(struct bell_line *l, int64_t now) {
	const struct settings *s = l->settings;
	struct fault ignored;
	l->dial_by = now + CONNECT_MS;
	l->mosq = new_connection(l, &ignored);
	if (l->mosq == NULL) {
		hang_up(l, now);
		return;
	}
	/* This machine answers at once, and then every address of "localhost" is tried. Another one may never answer. */
	int rc = settings_loopback(s->broker_host)
	             ? mosquitto_connect(l->mosq, s->broker_host, s->broker_port, KEEPALIVE_S)
	             : mosquitto_connect_async(l->mosq, s->broker_host, s->broker_port, KEEPALIVE_S);
	if (rc != MOSQ_ERR_SUCCESS && rc != MOSQ_ERR_CONN_PENDING) {
		hang_up(l, now);
	}
}

static bool is_sick(const struct bell_line *l, int64_t now) {
	bool silent = l->up && (!l->ready || l->unacked > 0) && now >= l->ack_by;
	return l->refused || silent || (!l->up && now >= l->dial_by);
}

int64_t bell_line_tend(struct bell_line *l, int64_t now, bool soon) {
	if (l->mosq != NULL && is_sick(l, now)) {
		hang_up(l, now);
	}
	if (l->mosq == NULL && soon && l->dial_at > now + RETRY_SOON_MS) {
		l->dial_at = now + RETRY_SOON_MS;
	}
	if (l->mosq == NULL && now >= l->dial_at) {
		dial(l, now);
	}
	if (l->mosq == NULL) {
		return l->dial_at;
	}
	if (!l->up) {
		return secure(l) ? now + SHAKE_MS : l->dial_by;
	}
	return !l->ready || l->unacked > 0 ? l->ack_by : now + LOOK_MS;
}

/* --- while it is there ------------------------------------------------------------------------------------------ */

bool bell_line_ready(const struct bell_line *l) {
	return l->ready;
}

struct pollfd bell_line_poll(const struct bell_line *l) {
	struct pollfd p = {.fd = -1, .events = POLLIN};
	if (l->mosq != NULL) {
		p.fd = mosquitto_socket(l->mosq);
		if (mosquitto_want_write(l->mosq) && (l->up || !secure(l))) {
			p.events |= POLLOUT;
		}
	}
	return p;
}

void bell_line_serve(struct bell_line *l, short revents, int64_t now) {
	if (l->mosq == NULL) {
		return;
	}
	/* It looks for itself what there is to do, also when nothing came: the next step of a secure connection, a sign of
	 * life to the broker. */
	bool shaking = !l->up && secure(l);
	int rc = revents != 0 || shaking ? mosquitto_loop(l->mosq, 0, 1) : mosquitto_loop_misc(l->mosq);
	if (rc != MOSQ_ERR_SUCCESS && !(shaking && rc == MOSQ_ERR_CONN_PENDING)) {
		hang_up(l, now);
	}
}

static bool add_expiry(mosquitto_property **list, int64_t seconds) {
	return seconds <= 0 || mosquitto_property_add_int32(list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL,
	                                                    (uint32_t)seconds) == MOSQ_ERR_SUCCESS;
}

int bell_line_publish(struct bell_line *l, const char *topic, const char *payload, bool retain, int64_t expires_s) {
	int mid = 0;
	mosquitto_property *properties = NULL;
	if (l->mosq == NULL || !l->up) {
		return 0;
	}
	bool fine = (l->settings->mqtt != 5 || add_expiry(&properties, expires_s)) &&
	            mosquitto_publish_v5(l->mosq, &mid, topic, (int)strlen(payload), payload, 1, retain, properties) ==
	                MOSQ_ERR_SUCCESS;
	mosquitto_property_free_all(&properties);
	if (!fine) {
		return 0;
	}
	if (l->unacked++ == 0) {
		l->ack_by = clock_ms() + ACK_MS;
	}
	return mid;
}

/* --- starting and stopping -------------------------------------------------------------------------------------- */

static bool read_secrets(struct bell_line *l, struct fault *f) {
	const struct settings *s = l->settings;
	return (s->broker_password_file[0] == 0 || secret_read(s->broker_password_file, l->password, f)) &&
	       (s->broker_psk_file[0] == 0 || secret_read(s->broker_psk_file, l->psk, f));
}

/* A broker that hears one name again lets the old connection go at once: its last will comes before our "online" and not
 * a minute behind it, and nothing that it still held is read after what the new one says. */
static bool make_name(char out[CLIENT_NAME], struct fault *f) {
	unsigned char bytes[8];
	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
		return fault_say(f, "The kernel gives no random numbers.");
	}
	int at = snprintf(out, CLIENT_NAME, "alcove");
	for (size_t i = 0; i < sizeof bytes; i++) {
		at += snprintf(out + at, (size_t)(CLIENT_NAME - at), "%02x", bytes[i]);
	}
	return true;
}

struct bell_line *bell_line_new(const struct settings *s, const struct line_sink *sink, struct fault *f) {
	char place[PLACE_TOPIC];
	struct bell_line *l = calloc(1, sizeof *l);
	if (l == NULL) {
		fault_say(f, "There is not enough memory to start.");
		return NULL;
	}
	l->settings = s;
	l->sink = *sink;
	l->retry_ms = RETRY_LEAST_MS;
	place_topic(s->place, place);
	snprintf(l->listens, sizeof l->listens, "alcove/v1/%s/request/#", place);
	snprintf(l->state, sizeof l->state, "alcove/v1/%s/state", place);
	if (mosquitto_lib_init() != MOSQ_ERR_SUCCESS) {
		fault_say(f, "The library for MQTT could not be started. Please install libmosquitto1.");
		free(l);
		return NULL;
	}
	/* One that is never used: whether it could be protected is to be known now, not when somebody asks for staff. */
	struct mosquitto *trial = make_name(l->name, f) && read_secrets(l, f) ? new_connection(l, f) : NULL;
	if (trial == NULL) {
		mosquitto_lib_cleanup();
		explicit_bzero(l, sizeof *l);
		free(l);
		return NULL;
	}
	mosquitto_destroy(trial);
	return l;
}

void bell_line_forget(struct bell_line *l) {
	l->forget = true;
}

static void say_goodbye(struct bell_line *l) {
	int64_t until = clock_ms() + GOODBYE_MS, now;
	l->ready = false;
	l->leaving = true;
	l->hello = bell_line_publish(l, l->state, l->forget ? "" : "offline", true, 0);
	while (l->hello != 0 && l->mosq != NULL && (now = clock_ms()) < until) {
		struct pollfd p = bell_line_poll(l);
		poll(&p, 1, (int)(until - now));
		bell_line_serve(l, p.revents, clock_ms());
	}
	if (l->mosq != NULL) {
		mosquitto_disconnect(l->mosq);
	}
}

void bell_line_free(struct bell_line *l) {
	if (l == NULL) {
		return;
	}
	if (l->up) {
		say_goodbye(l);
	}
	if (l->mosq != NULL) {
		mosquitto_destroy(l->mosq);
	}
	mosquitto_lib_cleanup();
	explicit_bzero(l, sizeof *l);
	free(l);
}
