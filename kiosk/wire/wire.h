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
#define WIRE_VERSION 2

#define WIRE_ID 48     /* bytes of an id with its zero byte: ASCII letters, digits, '-', ':', '/', '.', '_' */
#define WIRE_SAYS 480  /* bytes of a spoken label or phrase with its zero byte, UTF-8 */
#define WIRE_DIGITS 20 /* bytes of a telephone number's digits with its zero byte; E.164 has at most 15 */
#define WIRE_HIDDEN 64 /* numbers that can be marked as wrong at a time */
#define WIRE_DATE 12   /* bytes of an ISO date with its zero byte */
#define WIRE_NAME 128  /* bytes of a short name for people with its zero byte, UTF-8 */
#define WIRE_PIN_MOST 12

enum wire_kind {
	/* host to visit */
	WIRE_START = 1, /* first and once; answered when the first frame is drawn */
	WIRE_TOUCH,
	WIRE_KEY,
	WIRE_WARN,    /* "Still here?": `left_ms` of `total_ms` remain; comes again about every second */
	WIRE_BELL,    /* what became of this visit's request */
	WIRE_CLEARED, /* before the first touch: the visit before this one was cleared by time a moment ago */
	WIRE_ASK, /* what is on the screen? For tests and speech; answered by WIRE_SCREEN, WIRE_TEXT..., WIRE_CHOICE... */
	/* host to visit, in staff mode alone; see below */
	WIRE_GATE,
	WIRE_OFFER,
	WIRE_CHANGE,
	WIRE_WORK,
	WIRE_MARK,
	WIRE_HOUSE,
	WIRE_SYSTEM,
	/* visit to host */
	WIRE_DONE = 64,
	WIRE_TALK,   /* ask staff to come */
	WIRE_CANCEL, /* take this visit's request back */
	WIRE_END,    /* the person asked to clear the screen */
	WIRE_SCREEN,
	WIRE_TEXT,
	WIRE_CHOICE,
	/* visit to host, in staff mode alone */
	WIRE_PIN,
	WIRE_WANT,
	/* host to the service for systems (host/slots.h) alone */
	WIRE_STEADY = 96, /* the board has been on the glass for a while: what runs may stay */
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
	/* Numbers that staff have marked as wrong, as digits alone: a client's visit shows none of them. "" ends the list. */
	char hidden[WIRE_HIDDEN][WIRE_DIGITS];
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
	/* The same phrase in the language that the house's staff read; "" where that is the same language, or has none. */
	char phrase_staff[WIRE_SAYS];
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

/* --- staff mode -------------------------------------------------------------------------------------------------
 *
 * A visit whose audience is staff. It only asks; whoever has power (the host, and for packs the store's own process)
 * decides, checks again what it is asked, and tells. Before the gate is open the host carries out nothing but WIRE_PIN.
 * All that staff are told is numbers, short names and reasons by number: the sentences are the pack's own words. */

enum wire_gate {
	WIRE_GATE_CHOOSE = 1, /* no PIN yet: choose one. The host asks for it twice: first this, then: */
	WIRE_GATE_AGAIN,      /* the same PIN once more */
	WIRE_GATE_DIFFERENT,  /* the two were not the same: choose again */
	WIRE_GATE_WEAK,       /* too short, or all one digit, or 1234...: choose another */
	WIRE_GATE_ENTER,      /* enter the PIN */
	WIRE_GATE_CHECKING,   /* the PIN is being checked */
	WIRE_GATE_WRONG,      /* it was wrong; `tries` are left before there is a wait */
	WIRE_GATE_WAIT,       /* too many misses: wait for `wait_s` seconds; told again as they pass */
	WIRE_GATE_OPEN,       /* staff mode is open */
	WIRE_GATE_BROKEN,     /* a PIN cannot be kept on this kiosk: there is no store, or it cannot be written */
	WIRE_GATE_LAST = WIRE_GATE_BROKEN
};

struct wire_gate_state {
	uint8_t gate;     /* enum wire_gate */
	uint8_t keys[10]; /* which digit stands on each key of the keypad; another order each time */
	uint8_t tries;
	uint16_t wait_s;
	uint8_t from_start; /* 1: nobody has chosen a PIN here before, so this is the kiosk's first start */
};

struct wire_pin {
	char digits[WIRE_PIN_MOST + 1]; /* as typed; digits alone */
};

/* What staff may want. Whatever needs a place to point at names an offer by its slot. */
enum wire_want {
	WIRE_WANT_LIST = 1, /* tell all there is: WIRE_OFFER..., WIRE_MARK..., WIRE_HOUSE */
	WIRE_WANT_CHANGES, /* what the pack or sheet in `slot` would change: copied and checked first (WIRE_WORK), then told */
	WIRE_WANT_INSTALL, /* the one that was looked at by CHANGES, which is in `slot` */
	WIRE_WANT_RESTORE, /* the previous pack in `slot` */
	WIRE_WANT_STOP,    /* stop what is going on; nothing is lost */
	WIRE_WANT_TRUST,   /* the publisher's key in `slot`, after its fingerprint was compared */
	WIRE_WANT_RIGHT,   /* somebody called `digits`: still right */
	WIRE_WANT_WRONG,   /* somebody called `digits`: wrong; hidden from visits at once */
	WIRE_WANT_LINE,    /* test the line to staff */
	WIRE_WANT_IDLE,    /* `number` seconds before "Still here?" */
	WIRE_WANT_ANSWER,  /* `number` seconds to answer */
	WIRE_WANT_SOUND,   /* `number`: volume in percent, 0 for off; kept, and tested by a tone (WIRE_WORK_TONE) */
	WIRE_WANT_PLACE,   /* `says`: this kiosk's place name */
	WIRE_WANT_PIN,     /* choose another PIN: the gate asks for it */
	WIRE_WANT_PROOF,   /* look whether anything of a visit is left on this kiosk */
	WIRE_WANT_LEAVE,   /* leave staff mode */
	WIRE_WANT_SYSTEM, /* the system on the stick whose `version` was told: copy it, check it, try it at the next start */
	WIRE_WANT_RESTART, /* start the kiosk's machine anew */
	WIRE_WANT_READ,    /* staff have read that a new system was taken back */
	WIRE_WANT_STEP,    /* of the first start: `number`, an enum wire_step, is done or was left out */
	WIRE_WANT_LAST = WIRE_WANT_STEP
};

struct wire_want_what {
	uint8_t want; /* enum wire_want */
	uint8_t slot;
	uint16_t number;
	char digits[WIRE_DIGITS];
	char pack[WIRE_ID]; /* with RIGHT and WRONG: id of the pack that has the number, and its version */
	uint32_t version;
	char says[WIRE_NAME];
};

/* Why something was refused or did not work; each is one sentence on the screen, with the next step. 0 is fine. */
enum wire_reason {
	WIRE_FINE,
	WIRE_NO_SIGNATURE,    /* no NAME.pack.minisig beside it */
	WIRE_BAD_SIGNATURE,   /* not a signature file, or an old kind (not prehashed) */
	WIRE_UNKNOWN_KEY,     /* signed by somebody this kiosk does not know */
	WIRE_REVOKED_KEY,     /* signed with a key that was taken back */
	WIRE_WRONG_SIGNATURE, /* the signature is not of these bytes */
	WIRE_NOT_A_PACK,      /* not a regular file, or not a pack at all */
	WIRE_OTHER_PRODUCT,   /* a pack of something else */
	WIRE_NEWER_PROGRAM,   /* made for a newer Alcove than this */
	WIRE_DAMAGED,         /* the reader refuses it */
	WIRE_TOO_BIG,
	WIRE_NO_ROOM,         /* not enough space in the store */
	WIRE_OLDER,           /* its version is lower than the one in use (restore is for that) */
	WIRE_SAME,            /* this very version is in use */
	WIRE_VERSION_TOO_FAR, /* a version so high that nothing could follow it */
	WIRE_PULLED,          /* the stick is gone */
	WIRE_CHANGED,         /* the stick gave other bytes the second time */
	WIRE_STORE_FAILED,    /* the kiosk's own store cannot be written */
	WIRE_STOPPED,         /* somebody stopped it */
	WIRE_TOO_MANY,        /* more than fit on the screen's list, or in a list of the kiosk's */
	WIRE_SHEET_BAD,       /* house.csv: row `row` cannot be read; `what` says which column */
	WIRE_NO_PREVIOUS,
	WIRE_NO_LINE,      /* no line to staff is configured */
	WIRE_NOT_HEARD,    /* the line is configured, and the desk's broker did not answer */
	WIRE_UNKNOWN_WISH, /* what was asked for is not there (any more) */
	WIRE_FOUND_TRACE,  /* the proof found something */
	WIRE_OLD_PACK,     /* made for an older Alcove: it has to be built again */
	WIRE_NAME_FIXED,   /* the desk's broker lets this kiosk speak under its present name alone */
	WIRE_NOT_LOOKED,   /* the proof could not look, so it says nothing; `what` says why */
	WIRE_NO_SOUND,     /* no sound card, or not the one of the settings */
	WIRE_SOUND_TAKEN,  /* another program has it */
	WIRE_SOUND_BROKEN, /* it is there, and the tone was not played */
	WIRE_NO_KEY,       /* of a system: this kiosk was made without a key for systems, so it takes none */
	WIRE_REASON_LAST = WIRE_NO_KEY
};

enum wire_where { WIRE_ON_KIOSK = 1, WIRE_BEFORE /* the one that was in use before */, WIRE_ON_STICK };
enum wire_thing {
	WIRE_THING_PACK = 1,
	WIRE_THING_SHEET /* house.csv */,
	WIRE_THING_KEY /* a publisher's public key */,
	WIRE_THING_SYSTEM /* told by WIRE_SYSTEM, and never in a list */
};

/* One thing that is there. A list begins with `first` and ends with `last` (both on the same one when it is one); an
 * empty list of a place is one offer with `thing` 0. */
struct wire_offer {
	uint8_t where, thing; /* enum wire_where, enum wire_thing */
	uint8_t slot;         /* names it to the host; good until the next list of this place */
	uint8_t reason;       /* enum wire_reason: why it cannot be taken; 0 when it can, as far as one can tell now */
	uint8_t first, last;
	uint8_t system; /* 1: it came with the kiosk, on the read-only system */
	uint8_t house;  /* of a pack, 1: a house's own; 0: a library */
	uint16_t modules, numbers;
	uint32_t version;
	char id[WIRE_ID], made[WIRE_DATE];
	char title[WIRE_NAME], publisher[WIRE_NAME];
	char file[WIRE_NAME];      /* its name on the stick */
	char languages[WIRE_NAME]; /* codes with a space between them; a '*' behind those that nobody has reviewed */
	char fingerprint[20];      /* of a key: a hash of it, 16 hexadecimal digits in groups of four */
};

/* One line of what would change. `kind` is an enum change_kind of base/change.h; the list ends with `last`. */
struct wire_change {
	uint8_t kind, last;
	uint16_t count;
	char language[16];    /* code of the language in which it is different; "" when in all */
	char name[WIRE_NAME]; /* of a module, number, language, ... ; "" when the kind says all */
	char old[WIRE_NAME], new[WIRE_NAME];
};

enum wire_work_kind {
	WIRE_WORK_COPY = 1, /* copying and checking what is on the stick */
	WIRE_WORK_READ,     /* reading the copy, page by page */
	WIRE_WORK_INSTALL,  /* putting it in use */
	WIRE_WORK_RESTORE,
	WIRE_WORK_TRUST,
	WIRE_WORK_LINE,
	WIRE_WORK_PROOF,
	WIRE_WORK_KEEP,   /* a setting, a mark, a PIN */
	WIRE_WORK_TONE,   /* playing the tone that tests the sound */
	WIRE_WORK_SYSTEM, /* copying a system from the stick, and reading back what was copied */
	WIRE_WORK_LAST = WIRE_WORK_SYSTEM
};
enum wire_work_state { WIRE_WORK_GOING = 1, WIRE_WORK_DONE, WIRE_WORK_FAILED };

struct wire_work {
	uint8_t work, state; /* enum wire_work_kind, enum wire_work_state */
	uint8_t reason;      /* with FAILED: enum wire_reason */
	uint8_t slot;
	uint16_t row;         /* with WIRE_SHEET_BAD */
	uint32_t left_s;      /* an estimate; 0 while there is none */
	uint64_t done, total; /* bytes or steps */
	char what[WIRE_NAME]; /* with WIRE_SHEET_BAD: the column's name, "" when the whole row is meant */
	char says
	    [2 *
	     WIRE_NAME]; /* with WIRE_SHEET_BAD: what is wrong and what to do, in English; `total` such rows in all */
};

/* A number that somebody has called. */
struct wire_mark {
	char digits[WIRE_DIGITS];
	char on[WIRE_DATE];
	uint8_t wrong;       /* 0: still right */
	uint8_t first, last; /* of the list; an empty list is one mark without digits */
};

/* The steps of a kiosk's first start, in this order. */
enum wire_step {
	WIRE_STEP_PLACE = 1,
	WIRE_STEP_PIN,
	WIRE_STEP_TOUCH,
	WIRE_STEP_SOUND, /* only where `sound` is 1 */
	WIRE_STEP_LINE,
	WIRE_STEP_LAST = WIRE_STEP_LINE
};
#define WIRE_STEPS_ALL ((2u << WIRE_STEP_LAST) - 2)

enum wire_corner {
	WIRE_CORNER_NONE,
	WIRE_CORNER_TOP_LEFT,
	WIRE_CORNER_BOTTOM_LEFT,
	WIRE_CORNER_BOTTOM_RIGHT,
	WIRE_CORNER_LAST = WIRE_CORNER_BOTTOM_RIGHT
};

/* What staff may change on this kiosk, as it is now. */
struct wire_house {
	uint16_t idle_s, answer_s, volume;
	uint8_t line;          /* 1: a line to staff is configured */
	uint8_t stick;         /* 1: a stick is in */
	uint8_t sound;         /* 1: this kiosk can be heard, so there is a volume to choose */
	uint8_t proof;         /* 1: it can look whether anything of a visit is left */
	uint8_t steps;         /* while a first start goes on: what is still to do, 1 << enum wire_step each; else 0 */
	uint8_t corner;        /* enum wire_corner: where a long press opens staff mode */
	char today[WIRE_DATE]; /* by the kiosk's clock, "" when it cannot be right; for staff alone */
	char place[WIRE_NAME];
};

/* The system that the kiosk itself is, where it came from an image with two places for one (image/README.md). */
enum wire_system_state {
	WIRE_SYSTEM_SETTLED = 1,
	WIRE_SYSTEM_READY,      /* another one is ready, and is tried at the next start */
	WIRE_SYSTEM_ON_TRIAL,   /* the one that runs is new, and has not shown its board for long enough yet */
	WIRE_SYSTEM_TAKEN_BACK, /* a new one did not show its board, and the old one runs again */
	WIRE_SYSTEM_BROKEN,     /* the boot partition cannot be read */
	WIRE_SYSTEM_LAST = WIRE_SYSTEM_BROKEN
};

struct wire_system {
	uint8_t state;          /* enum wire_system_state; 0 where systems cannot be changed */
	uint8_t offer;          /* 1: one is on the stick; then: */
	uint8_t reason;         /* why it cannot be taken, as far as one can tell now */
	uint32_t version;       /* of the one that runs, and the day it was made */
	uint32_t offer_version; /* the same of that on the stick; 0 when it does not say */
	char made[WIRE_DATE], offer_made[WIRE_DATE];
	char file[WIRE_NAME]; /* its name on the stick */
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
		struct wire_gate_state gate;
		struct wire_pin pin;
		struct wire_want_what want;
		struct wire_offer offer;
		struct wire_change change;
		struct wire_work work;
		struct wire_mark mark;
		struct wire_house house;
		struct wire_system system;
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
