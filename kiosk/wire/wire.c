#include "wire/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/change.h"
#include "base/geom.h"

/* Bytes of the message's body that mean something; 0 for a kind that carries nothing or is unknown. */
static size_t body_size(uint32_t kind) {
	switch (kind) {
	case WIRE_START:
		return sizeof(struct wire_start);
	case WIRE_TOUCH:
		return sizeof(struct wire_touch);
	case WIRE_KEY:
		return sizeof(struct wire_key);
	case WIRE_WARN:
		return sizeof(struct wire_warn);
	case WIRE_BELL:
		return sizeof(uint32_t);
	case WIRE_DONE:
		return sizeof(struct wire_done);
	case WIRE_TALK:
		return sizeof(struct wire_talk);
	case WIRE_SCREEN:
		return sizeof(struct wire_screen);
	case WIRE_TEXT:
		return sizeof(struct wire_text);
	case WIRE_CHOICE:
		return sizeof(struct wire_choice);
	case WIRE_GATE:
		return sizeof(struct wire_gate_state);
	case WIRE_OFFER:
		return sizeof(struct wire_offer);
	case WIRE_CHANGE:
		return sizeof(struct wire_change);
	case WIRE_WORK:
		return sizeof(struct wire_work);
	case WIRE_MARK:
		return sizeof(struct wire_mark);
	case WIRE_HOUSE:
		return sizeof(struct wire_house);
	case WIRE_SYSTEM:
		return sizeof(struct wire_system);
	case WIRE_PIN:
		return sizeof(struct wire_pin);
	case WIRE_WANT:
		return sizeof(struct wire_want_what);
	default:
		return 0;
	}
}

bool wire_send(int fd, const struct wire_message *m) {
	/* Copied into zeroed memory first: what the sender left behind its message must not cross. */
	struct wire_message out;
	memset(&out, 0, sizeof out);
	out.kind = m->kind;
	memcpy(&out.start, &m->start, body_size(m->kind));
	for (;;) {
		ssize_t n = send(fd, &out, sizeof out, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0)
			return n == (ssize_t)sizeof out;
		if (errno != EINTR)
			return false;
	}
}

enum wire_got wire_receive(int fd, struct wire_message *m, bool wait) {
	for (;;) {
		/* MSG_TRUNC gives the true length of a message that is too long. Descriptors sent along are dropped by the
		 * kernel, for no room is offered for them. An empty message looks like the end, and counts as one. */
		ssize_t n = recv(fd, m, sizeof *m, MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT));
		if (n == (ssize_t)sizeof *m)
			return WIRE_GOT;
		if (n >= 0)
			return WIRE_GONE;
		if (!wait && (errno == EAGAIN || errno == EWOULDBLOCK))
			return WIRE_NOTHING;
		if (errno != EINTR)
			return WIRE_GONE;
	}
}

/* --- what is sane ----------------------------------------------------------------------------------------------- */

/* Length of the string in `bytes`, or -1 when it does not end inside them. */
static int terminated(const char *s, size_t bytes) {
	const char *end = memchr(s, 0, bytes);
	return end ? (int)(end - s) : -1;
}

