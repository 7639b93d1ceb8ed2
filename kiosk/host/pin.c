#include "host/pin.h"

#include "host/spawn.h"
#include "store/durable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

static const char FILE_NAME[] = "pin";

/* --- which are weak --------------------------------------------------------------------------------------------- */

/* Every step from one digit to the next is the same, counted round: 000000, 123456, 864208. */
static bool even_run(const char *s, size_t n) {
	for (size_t i = 2; i < n; i++) {
		if ((s[i] - s[i - 1] + 10) % 10 != (s[1] - s[0] + 10) % 10) {
			return false;
		}
	}
	return true;
}

/* The same two or three digits again and again. */
static bool repeats(const char *s, size_t n, size_t part) {
	for (size_t i = part; i < n; i++) {
		if (s[i] != s[i - part]) {
			return false;
		}
	}
	return true;
}

static bool mirrored(const char *s, size_t n) {
	for (size_t i = 0; i < n / 2; i++) {
		if (s[i] != s[n - 1 - i]) {
			return false;
		}
	}
	return true;
}

/* 112233, 111222: each digit is the one before it or the next one up. */
static bool stairs(const char *s, size_t n) {
	for (size_t i = 1; i < n; i++) {
		if (s[i] != s[i - 1] && s[i] != s[i - 1] + 1) {
			return false;
		}
	}
	return true;
}

bool pin_weak(const char *digits) {
	size_t n = strlen(digits);
	return n < PIN_LEAST || n > WIRE_PIN_MOST || strspn(digits, "0123456789") != n || even_run(digits, n) ||
	       repeats(digits, n, 2) || repeats(digits, n, 3) || mirrored(digits, n) || stairs(digits, n);
}

/* --- waiting ---------------------------------------------------------------------------------------------------- */

int pin_wait_s(int misses) {
	int wait = PIN_WAIT_LEAST_S;
	if (misses < PIN_FREE) {
		return 0;
	}
	for (int i = PIN_FREE; i < misses && wait < PIN_WAIT_MOST_S; i++) {
		wait *= 2;
	}
	return wait < PIN_WAIT_MOST_S ? wait : PIN_WAIT_MOST_S;
}

int pin_tries(const struct pin *p) {
	return p->misses < PIN_FREE ? PIN_FREE - p->misses : 1;
}

/* --- kept ------------------------------------------------------------------------------------------------------- */

/* Two lines: "misses N" and "argon2 HASH". */
static bool parse(struct pin *p, const char *text) {
	char *end;
	static const char first[] = "misses ", second[] = "\nargon2 ";
	if (strncmp(text, first, strlen(first)) != 0) {
		return false;
	}
	long misses = strtol(text + strlen(first), &end, 10);
	if (end == text + strlen(first) || misses < 0 || strncmp(end, second, strlen(second)) != 0) {
		return false;
	}
	const char *hash = end + strlen(second);
	size_t n = strcspn(hash, "\n");
	if (n == 0 || n >= sizeof p->hash || strcmp(hash + n, "\n") != 0 || strncmp(hash, "$argon2id$", 10) != 0) {
		return false;
	}
	memcpy(p->hash, hash, n);
	p->misses = misses < 1000 ? (int)misses : 1000;
	return true;
}

enum pin_got pin_read(struct pin *p, int dir, int64_t now_ms) {
	char text[PIN_HASH + 64];
	*p = (struct pin){.misses = 0};
	if (durable_read(dir, FILE_NAME, text, sizeof text) < 0) {
		return errno == ENOENT ? PIN_NONE : PIN_BROKEN;
	}
	if (!parse(p, text)) {
		*p = (struct pin){.misses = 0};
		return PIN_BROKEN;
	}
	p->wait_until = now_ms + (int64_t)pin_wait_s(p->misses) * 1000;
	return PIN_READ;
}

bool pin_write(const struct pin *p, int dir) {
	char text[PIN_HASH + 64];
	int n = snprintf(text, sizeof text, "misses %d\nargon2 %s\n", p->misses, p->hash);
	return durable_write(dir, FILE_NAME, text, (size_t)n);
}

/* --- the keypad ------------------------------------------------------------------------------------------------- */

bool pin_shuffle(uint8_t keys[10]) {
	for (uint8_t i = 0; i < 10; i++) {
		keys[i] = i;
	}
	for (int i = 9; i > 0; i--) {
		/* 2^32 / 10 is so large that taking the rest favours no digit by more than a billionth. */
		uint32_t random;
		if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random) {
			return false;
		}
		uint32_t other = random % (uint32_t)(i + 1);
		uint8_t key = keys[i];
		keys[i] = keys[other];
		keys[other] = key;
	}
	return true;
}

/* --- the child -------------------------------------------------------------------------------------------------- */

bool pin_child_start(struct pin_child *c, const char *program, const struct pin_ask *ask) {
	*c = NO_PIN_CHILD;
	pid_t pid = spawn_ask(program, "pin", WIRE_FD_SOCKET, ask, sizeof *ask, &c->socket);
	c->pid = pid < 0 ? 0 : pid;
	return pid > 0;
}

enum pin_heard pin_child_hear(struct pin_child *c, struct pin_said *said) {
	ssize_t n = recv(c->socket, said, sizeof *said, MSG_DONTWAIT | MSG_TRUNC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return PIN_NOTHING_YET;
	}
	pin_child_end(c);
	said->hash[sizeof said->hash - 1] = 0;
	return n == (ssize_t)sizeof *said ? PIN_SAID : PIN_FAILED;
}

void pin_child_end(struct pin_child *c) {
	if (c->pid > 0) {
		spawn_kill(c->pid);
		close(c->socket);
	}
	*c = NO_PIN_CHILD;
}
