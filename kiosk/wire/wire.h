/* Everything that crosses between host and visit: fixed-size messages over one SOCK_SEQPACKET pair, and a frame in
 * shared memory. Nothing else does.
 *
 * The host speaks first, and every message of the host's is answered by any number of the visit's requests and then
 * exactly one WIRE_DONE. So the host knows that a frame is whole, knows when a visit hangs, and never waits for two
 * things. While the host waits for a DONE it sends nothing.
 *
 * A visit is handed file descriptors by number: */
#ifndef ALCOVE_WIRE_WIRE_H
#define ALCOVE_WIRE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	WIRE_FD_SOCKET = 3,
	/* memfd, w * h * 4 bytes, XRGB8888 (0x00RRGGBB), rows without gaps, sealed against resizing */
	WIRE_FD_FRAME = 4,
	WIRE_FD_FILES = 5, /* then `packs` packs, lowest priority first, then `fonts` font files */
	WIRE_MAX_PACKS = 8,
	WIRE_MAX_FONTS = 32,
};

/* Grows whenever a message changes meaning; host and visit are one program, so a mismatch is a broken install. */
#define WIRE_VERSION 1

#define WIRE_ID 48    /* bytes of an id with its zero byte: ASCII letters, digits, '-', ':', '/', '.', '_' */
#define WIRE_SAYS 480 /* bytes of a spoken label or phrase with its zero byte, UTF-8 */

enum wire_kind {
	/* host to visit */
	WIRE_START = 1, /* first and once; answered when the first frame is drawn */
	WIRE_TOUCH,
	WIRE_KEY,
	WIRE_WARN,    /* "Still here?": `left_ms` of `total_ms` remain; comes again about every second */
	WIRE_BELL,    /* what became of this visit's request */
	WIRE_CLEARED, /* before the first touch: the visit before this one was cleared by time a moment ago */
	WIRE_ASK, /* what is on the screen? For tests and speech; answered by WIRE_SCREEN, WIRE_TEXT..., WIRE_CHOICE... */
	/* visit to host */
	WIRE_DONE = 64,
	WIRE_TALK,   /* ask staff to come */
	WIRE_CANCEL, /* take this visit's request back */
	WIRE_END,    /* the person asked to clear the screen */
	WIRE_SCREEN,
	WIRE_TEXT,
	WIRE_CHOICE,
};

enum wire_phase { WIRE_DOWN = 1, WIRE_MOVE, WIRE_UP, WIRE_LOST /* the touch ended without being lifted, or a palm */ };
enum wire_keycode { WIRE_NEXT = 1, WIRE_CHOOSE, WIRE_BACK, WIRE_HIDE };
enum wire_bell {
	WIRE_BELL_NONE,
	WIRE_BELL_SENDING,
	WIRE_BELL_SENT,
	WIRE_BELL_SEEN,
	WIRE_BELL_CLOSED,
	WIRE_BELL_UNREACHABLE, /* nothing was sent, and nothing will be */
	WIRE_BELL_AGAIN,       /* nobody has seen it for some minutes: staff were asked once more */
	WIRE_BELL_CUT,         /* it was at the desk, but the line is down: whether it still is, nobody knows */
	WIRE_BELL_EXPIRED,     /* its hour is over, and nobody said that it was done */
	WIRE_BELL_FULL,        /* not sent: as many as one kiosk may have are open */
	WIRE_BELL_LAST = WIRE_BELL_FULL
};
enum wire_how { WIRE_HOW_COME = 1, WIRE_HOW_DESK, WIRE_HOW_OTHER };
enum wire_when { WIRE_WHEN_NOW = 1, WIRE_WHEN_SOON, WIRE_WHEN_LATER };
enum wire_audience { WIRE_CLIENT = 0, WIRE_STAFF };

struct wire_font {      /* one row of the font table, in the order of the descriptors */
	uint32_t face;  /* script tag that names the row, as in base/text.h */
	uint16_t index; /* face inside a .ttc */
	uint16_t bold;  /* 1: the bold file of that row */
};

struct wire_start {
	uint32_t version;
	uint16_t w, h, px_per_cm;
	uint16_t idle_s, answer_s; /* how long the host waits, to say so on the screen: seconds */
	uint8_t packs, fonts;
	uint8_t audience;  /* enum wire_audience */
	uint8_t bell;      /* 1: a line to staff is configured */
	char language[16]; /* begin in this language, past the language screen's choice; "" for the usual start */
	struct wire_font font[WIRE_MAX_FONTS];
};

struct wire_touch {
	uint8_t phase;  /* enum wire_phase */
	uint8_t finger; /* 0 for the first finger down; others only cancel */
	int16_t x, y;
	uint32_t ms; /* time since the first touch or key of this visit; for the double-tap rule alone */
};

struct wire_key {
	uint8_t key;
	uint32_t ms;
};
struct wire_warn {
	uint32_t left_ms, total_ms;
};
struct wire_done {
	uint8_t changed; /* 1: the frame was redrawn inside x, y, w, h */
	uint16_t x, y, w, h;
	uint32_t reading_ms; /* how long this screen takes to read; the host caps what it grants */
};
struct wire_talk {
	uint8_t how, when;      /* enum wire_how, wire_when */
	char language[16];      /* the language to speak (BCP 47) */
	char phrase[WIRE_SAYS]; /* with WIRE_HOW_OTHER: what staff say, from the house pack; else "" */
};
struct wire_screen {
	char name[WIRE_ID];
	uint8_t parts, part, clipped;
};
struct wire_text {
	char says[WIRE_SAYS];
	uint8_t more; /* 1: the next WIRE_TEXT goes on with the same text */
};
struct wire_choice {
	char id[WIRE_ID];
	int16_t x, y, w, h;
	uint8_t focused, selected;
	char says[WIRE_SAYS];
};

struct wire_message {
	uint32_t kind; /* enum wire_kind */
	union {
		struct wire_start start;
		struct wire_touch touch;
		struct wire_key key;
		struct wire_warn warn;
		uint32_t bell; /* enum wire_bell */
		struct wire_done done;
		struct wire_talk talk;
		struct wire_screen screen;
		struct wire_text text;
		struct wire_choice choice;
	};
};

/* Sends one whole message. False when the other side is gone or its queue is full (a visit that does not read). */
bool wire_send(int fd, const struct wire_message *m);

enum wire_got { WIRE_GOT, WIRE_NOTHING, WIRE_GONE };
/* Receives one message. `wait` false: returns WIRE_NOTHING when none is there. A message of any other size, from a
 * broken or hostile peer, counts as WIRE_GONE. */
enum wire_got wire_receive(int fd, struct wire_message *m, bool wait);

/* True when everything in a message that came from a visit is within bounds: known kind, terminated strings, valid
 * UTF-8 without control characters, rectangles inside the glass. The host looks at nothing that fails this. */
bool wire_sane_from_visit(const struct wire_message *m, int w, int h);
/* The same for what a host sends (the visit trusts its host, but a cut message must not be undefined behaviour). */
bool wire_sane_from_host(const struct wire_message *m);

#endif
