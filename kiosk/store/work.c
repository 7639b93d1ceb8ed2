/* The worker's process: see worker.h. One thing at a time, in steps of a few milliseconds, so that STOP is heard. */
#include "store/work.h"

#include "base/clock.h"
#include "store/look.h"
#include "store/sheet.h"
#include "store/stick.h"
#include "store/store.h"
#include "store/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEARD_AT_ONCE = 64 /* messages of a child between two looks at what staff want */ };

enum phase {
	IDLE,
	COPYING,   /* a stage takes steps */
	READING,   /* a child looks at the stage's copy */
	COMPILING, /* alcove-pack makes a pack of the sheet */
};

/* A pack in use, as its own words say. */
struct in_use {
	int fd; /* owned, unless it is the system's; -1: there is none */
	bool system, there;
	enum wire_reason why; /* why one that should be in use is not */
	struct store_facts facts;
	uint16_t modules, numbers;
};

/* One thing on the stick, as staff were told of it. */
struct told {
	uint8_t slot;
	struct stick_thing thing;
	struct wire_offer offer;
	char pub[MINISIG_PUB_MOST]; /* of a key: its bytes, read once */
	size_t pub_size;
};

struct work {
	struct work_order order;
	struct store *store; /* NULL: there is none */
	struct in_use now[STORE_SLOTS], before[STORE_SLOTS];
	struct in_use system[WIRE_MAX_PACKS]; /* as looked at once */
	struct told told[STICK_THINGS];
	int told_count;
	uint8_t next_slot;

	enum phase phase;
	enum wire_work_kind kind; /* of what is told as progress */
	struct told doing;        /* what CHANGES looks at */
	int from;                 /* the file that is copied; -1 */
	struct stage *stage;
	bool ready; /* the stage's copy was told of, and may be put in use */
	struct look look;
	struct sheet sheet;
	uint64_t done, total;
	int64_t begun, last; /* ms: when this kind began, when progress was told */
	bool gone;           /* the host does not hear us any more */
};

/* --- saying ----------------------------------------------------------------------------------------------------- */