/* Reads one character; returns its length, 0 when it is not UTF-8 (too long a form, a surrogate, cut, too large). */
static int utf8_next(const unsigned char *s, int left, uint32_t *c) {
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	int len = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 : s[0] >> 3 == 30 ? 4 : 0;
	if (len == 0 || len > left)
		return 0;
	*c = len == 1 ? s[0] : s[0] & (0x7fu >> len);
	for (int i = 1; i < len; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		*c = *c << 6 | (s[i] & 0x3fu);
	}
	if (*c < least[len] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return len;
}

/* Words for people: UTF-8 without control characters (C0, delete, C1). */
static bool sane_says(const char *s, size_t bytes) {
	int left = terminated(s, bytes);
	if (left < 0)
		return false;
	while (left > 0) {
		uint32_t c = 0;
		int len = utf8_next((const unsigned char *)s, left, &c);
		if (len == 0 || c < 0x20 || (c >= 0x7f && c <= 0x9f))
			return false;
		s += len;
		left -= len;
	}
	return true;
}

static bool only(const char *s, size_t bytes, const char *allowed) {
	int len = terminated(s, bytes);
	return len >= 0 && strspn(s, allowed) == (size_t)len;
}

static bool sane_id(const char *s, size_t bytes) {
	return s[0] && only(s, bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-:/._");
}

static bool sane_language(const char *s, size_t bytes) {
	return only(s, bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
}

static bool sane_done(const struct wire_done *d, int w, int h) {
	return d->changed <= 1 && d->x + d->w <= w && d->y + d->h <= h;
}

static bool sane_talk(const struct wire_talk *t) {
	return t->how >= WIRE_HOW_COME && t->how <= WIRE_HOW_OTHER && t->when >= WIRE_WHEN_NOW &&
	       t->when <= WIRE_WHEN_LATER && t->language[0] && sane_language(t->language, sizeof t->language) &&
	       sane_says(t->phrase, sizeof t->phrase) && (t->how == WIRE_HOW_OTHER || !t->phrase[0]) &&
	       sane_says(t->phrase_staff, sizeof t->phrase_staff) && (t->phrase[0] || !t->phrase_staff[0]);
}

static bool sane_choice(const struct wire_choice *c, int w, int h) {
	return sane_id(c->id, sizeof c->id) && c->x >= 0 && c->y >= 0 && c->w > 0 && c->h > 0 && c->x + c->w <= w &&
	       c->y + c->h <= h && c->focused <= 1 && c->selected <= 1 && sane_says(c->says, sizeof c->says);
}

static bool sane_digits(const char *s, size_t bytes) {
	return only(s, bytes, "0123456789");
}

/* "" or an id. */
static bool sane_id_or_none(const char *s, size_t bytes) {
	return s[0] == 0 || sane_id(s, bytes);
}

static bool sane_date(const char *s, size_t bytes) {
	return only(s, bytes, "0123456789-");
}

static bool sane_want(const struct wire_want_what *w) {
	return w->want >= 1 && w->want <= WIRE_WANT_LAST && sane_digits(w->digits, sizeof w->digits) &&
	       sane_id_or_none(w->pack, sizeof w->pack) && sane_says(w->says, sizeof w->says);
}

/* The order of the keypad: each digit once. */
static bool sane_gate(const struct wire_gate_state *g) {
	unsigned seen = 0;
	for (int i = 0; i < 10; i++) {
		seen |= g->keys[i] < 10 ? 1u << g->keys[i] : 0;
	}
	return g->gate >= 1 && g->gate <= WIRE_GATE_LAST && seen == 0x3ff && g->from_start <= 1;
}

static bool sane_offer(const struct wire_offer *o) {
	return o->where >= WIRE_ON_KIOSK && o->where <= WIRE_ON_STICK && o->thing <= WIRE_THING_KEY &&
	       o->reason <= WIRE_REASON_LAST && o->first <= 1 && o->last <= 1 && o->system <= 1 && o->house <= 1 &&
	       sane_id_or_none(o->id, sizeof o->id) && sane_date(o->made, sizeof o->made) &&
	       sane_says(o->title, sizeof o->title) && sane_says(o->publisher, sizeof o->publisher) &&
	       sane_says(o->file, sizeof o->file) && sane_says(o->languages, sizeof o->languages) &&
	       only(o->fingerprint, sizeof o->fingerprint, "0123456789ABCDEF ");
}

static bool sane_change(const struct wire_change *c) {
	return c->kind >= 1 && c->kind <= CHANGE_LAST && c->last <= 1 &&
	       sane_language(c->language, sizeof c->language) && sane_says(c->name, sizeof c->name) &&
	       sane_says(c->old, sizeof c->old) && sane_says(c->new, sizeof c->new);
}

static bool sane_work(const struct wire_work *w) {
	return w->work >= 1 && w->work <= WIRE_WORK_LAST && w->state >= WIRE_WORK_GOING &&
	       w->state <= WIRE_WORK_FAILED && w->reason <= WIRE_REASON_LAST && sane_says(w->what, sizeof w->what) &&
	       sane_says(w->says, sizeof w->says);
}

static bool sane_mark(const struct wire_mark *m) {
	return sane_digits(m->digits, sizeof m->digits) && sane_date(m->on, sizeof m->on) && m->wrong <= 1 &&
	       m->first <= 1 && m->last <= 1;
}

static bool sane_house(const struct wire_house *h) {
	return h->line <= 1 && h->stick <= 1 && h->sound <= 1 && h->proof <= 1 && (h->steps & ~WIRE_STEPS_ALL) == 0 &&
	       h->corner <= WIRE_CORNER_LAST && sane_date(h->today, sizeof h->today) &&
	       sane_says(h->place, sizeof h->place);
}

static bool sane_system(const struct wire_system *s) {
	return s->state <= WIRE_SYSTEM_LAST && s->offer <= 1 && s->reason <= WIRE_REASON_LAST &&
	       sane_date(s->made, sizeof s->made) && sane_date(s->offer_made, sizeof s->offer_made) &&
	       sane_says(s->file, sizeof s->file);
}

bool wire_sane_from_visit(const struct wire_message *m, int w, int h) {
	switch (m->kind) {
	case WIRE_DONE:
		return sane_done(&m->done, w, h);
	case WIRE_TALK:
		return sane_talk(&m->talk);
	case WIRE_CANCEL:
	case WIRE_END:
		return true;
	case WIRE_SCREEN:
		return sane_id(m->screen.name, sizeof m->screen.name) && m->screen.part <= m->screen.parts;
	case WIRE_TEXT:
		return sane_says(m->text.says, sizeof m->text.says) && m->text.more <= 1;
	case WIRE_CHOICE:
		return sane_choice(&m->choice, w, h);
	case WIRE_PIN:
		return m->pin.digits[0] != 0 && sane_digits(m->pin.digits, sizeof m->pin.digits);
	case WIRE_WANT:
		return sane_want(&m->want);
	default:
		return false;
	}
}

static bool sane_start(const struct wire_start *s) {
	if (s->version != WIRE_VERSION || s->w < GLASS_MIN || s->w > GLASS_MAX || s->h < GLASS_MIN || s->h > GLASS_MAX)
		return false;
	/* 10 is a wall of 4096 mm, 1000 a finer grain than any panel made. */
	if (s->px_per_cm < 10 || s->px_per_cm > 1000)
		return false;
	if (s->packs > WIRE_MAX_PACKS || s->fonts > WIRE_MAX_FONTS || s->audience > WIRE_STAFF || s->bell > 1)
		return false;
	for (int i = 0; i < s->fonts; i++)
		if (s->font[i].bold > 1)
			return false;
	for (int i = 0; i < WIRE_HIDDEN; i++) {
		if (!sane_digits(s->hidden[i], sizeof s->hidden[i])) {
			return false;
		}
	}
	return sane_language(s->language, sizeof s->language);
}

bool wire_sane_from_host(const struct wire_message *m) {
	switch (m->kind) {
	case WIRE_START:
		return sane_start(&m->start);
	case WIRE_TOUCH:
		return m->touch.phase >= WIRE_DOWN && m->touch.phase <= WIRE_LOST;
	case WIRE_KEY:
		return m->key.key >= WIRE_NEXT && m->key.key <= WIRE_HIDE;
	case WIRE_WARN:
		return m->warn.left_ms <= m->warn.total_ms;
	case WIRE_BELL:
		return m->bell <= WIRE_BELL_LAST;
	case WIRE_CLEARED:
	case WIRE_ASK:
		return true;
	case WIRE_GATE:
		return sane_gate(&m->gate);
	case WIRE_OFFER:
		return sane_offer(&m->offer);
	case WIRE_CHANGE:
		return sane_change(&m->change);
	case WIRE_WORK:
		return sane_work(&m->work);
	case WIRE_MARK:
		return sane_mark(&m->mark);
	case WIRE_HOUSE:
		return sane_house(&m->house);
	case WIRE_SYSTEM:
		return sane_system(&m->system);
	default:
		return false;
	}
}