static void say(struct work *w, const struct wire_message *m) {
	while (!w->gone && !wire_send(WIRE_FD_SOCKET, m)) {
		struct pollfd p = {WIRE_FD_SOCKET, POLLOUT, 0};
		w->gone = poll(&p, 1, -1) < 0 || (p.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
	}
}

static void say_work(struct work *w, struct wire_work what) {
	struct wire_message m = {.kind = WIRE_WORK};
	m.work = what;
	m.work.slot = w->doing.slot;
	w->last = clock_ms();
	say(w, &m);
}

/* Seconds until the end, from how it went so far; 0 before that says anything. */
static uint32_t left_s(const struct work *w) {
	int64_t took = clock_ms() - w->begun;
	if (took < 1000 || w->done == 0 || w->done >= w->total) {
		return 0;
	}
	double left = (double)took / (double)w->done * (double)(w->total - w->done) / 1000.0;
	return left > 36000 ? 36000 : (uint32_t)left + 1;
}

static void say_going(struct work *w, bool now) {
	if (now || clock_ms() - w->last >= WORK_TOLD_MS) {
		say_work(w, (struct wire_work){.work = (uint8_t)w->kind,
		                               .state = WIRE_WORK_GOING,
		                               .left_s = left_s(w),
		                               .done = w->done,
		                               .total = w->total});
	}
}

static void begin(struct work *w, enum wire_work_kind kind, uint64_t total) {
	w->kind = kind;
	w->done = 0;
	w->total = total;
	w->begun = clock_ms();
	say_going(w, true);
}

/* Gives back all that a work holds, but for a copy that is ready. */
static void rest(struct work *w) {
	look_end(&w->look);
	sheet_end(&w->sheet);
	if (w->from >= 0) {
		close(w->from);
		w->from = -1;
	}
	if (!w->ready) {
		stage_end(w->stage);
		w->stage = NULL;
	}
	w->phase = IDLE;
}

static void finish(struct work *w, enum wire_reason why) {
	rest(w);
	say_work(w, (struct wire_work){.work = (uint8_t)w->kind,
	                               .state = why == WIRE_FINE ? WIRE_WORK_DONE : WIRE_WORK_FAILED,
	                               .reason = (uint8_t)why,
	                               .done = w->done,
	                               .total = w->total});
}

static void forget(struct work *w) {
	w->ready = false;
	rest(w);
}

/* --- what is on this kiosk -------------------------------------------------------------------------------------- */

static enum wire_reason look_at(struct in_use *u, enum look_depth depth) {
	struct look l;
	struct fault f;
	struct wire_message m;
	if (!look_start(&l, "/proc/self/exe", depth, u->fd, -1, &f)) {
		return WIRE_STORE_FAILED;
	}
	enum look_heard heard = look_hear(&l, &m);
	for (; heard != LOOK_OVER; heard = look_hear(&l, &m)) {
		struct pollfd p = {.fd = l.wire, .events = POLLIN};
		if (heard == LOOK_NOTHING) {
			poll(&p, 1, look_wait_ms(&l));
		}
	}
	if (l.reason == WIRE_FINE) {
		look_to_facts(&l.offer, &u->facts);
		u->modules = l.offer.modules;
		u->numbers = l.offer.numbers;
	}
	return l.reason;
}

static const struct in_use *system_of(const struct work *w, enum store_slot slot) {
	for (int i = (int)w->order.packs - 1; i >= 0; i--) {
		const struct in_use *s = &w->system[i];
		if (s->why == WIRE_FINE && s->facts.house == (slot == STORE_HOUSE)) {
			return s;
		}
	}
	return NULL;
}

static void look_at_system(struct work *w) {
	for (uint32_t i = 0; i < w->order.packs; i++) {
		struct in_use *s = &w->system[i];
		*s = (struct in_use){.fd = WIRE_FD_FILES + (int)i, .system = true};
		s->why = look_at(s, LOOK_PEEK); /* the host had it checked when it started */
	}
	for (int slot = 0; slot < STORE_SLOTS && w->store != NULL; slot++) {
		const struct in_use *s = system_of(w, (enum store_slot)slot);
		if (s != NULL) {
			store_know_system(w->store, &s->facts);
		}
	}
}

/* What a restore would bring back; nothing when it would be refused. */
static void look_at_previous(struct work *w, enum store_slot slot) {
	struct in_use *u = &w->before[slot];
	struct store_pack pack = {.fd = -1};
	*u = (struct in_use){.fd = -1};
	if (w->store == NULL || w->now[slot].system) {
		return;
	}
	enum wire_reason why = store_get(w->store, slot, STORE_PREVIOUS, &pack);
	if (why == WIRE_FINE) {
		u->fd = pack.fd;
		u->why = look_at(u, LOOK_PEEK);
		u->there = true;
		u->fd = -1;
		close(pack.fd);
	} else if (why == WIRE_NO_PREVIOUS && system_of(w, slot) != NULL) {
		*u = *system_of(w, slot);
		u->there = true;
	}
}

/* Asks the store anew what is in use: when we start, and after each switch. It reads those packs whole. */
static void look_at_store(struct work *w) {
	struct look_how how = {"/proc/self/exe", LOOK_FACTS};
	for (int slot = 0; slot < STORE_SLOTS; slot++) {
		struct in_use *u = &w->now[slot];
		struct store_pack pack = {.fd = -1};
		if (u->fd >= 0 && !u->system) {
			close(u->fd);
		}
		*u = (struct in_use){.fd = -1};
		if (w->store != NULL &&
		    store_live(w->store, (enum store_slot)slot, look_facts, &how, &pack, &u->facts, &u->why)) {
			u->fd = pack.fd;
			look_at(u, LOOK_PEEK); /* how many modules and numbers */
			look_at_previous(w, (enum store_slot)slot);
			continue;
		}
		const struct in_use *s = system_of(w, (enum store_slot)slot);
		enum wire_reason why = u->why;
		*u = s == NULL ? (struct in_use){.fd = -1} : *s;
		u->why = why;
		look_at_previous(w, (enum store_slot)slot);
	}
}

static void to_offer(const struct in_use *u, struct wire_offer *o) {
	o->thing = WIRE_THING_PACK;
	o->reason = (uint8_t)u->why;
	o->system = u->system;
	o->house = u->facts.house;
	o->version = u->facts.version;
	o->modules = u->modules;
	o->numbers = u->numbers;
	memcpy(o->id, u->facts.id, sizeof o->id);
	memcpy(o->made, u->facts.made, sizeof o->made);
	memcpy(o->title, u->facts.title, sizeof o->title);
	memcpy(o->publisher, u->facts.publisher, sizeof o->publisher);
	memcpy(o->languages, u->facts.languages, sizeof o->languages);
}

/* A list of a place, told as it grows: what is known to be the last one is told last. */
struct telling {
	enum wire_where where;
	int count;
	struct wire_message held;
};

static void tell(struct work *w, struct telling *t, const struct wire_offer *o) {
	if (t->count > 0) {
		say(w, &t->held);
	}
	memset(&t->held, 0, sizeof t->held);
	t->held.kind = WIRE_OFFER;
	t->held.offer = *o;
	t->held.offer.where = (uint8_t)t->where;
	t->held.offer.first = t->count == 0;
	t->held.offer.last = 0;
	t->count++;
}

static void tell_end(struct work *w, struct telling *t) {
	if (t->count == 0) {
		tell(w, t, &(struct wire_offer){.thing = 0});
	}
	t->held.offer.last = 1;
	say(w, &t->held);
}

static void tell_kiosk(struct work *w) {
	struct telling t = {.where = WIRE_ON_KIOSK};
	for (int slot = 0; slot < STORE_SLOTS; slot++) {
		const struct in_use *u = &w->now[slot];
		struct wire_offer o = {.slot = (uint8_t)slot};
		if (u->fd >= 0) {
			to_offer(u, &o);
			tell(w, &t, &o);
		}
	}
	tell_end(w, &t);
}

static void tell_before(struct work *w) {
	struct telling t = {.where = WIRE_BEFORE};
	for (int slot = 0; slot < STORE_SLOTS; slot++) {
		struct wire_offer o = {.slot = (uint8_t)slot};
		if (w->before[slot].there) {
			to_offer(&w->before[slot], &o);
			tell(w, &t, &o);
		}
	}
	tell_end(w, &t);
}

/* --- what is on the stick --------------------------------------------------------------------------------------- */

static bool same_thing(const struct stick_thing *a, const struct stick_thing *b) {
	return a->thing == b->thing && strcmp(a->name, b->name) == 0 && a->size == b->size && a->dev == b->dev &&
	       a->ino == b->ino && a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

/* A slot means the same thing from list to list: staff may be looking at one while the next is told. */
static uint8_t slot_for(struct work *w, const struct told *old, int old_count, const struct stick_thing *t) {
	for (int i = 0; i < old_count; i++) {
		if (same_thing(&old[i].thing, t)) {
			return old[i].slot;
		}
	}
	for (;;) {
		uint8_t slot = w->next_slot++;
		bool taken = w->ready && w->doing.slot == slot;
		for (int i = 0; i < old_count; i++) {
			taken = taken || old[i].slot == slot;
		}
		for (int i = 0; i < w->told_count; i++) {
			taken = taken || w->told[i].slot == slot;
		}
		if (!taken) {
			return slot;
		}
	}
}

/* Looks into a pack on the stick for what it says about itself; only when its signature is of a form, and of a key, that
 * could be right. Nothing of it is believed before the copy is verified. */
static enum wire_reason peek_pack(struct work *w, struct told *t) {
	char text[MINISIG_FILE_MOST];
	struct minisig *sig = malloc(sizeof *sig);
	const struct minisig_key *key = NULL;
	enum wire_reason why = WIRE_FINE;
	ssize_t size = stick_signature(w->order.usb, &t->thing, text, &why);
	if (size >= 0) {
		bool read = sig != NULL && minisig_read(text, (size_t)size, sig);
		why = !read ? WIRE_BAD_SIGNATURE : w->store == NULL ? WIRE_STORE_FAILED : WIRE_FINE;
		why = why == WIRE_FINE ? keys_find(store_keys(w->store), sig->key_id, &key) : why;
	}
	free(sig);
	if (why != WIRE_FINE) {
		return why;
	}
	struct in_use u = {.fd = stick_open(w->order.usb, &t->thing, &why)};
	if (u.fd < 0) {
		return why;
	}
	why = look_at(&u, LOOK_PEEK);
	close(u.fd);
	if (why == WIRE_FINE) {
		to_offer(&u, &t->offer);
	}
	return why;
}

static enum wire_reason read_key(struct work *w, struct told *t) {
	enum wire_reason why = WIRE_FINE;
	struct minisig_key key;
	const struct minisig_key *known = NULL;
	int fd = stick_open(w->order.usb, &t->thing, &why);
	ssize_t size = fd < 0 ? -1 : stick_read(fd, t->pub, sizeof t->pub, &why);
	if (fd >= 0) {
		close(fd);
	}
	if (size < 0) {
		return why;
	}
	t->pub_size = (size_t)size;
	if (!minisig_key_read(t->pub, t->pub_size, &key)) {
		return WIRE_BAD_SIGNATURE;
	}
	minisig_fingerprint(&key, t->offer.fingerprint);
	if (w->store == NULL) {
		return WIRE_STORE_FAILED;
	}
	why = keys_find(store_keys(w->store), key.id, &known);
	if (why == WIRE_FINE) {
		return memcmp(known->key, key.key, sizeof key.key) == 0 ? WIRE_SAME : WIRE_UNKNOWN_KEY;
	}
	return why == WIRE_UNKNOWN_KEY ? WIRE_FINE : why;
}

/* Versions as they stand now; the store looks again before it takes anything. */
static enum wire_reason right_version(const struct work *w, const struct wire_offer *o) {
	const struct in_use *u = &w->now[o->house == 1 ? STORE_HOUSE : STORE_LIBRARY];
	if (o->version > STORE_VERSION_MOST) {
		return WIRE_VERSION_TOO_FAR;
	}
	if (u->fd < 0 || strcmp(u->facts.id, o->id) != 0) {
		return WIRE_FINE;
	}
	return o->version > u->facts.version ? WIRE_FINE : o->version == u->facts.version ? WIRE_SAME : WIRE_OLDER;
}

static void look_at_thing(struct work *w, struct told *t) {
	t->offer.thing = (uint8_t)t->thing.thing;
	t->offer.slot = t->slot;
	enum wire_reason why = t->thing.reason;
	if (why == WIRE_FINE && t->thing.thing == WIRE_THING_PACK) {
		why = peek_pack(w, t);
		why = why == WIRE_FINE ? right_version(w, &t->offer) : why;
	} else if (why == WIRE_FINE && t->thing.thing == WIRE_THING_KEY) {
		why = read_key(w, t);
	} else if (why == WIRE_FINE && w->order.packer[0] == 0) {
		why = WIRE_NEWER_PROGRAM; /* this kiosk cannot read sheets */
	}
	t->offer.reason = (uint8_t)why;
	stick_name(t->thing.name, t->offer.file);
}

static void tell_stick(struct work *w) {
	struct telling t = {.where = WIRE_ON_STICK};
	struct told *old = calloc(STICK_THINGS, sizeof *old);
	struct stick *stick = calloc(1, sizeof *stick);
	int old_count = w->told_count;
	bool pulled = false;
	if (old != NULL && stick != NULL) {
		memcpy(old, w->told, sizeof w->told);
		w->told_count = 0;
		stick_look(w->order.usb[0] != 0 ? w->order.usb : NULL, stick);
		for (int i = 0; i < stick->count; i++) {
			struct told *one = &w->told[i];
			*one = (struct told){.slot = slot_for(w, old, old_count, &stick->things[i]),
			                     .thing = stick->things[i]};
			w->told_count = i + 1;
			/* One that cannot be read is enough: the others would each keep people waiting, too. */
			one->thing.reason = pulled ? WIRE_PULLED : one->thing.reason;
			look_at_thing(w, one);
			pulled = pulled || one->offer.reason == WIRE_PULLED;
			tell(w, &t, &one->offer);
		}
		if (stick->more) {
			tell(
			    w, &t,
			    &(struct wire_offer){.thing = WIRE_THING_PACK, .slot = UINT8_MAX, .reason = WIRE_TOO_MANY});
		}
	}
	free(old);
	free(stick);
	tell_end(w, &t);
}

static void want_list(struct work *w) {
	tell_kiosk(w);
	tell_before(w);
	tell_stick(w);
}

/* --- CHANGES ---------------------------------------------------------------------------------------------------- */

static const struct told *find(const struct work *w, uint8_t slot) {
	for (int i = 0; i < w->told_count; i++) {
		if (w->told[i].slot == slot) {
			return &w->told[i];
		}
	}
	return NULL;
}

static void copy_pack(struct work *w) {
	char text[MINISIG_FILE_MOST];
	enum wire_reason why = WIRE_FINE;
	ssize_t size = stick_signature(w->order.usb, &w->doing.thing, text, &why);
	w->from = size < 0 ? -1 : stick_open(w->order.usb, &w->doing.thing, &why);
	why = w->from < 0 ? why : stage_begin(w->store, w->from, text, (size_t)size, &w->stage);
	if (why != WIRE_FINE) {
		finish(w, why);
		return;
	}
	w->phase = COPYING;
}

/* The sheet's bytes into memory, whole: it is small, and read once. */
static int read_sheet(struct work *w, enum wire_reason *why) {
	int fd = stick_open(w->order.usb, &w->doing.thing, why);
	char *bytes = fd < 0 ? NULL : malloc(STICK_SHEET);
	ssize_t size = bytes == NULL ? -1 : stick_read(fd, bytes, STICK_SHEET, why);
	int csv = size < 0 ? -1 : memfd_create("sheet", MFD_CLOEXEC);
	if (csv >= 0 && write(csv, bytes, (size_t)size) != size) {
		close(csv);
		csv = -1;
		*why = WIRE_STORE_FAILED;
	}
	free(bytes);
	if (fd >= 0) {
		close(fd);
	}
	return csv;
}

/* What the pack of a sheet says about itself: this kiosk's house, one version on. */
static struct sheet_order sheet_facts(const struct work *w) {
	const struct in_use *u = &w->now[STORE_HOUSE];
	struct sheet_order o = {.version = 1, .id = "house", .title = "House", .publisher = "House"};
	if (u->fd >= 0) {
		o.version = u->facts.version < STORE_VERSION_MOST ? u->facts.version + 1 : u->facts.version;
		memcpy(o.id, u->facts.id, sizeof o.id);
		memcpy(o.title, u->facts.title, sizeof o.title);
		memcpy(o.publisher, u->facts.publisher, sizeof o.publisher);
		memcpy(o.languages, u->facts.languages, sizeof o.languages);
	}
	time_t now = time(NULL);
	struct tm t;
	gmtime_r(&now, &t);
	strftime(o.made, sizeof o.made, "%Y-%m-%d", &t);
	/* A kiosk without a clock begins in 1970: then it was made on the day of the pack before it. */
	if (u->fd >= 0 && strcmp(o.made, u->facts.made) < 0) {
		memcpy(o.made, u->facts.made, sizeof o.made);
	}
	memcpy(o.assets, w->order.assets, sizeof o.assets);
	return o;
}

static void compile_sheet(struct work *w) {
	enum wire_reason why = WIRE_STORE_FAILED;
	struct fault f;
	int csv = read_sheet(w, &why);
	struct sheet_order order = sheet_facts(w);
	bool going = csv >= 0 && sheet_start(&w->sheet, w->order.packer, &order, csv, w->now[STORE_LIBRARY].fd, &f);
	if (csv >= 0) {
		close(csv);
	}
	if (!going) {
		finish(w, csv < 0 && why != WIRE_FINE ? why : WIRE_STORE_FAILED);
		return;
	}
	w->phase = COMPILING;
}

static void want_changes(struct work *w, uint8_t slot) {
	const struct told *t = find(w, slot);
	forget(w);
	w->doing = t == NULL ? (struct told){.slot = slot} : *t;
	begin(w, WIRE_WORK_COPY, t == NULL ? 0 : t->thing.size);
	bool key = t != NULL && t->thing.thing == WIRE_THING_KEY;
	bool sheet = t != NULL && t->thing.thing == WIRE_THING_SHEET;
	if (t == NULL || key) {
		finish(w, WIRE_UNKNOWN_WISH);
	} else if (w->store == NULL) {
		finish(w, WIRE_STORE_FAILED);
	} else if (t->thing.reason != WIRE_FINE || (sheet && t->offer.reason != WIRE_FINE)) {
		finish(w, (enum wire_reason)t->offer.reason);
	} else if (sheet) {
		compile_sheet(w);
	} else {
		copy_pack(w);
	}
}

/* The copy is whole and rightly signed: now it is looked at, beside the one that it would replace. */
static void read_copy(struct work *w) {
	struct fault f;
	struct in_use copy = {.fd = stage_fd(w->stage)};
	begin(w, WIRE_WORK_READ, 0);
	enum wire_reason why = look_at(&copy, LOOK_PEEK);
	const struct wire_offer *seen = &w->doing.offer;
	if (why == WIRE_FINE && seen->id[0] != 0 && w->doing.thing.thing == WIRE_THING_PACK &&
	    (strcmp(seen->id, copy.facts.id) != 0 || seen->version != copy.facts.version)) {
		why = WIRE_CHANGED; /* staff chose it by what the stick showed before */
	}
	why = why == WIRE_FINE ? stage_admit(w->stage, &copy.facts) : why == WIRE_PULLED ? WIRE_STORE_FAILED : why;
	if (why != WIRE_FINE) {
		finish(w, why);
		return;
	}
	const struct in_use *now = &w->now[copy.facts.house ? STORE_HOUSE : STORE_LIBRARY];
	bool same = now->fd >= 0 && strcmp(now->facts.id, copy.facts.id) == 0;
	if (!look_start(&w->look, "/proc/self/exe", LOOK_WHOLE, copy.fd, same ? now->fd : -1, &f)) {
		finish(w, WIRE_STORE_FAILED);
		return;
	}
	w->phase = READING;
}

static void verify_copy(struct work *w) {
	say_going(w, true); /* all is copied; making it durable may take a while */
	enum wire_reason why = stage_verify(w->stage);
	if (why != WIRE_FINE) {
		finish(w, why);
		return;
	}
	read_copy(w);
}

static void step_copy(struct work *w) {
	enum wire_reason why = stage_step(w->stage, &w->done, &w->total);
	if (why != WIRE_FINE) {
		finish(w, why);
	} else if (w->done < w->total) {
		say_going(w, false);
	} else {
		verify_copy(w);
	}
}

/* An entry of the list is told once more, as the copy says: for a sheet, that is the first that is known of it. */
static void tell_copy(struct work *w, const struct wire_offer *said) {
	struct wire_message m = {.kind = WIRE_OFFER};
	m.offer = *said;
	m.offer.where = WIRE_ON_STICK;
	m.offer.thing = (uint8_t)w->doing.thing.thing;
	m.offer.slot = w->doing.slot;
	memcpy(m.offer.file, w->doing.offer.file, sizeof m.offer.file);
	say(w, &m);
}

/* Whether the child's facts are still those that were admitted. */
static bool still(const struct work *w, const struct wire_offer *said) {
	const struct wire_offer *seen = &w->doing.offer;
	return w->doing.thing.thing != WIRE_THING_PACK || seen->id[0] == 0 ||
	       (strcmp(seen->id, said->id) == 0 && seen->version == said->version);
}

static void step_look(struct work *w) {
	struct wire_message m;
	for (int i = 0; i < HEARD_AT_ONCE; i++) {
		enum look_heard heard = look_hear(&w->look, &m);
		if (heard == LOOK_NOTHING) {
			return;
		}
		if (heard == LOOK_OVER) {
			/* This was the kiosk's own copy: that it cannot be read is not the stick's doing. */
			bool card = w->look.reason == WIRE_PULLED;
			w->ready = w->look.reason == WIRE_FINE;
			finish(w, card ? WIRE_STORE_FAILED : w->look.reason);
			return;
		}
		if (m.kind == WIRE_WORK) {
			w->done = m.work.done;
			w->total = m.work.total;
			say_going(w, false);
		} else if (m.kind == WIRE_CHANGE) {
			say(w, &m);
		} else if (still(w, &m.offer)) {
			tell_copy(w, &m.offer);
		}
	}
}

static void step_sheet(struct work *w) {
	if (!sheet_hear(&w->sheet)) {
		return;
	}
	struct wire_work verdict = w->sheet.work;
	if (verdict.state != WIRE_WORK_DONE) {
		rest(w);
		verdict.work = (uint8_t)w->kind;
		say_work(w, verdict);
		return;
	}
	w->from = w->sheet.pack;
	w->sheet.pack = -1;
	enum wire_reason why = stage_begin(w->store, w->from, NULL, 0, &w->stage);
	if (why != WIRE_FINE) {
		finish(w, why);
		return;
	}
	w->phase = COPYING;
}

/* --- the other wishes ------------------------------------------------------------------------------------------- */

static void want_install(struct work *w, uint8_t slot) {
	bool right = w->ready && w->stage != NULL && w->doing.slot == slot;
	if (!right) {
		struct told other = {.slot = slot};
		struct told kept = w->doing;
		w->doing = other;
		w->kind = WIRE_WORK_INSTALL;
		say_work(w, (struct wire_work){
		                .work = WIRE_WORK_INSTALL, .state = WIRE_WORK_FAILED, .reason = WIRE_UNKNOWN_WISH});
		w->doing = kept;
		return;
	}
	begin(w, WIRE_WORK_INSTALL, 1);
	enum wire_reason why = stage_commit(w->stage);
	w->ready = false;
	w->done = why == WIRE_FINE;
	rest(w);
	if (why == WIRE_FINE) {
		look_at_store(w);
	}
	finish(w, why);
}

static void want_restore(struct work *w, uint8_t slot) {
	forget(w);
	w->doing = (struct told){.slot = slot};
	begin(w, WIRE_WORK_RESTORE, 1);
	enum wire_reason why = slot >= STORE_SLOTS ? WIRE_UNKNOWN_WISH
	                       : w->store == NULL  ? WIRE_STORE_FAILED
	                                           : WIRE_FINE;
	why = why == WIRE_FINE ? store_restore(w->store, (enum store_slot)slot) : why;
	w->done = why == WIRE_FINE;
	if (why == WIRE_FINE) {
		look_at_store(w);
	}
	finish(w, why);
}

/* The key that was shown is the key that is trusted: its bytes were kept. */
static void want_trust(struct work *w, uint8_t slot) {
	const struct told *t = find(w, slot);
	forget(w);
	w->doing = t == NULL ? (struct told){.slot = slot} : *t;
	begin(w, WIRE_WORK_TRUST, 1);
	bool key = t != NULL && t->thing.thing == WIRE_THING_KEY && t->offer.fingerprint[0] != 0;
	enum wire_reason why = !key ? WIRE_UNKNOWN_WISH : w->store == NULL ? WIRE_STORE_FAILED : WIRE_FINE;
	why = why == WIRE_FINE ? store_trust(w->store, t->pub, t->pub_size) : why;
	w->done = why == WIRE_FINE;
	finish(w, why);
}

static void want_stop(struct work *w) {
	if (w->phase != IDLE) {
		finish(w, WIRE_STOPPED);
	} else {
		forget(w);
	}
}

static void take_wish(struct work *w, const struct wire_want_what *what) {
	if (what->want == WIRE_WANT_STOP) {
		want_stop(w);
		return;
	}
	if (w->phase != IDLE) {
		return; /* the handle lets none through */
	}
	switch (what->want) {
	case WIRE_WANT_LIST:
		want_list(w);
		break;
	case WIRE_WANT_CHANGES:
		want_changes(w, what->slot);
		break;
	case WIRE_WANT_INSTALL:
		want_install(w, what->slot);
		break;
	case WIRE_WANT_RESTORE:
		want_restore(w, what->slot);
		break;
	case WIRE_WANT_TRUST:
		want_trust(w, what->slot);
		break;
	default:
		break;
	}
}

/* --- the process ------------------------------------------------------------------------------------------------ */

static void take_wishes(struct work *w) {
	struct wire_message m;
	for (;;) {
		enum wire_got got = wire_receive(WIRE_FD_SOCKET, &m, false);
		if (got == WIRE_NOTHING) {
			return;
		}
		/* As for a message of a visit's: its size does not matter to a wish. */
		if (got == WIRE_GONE || m.kind != WIRE_WANT || !wire_sane_from_visit(&m, 0, 0)) {
			w->gone = true;
			return;
		}
		take_wish(w, &m.want);
	}
}

static int timeout_of(const struct work *w) {
	int wait = w->phase == READING ? look_wait_ms(&w->look) : WORK_BEAT_MS;
	return w->phase == IDLE ? -1 : w->phase == COPYING ? 0 : wait < WORK_BEAT_MS ? wait : WORK_BEAT_MS;
}

static void step(struct work *w) {
	struct pollfd p[] = {
	    {WIRE_FD_SOCKET, POLLIN, 0},
	    {w->phase == READING                       ? w->look.wire
	     : w->phase == COMPILING && !w->sheet.told ? w->sheet.wire
	                                               : -1,
	     POLLIN, 0},
	    {w->phase == COMPILING ? w->sheet.pipe : -1, POLLIN, 0},
	};
	if (poll(p, 3, timeout_of(w)) < 0 && errno != EINTR) {
		w->gone = true;
		return;
	}
	if (p[0].revents != 0) {
		take_wishes(w);
	}
	if (w->phase == COPYING) {
		step_copy(w);
	} else if (w->phase == READING) {
		step_look(w);
	} else if (w->phase == COMPILING) {
		step_sheet(w);
	}
	if (w->phase != IDLE && clock_ms() - w->last >= WORK_BEAT_MS) {
		say_going(w, true);
	}
}

/* Has power over files, and no need of any other. */
static void lock_in(void) {
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "alcove-store");
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}

/* One that was killed a moment ago may still hold the lock, until the kernel is done with it. */
static struct store *open_store(const struct work_order *o) {
	struct fault f;
	struct store *s = NULL;
	bool there = access(o->store, F_OK) == 0;
	for (int i = 0; s == NULL && i < (there ? 20 : 1); i++) {
		if (i > 0) {
			usleep(50000);
		}
		s = store_open(o->store, o->keys[0] != 0 ? o->keys : NULL, STORE_KEEP, &f);
	}
	return s;
}

static bool take_order(struct work_order *o) {
	ssize_t n = recv(WIRE_FD_SOCKET, o, sizeof *o, MSG_TRUNC);
	char *const paths[] = {o->store, o->keys, o->usb, o->packer, o->assets};
	bool whole = n == (ssize_t)sizeof *o && o->packs <= WIRE_MAX_PACKS;
	for (size_t i = 0; whole && i < sizeof paths / sizeof paths[0]; i++) {
		whole = memchr(paths[i], 0, PATH_MAX) != NULL;
	}
	return whole;
}

int worker_main(void) {
	lock_in();
	struct work *w = calloc(1, sizeof *w);
	if (w == NULL || !take_order(&w->order) || !minisig_begin()) {
		free(w);
		return 2;
	}
	w->from = w->look.wire = w->sheet.wire = w->sheet.pipe = w->sheet.pack = -1;
	w->now[STORE_LIBRARY].fd = w->now[STORE_HOUSE].fd = -1;
	for (uint32_t i = 0; i < w->order.packs; i++) {
		fcntl(WIRE_FD_FILES + (int)i, F_SETFD, FD_CLOEXEC);
	}
	fcntl(WIRE_FD_SOCKET, F_SETFD, FD_CLOEXEC);
	w->store = open_store(&w->order);
	look_at_system(w);
	look_at_store(w);
	while (!w->gone) {
		step(w);
	}
	forget(w);
	store_close(w->store);
	free(w);
	return 0;
}
